"""What the dedupe service says: which contacts look like one person, and what was decided about that."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.catalogue import EventData
from shared.contracts.values import Value

SOURCE = "/services/dedupe"
TOPIC = "crm.dedupe"


class MatchReason(Value):
    """One comparison that speaks for or against a pair."""

    field: str
    comparison: str = Field(description="same, similar, different, or what else the ruleset calls it")
    weight: float
    text: str = Field(description="for people: same email, similar name")


class Pair(EventData):
    """Two contacts that may be one person; the subject is the pair's id."""

    contact_ids: tuple[str, str]
    score: float = Field(description="0 to 1")
    certain: bool = Field(False, description="the score is at or above the workspace's certain threshold, or somebody said so")
    reasons: tuple[MatchReason, ...] = ()
    ruleset_version: str | None = None


class PairSuspected(Pair, type="crm.dedupe.pair.suspected.v1"):
    """The pair looks like one person, or looks so for other reasons than before."""


class PairConfirmed(Pair, type="crm.dedupe.pair.confirmed.v1"):
    """It is one person: somebody said so and they wait to be merged, or they were merged."""

    decided_by: str | None = Field(None, description="member id; absent when a merge decided")
    merge_id: str | None = None


class PairDismissed(Pair, type="crm.dedupe.pair.dismissed.v1"):
    """They are two people, or no longer look like one."""

    decided_by: str | None = Field(None, description="member id; absent where it follows from what became of the contacts")
    reason: str | None = Field(
        None, description="somebody's own words, or merge_undone; nobody's: no_longer_alike, merged (one of them, into another), kept_apart"
    )
