"""Clusters: records that are one person, as far as anybody can tell, and which runs and integrations made them (KC5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field, StringConstraints

from dedupe.api.answers import ScoredPair
from dedupe.api.cluster_answers import ClusterAnswer, ClustersAnswer
from dedupe.api.deciding import Deciding, Member, Said
from dedupe.api.places import placed
from dedupe.api.viewing import refuse_unseen
from dedupe.domain.clustering import Cluster
from dedupe.store import ClustersWanted, DedupeStore, Position
from shared.auth import Caller, Principal, sees_all
from shared.problem import Problem

ClusterId = Annotated[str, Path(min_length=1, max_length=64)]
Word = Annotated[str, Query(min_length=1, max_length=200)]


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

    def wanted(self, caller: Principal, limit: int, after: Position | None = None) -> ClustersWanted:
        viewer = None if sees_all(caller) else caller.subject
        return ClustersWanted(self.min_score, self.source, self.run, self.owner, viewer, after, limit)


def clusters_router(store: DedupeStore, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates/clusters", tags=["duplicates"])
    deciding = Deciding(store, now)

    async def shown(caller: Principal, clusters: Sequence[Cluster]) -> list[ClusterAnswer]:
        contact_ids = {contact_id for cluster in clusters for contact_id in cluster.contact_ids}
        known, pairs = await store.contacts(caller.workspace, contact_ids), await store.pairs_among(caller.workspace, contact_ids)
        seen = (ClusterAnswer.seen(cluster, known, pairs, caller) for cluster in clusters)
        return [answer for answer in seen if answer is not None]

    async def one(caller: Principal, cluster_id: str) -> ClusterAnswer:
        found = await store.cluster(caller.workspace, cluster_id)
        for answer in await shown(caller, [found] if found is not None else []):
            return answer
        raise gone()

    @router.get("")
    async def clusters(
        caller: Caller,
        chosen: Annotated[Chosen, Depends()],
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> ClustersAnswer:
        """Of source, run and owner it is enough that one of the records has it."""
        found, following = await store.clusters(caller.workspace, chosen.wanted(caller, limit, CLUSTERS.place(cursor)))
        return ClustersAnswer(items=await shown(caller, found), next_cursor=CLUSTERS.after(following))

    @router.get("/count")
    async def count(caller: Caller, chosen: Annotated[Chosen, Depends()]) -> Count:
        """How many there are, for a badge: beyond a thousand only that there are more."""
        found = await store.count_clusters(caller.workspace, chosen.wanted(caller, MOST_COUNTED + 1))
        return Count(count=min(found, MOST_COUNTED), more=found > MOST_COUNTED)

    @router.get("/{cluster_id}")
    async def cluster(cluster_id: ClusterId, caller: Caller) -> ClusterAnswer:
        return await one(caller, cluster_id)

    @router.post("/{cluster_id}/dismiss")
    async def dismiss(cluster_id: ClusterId, apart: Apart, caller: Member) -> DismissedAnswer:
        """They are several people, or some of them are not the others: remembered of every pair that links them.

        Of those the caller may not view nothing is said.
        """
        members = frozenset((await one(caller, cluster_id)).contact_ids)
        named = await store.cards(caller.workspace, apart.contact_ids or ())
        refuse_unseen(caller, named.values())
        ones = members if apart.contact_ids is None else members.intersection(apart.contact_ids)
        others = members if apart.contact_ids is None else members - ones
        pairs = await deciding.apart(ones, others, apart, caller)
        return DismissedAnswer(pairs=[ScoredPair.of(pair) for pair in pairs])

    return router


def gone() -> Problem:
    return Problem(404, "not-found", "There is no such cluster: its records were merged, told apart, or have changed.")
