"""Erasing a person for good, here and wherever their events went."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from contacts.api.answers import not_found
from contacts.api.present import present
from contacts.api.requests import Admin, ContactsStore, ErasingStore, cause
from contacts.domain.contact import Contact
from contacts.domain.erasure import Erased, ErasureWish, confirmed

router = APIRouter(prefix="/v1/contacts/{contact_id}/erase", tags=["contacts"])


class ErasureAnswer(BaseModel):
    """All that is left."""

    id: str
    version: int
    erased_at: datetime
    by: str | None
    reason: str | None
    merged_ids: list[str]
    """Those who had been merged into it, and were erased with it."""
    shared_with: list[str]
    """Contacts that have an address or number of theirs too: what came by those is kept, as those others'."""

    @classmethod
    def of(cls, erased: Erased) -> ErasureAnswer:
        grave, *merged = erased.tombstones
        return cls(
            id=grave.contact_id,
            version=grave.version,
            erased_at=grave.at,
            by=grave.by,
            reason=grave.reason,
            merged_ids=[other.contact_id for other in merged],
            shared_with=list(erased.shared_with),
        )


@router.post("")
async def erase_contact(contact_id: str, body: ErasureWish, caller: Admin, contacts: ContactsStore, erasing: ErasingStore) -> ErasureAnswer:
    """Everything about the person, and about those merged into it; there is no way back. A deleted contact can be erased too."""
    contact = await present(contacts, caller, contact_id)

    def check(found: Contact) -> None:
        confirmed(found, body)

    erased = await erasing.erase(caller.workspace, contact.id, check, cause(caller, body.reason))
    if erased is None:
        raise not_found("contact")
    return ErasureAnswer.of(erased)
