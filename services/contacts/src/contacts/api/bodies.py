"""What clients send and get. A contact is answered as it is on the wire, so that page, API and events show one person one way."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, JsonValue

from contacts.domain.contact import AccountLink, Source, SourceType
from contacts.domain.directory import Account, Member
from contacts.domain.drafts import Draft, Given, Id, Short
from contacts.domain.search import NAMES
from contacts.store import Order
from shared.auth import Role
from shared.contracts.contacts import Contact

WORDS = f"any part of what people are known by: {', '.join(NAMES)}; a phone in any format"


class NewSource(Given):
    """Where the person comes from. Where nobody says: entered by hand by a person, by the API from a program."""

    type: SourceType | None = None
    id: Id | None = None

    def as_source(self, role: Role) -> Source:
        return Source(type=self.type or ("api" if role is Role.SERVICE else "manual"), id=self.id)


class Anyway(Given):
    """Addresses that others have are this contact's too: they are different people. Kept in the history, with who said so."""

    reason: Short


class NewEvidence(Given):
    """What the person is known from: a submission, a row of a file. A reviewer sees it."""

    title: Short | None = None
    payload: Annotated[dict[str, JsonValue], Field(default_factory=dict, max_length=500)]


class Wish(Draft):
    """`override_reason` is why somebody is made responsible whose source is not reviewed yet: for managers."""

    anyway: Anyway | None = None
    override_reason: Short | None = None

    @property
    def reason(self) -> str | None:
        return "; ".join(reason for reason in (self.anyway and self.anyway.reason, self.override_reason) if reason) or None


class NewContact(Wish):
    source: NewSource = NewSource()
    evidence: NewEvidence | None = None


class Proposed(BaseModel):
    """The update that was proposed of a known contact instead of a second one; none where nothing is new."""

    proposal_id: str | None
    contact_id: str


class ContactPatch(Wish):
    """The fields to change. Lists are replaced as a whole, custom fields key by key; null empties a field."""

    version: Annotated[int | None, Field(ge=0, description="the version that was read, unless If-Match says it")] = None


class ContactsAsked(Given):
    """Which contacts a list is to have."""

    q: Annotated[str | None, Field(max_length=200, description=WORDS)] = None
    sort: Order = "updated"
    owner_id: Id | None = None
    status: Id | None = None
    tag: Id | None = None
    account_id: Id | None = None
    review: Literal["pending", "approved", "rejected"] | None = None
    related_to: Annotated[Id | None, Field(description="entered beside this contact")] = None
    owner: Annotated[Literal["none"] | None, Field(description="nobody, or nobody active")] = None
    stale: Annotated[bool, Field(description="nobody had to do with them for longer than their status allows")] = False
    required_empty: Annotated[bool, Field(description="who lacks a field that is required, of everybody or in their status")] = False
    deleted: bool = False
    cursor: Annotated[str | None, Field(max_length=2_000)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Found(BaseModel):
    """The field and value a search matched."""

    field: str
    value: str


class ListedContact(Contact):
    matched: tuple[Found, ...] = ()
    missing: Annotated[tuple[str, ...], Field(description="required fields that are empty, `custom.<key>` among them")] = ()


class ContactPage(BaseModel):
    items: list[ListedContact]
    next_cursor: str | None


class Person(BaseModel):
    """A contact and their place in the company that was asked about."""

    contact: Contact
    link: AccountLink


class PersonPage(BaseModel):
    items: list[Person]
    next_cursor: str | None


class HistoryRow(BaseModel):
    """One field of one change; `contact_id` is who it happened to: what became of those merged away is the survivor's history too."""

    contact_id: str
    version: int
    field: str
    old: Any
    new: Any
    actor_id: str | None
    actor_type: str | None
    source: str = Field(description="ui, api, import, merge, event")
    reason: str | None
    time: datetime
    correlation_id: str | None


class HistoryPage(BaseModel):
    items: list[HistoryRow]
    next_cursor: str | None


class NewAccount(Given):
    id: Id | None = None
    name: Short
    domains: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    owner_id: Id | None = None


class AccountPage(BaseModel):
    items: list[Account]
    next_cursor: str | None


class NewMember(Given):
    id: Id | None = None
    name: Short
    email: Short | None = None
    role: Short | None = None


class MemberPage(BaseModel):
    items: list[Member]
    next_cursor: str | None
