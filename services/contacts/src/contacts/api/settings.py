"""What a workspace decides about its contacts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contacts.api.requests import Admin, ContactsStore, DirectoryStore, Reader
from contacts.domain.custom import members_named
from contacts.domain.directory import may_be_responsible
from contacts.domain.refusals import FieldError, Refused
from contacts.domain.workspace import Workspace
from shared.web import Problem

DropUsed = Annotated[bool, Query(description="also where contacts have values of a field that goes")]

router = APIRouter(prefix="/v1/contacts/settings", tags=["settings"])


@router.get("")
async def read_settings(caller: Reader, directory: DirectoryStore) -> Workspace:
    return await directory.decided(caller.workspace)


@router.put("")
async def change_settings(
    body: Workspace, caller: Admin, directory: DirectoryStore, contacts: ContactsStore, *, drop_used: DropUsed = False
) -> Workspace:
    """As a whole, over the `version` that was read. Contacts keep the status they have; from now on they move as the process says.

    A field that contacts have values of is taken away, or made one of another type, with `drop_used` only. They keep the values.
    """
    faults = [*body.faults(), *await _persons_gone(body, caller.workspace, directory)]
    if faults:
        raise Refused(faults)
    before = await directory.decided(caller.workspace)
    used = await contacts.uses(caller.workspace, () if drop_used else before.taken_away(body))
    if used:
        uses = [{"key": key, "contacts": count} for key, count in used.items()]
        raise Problem(409, "field-in-use", "Contacts have values of a field that would be gone.", uses=uses)
    decided = await directory.decide(caller.workspace, body)
    if decided is None:
        current = await directory.decided(caller.workspace)
        raise Problem(409, "stale-version", "Somebody changed the settings after you read them.", current=current.model_dump(mode="json"))
    return decided


async def _persons_gone(settings: Workspace, workspace: str, directory: DirectoryStore) -> list[FieldError]:
    """Defaults that are no active member: new contacts would not be given them."""
    around = await directory.surroundings(workspace, members=members_named(settings.fields, {}), accounts=())
    persons = {f"fields.{position}.default": field.default for position, field in enumerate(settings.fields) if field.type == "person"}
    return [fault for where, default in persons.items() if default for fault in may_be_responsible({str(default)}, where, around)]
