"""Somebody new."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from contacts import translate
from contacts.api.answers import version_tag
from contacts.api.bodies import NewContact, Proposed
from contacts.api.changes import created, once_for, surroundings_of
from contacts.api.proposing import evidence_for, proposed_instead, proposes
from contacts.api.requests import IdempotencyKey, Writer, cause, overrides
from contacts.domain import editing
from contacts.domain.contact import Contact
from contacts.domain.reviewing import refuse_unreviewed
from contacts.store import AddressTakenError, Contacts, Directory
from shared.contracts import contacts as wire
from shared.contracts.ids import new_id
from shared.web.direct import DirectRoute

router = APIRouter(prefix="/v1/contacts", tags=["contacts"], route_class=DirectRoute)

JSON = "application/json"


@router.post("", status_code=201, response_model=wire.Contact | Proposed, responses={202: {"model": Proposed}})
async def create_contact(*, body: NewContact, caller: Writer, request: Request, idempotency_key: IdempotencyKey = None) -> Response:
    """A new person. An address somebody else owns is answered with who that is; a repeated key with the first result.

    For a program that brings people from a form, an import or an integration somebody known is no error: 202, and what is new of them is
    proposed for review.
    """
    contacts: Contacts = request.app.state.contacts  # a direct route has no dependencies
    directory: Directory = request.app.state.directory
    overridden = overrides(caller, body.override_reason)
    why, source, contact_id = cause(caller, body.reason), body.source.as_source(caller.role), new_id()
    around = await surroundings_of(body, caller.workspace, directory)
    once = once_for(caller, idempotency_key, body)

    def make() -> Contact:
        return refuse_unreviewed(None, editing.new_contact(body, source, around, contact_id=contact_id, now=why.at), overridden=overridden)

    evidence = evidence_for(f"api:{contact_id}", body, source, why)
    try:
        contact, replayed = await created(contacts, caller, make, why, once, evidence=evidence, anyway=body.anyway is not None)
    except AddressTakenError as taken:
        if not proposes(caller, source, taken):
            raise
        proposed = await proposed_instead(
            contacts, caller.workspace, taken.owners[0].id, body, region=around.region, source=source, cause=why, once=once
        )
        return Response(proposed.model_dump_json(), 202, media_type=JSON)
    headers = version_tag(contact) | {"Location": f"/v1/contacts/{contact.id}"} | ({"Idempotency-Replayed": "true"} if replayed else {})
    return Response(translate.shown(contact), 201, headers, JSON)
