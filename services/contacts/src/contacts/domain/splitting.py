"""An address that proves to be somebody else's moves to a contact of its own, and what came to it goes with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from contacts.domain.contact import Contact, Email, Relation, Review, Source
from contacts.domain.drafts import Given, Name, Short
from contacts.domain.emails import lookup_key
from contacts.domain.primaries import one_primary
from contacts.domain.refusals import FieldError, Refused


class Split(Given):
    """Which addresses leave, and who has them from now on; a name that is not given is the same as before."""

    emails: Annotated[tuple[Short, ...], Field(min_length=1, max_length=50)]
    first_name: Name | None = None
    last_name: Name | None = None
    relation: Literal["same_person", "related"] = "related"


@dataclass(frozen=True)
class Parted:
    """The contact without the addresses, and the new one that has them."""

    rest: Contact
    new: Contact


def parted(contact: Contact, split: Split, *, contact_id: str, status: str, now: datetime) -> Parted:
    """Raises Refused naming the addresses that the contact does not have."""
    keys = [lookup_key(typed) for typed in split.emails]
    has = {email.normalised for email in contact.emails}
    unknown = [FieldError(f"emails.{position}", "not an address of this contact") for position, key in enumerate(keys) if key not in has]
    if unknown:
        raise Refused(unknown)
    stay, leave = _told_apart(contact.emails, keys)
    named = split.model_dump(include=split.model_fields_set & {"first_name", "last_name"})
    new = Contact(
        id=contact_id,
        first_name=named.get("first_name") or contact.first_name,
        last_name=named.get("last_name", contact.last_name) or None,
        emails=leave,
        owner_id=contact.owner_id,
        assignees=contact.assignees,
        visibility=contact.visibility,
        status=status,
        status_since=now,
        relations=(Relation(contact_id=contact.id, kind=split.relation),),
        source=Source(type="manual", first_seen_at=now),
        review=Review(),
        created_at=now,
        updated_at=now,
    )
    return Parted(contact.model_copy(update={"emails": stay}), new)


def _told_apart(emails: Sequence[Email], keys: Collection[str]) -> tuple[tuple[Email, ...], tuple[Email, ...]]:
    """Those that stay and those that leave, exactly one of each primary."""
    stay = tuple(email for email in emails if email.normalised not in keys)
    return one_primary(stay), one_primary(tuple(email for email in emails if email.normalised in keys))
