"""Splitting an address off a contact."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from contacts import translate
from contacts.api.answers import deleted, stale, version_tag
from contacts.api.present import present_in
from contacts.api.requests import ContactsStore, DirectoryStore, ReadVersion, Writer, cause
from contacts.domain.revisions import revision
from contacts.domain.splitting import Parted, Split, parted
from contacts.store import Changing
from shared.contracts import contacts as wire
from shared.contracts.ids import new_id

router = APIRouter(prefix="/v1/contacts/{contact_id}/split", tags=["contacts"])


class SplitAnswer(BaseModel):
    """Both people, as they are now."""

    contact: wire.Contact
    new: wire.Contact


@router.post("", status_code=201)
async def split_off(
    *,
    contact_id: str,
    body: Split,
    caller: Writer,
    contacts: ContactsStore,
    directory: DirectoryStore,
    response: Response,
    if_match: ReadVersion,
) -> SplitAnswer:
    """A new contact gets these addresses, and with them what came to them: mail, tickets, invoices. What names the contact stays."""
    why = cause(caller)
    first_status = (await directory.decided(caller.workspace)).process.first
    new_contact_id = new_id()

    async def work(change: Changing) -> Parted:
        before = await present_in(change.get, caller, contact_id)
        if if_match is not None and before.version != if_match:
            raise stale(before)
        if before.deleted_at is not None:
            raise deleted()
        both = parted(before, body, contact_id=new_contact_id, status=first_status, now=why.at)
        rest = revision(before, both.rest, why)
        new = revision(None, both.new, why)
        await change.save(rest)  # first: an address belongs to one contact at a time
        await change.save(new)
        return Parted(rest.after, new.after)

    both = await contacts.transact(caller.workspace, work)
    response.headers.update({**version_tag(both.new), "Location": f"/v1/contacts/{both.new.id}"})
    return SplitAnswer(contact=translate.snapshot(both.rest), new=translate.snapshot(both.new))
