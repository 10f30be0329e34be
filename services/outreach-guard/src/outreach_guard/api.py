"""HTTP in: the question before sending, and the policy it is answered by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints, TypeAdapter

from outreach_guard.domain.policy import Policy, PolicyChange, Severity, refusals
from outreach_guard.domain.question import Channel, Purpose, Question
from outreach_guard.domain.rules import LIMITS, RULES
from outreach_guard.domain.verdict import Freshness, Verdict, contacts_in, preflight, version, without
from outreach_guard.store import GuardStore
from shared.auth import Caller, Principal, Role, may_view, not_yours, require, sees_all
from shared.problem import FieldError, Problem

Now = Callable[[], datetime]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Admin = Annotated[Principal, require(Role.ADMIN)]


class Asked(BaseModel):
    """The body of a preflight."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    contact_id: Identifier
    channel: Channel
    purpose: Purpose
    sender_id: Identifier = Field(description="the member who wants to send")
    thread_id: Identifier | None = Field(None, description="the conversation a reply belongs to: a mail thread or a ticket")


class Looked(BaseModel):
    """The same question in a query string, about the most common case where nothing else is said."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    purpose: Purpose = Purpose.SALES
    channel: Channel = Channel.EMAIL
    sender_id: Identifier | None = Field(None, description="the caller when absent")
    thread_id: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Answer(Verdict):
    """A verdict, with the permit to send where one was given: none is given yet, so sending asks again."""

    token: str | None = None
    expires_at: datetime | None = None


_answers = TypeAdapter(Answer)


class PolicyWanted(BaseModel):
    """What a workspace changes about the defaults, whole; `revision` is the one it was read at."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    revision: int = Field(ge=0)
    rules: dict[str, dict[Purpose, Severity]] = Field(max_length=len(RULES))
    limits: dict[str, StrictInt] | None = Field(None, max_length=len(LIMITS), description="those in force stay when absent")


class LimitShown(BaseModel):
    """A number rules count with, and between which a workspace can choose."""

    model_config = ConfigDict(from_attributes=True)

    meaning: str
    default: int
    least: int
    most: int


class PolicyShown(BaseModel):
    version: str
    revision: int
    rules: dict[str, dict[Purpose, Severity]] = Field(description="what holds")
    changed: Mapping[str, Mapping[Purpose, Severity]] = Field(description="what the workspace changed of the rules")
    absolute: list[str] = Field(description="rules that can be made stricter only, and whose hold nobody overrides")
    limits: dict[str, int] = Field(description="what holds")
    changed_limits: Mapping[str, int] = Field(description="what the workspace changed of the limits")
    known_limits: dict[str, LimitShown] = Field(description="what limits there are")


def preflight_router(store: GuardStore, now: Now, silence_limit: timedelta) -> APIRouter:
    """Both routes give the same answer from one computation: the page asks by GET, senders by POST."""
    router = APIRouter(prefix="/v1", tags=["outreach"])
    freshness = Freshness({}, silence_limit)

    async def answered(caller: Principal, question: Question) -> Response:
        nonlocal freshness
        workspace = caller.workspace
        moment = now()
        heard = await store.heard()
        if heard is not freshness.heard:  # the store answers with the same one for a second: what was worked out of it is kept
            freshness = Freshness(heard, silence_limit)
        policy = await store.policy(workspace)
        dossier = await store.dossier(workspace, question.contact_id, moment)
        if dossier is None:
            raise Problem(404, "contact-unknown", "Nothing is known about this contact, so nobody should be approached.")
        card = dossier.card
        if not may_view(caller, card.visibility, card.team):
            raise not_yours(card.owner_id)
        verdict = preflight(dossier, question, policy, freshness, moment)
        verdict = without(verdict, await not_for(caller, contacts_in(verdict) - {card.id}))
        answer = Answer(verdict.verdict, verdict.sentence, verdict.as_of, verdict.policy_version, verdict.lines)
        return Response(_answers.dump_json(answer), media_type="application/json")

    async def not_for(caller: Principal, contact_ids: Collection[str]) -> dict[str, str | None]:
        """The owners of those of them that the caller may not view."""
        if not contact_ids or sees_all(caller):
            return {}
        audiences = await store.audiences(caller.workspace, contact_ids)
        return {one: its.owner_id for one, its in audiences.items() if not may_view(caller, its.visibility, its.team)}

    @router.post("/preflight", response_model=Answer)
    async def ask(asked: Asked, caller: Caller) -> Response:
        """May this contact be approached, this way, for this purpose, by this sender?"""
        return await answered(caller, Question(asked.contact_id, asked.channel, asked.purpose, asked.sender_id, asked.thread_id))

    @router.get("/preflight/{contact_id}", response_model=Answer)
    async def look(contact_id: Identifier, looked: Annotated[Looked, Query()], caller: Caller) -> Response:
        """The same, to look at."""
        sender_id = looked.sender_id or caller.subject
        return await answered(caller, Question(contact_id, looked.channel, looked.purpose, sender_id, looked.thread_id))

    return router


def policy_router(store: GuardStore) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["outreach"])

    @router.get("/policy")
    async def read(caller: Caller) -> PolicyShown:
        """How serious each rule is for each purpose, and the numbers rules count with."""
        return _shown(await store.policy(caller.workspace))

    @router.put("/policy")
    async def change(wanted: PolicyWanted, caller: Admin) -> PolicyShown:
        """Replace what this workspace changes about the defaults."""
        change = PolicyChange(wanted.revision, wanted.rules, wanted.limits)
        refused = refusals(change, RULES, LIMITS)
        if refused:
            errors = [FieldError(".".join(item.path), item.reason) for item in refused]
            raise Problem(422, "validation", "Some of it is not acceptable.", errors=errors)
        policy = await store.change_policy(caller.workspace, change)
        if policy is None:
            raise Problem(409, "stale", "Somebody else changed the policy meanwhile: read it again.")
        return _shown(policy)

    return router


def _shown(policy: Policy) -> PolicyShown:
    return PolicyShown(
        version=version(policy),
        revision=policy.revision,
        rules={name: {purpose: policy.severity(rule, purpose) for purpose in Purpose} for name, rule in RULES.items()},
        changed=policy.overrides,
        absolute=sorted(name for name, rule in RULES.items() if rule.absolute),
        limits={name: policy.limit(limit) for name, limit in LIMITS.items()},
        changed_limits=policy.limits,
        known_limits={name: LimitShown.model_validate(limit) for name, limit in LIMITS.items()},
    )
