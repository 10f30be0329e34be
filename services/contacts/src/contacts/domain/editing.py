"""How a wish becomes a contact: every field is checked, and everything that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from contacts.domain import custom, emails, phones, required
from contacts.domain.contact import AccountLink, Address, Contact, CustomValue, Email, Phone, Relation, Review, Source
from contacts.domain.directory import Surroundings, may_be_responsible
from contacts.domain.drafts import Draft, GivenAddress, GivenEmail, GivenLink, GivenPhone, GivenRelation
from contacts.domain.primaries import Entry, one_primary
from contacts.domain.refusals import FieldError, Refused
from contacts.domain.trust import UNREVIEWED_SOURCES, trusted

MAX_FORMER_LINKS = 200
TRUSTED = "trusted source"


def new_contact(draft: Draft, source: Source, around: Surroundings, *, contact_id: str, now: datetime) -> Contact:
    """A contact that did not exist. Raises Refused naming every field that is wrong."""
    arriving = source.type in UNREVIEWED_SOURCES
    blank = Contact(
        id=contact_id,
        first_name="",
        status=around.process.first,
        status_since=now,
        source=source.model_copy(update={"first_seen_at": source.first_seen_at or now}),
        review=_first_review(source, around, now),
        created_at=now,
        updated_at=now,
    )
    return _Edit(blank, around, now, arriving=arriving).applied(draft, draft.model_fields_set | {"first_name", "custom"})


def edited(contact: Contact, draft: Draft, around: Surroundings, *, now: datetime) -> Contact:
    """The contact with those fields of the draft that were given. Raises Refused naming every field that is wrong."""
    return _Edit(contact, around, now).applied(draft, draft.model_fields_set)


def deleted(contact: Contact, *, now: datetime) -> Contact:
    return contact if contact.deleted_at else contact.model_copy(update={"deleted_at": now})


def restored(contact: Contact) -> Contact:
    """Somebody who was rejected is to be looked at again."""
    review = Review(state="pending") if contact.deleted_at and contact.review.state == "rejected" else contact.review
    return contact.model_copy(update={"deleted_at": None, "review": review})


def invalidated(contact: Contact, address: str, reason: str, *, now: datetime) -> Contact:
    """The contact after mail to `address` (a key) came back for good. The first bounce is the one remembered."""
    bounced = {"state": "invalid", "reason": reason, "since": now}
    marked = tuple(
        email.model_copy(update=bounced) if email.normalised == address and email.state == "valid" else email for email in contact.emails
    )
    return contact.model_copy(update={"emails": marked})


def sharing(contact: Contact, addresses: Collection[str]) -> Contact:
    """The contact with these addresses beside whoever owns them: somebody decided that they are two people."""
    emails = tuple(email.model_copy(update={"shared": True}) if email.normalised in addresses else email for email in contact.emails)
    return contact.model_copy(update={"emails": emails})


def with_account_name(contact: Contact, account_id: str, name: str) -> Contact:
    """The contact with the name its account has now, in former links too: it is the same company."""
    links = tuple(link.model_copy(update={"name": name}) if link.account_id == account_id else link for link in contact.accounts)
    return contact.model_copy(update={"accounts": links})


def _first_review(source: Source, around: Surroundings, now: datetime) -> Review:
    if source.type not in UNREVIEWED_SOURCES:
        return Review()
    return Review(at=now, reason=TRUSTED) if trusted(around.sources, source) else Review(state="pending")


class _Edit:
    """One wish applied to one contact, gathering what speaks against it."""

    def __init__(self, contact: Contact, around: Surroundings, now: datetime, *, arriving: bool = False) -> None:
        self._contact = contact
        self._around = around
        self._now = now
        self._arriving = arriving
        self._errors: list[FieldError] = []

    def applied(self, draft: Draft, given: set[str]) -> Contact:
        checked: dict[str, Callable[[Any], Any]] = {
            "first_name": self._first_name,
            "emails": self._emails,
            "phones": self._phones,
            "accounts": self._accounts,
            "address": self._address,
            "owner_id": self._owner_id,
            "assignees": self._assignees,
            "visibility": lambda value: value or "all",
            "tags": self._tags,
            "relations": self._relations,
            "status": self._status,
            "custom": self._custom,
        }
        values: dict[str, Any] = {}
        for name in Draft.model_fields:
            if name in given:
                value = getattr(draft, name)
                values[name] = checked[name](value) if name in checked else value or None
        if "status" in values and values["status"] != self._contact.status:
            values["status_since"] = self._now
        after = self._contact.model_copy(update=values)
        if not self._arriving:
            self._must_have(after)
        self._must_be_somebodys(after)
        if self._errors:
            raise Refused(self._errors)
        return after

    def _must_have(self, after: Contact) -> None:
        """A value that is wrong is not said to be missing too."""
        wrong = [f"{error.field}." for error in self._errors]
        asked = required.requirements(self._around.process, self._around.fields)
        faults = required.faults(self._contact, after, asked)
        self._errors += [fault for fault in faults if not any(path.startswith(f"{fault.field}.") for path in wrong)]

    def _must_be_somebodys(self, after: Contact) -> None:
        """Nobody could view what is visible to a team of nobody. What is at fault is what this wish made it so by."""
        if after.visibility == "team" and not after.team:
            emptied = [name for name in ("owner_id", "assignees") if getattr(after, name) != getattr(self._contact, name)]
            field = emptied[0] if emptied and self._contact.visibility == "team" else "visibility"
            self._refuse(field, "what only its team may see needs an owner or an assignee")

    def _first_name(self, value: str | None) -> str:
        if not value:
            self._refuse("first_name", "a first name is needed")
        return value or ""

    def _emails(self, given: Sequence[GivenEmail]) -> tuple[Email, ...]:
        """An address that stays keeps what is known of it: typing a bounced one again does not make it reachable."""
        known = {email.normalised: email for email in self._contact.emails}
        wanted: dict[str, Email] = {}
        for position, entry in enumerate(given):
            try:
                key = emails.normalised(entry.typed)
            except emails.InvalidAddressError as error:
                self._refuse(f"emails.{position}", str(error))
                continue
            if key in wanted:
                self._refuse(f"emails.{position}", "the same address twice")
            said: dict[str, Any] = {"typed": entry.typed, "purpose": entry.purpose, "primary": entry.primary}
            kept = known.get(key)
            wanted[key] = kept.model_copy(update=said) if kept else Email(normalised=key, shared=emails.is_role_address(key), **said)
        return self._one_primary(tuple(wanted.values()), "emails")

    def _phones(self, given: Sequence[GivenPhone]) -> tuple[Phone, ...]:
        numbers = []
        for entry in given:
            e164, valid = phones.read(entry.typed, self._around.region)
            numbers.append(Phone(typed=entry.typed, e164=e164, purpose=entry.purpose, primary=entry.primary, valid=valid))
        return self._one_primary(tuple(numbers), "phones")

    def _accounts(self, given: Sequence[GivenLink]) -> tuple[AccountLink, ...]:
        """A link that is left out becomes a former one, with an end date: where somebody worked before stays known, the newest first."""
        current = {link.account_id: link for link in self._contact.current_links}
        wanted: dict[str, AccountLink] = {}
        for position, entry in enumerate(given):
            if entry.ended_at is not None:
                continue
            account = self._around.accounts.get(entry.account_id)
            if entry.account_id in wanted:
                self._refuse(f"accounts.{position}", "the same account twice")
            if account is not None and not account.takes_links and entry.account_id not in current:
                self._refuse(f"accounts.{position}", "this account is no longer there")
            kept = current.get(entry.account_id) or AccountLink(account_id=entry.account_id, started_at=self._now)
            name = account.name if account is not None and account.takes_links else kept.name or entry.name
            wanted[entry.account_id] = kept.model_copy(
                update={"name": name, "role": entry.role, "title": entry.title, "primary": entry.primary}
            )
        left = [link.model_copy(update={"ended_at": self._now, "primary": False}) for key, link in current.items() if key not in wanted]
        former = [link for link in self._contact.accounts if link.ended_at is not None]
        return (*self._one_primary(tuple(wanted.values()), "accounts"), *(*left, *former)[:MAX_FORMER_LINKS])

    def _one_primary(self, entries: tuple[Entry, ...], where: str) -> tuple[Entry, ...]:
        if sum(entry.primary for entry in entries) > 1:
            self._refuse(where, "only one can be primary")
        return one_primary(entries)

    def _owner_id(self, member_id: str | None) -> str | None:
        if member_id is not None and member_id != self._contact.owner_id:
            self._errors += may_be_responsible({member_id}, "owner_id", self._around)
        return member_id

    def _assignees(self, member_ids: Sequence[str]) -> tuple[str, ...]:
        self._errors += may_be_responsible(set(member_ids) - set(self._contact.assignees), "assignees", self._around)
        return tuple(dict.fromkeys(member_ids))

    def _address(self, given: GivenAddress | None) -> Address | None:
        return None if given is None else Address.model_validate(given.model_dump())

    def _status(self, wanted: str | None) -> str:
        """Emptied, a contact is at the beginning again. A new one may begin anywhere: it comes from somewhere."""
        wanted = wanted or self._around.process.first
        fault = self._around.process.fault(self._contact.status if self._contact.version else None, wanted)
        if fault is not None:
            self._errors.append(fault)
        return wanted

    def _tags(self, given: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(given))

    def _relations(self, given: Sequence[GivenRelation]) -> tuple[Relation, ...]:
        """The last word counts where one contact is named twice."""
        return tuple({entry.contact_id: Relation(contact_id=entry.contact_id, kind=entry.kind) for entry in given}.values())

    def _custom(self, given: dict[str, JsonValue]) -> dict[str, CustomValue]:
        wanted = given if self._contact.version else custom.with_defaults(given, self._around)
        applied = custom.applied(self._contact.custom, wanted, self._around)
        self._errors += applied.faults
        return applied.values

    def _refuse(self, field: str, message: str) -> None:
        self._errors.append(FieldError(field, message))
