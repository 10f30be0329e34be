"""A contact as a row of the list and as a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.views import words
from shared.auth.viewing import EVERYBODY

Json = Mapping[str, Any]
Said = Callable[[object], str]
"""How a moment is said to who reads."""

SOURCES = {
    "manual": "Entered by hand",
    "form": "Form submission",
    "import": "Import",
    "mailbox": "Mailbox",
    "integration": "Integration",
    "api": "API",
}


@dataclass(frozen=True)
class Match:
    """Where a search found something."""

    field: str
    value: str


@dataclass(frozen=True)
class Address:
    """An email or a phone, with what is worth knowing about it."""

    text: str
    purpose: str
    primary: bool
    usable: bool
    remark: str | None


@dataclass(frozen=True)
class Company:
    """A place in a company; a former one stays readable."""

    account_id: str
    name: str
    role: str | None
    title: str | None
    primary: bool
    former: bool
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Person:
    """A contact in words: what the list, the header and the look-alikes say. The details have a file of their own."""

    id: str
    version: int
    name: str
    first_name: str
    last_name: str
    job_title: str
    emails: tuple[Address, ...]
    phones: tuple[Address, ...]
    companies: tuple[Company, ...]
    company_text: str
    owner_id: str | None
    owner: str | None
    status: str
    tags: tuple[str, ...]
    source: str
    source_id: str | None
    first_seen: str
    review: str
    created: str
    updated: str
    deleted: str
    private: bool = False
    """Its team's: not everybody may view it."""
    matched: tuple[Match, ...] = ()

    @property
    def found_by_name(self) -> bool:
        return any(match.field == "name" for match in self.matched)

    @property
    def email(self) -> Address | None:
        return _first(self.emails)

    @property
    def phone(self) -> Address | None:
        return _first(self.phones)

    @property
    def company(self) -> Company | None:
        """The one to name in one line: the primary, else any current one, else what was typed."""
        current = [company for company in self.companies if not company.former]
        typed = Company("", self.company_text, None, None, primary=True, former=False) if self.company_text else None
        return next((company for company in current if company.primary), None) or next(iter(current), typed)


def _first(addresses: Sequence[Address]) -> Address | None:
    return next((address for address in addresses if address.primary), next(iter(addresses), None))


def full_name(contact: Json) -> str:
    """The name; a contact that has none is called by its address, so that nobody is nameless in a list."""
    named = " ".join(str(contact[part]) for part in ("first_name", "middle_name", "last_name", "suffix") if contact.get(part))
    emails = contact.get("emails") or []
    return named or (str(emails[0].get("typed") or "") if emails else "") or "No name"


def person(contact: Json, members: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Person:
    """The contact of the API with ids replaced by names and moments by words."""
    source = contact.get("source") or {}
    owner_id = contact.get("owner_id")

    def said(moment: object) -> str:
        at = words.moment(moment)
        return words.when(at, now, zone) if at else ""

    return Person(
        id=str(contact["id"]),
        version=int(contact.get("version") or 0),
        name=full_name(contact),
        first_name=contact.get("first_name") or "",
        last_name=contact.get("last_name") or "",
        job_title=contact.get("job_title") or "",
        emails=tuple(email_of(email, said) for email in contact.get("emails") or ()),
        phones=tuple(phone_of(phone, said) for phone in contact.get("phones") or ()),
        companies=tuple(company_of(link, said) for link in contact.get("accounts") or ()),
        company_text=contact.get("company") or "",
        owner_id=owner_id,
        owner=members.get(owner_id, owner_id) if owner_id else None,
        status=contact.get("status") or "",
        tags=tuple(contact.get("tags") or ()),
        source=SOURCES.get(source.get("type") or "", words.plain(source.get("type") or "Unknown")),
        source_id=source.get("id"),
        first_seen=said(source.get("first_seen_at")),
        review=(contact.get("review") or {}).get("state") or "approved",
        created=said(contact.get("created_at")),
        updated=said(contact.get("updated_at")),
        deleted=said(contact.get("deleted_at")),
        private=contact.get("visibility", EVERYBODY) != EVERYBODY,
        matched=tuple(dict.fromkeys(Match(match["field"], match["value"]) for match in contact.get("matched") or ())),
    )


def email_of(email: Json, said: Said) -> Address:
    usable = email.get("state", "valid") == "valid"
    reason = words.plain(str(email.get("reason") or "Can't be delivered"))
    remark = None if usable else ", ".join(filter(None, (reason, said(email.get("since")))))
    if usable and email.get("shared"):
        remark = "Shared address"
    return Address(str(email.get("typed", "")), str(email.get("purpose") or ""), bool(email.get("primary")), usable, remark)


def phone_of(phone: Json, _: Said) -> Address:
    usable = bool(phone.get("valid", True))
    text = str(phone.get("typed", ""))
    remark = (phone["e164"] if phone.get("e164") not in (None, text) else None) if usable else "Not a number we can read"
    return Address(text, str(phone.get("purpose") or ""), bool(phone.get("primary")), usable, remark)


def company_of(link: Json, said: Said) -> Company:
    return Company(
        account_id=str(link.get("account_id") or ""),
        name=str(link.get("name") or link.get("account_id") or ""),
        role=link.get("role"),
        title=link.get("title"),
        primary=bool(link.get("primary")),
        former=bool(link.get("ended_at")),
        since=said(link.get("started_at")),
        until=said(link.get("ended_at")),
    )
