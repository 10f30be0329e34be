"""What is to be reviewed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from contacts.domain.arrivals import Evidence
from contacts.domain.quality import Correspondent, Traffic
from contacts.domain.reviewing import Item as ReviewItem
from contacts.store.asked import Page, ReviewWanted


class Queue(Protocol):
    """The review queue within a transaction. Items about new contacts follow what is saved of the contact; updates are put here."""

    async def item(self, item_id: str) -> ReviewItem | None: ...

    async def put(self, item: ReviewItem) -> None: ...

    async def withdraw(self, item_id: str) -> None:
        """An update nobody decided about yet is gone."""

    async def open_updates(self, contact_id: str) -> Sequence[ReviewItem]: ...

    async def rate(self, contact_id: str, traffic: Traffic | None) -> None:
        """How much mail there was with somebody who waits for a review."""

    async def noted(self, evidence_id: str) -> Evidence | None: ...

    async def evidence_of(self, contact_id: str) -> Sequence[Evidence]: ...

    async def keep(self, evidence: Evidence) -> None:
        """In the place of what was noted under its id."""

    async def count(self, more: Correspondent) -> Correspondent:
        """All mail with the address so far. Whoever counts waits for others who do: arrivals of one address come one after the other."""

    async def settle(self, addresses: Collection[str]) -> None:
        """These need no count any more."""

    async def erase(self, contact_ids: Collection[str], addresses: Collection[str]) -> None:
        """Forget everything about these people."""


class Reviews(Protocol):
    """The review queue as it is read."""

    async def page(self, workspace: str, wanted: ReviewWanted) -> Page[ReviewItem]: ...

    async def count(self, workspace: str, wanted: ReviewWanted, most: int) -> int:
        """How many there are, and no more than that many."""

    async def evidence(self, workspace: str, items: Sequence[ReviewItem]) -> Mapping[str, Sequence[Evidence]]:
        """What stands behind each of the items, the newest first."""
