"""What this service asks of its storage, in the words of the domain. Every call is about one workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from dedupe.domain.clustering import Cluster, Together
from dedupe.domain.indexed import Card, IndexedContact
from dedupe.domain.look_alikes import Alike
from dedupe.domain.pairs import Neighbourhood, Pair, Parting, Status
from dedupe.domain.rescan import Rescan
from dedupe.domain.ruleset import Rules
from dedupe.domain.workspace import Thresholds
from shared.contracts.envelope import Event
from shared.messaging import Batch

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of pairs or clusters ended."""

    score: float
    last_id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pairs: the likeliest first. Without a status, those of which there is something to decide or to merge."""

    status: Status | None = None
    contact_id: str | None = None
    min_score: float = 0.0
    after: Position | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ClustersWanted:
    """Which clusters: the likeliest first. Of source, run and owner it is enough that one of its contacts has it.

    With a `viewer`, a member's id, those of which they may view two that are linked, by contacts they may view.
    """

    min_score: float = 0.0
    source: str | None = None
    run: str | None = None
    owner: str | None = None
    viewer: str | None = None
    after: Position | None = None
    limit: int = 50


class Judgement(Protocol):
    """What happens together when pairs are judged: the reads see one moment, and nothing is saved that was judged on older contents."""

    @property
    def fresh(self) -> Sequence[Event]:
        """The events of the batch that were not handled before."""

    async def rules(self) -> Rules:
        """Those that hold at this moment."""

    async def neighbourhood(self, contact_ids: Collection[str], rules: Rules) -> Neighbourhood:
        """These contacts, everybody they may be the same as, and the pairs they are in."""

    async def pair(self, pair_id: str) -> tuple[Pair, IndexedContact, IndexedContact] | None:
        """A pair and its two contacts."""

    async def save(self, pairs: Iterable[Pair]) -> None:
        """Keep what was judged. Conflicts with whoever changes one of the contacts meanwhile."""

    async def touch(self, contact_ids: Collection[str]) -> None:
        """Conflict with whoever judges one of these at the same time, also where nothing is saved."""

    async def together(self, contact_ids: Collection[str]) -> Together:
        """These contacts and everybody they hang together with by pairs that link them, as far as such a walk may go."""

    async def keep(self, clusters: Mapping[str, Cluster], *, instead_of: Mapping[str, Cluster]) -> None: ...

    async def forget(self, contact_ids: Collection[str]) -> None:
        """What people said of erased contacts and others, why they are two people; here and where it waits to be told."""

    def publish(self, *events: Event) -> None: ...


class DedupeStore(Protocol):
    """The match index and the pairs."""

    async def remember(self, workspace: str, contacts: Sequence[IndexedContact], partings: Sequence[Parting] = ()) -> None:
        """Put contacts into the index, each unless it is there as new or newer. Committed when it returns, see handlers.py.

        With them what undone merges decided: that stays, whatever was heard of the contacts since.
        """

    def handling(self, batch: Batch) -> AbstractAsyncContextManager[Judgement]:
        """One attempt at judging what a batch brought, with its inbox marks."""

    async def judging(self, workspace: str, work: Callable[[Judgement], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction; on a conflict all of it again, so it has no other effects."""

    async def alike(self, workspace: str, wanted: Sequence[Collection[str]]) -> list[Alike]:
        """For each set of keys contacts that share one, those with an address or a number in common first; a bounded number of them.

        Of these contacts, what is compared and shown is read and nothing else.
        """

    async def rules(self, workspace: str) -> Rules:
        """As they were a moment ago; judgements take those of their own moment."""

    async def set_thresholds(self, workspace: str, thresholds: Thresholds, revision: int, by: str) -> Rules | None:
        """None where the rules are no longer of that revision. Everybody is judged anew by them."""

    async def rescan(self, workspace: str) -> Rescan:
        """The newest one."""

    async def want_rescan(self, workspace: str, by: str) -> Rescan:
        """Everybody is judged anew, also under the same rules."""

    async def crowded(self, workspace: str) -> Mapping[str, int]:
        """How many blocking keys of each kind too many have for anybody to be found by them."""

    async def pairs(self, workspace: str, wanted: Wanted) -> tuple[list[Pair], Position | None]:
        """A page of pairs, and where the next one starts."""

    async def pairs_by_id(self, workspace: str, pair_ids: Collection[str]) -> dict[str, Pair]:
        """Those of them that are kept."""

    async def decisions(self, workspace: str, after: str, limit: int) -> list[Pair]:
        """Pairs somebody decided about and did not take it back, in the order of their ids."""

    async def pairs_among(self, workspace: str, contact_ids: Collection[str]) -> list[Pair]:
        """Those that link two of these contacts, the likeliest first."""

    async def clusters(self, workspace: str, wanted: ClustersWanted) -> tuple[list[Cluster], Position | None]:
        """A page of clusters, and where the next one starts."""

    async def count_clusters(self, workspace: str, wanted: ClustersWanted) -> int:
        """How many there are, `wanted.limit` at most."""

    async def cluster(self, workspace: str, cluster_id: str) -> Cluster | None: ...

    async def survivor(self, workspace: str, contact_id: str) -> str:
        """Who stands for this id today: itself, or whoever a chain of merges leads to."""

    async def survivors(self, workspace: str, contact_ids: Collection[str]) -> dict[str, str]:
        """The same for several, asked for together."""

    async def contacts(self, workspace: str, contact_ids: Collection[str]) -> dict[str, IndexedContact]:
        """Those of them that are in the index."""

    async def cards(self, workspace: str, contact_ids: Collection[str]) -> dict[str, Card]:
        """What is shown of them and to whom, and nothing else."""


class RescanStore(DedupeStore, Protocol):
    """What judging everybody anew takes beside it."""

    async def rescans(self) -> Mapping[str, Rescan]:
        """Of every workspace the newest one."""

    async def claim(self, workspace: str) -> Rescan | None:
        """How far its rescan is, for a while to be done by this process alone; None while another one does it."""

    async def keep(self, workspace: str, rescan: Rescan, *, began: bool = False) -> bool:
        """Whether it is still this process's to do."""

    async def size(self, workspace: str) -> int:
        """How many contacts are in the index and not gone."""

    async def present(self, workspace: str, after: str, limit: int) -> list[str]:
        """The next of them, in the order of their ids."""

    async def normalise(self, workspace: str, contact_ids: Sequence[str]) -> None:
        """Make those comparable by this ruleset that an earlier one did."""

    async def count_names(self, workspace: str) -> None:
        """Those of everybody in the index; the rules go by them from then on."""

    async def uncrowd(self, workspace: str) -> None:
        """Look at crowded blocking keys again: a crowd may have gone."""
