"""Somebody who is not saved (yet), as a client describes them: the fields of a contact, of which some are compared."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from dedupe.domain.person import Person, Phone

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Part(BaseModel):
    """Of what a client sends, what is compared. The rest is ignored: a form or a contact that was read is checked as it is."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Typed(Part):
    typed: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]
    e164: Annotated[str, StringConstraints(max_length=20)] | None = None


class Link(Part):
    name: Text | None = None
    ended_at: Any = None


class Address(Part):
    street: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postcode: Text | None = None


def _typed(value: object) -> object:
    return {"typed": value} if isinstance(value, str) else value


Typeds = Annotated[tuple[Annotated[Typed, BeforeValidator(_typed)], ...], Field(max_length=50)]


class Candidate(Part):
    """Any of the fields that identify somebody. Text that is not an address or a number yet is not compared, and no error."""

    contact_id: Id | None = Field(None, description="the contact that is being changed: not its own look-alike")
    first_name: Text | None = None
    middle_name: Text | None = None
    last_name: Text | None = None
    suffix: Text | None = None
    job_title: Text | None = None
    emails: Typeds = ()
    phones: Typeds = ()
    accounts: Annotated[tuple[Link, ...], Field(max_length=100)] = ()
    company: Text | None = None
    address: Address | None = None
    birth_date: date | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Candidate:
        if self.person() == Person():
            raise PydanticCustomError("nobody", "At least a name, an email address, a phone number or another identifying field is needed")
        return self

    def person(self) -> Person:
        address = self.address or Address()
        current = [link.name for link in self.accounts if link.ended_at is None]
        return Person(
            first_name=self.first_name or "",
            middle_name=self.middle_name or "",
            last_name=self.last_name or "",
            suffix=self.suffix or "",
            job_title=self.job_title or "",
            emails=tuple(email.typed for email in self.emails if "@" in email.typed),
            phones=tuple(Phone(phone.typed, phone.e164) for phone in self.phones),
            companies=tuple(dict.fromkeys(filter(None, (self.company, *current)))),
            street=address.street or "",
            city=address.city or "",
            region=address.region or "",
            postcode=address.postcode or "",
            birth_date=self.birth_date.isoformat() if self.birth_date else "",
        )
