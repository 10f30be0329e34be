"""A program that creates somebody we know: no second record, and nothing overwritten, but a proposed update (CU1)."""

from __future__ import annotations

import hashlib
import json

from contacts.api.answers import key_reused
from contacts.api.bodies import NewContact, Proposed
from contacts.domain.arrivals import MAX_PAYLOAD, Evidence
from contacts.domain.contact import Source
from contacts.domain.drafts import Draft
from contacts.domain.proposals import changes
from contacts.domain.refusals import FieldError, Refused
from contacts.domain.reviewing import Item
from contacts.domain.revisions import Cause
from contacts.store import AddressTakenError, Changing, Contacts, Once
from shared.auth import Principal, Role
from shared.contracts.ids import new_id

PROPOSING = frozenset({"form", "import", "integration"})


def proposes(caller: Principal, source: Source, taken: AddressTakenError) -> bool:
    """A person decides there and then; and where two contacts have the addresses, a program has to say whom it means."""
    return caller.role is Role.SERVICE and source.type in PROPOSING and len(taken.owners) == 1


def evidence_for(about: str, body: NewContact, source: Source, cause: Cause) -> Evidence | None:
    """What the caller gave as evidence; `about` is what it is kept under."""
    if body.evidence is None:
        return None
    if len(json.dumps(body.evidence.payload)) > MAX_PAYLOAD:
        raise Refused([FieldError("evidence.payload", f"at most {MAX_PAYLOAD:,} characters")])
    return Evidence(id=about, type=source.type, at=cause.at, title=body.evidence.title, payload=body.evidence.payload)


async def proposed_instead(
    contacts: Contacts, workspace: str, contact_id: str, body: NewContact, *, region: str, source: Source, cause: Cause, once: Once | None
) -> Proposed:
    """The proposal, the same one for a repeated key; none where nothing differs."""
    said = Draft.model_validate(body.model_dump(mode="json", exclude_unset=True, include=set(Draft.model_fields)))
    proposal_id = f"api:{hashlib.sha256(once.key.encode()).hexdigest()[:32] if once else new_id()}"

    async def propose(changing: Changing) -> Proposed:
        earlier = await changing.queue.item(proposal_id)
        if earlier is not None and once is not None and earlier.fingerprint != once.fingerprint:
            raise key_reused()
        if earlier is not None:
            return Proposed(proposal_id=earlier.id, contact_id=earlier.contact_id)
        contact = await changing.get(contact_id)
        if contact is None or not changes(contact, said, region):
            return Proposed(proposal_id=None, contact_id=contact_id)
        evidence = evidence_for(proposal_id, body, source, cause)
        if evidence is not None:
            await changing.queue.keep(evidence.about(contact_id, None))
        await changing.queue.put(
            Item(
                id=proposal_id,
                kind="update",
                contact_id=contact_id,
                viewers=contact.viewers,
                source=source.model_copy(update={"first_seen_at": cause.at}),
                at=cause.at,
                said=said.model_dump(mode="json", exclude_unset=True),
                fingerprint=once.fingerprint if once else None,
            )
        )
        return Proposed(proposal_id=proposal_id, contact_id=contact_id)

    return await contacts.transact(workspace, propose)
