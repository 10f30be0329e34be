"""Events about one contact, as the platform's services send them, and the verdict they lead to. A test names only what it is about."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

from outreach_guard.domain import surroundings
from outreach_guard.domain.card import Card
from outreach_guard.domain.dossier import Dossier, view_of
from outreach_guard.domain.facts import Fact, Kind, Told, learn
from outreach_guard.domain.policy import Policy
from outreach_guard.domain.question import Channel, Purpose, Question
from outreach_guard.domain.rules import EVERY_TOPIC
from outreach_guard.domain.verdict import Freshness, Line, Verdict, preflight
from outreach_guard.translate import told_by
from shared.contracts import accounts, consent, contacts, deals, dedupe, finance, mail, tickets, workspace
from shared.contracts.catalogue import EventData
from shared.contracts.envelope import Event
from shared.contracts.parties import Party
from shared.messaging import Partition
from shared.parties import mark

WORKSPACE = "acme"
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
"""A Wednesday, noon."""

ADA = "c1"
EMAIL = "ada@acme.com"
ANN, BOB = "ann", "bob"
LIMIT = timedelta(minutes=5)

THEM = (Party(email=EMAIL),)

_numbers = itertools.count(1)


def event(
    data: EventData, subject: str, *, at: datetime | None = None, sequence: int | None = None, by: str | None = ANN, **more: Any
) -> Event:
    """Any event, an hour ago and newer than those made before it unless it says otherwise. `by` is the member who did it."""
    number = next(_numbers)
    who = {"actorid": by, "actortype": "user"} if by else {"actortype": "system"}
    return Event.of(
        data,
        source="/services/tests",
        workspace=more.pop("workspace", WORKSPACE),
        subject=subject,
        sequence=sequence if sequence is not None else number,
        time=at or NOW - timedelta(hours=1),
        **{**who, **more},
    )


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def ahead(**span: float) -> datetime:
    return NOW + timedelta(**span)


# ---- the contact, and what it refers to ---------------------------------------------------------------------------------


def email(address: str = EMAIL, *, primary: bool = True, **fields: Any) -> contacts.Email:
    return contacts.Email(typed=address, normalised=address.lower(), primary=primary, **fields)


def card(contact_id: str = ADA, **fields: Any) -> contacts.Contact:
    """Ada, who works at Acme and belongs to Ann; in Berlin, as her number says."""
    known: dict[str, Any] = {
        "emails": (email(),),
        "phones": (contacts.Phone(typed="030 123456", e164="+4930123456", primary=True),),
        "accounts": (contacts.AccountLink(account_id="a1", primary=True),),
        "owner_id": ANN,
    }
    return contacts.Contact(**{"id": contact_id, "version": 1, "first_name": "Ada", **known, **fields})


def contact_saved(contact_id: str = ADA, *, sequence: int | None = None, workspace: str = WORKSPACE, **fields: Any) -> Event:
    data = contacts.ContactUpdated(contact=card(contact_id, **fields))
    return event(data, contact_id, sequence=sequence, workspace=workspace)


def contact_merged(survivor: str, loser: str, **fields: Any) -> Event:
    data = contacts.ContactMerged(contact=card(survivor, **fields), merge_id="m1", survivor_id=survivor, merged_ids=(loser,))
    return event(data, survivor)


def contact_erased(contact_id: str = ADA, *, alone: tuple[str, ...] = (EMAIL,), at: datetime | None = None) -> Event:
    """`alone` are the addresses that nobody else has."""
    marks = tuple(mark(f"email:{address}") for address in alone)
    return event(contacts.ContactErased(contact_id=contact_id, marks=marks), contact_id, at=at)


def member_added(member_id: str = ANN, name: str = "Ann Lee", **more: Any) -> Event:
    return event(workspace.MemberAdded(name=name), member_id, **more)


def member_deactivated(member_id: str = ANN) -> Event:
    return event(workspace.MemberDeactivated(), member_id)


def account_created(account_id: str = "a1", name: str = "Acme", *domains: str, **more: Any) -> Event:
    return event(accounts.AccountCreated(name=name, domains=domains or ("acme.com",)), account_id, **more)


# ---- what the person decided --------------------------------------------------------------------------------------------


def consented(*, sequence: int | None = None, **scope: Any) -> Event:
    return event(consent.ConsentGranted(parties=THEM, **{"channel": "all", "purpose": "all", **scope}), "k1", sequence=sequence)


def withdrawn(subject: str = "k2", **scope: Any) -> Event:
    return event(consent.ConsentWithdrawn(parties=THEM, **scope), subject)


def objected(*parties: dict[str, str], **scope: Any) -> Event:
    """By Ada's address, unless it names somebody."""
    return event(consent.ConsentObjectionRecorded.model_validate({"parties": parties or THEM, **scope}), "k3")


def complained() -> Event:
    return event(mail.DeliveryComplained(address=EMAIL), "dl1")


def unsubscribed() -> Event:
    return event(mail.DeliveryUnsubscribed(address=EMAIL), "dl2")


def bounced(kind: str = "hard", *, at: datetime | None = None) -> Event:
    return event(mail.DeliveryBounced(address=EMAIL, kind=kind, code="550"), "dl3", at=at)


# ---- what goes on -------------------------------------------------------------------------------------------------------


