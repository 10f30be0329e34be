"""By what a workspace's pairs are scored: its thresholds, and how far it is with judging everybody anew after they changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from dedupe.domain.rescan import Rescan
from dedupe.domain.ruleset import CERTAIN, SUSPECTED, Rules
from dedupe.domain.workspace import LEAST, MOST, Thresholds
from dedupe.store import DedupeStore
from shared.auth import Caller, Principal, Role, require
from shared.problem import Problem

Manager = Annotated[Principal, require(Role.MANAGER)]
Admin = Annotated[Principal, require(Role.ADMIN)]
Threshold = Annotated[float, Field(ge=LEAST, le=MOST)]


class RulesWanted(BaseModel):
    """What a workspace chooses; `revision` is the one it was read at."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    revision: int = Field(ge=0)
    certain: Threshold = CERTAIN
    suspected: Threshold = SUSPECTED

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.suspected > self.certain:
            raise PydanticCustomError("order", "What is certain is suspected too: `certain` is not below `suspected`")
        return self


class RulesShown(BaseModel):
    """The rules that hold."""

    version: str = Field(description="what goes with every score that is made by them")
    revision: int
    certain: float = Field(description="a pair at or above it is as good as sure")
    suspected: float = Field(description="a pair at or above it is shown to people")
    default_certain: float = CERTAIN
    default_suspected: float = SUSPECTED
    least: float = Field(LEAST, description="between which a threshold can be chosen")
    most: float = MOST
    counted_contacts: int = Field(description="of how many contacts the names were counted; 0: too few to say which are common")

    @classmethod
    def of(cls, rules: Rules) -> Self:
        return cls(
            version=rules.version,
            revision=rules.revision,
            certain=rules.certain,
            suspected=rules.suspected,
            counted_contacts=rules.commonness.contacts,
        )


class RescanShown(BaseModel):
    """The newest time that everybody was judged anew."""

    state: str = Field(description="waiting, normalising, judging, done")
    done: int = Field(description="contacts, in this state")
    total: int = Field(description="contacts when it began; those created meanwhile come on top")
    rules_version: str = Field(description="the rules it goes by")
    wanted_version: str = Field(description="the rules that hold: where they are others, it begins anew")
    started_at: datetime | None
    ended_at: datetime | None
    crowded: Mapping[str, int] = Field(
        description="what was not looked at: by kind, how many names, switchboards and so on too many have to be found by"
    )

    @classmethod
    def of(cls, rescan: Rescan, rules: Rules, crowded: Mapping[str, int]) -> Self:
        waits = rescan.is_due(rules)
        return cls(
            state="waiting" if waits else rescan.state.value,
            done=0 if waits else rescan.done,
            total=rescan.total,
            rules_version=rescan.rules_version,
            wanted_version=rules.version,
            started_at=rescan.started_at,
            ended_at=rescan.ended_at,
            crowded=crowded,
        )


def rules_router(store: DedupeStore) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates", tags=["duplicates"])

    async def shown(workspace: str, rescan: Rescan) -> RescanShown:
        return RescanShown.of(rescan, await store.rules(workspace), await store.crowded(workspace))

    @router.get("/rules")
    async def read(caller: Caller) -> RulesShown:
        """From which score on two are suspected, and from which they are certain, to be one person."""
        return RulesShown.of(await store.rules(caller.workspace))

    @router.put("/rules")
    async def change(wanted: RulesWanted, caller: Admin) -> RulesShown:
        """Every pair is judged anew by them, in the background."""
        rules = await store.rules(caller.workspace)
        thresholds = Thresholds(wanted.certain, wanted.suspected)
        if (wanted.revision, thresholds) == (rules.revision, Thresholds(rules.certain, rules.suspected)):
            return RulesShown.of(rules)
        changed = await store.set_thresholds(caller.workspace, thresholds, wanted.revision, caller.subject)
        if changed is None:
            raise Problem(409, "stale", "Somebody else changed the rules meanwhile: read them again.")
        return RulesShown.of(changed)

    @router.get("/rescan")
    async def look(caller: Caller) -> RescanShown:
        """How far the workspace is with judging everybody anew."""
        return await shown(caller.workspace, await store.rescan(caller.workspace))

    @router.post("/rescan", status_code=202)
    async def rescan(caller: Manager) -> RescanShown:
        """Judge everybody anew, also under the same rules. One that is under way begins again."""
        return await shown(caller.workspace, await store.want_rescan(caller.workspace, caller.subject))

    return router
