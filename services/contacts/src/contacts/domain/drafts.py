"""What somebody wants a contact to be: the fields they give, bounded, before anything is checked against the world.

A field that is not given is left alone, null empties it. Derived parts (keys, states, names) are accepted so that what was read can be
sent back, and ignored: they are worked out here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from contacts.domain.contact import Visibility

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]

MAX_CUSTOM = 200
"""Custom fields of one contact, and of one workspace."""


class Given(BaseModel):
    """Nothing unknown is swallowed: a misspelt field is an error and not a silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class GivenEmail(Given):
    typed: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]
    purpose: Literal["work", "personal", "billing", "support"] = "work"
    primary: bool = False
    normalised: Any = Field(None, exclude=True)
    state: Any = Field(None, exclude=True)
    reason: Any = Field(None, exclude=True)
    since: Any = Field(None, exclude=True)
    shared: Any = Field(None, exclude=True)


class GivenPhone(Given):
    typed: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    purpose: Literal["work", "mobile", "home", "billing", "support"] = "work"
    primary: bool = False
    e164: Any = Field(None, exclude=True)
    valid: Any = Field(None, exclude=True)


class GivenLink(Given):
    """A place in a company. `name` helps only while the directory does not know the account; `ended_at` makes it a former one."""

    account_id: Id
    name: Short | None = None
    role: Short | None = None
    title: Short | None = None
    primary: bool = False
    ended_at: datetime | None = None
    started_at: Any = Field(None, exclude=True)


class GivenAddress(Given):
    street: Text | None = None
    city: Short | None = None
    region: Short | None = None
    postcode: Short | None = None
    country: Short | None = None


class GivenRelation(Given):
    """A contact this one is entered beside."""

    contact_id: Id
    kind: Literal["same_person", "related"] = "related"


def _typed(value: object) -> object:
    return {"typed": value} if isinstance(value, str) else value


class Draft(Given):
    """The fields a person or a program may set; `model_fields_set` says which of them they did."""

    first_name: Name | None = None
    middle_name: Name | None = None
    last_name: Name | None = None
    suffix: Name | None = None
    job_title: Name | None = None
    emails: Annotated[tuple[Annotated[GivenEmail, BeforeValidator(_typed)], ...], Field(max_length=50)] = ()
    phones: Annotated[tuple[Annotated[GivenPhone, BeforeValidator(_typed)], ...], Field(max_length=50)] = ()
    accounts: Annotated[tuple[GivenLink, ...], Field(max_length=100)] = ()
    company: Name | None = None
    address: GivenAddress | None = None
    birth_date: date | None = None
    owner_id: Id | None = None
    assignees: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    visibility: Visibility | None = None
    status: Label | None = None
    tags: Annotated[tuple[Label, ...], Field(max_length=200)] = ()
    relations: Annotated[tuple[GivenRelation, ...], Field(max_length=50)] = ()
    custom: Annotated[dict[str, JsonValue], Field(max_length=MAX_CUSTOM)] = {}
