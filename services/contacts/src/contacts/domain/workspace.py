"""What a workspace decides about its contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from contacts.domain import required, trust
from contacts.domain.drafts import MAX_CUSTOM, Given
from contacts.domain.fields import CustomField
from contacts.domain.phones import DEFAULT_REGION, is_region
from contacts.domain.process import Process
from contacts.domain.refusals import FieldError
from contacts.domain.trust import SourceTrust


class Workspace(Given):
    """The settings of one workspace; those nobody changed are the defaults, at version 0."""

    region: Annotated[str, Field(description="ISO 3166-1 alpha-2: how numbers without a country code are read")] = DEFAULT_REGION
    process: Process = Process()
    fields: Annotated[tuple[CustomField, ...], Field(max_length=MAX_CUSTOM)] = ()
    sources: Annotated[tuple[SourceTrust, ...], Field(max_length=500, description="whoever comes from a trusted one needs no review")] = ()
    version: Annotated[int, Field(ge=0, description="counts the changes; a change names the version it was made to")] = 0

    def faults(self) -> Iterator[FieldError]:
        if not is_region(self.region):
            yield FieldError("region", "not a region with phone numbers")
        for fault in self.process.faults():
            yield FieldError(f"process.{fault.field}", fault.message)
        yield from required.faults_of(self.process, self.fields)
        yield from trust.faults(self.sources)
        for position, field in enumerate(self.fields):
            if field.key in (other.key for other in self.fields[:position]):
                yield FieldError(f"fields.{position}.key", "the same key twice")
            for fault in field.faults():
                yield FieldError(f"fields.{position}.{fault.field}", fault.message)

    def taken_away(self, after: Workspace) -> tuple[str, ...]:
        """The keys of the fields that would be gone, or of another type: values of the old one are none of the new."""
        kept = {(field.key, field.type) for field in after.fields}
        return tuple(field.key for field in self.fields if (field.key, field.type) not in kept)
