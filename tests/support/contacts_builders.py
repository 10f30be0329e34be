"""People, requests and events of other services; a test names only what it is about."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from contacts.app import Stores
from contacts.domain.contact import Contact, Source
from contacts.domain.directory import Account, Member, Surroundings
from contacts.domain.drafts import Draft
from contacts.domain.editing import new_contact
from contacts.domain.merging import Merged, merging
from contacts.domain.revisions import Cause, Revision, revision
from contacts.store import Once
from shared.contracts import accounts, forms, mail, workspace
from shared.contracts.catalogue import EventData
from shared.contracts.envelope import Event

WORKSPACE = "acme"
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)

_ticks = itertools.count(1)


async def create(client: httpx.AsyncClient, first_name: str = "Ada", **fields: Any) -> dict[str, Any]:
    """Somebody new over HTTP, as they are answered."""
    response = await client.post("/v1/contacts", json={"first_name": first_name, **fields})
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


async def save(stores: Stores, made: Revision, once: Once | None = None, workspace: str = WORKSPACE) -> None:
    """One change, straight into the storage."""
    await stores.contacts.transact(workspace, lambda changing: changing.save(made, once))


def draft(**fields: Any) -> Draft:
    return Draft.model_validate(fields)


def person(first_name: str = "Ada", *, around: Surroundings | None = None, source: Source | None = None, **fields: Any) -> Contact:
    """A contact that was just made, at version 1."""
    contact_id = fields.pop("contact_id", None) or str(uuid.uuid4())
    wish = draft(first_name=first_name, **fields)
    made = new_contact(wish, source or Source(), around or Surroundings(), contact_id=contact_id, now=NOON)
    return first_revision(made).after


def first_revision(contact: Contact) -> Revision:
    return revision(None, contact.model_copy(update={"version": 0}), cause())


def cause(at: datetime = NOON, **fields: Any) -> Cause:
    return Cause(at=at, **{"actor_id": "ann", "actor_type": "user", "origin": "ui", "correlation_id": "c1", **fields})


def with_members(*active: str, inactive: tuple[str, ...] = ()) -> Surroundings:
    members = [Member(id=name, name=name) for name in active] + [Member(id=name, name=name, active=False) for name in inactive]
    return Surroundings(members={member.id: member for member in members}, any_member_known=True)


def with_accounts(**names: str) -> Surroundings:
    return Surroundings(accounts={account_id: Account(id=account_id, name=name) for account_id, name in names.items()})


def event(data: EventData, subject: str, *, sequence: int = 1, at: datetime | None = None, **more: Any) -> Event:
    """Any event; each is a second later than the one before unless a time is given."""
    time = at or NOON + timedelta(seconds=next(_ticks))
    source = more.pop("source", "/services/elsewhere")
    return Event.of(data, source=source, workspace=WORKSPACE, subject=subject, sequence=sequence, time=time, **more)


def account_created(account_id: str, name: str, *, sequence: int = 1) -> Event:
    return event(accounts.AccountCreated(name=name), account_id, sequence=sequence)


def account_renamed(account_id: str, name: str, *, sequence: int = 2) -> Event:
    return event(accounts.AccountRenamed(name=name), account_id, sequence=sequence)


def account_merged(survivor_id: str, *merged_ids: str, name: str, sequence: int = 2) -> Event:
    return event(accounts.AccountMerged(name=name, survivor_id=survivor_id, merged_ids=merged_ids), survivor_id, sequence=sequence)


def account_deleted(account_id: str, name: str, *, sequence: int = 2) -> Event:
    return event(accounts.AccountDeleted(name=name), account_id, sequence=sequence)


def member_added(member_id: str, *, sequence: int = 1) -> Event:
    return event(
        workspace.MemberAdded(name=member_id.title(), email=f"{member_id}@us.example", role="member"), member_id, sequence=sequence
    )


def member_deactivated(member_id: str, *, sequence: int = 2) -> Event:
    return event(workspace.MemberDeactivated(name=member_id.title(), role="member"), member_id, sequence=sequence)


def member_reactivated(member_id: str, *, sequence: int = 3) -> Event:
    return event(workspace.MemberReactivated(name=member_id.title(), role="member"), member_id, sequence=sequence)


def member_role_changed(member_id: str, role: str, *, sequence: int = 3) -> Event:
    return event(workspace.MemberRoleChanged(name=member_id.title(), role=role), member_id, sequence=sequence)


def bounced(address: str, *, kind: str = "hard", code: str = "550", at: datetime | None = None) -> Event:
    return event(mail.DeliveryBounced(address=address, kind=kind, code=code), f"delivery-{next(_ticks)}", at=at)


def submitted(submission: str = "s1", *, form: str = "contact-us", at: datetime | None = None, **answers: Any) -> Event:
    """Somebody filled in a form."""
    filled = forms.Answers(mapped=answers, raw={"What about?": "vans"})
    return event(forms.SubmissionSubmitted(form_id=form, form_name="Contact us", answers=filled), submission, at=at)


def marked_spam(submission: str = "s1") -> Event:
    return event(forms.SubmissionMarkedSpam(), submission, sequence=2)


def submission_deleted(submission: str = "s1") -> Event:
    return event(forms.SubmissionDeleted(), submission, sequence=3)


def received(sender: str, *, to: str = "bo@us.example", subject: str = "Your offer", message: str | None = None, **more: Any) -> Event:
    """Somebody wrote to a mailbox of ours."""
    message, at = message or f"m{next(_ticks)}", more.pop("at", None)
    who = {"actorid": more.pop("mailbox_of", None)}
    return event(mail.MessageReceived(message_id=message, sender=sender, to=(to,), subject=subject, **more), message, at=at, **who)


def sent(*to: str, sender: str = "bo@us.example", **more: Any) -> Event:
    message = f"m{next(_ticks)}"
    return event(mail.MessageSent(message_id=message, sender=sender, to=to, **more), message)


def mailbox_connected(mailbox: str, address: str) -> Event:
    return event(mail.MailboxConnected(address=address, provider="gmail"), mailbox)


def fields_of(history: list[Mapping[str, Any]]) -> set[str]:
    """Which fields these history rows are about."""
    return {row["field"] for row in history}


def together(
    survivor: Contact, *others: Contact, at: datetime = LATER, merge_id: str = "m1", choices: Mapping[str, Contact] | None = None
) -> Merged:
    """These are one person from now on; a choice says whose value is kept."""
    chosen = {field: contact.id for field, contact in (choices or {}).items()}
    return merging(survivor, others, chosen, cause(at), merge_id=merge_id)
