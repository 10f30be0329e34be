"""Between this service's own terms and what is said on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from contacts.domain.arrivals import Arrival, Evidence, Fate, bounded, from_address, said
from contacts.domain.contact import AccountLink, Contact, Email, Source
from contacts.domain.directory import Account, AccountNews, MailboxNews, Member, MemberNews
from contacts.domain.emails import InvalidAddressError, lookup_key, normalised
from contacts.domain.quality import Correspondent, Ours
from contacts.domain.revisions import Cause, Happening, Kind, Merging, Reviewing, Revision, Unmerging
from shared.contracts import accounts, contacts, forms, mail, workspace
from shared.contracts.contacts import ContactChanged
from shared.contracts.envelope import Event
from shared.contracts.ids import new_id
from shared.contracts.values import Change

LONGEST = 500
"""Characters of a title or an id that are kept."""

_EVENTS: Mapping[Kind, type[ContactChanged]] = {
    Kind.CREATED: contacts.ContactCreated,
    Kind.UPDATED: contacts.ContactUpdated,
    Kind.STATUS_CHANGED: contacts.ContactStatusChanged,
    Kind.OWNER_CHANGED: contacts.ContactOwnerChanged,
    Kind.EMAIL_ADDED: contacts.ContactEmailAdded,
    Kind.EMAIL_REMOVED: contacts.ContactEmailRemoved,
    Kind.EMAIL_INVALIDATED: contacts.ContactEmailInvalidated,
    Kind.ACCOUNT_LINKED: contacts.ContactAccountLinked,
    Kind.ACCOUNT_UNLINKED: contacts.ContactAccountUnlinked,
    Kind.DELETED: contacts.ContactDeleted,
    Kind.RESTORED: contacts.ContactRestored,
    Kind.REVIEWED: contacts.ContactReviewed,
    Kind.MERGED: contacts.ContactMerged,
    Kind.UNMERGED: contacts.ContactUnmerged,
}


def snapshot(contact: Contact) -> contacts.Contact:
    """The contact as the API and the events show it."""
    return contacts.Contact.model_validate(contact.model_dump(exclude_none=True))


def shown(contact: Contact) -> bytes:
    """The snapshot as JSON, straight from the contact, whose fields have the same names and order: what a busy route answers with."""
    return contact.model_dump_json(exclude={"status_since"}).encode()


def events_of(revision: Revision, workspace_id: str) -> list[Event]:
    """The events of a revision, numbered up to the version it ends at."""
    contact, cause = snapshot(revision.after), revision.cause
    first = contact.version - len(revision.happenings) + 1
    return [
        Event.of(
            _payload(happening, contact, revision),
            source=contacts.SOURCE,
            workspace=workspace_id,
            subject=contact.id,
            sequence=sequence,
            time=cause.at,
            event_id=new_id(),
            correlationid=cause.correlation_id,
            causationid=cause.causation_id,
            actorid=cause.actor_id,
            actortype=cause.actor_type,
        )
        for sequence, happening in enumerate(revision.happenings, first)
    ]


def cause_of(event: Event) -> Cause:
    """The change that an event of another service makes here."""
    return Cause(
        at=event.time,
        actor_id=event.actorid,
        actor_type=event.actortype or "system",
        origin="event",
        correlation_id=event.correlationid,
        causation_id=event.id,
    )


def account_news(event: Event) -> AccountNews | None:
    """None for an event that says nothing of an account."""
    match event.data:
        case accounts.Account() as data:
            account = Account(
                id=event.subject,
                name=data.name or "",
                domains=tuple(domain.lower() for domain in data.domains),
                owner_id=data.owner_id,
                deleted=isinstance(data, accounts.AccountDeleted),
            )
            return AccountNews(account, event.sequence, _merged(event.subject, data))
    return None


def member_news(event: Event) -> MemberNews | None:
    """None for an event that says nothing of a member."""
    match event.data:
        case workspace.Member() as data:
            member = Member(id=event.subject, name=data.name or "", email=data.email, role=data.role)
            return MemberNews(member, event.sequence, _works_here(data))
    return None


class Bounce(NamedTuple):
    """An address mail can not reach, as its key, and why."""

    address: str
    reason: str


def hard_bounce(event: Event) -> Bounce | None:
    """None for everything else, soft bounces too: those may pass."""
    match event.data:
        case mail.DeliveryBounced(kind="hard", address=str(address), code=code):
            return Bounce(lookup_key(address), f"hard bounce {code}" if code else "hard bounce")
    return None


def submission(event: Event) -> Arrival | None:
    """Somebody who filled in a form; None where nothing says who."""
    match event.data:
        case forms.SubmissionSubmitted(answers=answers) as data:
            parties = data.people()
            emails = [party.email for party in parties if party.email]
            arrival = Arrival(
                evidence=Evidence(
                    id=evidence_id(event),
                    type="form",
                    at=event.time,
                    title=_short(data.form_name or data.form_id),
                    payload=bounded({**answers.mapped, **answers.raw}),
                    visibility=data.visibility,
                    actor_id=event.actorid,
                ),
                source=Source(type="form", id=_short(data.form_id)),
                said=said({"emails": list(emails), **answers.mapped}),
                at=event.time,
                contact_id=next((party.contact_id for party in parties if party.contact_id), None),
            )
            return arrival if arrival.names_somebody else None
    return None


def fate(event: Event) -> Fate | None:
    """What the forms service thinks of a submission afterwards."""
    match event.data:
        case forms.SubmissionMarkedSpam():
            return "spam"
        case forms.SubmissionDeleted():
            return "deleted"
    return None


def evidence_id(event: Event) -> str:
    """One for everything that is said of a submission, and for each message."""
    return f"{'form' if isinstance(event.data, forms.Submission) else 'mailbox'}:{event.subject}"


def message(event: Event, us: Ours) -> Arrival | None:
    """Somebody who wrote to us; None where it was one of our own mailboxes, or nobody one could write to."""
    match event.data:
        case mail.MessageReceived(sender=str(sender)) as data:
            address = _address(sender)
            if address is None or address in us.mailboxes:
                return None
            to = [key for key in map(_address, (*data.to, *data.cc)) if key]
            mailbox = next((us.mailboxes[key] for key in to if key in us.mailboxes), next(iter(to), None))
            return Arrival(
                evidence=Evidence(
                    id=evidence_id(event),
                    type="mailbox",
                    at=event.time,
                    title=_short(data.subject),
                    payload={"from": sender, "to": list(data.to[:20]), "automated": data.automated, "backfill": data.backfill},
                    visibility=data.visibility,
                    actor_id=event.actorid,
                ),
                source=Source(type="mailbox", id=_short("/".join(part for part in (mailbox, data.message_id or event.subject) if part))),
                said=from_address(address),
                at=event.time,
                mail=Correspondent(address=address, received=not data.automated, automated=data.automated),
            )
    return None


def written_to(event: Event, us: Ours) -> list[Correspondent]:
    """To whom one of us wrote; nobody wrote what is automated."""
    match event.data:
        case mail.MessageSent(automated=False, to=to, cc=cc):
            keys = {key for key in map(_address, (*to, *cc)) if key and key not in us.mailboxes}
            return [Correspondent(address=key, sent=1) for key in sorted(keys)]
    return []


def correspondents(event: Event) -> set[str]:
    """The addresses of everybody a message went between us and."""
    match event.data:
        case mail.MessageReceived(sender=str(sender)):
            return {key for key in [_address(sender)] if key}
        case mail.MessageSent(to=to, cc=cc):
            return {key for key in map(_address, (*to, *cc)) if key}
    return set()


def mailbox_news(event: Event) -> MailboxNews | None:
    match event.data:
        case mail.Mailbox(address=str(address)):
            return MailboxNews(event.subject, lookup_key(address), event.sequence)
    return None


def _short(text: str | None) -> str | None:
    """Somebody else chose it, and how long it is."""
    return text[:LONGEST] if text else None


def _address(written: str) -> str | None:
    try:
        return normalised(written)
    except InvalidAddressError:
        return None


def _merged(account_id: str, data: accounts.Account) -> tuple[tuple[str, str], ...]:
    match data:
        case accounts.AccountMerged(survivor_id=survivor, merged_ids=merged_ids):
            return tuple((merged_id, survivor or account_id) for merged_id in merged_ids if merged_id != (survivor or account_id))
    return ()


def _works_here(data: workspace.Member) -> bool | None:
    match data:
        case workspace.MemberDeactivated():
            return False
        case workspace.MemberAdded() | workspace.MemberReactivated():
            return True
    return None


def _payload(happening: Happening, contact: contacts.Contact, revision: Revision) -> ContactChanged:
    changes = {name: Change(old=change.old, new=change.new) for name, change in happening.changes.items()}
    own = _of_its_kind(happening, revision)
    told = {"origin": revision.cause.origin, "reason": revision.cause.reason, **own}
    return _EVENTS[happening.kind](contact=contact, changes=changes, **told)


def _of_its_kind(happening: Happening, revision: Revision) -> dict[str, Any]:
    """The fields that only events of this kind have."""
    match happening.kind, happening.about:
        case _, Email() as email:
            return {"email": contacts.Email.model_validate(email.model_dump(exclude_none=True))}
        case _, AccountLink() as link:
            return {"link": contacts.AccountLink.model_validate(link.model_dump(exclude_none=True))}
        case _, Merging() | Unmerging() | Reviewing() as deed:
            return {name: value for name, value in vars(deed).items() if value is not None}
        case Kind.STATUS_CHANGED, _:
            return {**_from_to(happening, "status"), "seconds_in_previous": _seconds_in_previous_status(revision)}
        case Kind.OWNER_CHANGED, _:
            return _from_to(happening, "owner_id")
    return {}


def _from_to(happening: Happening, field: str) -> dict[str, str | None]:
    change = happening.changes[field]
    return {"previous": change.old, "current": change.new}


def _seconds_in_previous_status(revision: Revision) -> int | None:
    since = revision.before.status_since if revision.before else None
    return max(0, int((revision.cause.at - since).total_seconds())) if since else None
