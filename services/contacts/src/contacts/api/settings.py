"""What a workspace decides about its contacts."""

from __future__ import annotations

from fastapi import APIRouter

from contacts.api.bodies import WorkspaceSettings
from contacts.api.requests import Admin, DirectoryStore, Reader
from contacts.domain.phones import is_region
from contacts.domain.refusals import FieldError, Refused

router = APIRouter(prefix="/v1/contacts/settings", tags=["settings"])


@router.get("")
async def read_settings(caller: Reader, directory: DirectoryStore) -> WorkspaceSettings:
    return WorkspaceSettings(region=await directory.region(caller.workspace))


@router.put("")
async def change_settings(body: WorkspaceSettings, caller: Admin, directory: DirectoryStore) -> WorkspaceSettings:
    if not is_region(body.region):
        raise Refused([FieldError("region", "not a region with phone numbers")])
    await directory.set_region(caller.workspace, body.region)
    return body
