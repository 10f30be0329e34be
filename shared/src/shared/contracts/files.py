"""What the files service says: files that belong to somebody."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.parties import Upstream
from shared.contracts.values import Whole

SOURCE = "/services/files"
TOPIC = "crm.files"


class File(Upstream):
    """A file; the subject is its id."""

    name: str | None = None
    mime: str | None = None
    size: Whole | None = Field(None, description="bytes")
    public_link: str | None = None
    account_id: str | None = None


class FileUploaded(File, type="crm.files.file.uploaded.v1"):
    """There is a new file."""


class FileShared(File, type="crm.files.file.shared.v1"):
    """A file can be reached by its public link."""


class FileDownloadedByContact(File, type="crm.files.file.downloaded_by_contact.v1"):
    """A contact fetched a file."""


class FileDeleted(File, type="crm.files.file.deleted.v1"):
    """A file is gone."""
