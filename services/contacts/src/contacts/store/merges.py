"""What was merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from contacts.domain.merging import Merge
from contacts.store.asked import EarlierMerge, Once, Page, Position


class Merges(Protocol):
    """The merges of one workspace, with what there was before each."""

    async def get(self, merge_id: str) -> Merge | None: ...

    async def page(self, contact_id: str | None, after: Position | None, limit: int) -> Page[Merge]:
        """The newest first; those in which this contact took part, on either side."""

    async def standing(self, survivor_id: str) -> Sequence[Merge]:
        """Those into this contact that are not undone, in their order."""

    async def that_took(self, contact_id: str) -> Merge | None:
        """The merge by which this contact is another now."""

    async def earlier(self, once: Once) -> EarlierMerge | None: ...

    async def keep(self, merge: Merge, once: Once | None = None) -> None:
        """In the place of what was kept under its id. Raises KeyUsedError."""
