"""Clusters: records that are one person, as far as anybody can tell, and which runs and integrations made them (KC5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field, StringConstraints

from dedupe.api.answers import ContactAnswer, ScoredPair
from dedupe.api.deciding import Deciding, Member, Said
from dedupe.api.places import placed
from dedupe.domain.clustering import Cluster
from dedupe.domain.indexed import IndexedContact
from dedupe.domain.pairs import Pair
from dedupe.store import ClustersWanted, DedupeStore, Position
from shared.auth import Caller
from shared.problem import Problem

ClusterId = Annotated[str, Path(min_length=1, max_length=64)]
Word = Annotated[str, Query(min_length=1, max_length=200)]


class MadeBy(BaseModel):
    """Where some of the records came from."""

    source: str = Field(description="manual, form, import, mailbox, integration, api")
    run: str | None = Field(description="import run, name of the integration, form or mailbox")
    contact_ids: list[str]


class ClusterAnswer(BaseModel):
    """Records of one person. The id stays while others join and leave, as long as its first record does."""

    id: str
    contact_ids: list[str]
    score: float = Field(description="0 to 1: how sure the least sure of them is")
    certain: bool
    ruleset_version: str
    contacts: list[ContactAnswer] = Field(description="in the order of contact_ids")
    pairs: list[ScoredPair] = Field(description="what links them, the likeliest first")
    made_by: list[MadeBy]
    left_out: int = Field(description="weaker links to others that were not followed because too many hang together")

    @classmethod
    def of(cls, cluster: Cluster, known: Mapping[str, IndexedContact], pairs: Iterable[Pair]) -> Self:
        members = [known[contact_id] for contact_id in cluster.contact_ids if contact_id in known]
        return cls(
            id=cluster.cluster_id,
            contact_ids=list(cluster.contact_ids),
            score=cluster.score,
            certain=cluster.certain,
            ruleset_version=cluster.ruleset,
            contacts=[ContactAnswer.of(member) for member in members],
            pairs=[ScoredPair.of(pair) for pair in pairs if set(cluster.contact_ids).issuperset(pair.contact_ids)],
            made_by=_made_by(members),
            left_out=cluster.left_out,
        )


class ClustersAnswer(BaseModel):
    """A page of clusters, the likeliest first."""

    items: list[ClusterAnswer]
    next_cursor: str | None


class Apart(Said):
    """`contact_ids` are those who are not the others; without it none of them is another one."""

    contact_ids: Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(max_length=100)] | None = None


class DismissedAnswer(BaseModel):
    """The pairs it was said of, as they are now."""

    pairs: list[ScoredPair]


CLUSTERS = placed("clusters")
MOST_COUNTED = 1_000


class Count(BaseModel):
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of them."""

    min_score: Annotated[float, Query(ge=0, le=1)] = 0.0
    source: Annotated[Word | None, Query(description="import, integration, form and so on")] = None
    run: Annotated[Word | None, Query(description="import run, or name of the integration")] = None
    owner: Annotated[Word | None, Query(description="member id")] = None

    def wanted(self, limit: int, after: Position | None = None) -> ClustersWanted:
        return ClustersWanted(self.min_score, self.source, self.run, self.owner, after, limit)


def clusters_router(store: DedupeStore, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates/clusters", tags=["duplicates"])
    deciding = Deciding(store, now)

    async def shown(workspace: str, clusters: Sequence[Cluster]) -> list[ClusterAnswer]:
        contact_ids = {contact_id for cluster in clusters for contact_id in cluster.contact_ids}
        known, pairs = await store.contacts(workspace, contact_ids), await store.pairs_among(workspace, contact_ids)
        return [ClusterAnswer.of(cluster, known, pairs) for cluster in clusters]

    @router.get("")
    async def clusters(
        caller: Caller,
        chosen: Annotated[Chosen, Depends()],
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> ClustersAnswer:
        """Of source, run and owner it is enough that one of the records has it."""
        found, following = await store.clusters(caller.workspace, chosen.wanted(limit, CLUSTERS.place(cursor)))
        return ClustersAnswer(items=await shown(caller.workspace, found), next_cursor=CLUSTERS.after(following))

    @router.get("/count")
    async def count(caller: Caller, chosen: Annotated[Chosen, Depends()]) -> Count:
        """How many there are, for a badge: beyond a thousand only that there are more."""
        found = await store.count_clusters(caller.workspace, chosen.wanted(MOST_COUNTED + 1))
        return Count(count=min(found, MOST_COUNTED), more=found > MOST_COUNTED)

    @router.get("/{cluster_id}")
    async def cluster(cluster_id: ClusterId, caller: Caller) -> ClusterAnswer:
        found = await store.cluster(caller.workspace, cluster_id)
        if found is None:
            raise gone()
        [answer] = await shown(caller.workspace, [found])
        return answer

    @router.post("/{cluster_id}/dismiss")
    async def dismiss(cluster_id: ClusterId, apart: Apart, caller: Member) -> DismissedAnswer:
        """They are several people, or some of them are not the others: remembered of every pair that links them."""
        found = await store.cluster(caller.workspace, cluster_id)
        if found is None:
            raise gone()
        members = frozenset(found.contact_ids)
        ones = members if apart.contact_ids is None else members.intersection(apart.contact_ids)
        others = members if apart.contact_ids is None else members - ones
        pairs = await deciding.apart(ones, others, apart, caller)
        return DismissedAnswer(pairs=[ScoredPair.of(pair) for pair in pairs])

    return router


def gone() -> Problem:
    return Problem(404, "not-found", "There is no such cluster: its records were merged, told apart, or have changed.")


def _made_by(members: Iterable[IndexedContact]) -> list[MadeBy]:
    def origin(member: IndexedContact) -> tuple[str, str]:
        return member.card.source, member.card.run

    return [
        MadeBy(source=source, run=run or None, contact_ids=[member.contact_id for member in theirs])
        for (source, run), theirs in groupby(sorted(members, key=origin), origin)
    ]
