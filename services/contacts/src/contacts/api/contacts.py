"""The people: create, read, change, delete, restore."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from contacts import translate
from contacts.api.answers import deleted, version_tag
from contacts.api.bodies import ContactPatch, NewContact, Proposed
from contacts.api.changes import changed, created, once_for, surroundings_of
from contacts.api.present import present
from contacts.api.proposing import evidence_for, proposed_instead, proposes
from contacts.api.requests import ContactsStore, DirectoryStore, Reader, ReadVersion, Writer, cause, overrides
from contacts.domain import editing
from contacts.domain.contact import Contact
from contacts.domain.reviewing import refuse_unreviewed
from contacts.store import AddressTakenError
from shared.contracts import contacts as wire
from shared.contracts.ids import new_id
from shared.web import Problem

router = APIRouter(prefix="/v1/contacts", tags=["contacts"])

IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=200)]


@router.post("", status_code=201, responses={202: {"model": Proposed}})
async def create_contact(
    *,
    body: NewContact,
    caller: Writer,
    contacts: ContactsStore,
    directory: DirectoryStore,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> wire.Contact | Proposed:
    """A new person. An address somebody else owns is answered with who that is; a repeated key with the first result.

    For a program that brings people from a form, an import or an integration somebody known is no error: 202, and what is new of them is
    proposed for review.
    """
    overridden = overrides(caller, body.override_reason)
    why, source, contact_id = cause(caller, body.reason), body.source.as_source(caller.role), new_id()
    around = await surroundings_of(body, caller.workspace, directory)
    once = once_for(caller, idempotency_key, body.model_dump(mode="json"))

    def make() -> Contact:
        return refuse_unreviewed(None, editing.new_contact(body, source, around, contact_id=contact_id, now=why.at), overridden=overridden)

    evidence = evidence_for(f"api:{contact_id}", body, source, why)
    try:
        contact, replayed = await created(contacts, caller.workspace, make, why, once, evidence=evidence, anyway=body.anyway is not None)
    except AddressTakenError as taken:
        if not proposes(caller, source, taken):
            raise
        response.status_code = 202
        known = next(iter(taken.owners))
        return await proposed_instead(contacts, caller.workspace, known, body, region=around.region, source=source, cause=why, once=once)
    response.headers.update(version_tag(contact) | {"Location": f"/v1/contacts/{contact.id}"})
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return translate.snapshot(contact)


@router.get("/{contact_id}")
async def read_contact(contact_id: str, caller: Reader, contacts: ContactsStore, response: Response) -> wire.Contact:
    """Deleted contacts too, with `deleted_at`: they can be restored."""
    contact = await present(contacts, caller.workspace, contact_id)
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

    contact = await changed(contacts, caller.workspace, contact_id, wish, why, version=version, anyway=body.anyway is not None)
    response.headers.update(version_tag(contact))
    return translate.snapshot(contact)


@router.delete("/{contact_id}", status_code=204)
async def delete_contact(contact_id: str, caller: Writer, contacts: ContactsStore, if_match: ReadVersion) -> None:
    """Out of sight, its addresses free for others; `restore` brings it back."""
    why = cause(caller)
    await changed(contacts, caller.workspace, contact_id, lambda contact: editing.deleted(contact, now=why.at), why, version=if_match)


@router.post("/{contact_id}/restore")
async def restore_contact(contact_id: str, caller: Writer, contacts: ContactsStore, response: Response) -> wire.Contact:
    """As it was, unless somebody else has one of its addresses by now."""
    contact = await changed(contacts, caller.workspace, contact_id, editing.restored, cause(caller))
    response.headers.update(version_tag(contact))
    return translate.snapshot(contact)
