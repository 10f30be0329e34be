"""What a workspace decides about its contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from contacts.domain.drafts import Given
from contacts.domain.phones import DEFAULT_REGION, is_region
from contacts.domain.process import Process
from contacts.domain.refusals import FieldError


class Workspace(Given):
    """The settings of one workspace; those nobody changed are the defaults, at version 0."""

    region: Annotated[str, Field(description="ISO 3166-1 alpha-2: how numbers without a country code are read")] = DEFAULT_REGION
    process: Process = Process()
    version: Annotated[int, Field(ge=0, description="counts the changes; a change names the version it was made to")] = 0

    def faults(self) -> Iterator[FieldError]:
        if not is_region(self.region):
            yield FieldError("region", "not a region with phone numbers")
        for fault in self.process.faults():
            yield FieldError(f"process.{fault.field}", fault.message)
