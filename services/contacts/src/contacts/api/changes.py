"""The steps that creating and every kind of changing a contact have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial

from pydantic import BaseModel

from contacts.api.answers import key_reused, stale
from contacts.api.present import present, present_in
from contacts.api.viewing import viewed
from contacts.domain.arrivals import Evidence
from contacts.domain.contact import Contact
from contacts.domain.custom import members_named
from contacts.domain.directory import Surroundings
from contacts.domain.drafts import Draft
from contacts.domain.editing import sharing
from contacts.domain.refusals import Refused
from contacts.domain.revisions import Cause, Revision, revision
from contacts.store import AddressTakenError, Changing, Contacts, Directory, KeyUsedError, Once, StaleVersionError, standing
from shared.auth import Principal
from shared.web import Problem

ATTEMPTS = 5
"""A change without a stated version is made to whatever is there; this many others may come in between."""


async def surroundings_of(draft: Draft, workspace: str, directory: Directory) -> Surroundings:
    fields = (await directory.decided(workspace)).fields
    members = {*draft.assignees, *([draft.owner_id] if draft.owner_id else []), *members_named(fields, draft.custom)}
    return await directory.surroundings(workspace, members=members, accounts={link.account_id for link in draft.accounts})


async def created(
    contacts: Contacts,
    caller: Principal,
    make: Callable[[], Contact],
    cause: Cause,
    once: Once | None,
    *,
    evidence: Evidence | None = None,
    anyway: bool = False,
) -> tuple[Contact, bool]:
    """The new contact, or the one that an earlier request with the same key made; and whether it is that one.

    That one is answered where the caller may view it still. The key is asked only when something is refused: a first request, which nearly
    all are, does not pay for it. `anyway` shares the addresses that others own.
    """
    try:
        made = await saved(contacts, caller.workspace, revision(None, make(), cause), once, evidence=evidence, anyway=anyway)
    except (Refused, AddressTakenError, KeyUsedError):
        earlier = await contacts.earlier(caller.workspace, once) if once else None
        if once is None or earlier is None:
            raise
        if earlier.fingerprint != once.fingerprint:
            raise key_reused() from None
        now = await standing(partial(contacts.get, caller.workspace), earlier.contact.id)
        viewed(caller, now or earlier.contact)
        return earlier.contact, True
    return made.after, False


async def changed(
    contacts: Contacts,
    caller: Principal,
    contact_id: str,
    wish: Callable[[Contact], Contact],
    cause: Cause,
    *,
    version: int | None = None,
    anyway: bool = False,
) -> Contact:
    """The contact after the wish. With a version, only if that is still the current one (CR13)."""
    before = await present(contacts, caller, contact_id)
    for _ in range(ATTEMPTS):
        if version is not None and before.version != version:
            raise stale(before)
        try:
            made = await saved(contacts, caller.workspace, revision(before, wish(before), cause), anyway=anyway)
        except StaleVersionError:
            before = await present_in(partial(contacts.met, caller.workspace), caller, contact_id)
        else:
            return made.after if made.happenings else before
    raise Problem(409, "too-many-changes", "This contact is changing too fast; try again.")


async def saved(
    contacts: Contacts,
    workspace: str,
    made: Revision,
    once: Once | None = None,
    *,
    evidence: Evidence | None = None,
    anyway: bool = False,
) -> Revision:
    """The revision as it was saved, with the evidence of it. Where others own an address and it is to be so `anyway`, it is shared."""
    for _ in range(ATTEMPTS):
        try:
            await contacts.transact(workspace, partial(_stored, made=made, once=once, evidence=evidence))
        except AddressTakenError as taken:
            if taken.owners and not anyway:  # without owners: let go of in between
                raise
            addresses = {address for owned in taken.taken.values() for address in owned}
            made = revision(made.before, sharing(made.after, addresses), made.cause)
        else:
            return made
    raise Problem(409, "too-many-changes", "These addresses change hands too fast; try again.")


async def _stored(changing: Changing, *, made: Revision, once: Once | None, evidence: Evidence | None) -> None:
    await changing.save(made, once)
    if evidence is not None:
        await changing.queue.keep(evidence.about(made.after.id, None))


def once_for(caller: Principal, key: str | None, request: BaseModel) -> Once | None:
    """Keys belong to who sends them: a subject has no blank, so two pairs are never one. The fingerprint tells a repeated request from
    another one under the same key."""
    if key is None:
        return None
    canonical = json.dumps(request.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, default=str)
    return Once(f"{caller.subject} {key}", hashlib.sha256(canonical.encode()).hexdigest())