def mail_sent(by: str = BOB, *, at: datetime | None = None, thread: str = "th1", **fields: Any) -> Event:
    number = next(_numbers)
    data = mail.MessageSent.model_validate({"from": f"{by}@ours.com", "to": [EMAIL], "thread_id": thread, "subject": "Hello", **fields})
    return event(data, f"out{number}", at=at, by=by)


def mail_received(*, at: datetime | None = None, thread: str = "th1", **fields: Any) -> Event:
    number = next(_numbers)
    data = mail.MessageReceived.model_validate({"from": EMAIL, "to": ["us@ours.com"], "thread_id": thread, "subject": "Help", **fields})
    return event(data, f"in{number}", at=at, by=None)


def ticket_created(subject: str = "t1", *, sequence: int | None = None, workspace: str = WORKSPACE, **fields: Any) -> Event:
    known = {"number": "T-1", "subject": "It hums", "status": "open", "priority": "normal", "requester": {"email": EMAIL}}
    data = tickets.TicketCreated.model_validate({**known, **fields})
    return event(data, subject, sequence=sequence, workspace=workspace)


def ticket_status(current: str, subject: str = "t1", **more: Any) -> Event:
    return event(tickets.TicketStatusChanged.model_validate({"current": current}), subject, **more)


def ticket_comment(author_type: str, subject: str = "t1", *, at: datetime | None = None, by: str | None = BOB) -> Event:
    return event(tickets.TicketCommentAdded(parties=THEM, public=True, author_type=author_type), subject, at=at, by=by)


def deal_created(owner: str | None = BOB, subject: str = "d1", **more: Any) -> Event:
    data = deals.DealCreated(title="Big one", owner_id=owner, contacts=(deals.DealContact(contact_id=ADA),))
    return event(data, subject, **more)


def deal_lost(subject: str = "d1", *, at: datetime | None = None) -> Event:
    return event(deals.DealLost(contacts=(deals.DealContact(contact_id=ADA),)), subject, at=at)


def invoice(data_class: type[finance.Invoice], subject: str = "i1", *, at: datetime | None = None, **fields: Any) -> Event:
    known = {"number": "R-1", "balance_due": "100.00", "currency": "EUR", "recipient_email": EMAIL, "due_date": ahead(days=20).date()}
    return event(data_class.model_validate({**known, **fields}), subject, at=at, by=None)


def pair_suspected(other: str = "c2", *, certain: bool = True) -> Event:
    return event(dedupe.PairSuspected(contact_ids=(ADA, other), score=0.98, certain=certain), f"{ADA}:{other}", by=None)


def calm() -> list[Event]:
    """A contact against whom nothing speaks: every purpose and channel is clear for Ann. Older than all else a test says."""
    return [member_added(sequence=0), account_created(sequence=0), contact_saved(sequence=0), consented(sequence=0)]


# ---- from events to a verdict, without a database -----------------------------------------------------------------------


def facts_of(events: Iterable[Event]) -> dict[str, Fact]:
    told: dict[str, list[Told]] = defaultdict(list)
    for entry in events:
        for saying in told_by(entry, "US"):
            told[saying.fact_id].append(saying)
    facts = {fact_id: reduce(learn, sayings, None) for fact_id, sayings in told.items()}
    return {fact_id: fact for fact_id, fact in facts.items() if fact is not None}


def dossier_of(events: Iterable[Event], *, now: datetime = NOW) -> Dossier:
    """Ada's, where her id and her one address are known to be hers."""
    views = [view_of(replace(fact, contact_ids=_whose(fact))) for fact in facts_of(events).values()]
    mine = [view for view in views if ADA in view.contact_ids and view.relevant_until > now]
    joined = [
        view.model_copy(update={"context": surroundings.context_of(surroundings.watches(view), views)}) if isinstance(view, Card) else view
        for view in mine
    ]
    dossier = Dossier.of(ADA, joined)
    assert dossier is not None
    return dossier


def _whose(fact: Fact) -> frozenset[str]:
    theirs = {f"contact:{ADA}": ADA, f"email:{EMAIL}": ADA, mark(f"email:{EMAIL}"): ADA, "contact:c2": "c2"}
    own = {fact.id} if fact.kind is Kind.CONTACT else set()
    return frozenset(own | {theirs[key] for key in fact.keys if key in theirs})


def question(**changes: Any) -> Question:
    return Question(**{"contact_id": ADA, "channel": Channel.EMAIL, "purpose": Purpose.SALES, "sender_id": ANN, **changes})


def fresh(now: datetime = NOW, **heard: datetime) -> Freshness:
    """Everything heard just now; `tickets=...` says otherwise of one source."""
    return Freshness({**dict.fromkeys(EVERY_TOPIC, now), **{f"crm.{source}": at for source, at in heard.items()}}, LIMIT)


def verdict(*events: Event, freshness: Freshness | None = None, policy: Policy | None = None, now: datetime = NOW, **asked: Any) -> Verdict:
    """What is answered about Ada when these events come on top of a calm contact."""
    dossier = dossier_of([*calm(), *events], now=now)
    return preflight(dossier, question(**asked), policy or Policy(), freshness or fresh(now), now)


def line(check: str, *events: Event, **asked: Any) -> Line:
    return next(entry for entry in verdict(*events, **asked).lines if entry.check == check)


def heard_completely(heard: Mapping[str, datetime]) -> dict[Partition, datetime]:
    """As a consumer reports it that has the only partition of each topic."""
    return {Partition(topic, 0, 1): at for topic, at in heard.items()}
