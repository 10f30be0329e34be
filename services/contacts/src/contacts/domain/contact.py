"""The contact as this service keeps it.

Field names are those of the API and of the events, so that a person who reads one reads all; only `status_since` stays inside.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

SourceType = Literal["manual", "form", "import", "mailbox", "integration", "api"]
Visibility = Literal["all", "team"]
Scalar = str | bool | int | float | None
CustomValue = Scalar | list[str] | dict[str, str]
"""Several choices are a list of texts, money is {amount, currency}, both text."""

CUSTOM = "custom."
"""How everything that names fields of a contact begins the name of a custom one."""

BirthDate = Annotated[date, PlainSerializer(date.isoformat, return_type=str)]
"""A day is kept as text: the database knows moments only."""


class Frozen(BaseModel):
    """A value; errors never quote the input, which may be personal data."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Email(Frozen):
    typed: str
    normalised: str
    purpose: str = "work"
    primary: bool = False
    state: Literal["valid", "invalid"] = "valid"
    reason: str | None = None
    since: datetime | None = None
    shared: bool = False


class Phone(Frozen):
    typed: str
    e164: str | None = None
    purpose: str = "work"
    primary: bool = False
    valid: bool = True


class AccountLink(Frozen):
    """A place in a company; one with `ended_at` is a former one and is never primary."""

    account_id: str
    name: str | None = None
    role: str | None = None
    title: str | None = None
    primary: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Address(Frozen):
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None


class Source(Frozen):
    """Where the contact was first seen. Nothing overwrites it."""

    type: SourceType = "manual"
    id: str | None = None
    first_seen_at: datetime | None = None


class Relation(Frozen):
    """Another contact this one was entered beside: the same person kept apart on purpose, or somebody who belongs to them.

    Told by the one entered later; the other finds it by its id.
    """

    contact_id: str
    kind: Literal["same_person", "related"] = "related"


class Review(Frozen):
    state: Literal["pending", "approved", "rejected"] = "approved"
    by: str | None = None
    at: datetime | None = None
    reason: str | None = None


class Contact(Frozen):
    """A person at one version. The version is the number of events the contact has had."""

    id: str
    version: int = 0
    first_name: str
    middle_name: str | None = None
    last_name: str | None = None
    suffix: str | None = None
    job_title: str | None = None
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    accounts: tuple[AccountLink, ...] = ()
    company: str | None = None
    address: Address | None = None
    birth_date: BirthDate | None = None
    owner_id: str | None = None
    assignees: tuple[str, ...] = ()
    visibility: Visibility = "all"
    status: str | None = None
    status_since: datetime | None = None
    tags: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    source: Source = Source()
    review: Review = Review()
    custom: dict[str, CustomValue] = Field(default_factory=dict)
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    merged_into: str | None = None
    merged_ids: tuple[str, ...] = ()

    @property
    def team(self) -> frozenset[str]:
        """Who looks after it: member ids."""
        return frozenset(filter(None, (self.owner_id, *self.assignees)))

    @property
    def viewers(self) -> tuple[str, ...] | None:
        """Whom alone it is for; None: everybody."""
        return tuple(sorted(self.team)) if self.visibility == "team" else None

    @property
    def current_links(self) -> tuple[AccountLink, ...]:
        return tuple(link for link in self.accounts if link.ended_at is None)

    @property
    def owned_addresses(self) -> tuple[str, ...]:
        """Those nobody else may have; of somebody deleted or merged away there are none."""
        here = self.deleted_at is None and self.merged_into is None
        return tuple(email.normalised for email in self.emails if not email.shared) if here else ()
