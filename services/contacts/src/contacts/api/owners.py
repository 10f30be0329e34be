"""Another owner for many contacts at once: those of somebody who left, those nobody has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from contacts.api.changes import surroundings_of
from contacts.api.requests import ContactsStore, DirectoryStore, Writer, cause, overrides
from contacts.api.viewing import NOT_YOURS, views
from contacts.domain.contact import Contact
from contacts.domain.directory import may_be_responsible
from contacts.domain.drafts import Draft, Given, Id, Short
from contacts.domain.editing import edited
from contacts.domain.refusals import Refused
from contacts.domain.reviewing import SourceNotReviewedError, refuse_unreviewed
from contacts.domain.revisions import Cause, Revision, revision
from contacts.store import Changing, all_standing
from shared.auth import Principal
from shared.problem import FieldError

router = APIRouter(prefix="/v1/contacts/owner", tags=["contacts"])

MOST = 500

Wish = Callable[[Contact], Contact]


class Assignment(Given):
    contact_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST)]
    owner_id: Annotated[Id | None, Field(description="null: nobody")]
    override_reason: Annotated[Short | None, Field(description="why contacts whose source nobody reviewed are assigned all the same")] = (
        None
    )

    @property
    def draft(self) -> Draft:
        return Draft.model_validate({"owner_id": self.owner_id})


class RowError(BaseModel):
    code: Literal["not-found", "not-yours", "deleted", "merged", "source_not_reviewed", "validation"]
    detail: str
    survivor_id: str | None = None
    owner_id: Annotated[str | None, Field(description="of a contact the caller may not view: whom to ask")] = None
    errors: tuple[FieldError, ...] = ()


class AssignedRow(BaseModel):
    id: str
    state: Literal["changed", "unchanged", "refused"]
    version: int | None = None
    error: RowError | None = None


class AssignedRows(BaseModel):
    items: list[AssignedRow]


@router.post("")
async def change_owners(body: Assignment, caller: Writer, contacts: ContactsStore, directory: DirectoryStore) -> AssignedRows:
    """Each contact for itself, all in one transaction: whoever gets or loses many is told once. Contacts come back in the order asked."""
    overridden = overrides(caller, body.override_reason)
    around = await surroundings_of(body.draft, caller.workspace, directory)
    if body.owner_id is not None and (refused := may_be_responsible({body.owner_id}, "owner_id", around)):
        raise Refused(refused)
    why = cause(caller, body.override_reason)

    def given(contact: Contact) -> Contact:
        return refuse_unreviewed(contact, edited(contact, body.draft, around, now=why.at), overridden=overridden)

    work = partial(_assigned, caller=caller, contact_ids=body.contact_ids, given=given, why=why)
    return AssignedRows(items=await contacts.transact(caller.workspace, work))


async def _assigned(changing: Changing, *, caller: Principal, contact_ids: tuple[str, ...], given: Wish, why: Cause) -> list[AssignedRow]:
    ids = tuple(dict.fromkeys(contact_ids))
    known = await changing.get_many(ids)
    standing = await all_standing(changing.get_many, known)
    rows = list[AssignedRow]()
    for contact_id in ids:
        made = _hidden(caller, standing.get(contact_id)) or _made(known.get(contact_id), given, why)
        if isinstance(made, RowError):
            rows.append(AssignedRow(id=contact_id, state="refused", error=made))
        else:
            await changing.save(made)
            rows.append(AssignedRow(id=contact_id, state="changed" if made.happenings else "unchanged", version=made.after.version))
    return rows


def _hidden(caller: Principal, now: Contact | None) -> RowError | None:
    """What is said of a contact, or of who took it in, where the caller may not view it."""
    if now is None or views(caller, now):
        return None
    return RowError(code="not-yours", detail=NOT_YOURS, owner_id=now.owner_id)


def _made(before: Contact | None, given: Wish, why: Cause) -> Revision | RowError:
    """The contact with its new owner, or why it can not have them."""
    if before is None:
        return RowError(code="not-found", detail="There is no such contact in this workspace.")
    if before.merged_into is not None:
        return RowError(code="merged", detail="This contact was merged into another.", survivor_id=before.merged_into)
    if before.deleted_at is not None:
        return RowError(code="deleted", detail="This contact is deleted; restore it first.")
    try:
        return revision(before, given(before), why)
    except SourceNotReviewedError:
        return RowError(code="source_not_reviewed", detail="Nobody has reviewed where this contact came from.")
    except Refused as refused:
        errors = tuple(FieldError(fault.field, fault.message) for fault in refused.errors)
        return RowError(code="validation", detail="Some fields are not acceptable.", errors=errors)
