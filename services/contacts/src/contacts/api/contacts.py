"""The people who are there: read, change, delete, restore."""

from __future__ import annotations

from fastapi import APIRouter, Response

from contacts import translate
from contacts.api.answers import deleted, version_tag
from contacts.api.bodies import ContactPatch
from contacts.api.changes import changed, surroundings_of
from contacts.api.present import present
from contacts.api.requests import ContactsStore, DirectoryStore, Reader, ReadVersion, Writer, cause, overrides
from contacts.domain import editing
from contacts.domain.contact import Contact
from contacts.domain.reviewing import refuse_unreviewed
from shared.contracts import contacts as wire
from shared.web import Problem

router = APIRouter(prefix="/v1/contacts", tags=["contacts"])


@router.get("/{contact_id}")
async def read_contact(contact_id: str, caller: Reader, contacts: ContactsStore, response: Response) -> wire.Contact:
    """Deleted contacts too, with `deleted_at`: they can be restored."""
    contact = await present(contacts, caller, contact_id)
    response.headers.update(version_tag(contact))
    return translate.snapshot(contact)


@router.patch("/{contact_id}")
async def change_contact(
    *,
    contact_id: str,
    body: ContactPatch,
    caller: Writer,
    contacts: ContactsStore,
    directory: DirectoryStore,
    response: Response,
    if_match: ReadVersion,
) -> wire.Contact:
    """Change the given fields of the version that was read (If-Match, or `version` in the body)."""
    version = if_match if if_match is not None else body.version
    if version is None:
        raise Problem(428, "version-required", "Say which version you read: If-Match, or `version` in the body.")
    overridden = overrides(caller, body.override_reason)
    why = cause(caller, body.reason)
    around = await surroundings_of(body, caller.workspace, directory)

    def wish(contact: Contact) -> Contact:
        if contact.deleted_at is not None:
            raise deleted()
        return refuse_unreviewed(contact, editing.edited(contact, body, around, now=why.at), overridden=overridden)

    contact = await changed(contacts, caller, contact_id, wish, why, version=version, anyway=body.anyway is not None)
    response.headers.update(version_tag(contact))
    return translate.snapshot(contact)


@router.delete("/{contact_id}", status_code=204)
async def delete_contact(contact_id: str, caller: Writer, contacts: ContactsStore, if_match: ReadVersion) -> None:
    """Out of sight, its addresses free for others; `restore` brings it back."""
    why = cause(caller)
    await changed(contacts, caller, contact_id, lambda contact: editing.deleted(contact, now=why.at), why, version=if_match)


@router.post("/{contact_id}/restore")
async def restore_contact(contact_id: str, caller: Writer, contacts: ContactsStore, response: Response) -> wire.Contact:
    """As it was, unless somebody else has one of its addresses by now."""
    contact = await changed(contacts, caller, contact_id, editing.restored, cause(caller))
    response.headers.update(version_tag(contact))
    return translate.snapshot(contact)
