"""What a workspace decides about its contacts."""

from __future__ import annotations

from fastapi import APIRouter

from contacts.api.requests import Admin, DirectoryStore, Reader
from contacts.domain.refusals import Refused
from contacts.domain.workspace import Workspace
from shared.web import Problem

router = APIRouter(prefix="/v1/contacts/settings", tags=["settings"])


@router.get("")
async def read_settings(caller: Reader, directory: DirectoryStore) -> Workspace:
    return await directory.decided(caller.workspace)


@router.put("")
async def change_settings(body: Workspace, caller: Admin, directory: DirectoryStore) -> Workspace:
    """As a whole, over the `version` that was read. Contacts keep the status they have; from now on they move as the process says."""
    faults = list(body.faults())
    if faults:
        raise Refused(faults)
    decided = await directory.decide(caller.workspace, body)
    if decided is None:
        current = await directory.decided(caller.workspace)
        raise Problem(409, "stale-version", "Somebody changed the settings after you read them.", current=current.model_dump(mode="json"))
    return decided
