"""Clusters as a caller sees them: those they may view, what links these, where they came from, and that there are others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Self

from pydantic import BaseModel, Field

from dedupe.api.answers import ContactAnswer, ScoredPair
from dedupe.api.viewing import hidden_by_owner, unseen, views
from dedupe.domain.clustering import Cluster, least_sure
from dedupe.domain.indexed import IndexedContact
from dedupe.domain.pairs import Pair
from shared.auth import Hidden, Principal


class MadeBy(BaseModel):
    """Where some of the records came from."""

    source: str = Field(description="manual, form, import, mailbox, integration, api")
    run: str | None = Field(description="import run, name of the integration, form or mailbox")
    contact_ids: list[str]


class ClusterAnswer(BaseModel):
    """Records of one person. The id stays while others join and leave, as long as its first record does."""

    id: str
    contact_ids: list[str]
    score: float = Field(description="0 to 1: how sure the least sure of them is; of those shown, where some are hidden")
    certain: bool
    ruleset_version: str
    contacts: list[ContactAnswer] = Field(description="in the order of contact_ids")
    hidden: list[Hidden] = Field(description="further records of this person, which the caller may not view, by owner")
    pairs: list[ScoredPair] = Field(description="what links them, the likeliest first")
    made_by: list[MadeBy]
    left_out: int = Field(description="weaker links to others that were not followed because too many hang together")

    @classmethod
    def seen(cls, cluster: Cluster, known: Mapping[str, IndexedContact], pairs: Iterable[Pair], caller: Principal) -> Self | None:
        """None where the caller may not view two that are linked: by what they may view there is no cluster."""
        everybody = [known[contact_id] for contact_id in cluster.contact_ids if contact_id in known]
        members = [member for member in everybody if views(caller, member.card)]
        shown = {member.contact_id for member in members}
        links = [pair for pair in pairs if shown.issuperset(pair.contact_ids)]
        hidden = unseen(caller, [member.card for member in everybody])
        if hidden and not links:
            return None
        score, certain = _sureness(links) if hidden else (cluster.score, cluster.certain)
        return cls(
            id=cluster.cluster_id,
            contact_ids=[member.contact_id for member in members],
            score=score,
            certain=certain,
            ruleset_version=cluster.ruleset,
            contacts=[ContactAnswer.of(member) for member in members],
            hidden=hidden_by_owner(hidden),
            pairs=[ScoredPair.of(pair) for pair in links],
            made_by=_made_by(members),
            left_out=cluster.left_out,
        )


class ClustersAnswer(BaseModel):
    """A page of clusters, the likeliest first."""

    items: list[ClusterAnswer]
    next_cursor: str | None


def _sureness(links: Sequence[Pair]) -> tuple[float, bool]:
    """Without those who are hidden: a score that says how sure one of these is must not be told of the others."""
    certain = least_sure((*pair.contact_ids, float(pair.sure)) for pair in links)
    return least_sure((*pair.contact_ids, pair.strength) for pair in links), bool(certain)


def _made_by(members: Iterable[IndexedContact]) -> list[MadeBy]:
    def origin(member: IndexedContact) -> tuple[str, str]:
        return member.card.source, member.card.run

    return [
        MadeBy(source=source, run=run or None, contact_ids=[member.contact_id for member in theirs])
        for (source, run), theirs in groupby(sorted(members, key=origin), origin)
    ]
