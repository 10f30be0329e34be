"""What the guard asks of its storage, in the words of the domain. Every call but `heard` and `note_heard` is about one workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.facts import Told
from outreach_guard.domain.policy import Policy, PolicyChange
from shared.contracts.envelope import Event
from shared.messaging import Partition
from shared.parties import Audience


class Heard(Protocol):
    """How far the consumers are: what is known about sources, not about workspaces."""

    async def heard(self) -> Mapping[str, datetime]:
        """Up to when each topic was heard completely: as far as its last partition. A topic with one never heard is left out."""

    async def note_heard(self, heard: Mapping[Partition, datetime]) -> None:
        """Up to when partitions were heard completely. Whose consumer died stay where they are until somebody else has caught up."""


class GuardStore(Heard, Protocol):
    """Facts about contacts, and the policies they are judged by."""

    async def learn(self, workspace: str, told: Sequence[Told]) -> None:
        """Take in what was told, each in its own place, whatever came before; and join it with whom and what it is about."""

    async def follow(self, workspace: str, contact_events: Sequence[Event]) -> None:
        """Take in who holds which address, who was merged into whom and who was erased, and move facts accordingly.

        What is known about an erased contact goes, and it from what is about others too. Stops stay: they tell no address.
        """

    async def dossier(self, workspace: str, contact_id: str, now: datetime) -> Dossier | None:
        """What can matter now about the contact, or about who stands for it. None where nothing was heard of it."""

    async def audiences(self, workspace: str, contact_ids: Collection[str]) -> Mapping[str, Audience]:
        """For whom these contacts are."""

    async def policy(self, workspace: str) -> Policy:
        """Up to a second old."""

    async def change_policy(self, workspace: str, change: PolicyChange) -> Policy | None:
        """Replace what the workspace changed; None when it had not seen the newest revision."""
