"""Where a contact is to be reached for a purpose."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from contacts import translate
from contacts.api.present import present
from contacts.api.requests import ContactsStore, Reader
from shared.contracts.contacts import Email

router = APIRouter(prefix="/v1/contacts/{contact_id}/address", tags=["contacts"])

Purpose = Literal["work", "personal", "billing", "support", "sales", "announcement"]


class AddressAnswer(BaseModel):
    """None where no address is usable."""

    contact_id: str
    purpose: Purpose
    email: Email | None


@router.get("")
async def address_for(
    *, contact_id: str, caller: Reader, contacts: ContactsStore, purpose: Annotated[Purpose, Query()] = "work"
) -> AddressAnswer:
    """The purpose's own address, else the primary one; one that mail does not reach is passed over."""
    contact = translate.snapshot(await present(contacts, caller, contact_id))
    return AddressAnswer(contact_id=contact.id, purpose=purpose, email=contact.email_for(purpose))
