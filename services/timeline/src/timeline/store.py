"""What this service asks of its storage, in the words of the domain. Every call is about one workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from shared.contracts.envelope import Event
from timeline.domain import Count, Dependents, Entry, Filters, NewEntry, Note, Position, Tally, Whose


class TimelineStore(Protocol):
    """Timelines, notes, and who is who."""

    async def record(self, workspace: str, entries: Sequence[NewEntry], heard: Mapping[str, datetime]) -> None:
        """Put entries on the timelines of everybody they are about, each once; `heard` is the time of the last event of each source."""

    async def follow(self, workspace: str, contact_events: Sequence[Event]) -> None:
        """Take in who holds which address, who was merged into whom and who was erased, and move entries and notes accordingly.

        Those of an erased contact are removed, and it from what is about others too.
        """

    async def whose(self, workspace: str, contact_id: str) -> Whose | None:
        """Whose timeline that is today; None where the contact was erased."""

    async def whose_are(self, workspace: str, contact_ids: Collection[str]) -> Mapping[str, Whose]:
        """The same of several, by the ids asked for; those erased are left out."""

    async def entries(self, workspace: str, whose: Whose, filters: Filters, after: Position | None, limit: int) -> list[Entry]:
        """The newest first, at most `limit`, those older than `after`."""

    async def about_whom(self, workspace: str, entry_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The contacts these entries are about today."""

    async def count(self, workspace: str, whose: Whose) -> Count:
        """How many entries there are, up to a bound."""

    async def tallies(self, workspace: str, whose: Whose) -> Mapping[str, Tally]:
        """The records on a timeline, by kind."""

    async def named_with(self, workspace: str, email: str) -> Collection[str]:
        """The contacts whose records used an address."""

    async def dependents(self, workspace: str, email: str, but: Collection[str]) -> list[Dependents]:
        """The records that used an address, also where they name its contact by id; without what is about nobody `but` these contacts."""

    async def waiting(self, workspace: str, email: str) -> Mapping[str, Tally]:
        """The records that came by an address nobody has or ever had, by kind: whoever gets it gets them."""

    async def heard(self, workspace: str) -> Mapping[str, datetime]:
        """When the last event happened that came from each source."""

    async def note(self, workspace: str, note_id: str) -> Note | None: ...

    async def note_met(self, workspace: str, note_id: str) -> Note | None:
        """The note that was in the way of a write; `note` may not show it yet."""

    async def notes(self, workspace: str, whose: Whose, after: Position | None, limit: int) -> list[Note]:
        """Those not deleted, the newest first."""

    async def write(self, workspace: str, note: Note, event: Event, entry: NewEntry) -> bool:
        """Save a version of a note with its event and its entry, all or nothing; False if it is not the version after the one there."""
