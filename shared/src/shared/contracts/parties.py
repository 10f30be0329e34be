"""Who an upstream event is about: the part of a payload that every producer shares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Annotated

from pydantic import BeforeValidator, Field

from shared.contracts.catalogue import EventData
from shared.contracts.values import Value

LONGEST_ADDRESS = 1_000
"""With the name around it. What is longer is no address, and taking it apart costs its length squared."""

_bracketed = re.compile(r"<([^<>]*@[^<>]*)>")


def _address(value: object) -> object:
    """`Ann Lee <ann@acme.com>` and `{"email": "ann@acme.com"}` mean ann@acme.com."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("address")
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
        return value
    bracketed = _bracketed.findall(value)
    if len(bracketed) == 1:
        return bracketed[0].strip()
    address = parseaddr(value)[1]
    return address if value.count("@") == 1 and "@" in address else value


MailAddress = Annotated[str, BeforeValidator(_address, json_schema_input_type=str)]
"""A mail address; a display name around it is dropped."""


class Party(Value):
    """Somebody an event is about. Without `contact_id` the party is resolved by any address or phone of a contact."""

    contact_id: str | None = None
    email: MailAddress | None = None
    phone: str | None = None
    account_id: str | None = None
    role: str | None = None


def _attendee(value: object) -> object:
    return {"email": value} if isinstance(value, str) else value


Attendee = Annotated[Party, BeforeValidator(_attendee, json_schema_input_type=str | Party)]
"""A party that may be given as a bare mail address."""


class Upstream(EventData):
    """What every payload of another service may carry."""

    parties: tuple[Party, ...] = Field((), description="whom the event is about")
    backfill: bool = Field(False, description="it happened long ago and is told only now")
    visibility: str = Field("all", description="all, mailbox, role:<name>")

    def people(self) -> tuple[Party, ...]:
        """Everybody the event is about: `parties`, and whom the payload's own fields name. Each once, in this order."""
        return tuple(dict.fromkeys([*self.parties, *self._named()]))

    def _named(self) -> Iterable[Party]:
        """The parties that fields of this payload name; producers with such fields say which."""
        return ()


def by_email(address: str | None, role: str) -> tuple[Party, ...]:
    """The party behind a mail address, if there is one."""
    return (Party(email=address, role=role),) if address else ()
