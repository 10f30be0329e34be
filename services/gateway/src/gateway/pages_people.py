"""Other contacts that a page names: who has an address already, who this one is related to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.clients import UnansweredError
from gateway.desk import Desk
from gateway.saving import path_of
from gateway.views import contact as contact_view
from gateway.views import look_alikes, viewing
from gateway.views.viewing import Holders

SHOWN = 5


async def person_of(desk: Desk, contact_id: str) -> contact_view.Person | None:
    """A contact by id; nobody when it is gone or can't be asked for."""
    try:
        answer = await desk.ask(desk.services.contacts, "GET", path_of(contact_id))
    except UnansweredError:
        return None
    return contact_view.person(answer.body, await desk.members(), desk.now, desk.zone) if answer.ok else None


async def holders_of(desk: Desk, refusal: Mapping[str, Any]) -> Holders:
    """Who has an address already, from what the contacts service answers where one is taken."""
    ids = [str(match["contact_id"]) for match in refusal.get("matches") or ()][:SHOWN]
    people = await asyncio.gather(*(person_of(desk, contact_id) for contact_id in ids))
    shown = [(person.id, person.name, look_alikes.detail(person)) for person in people if person is not None]
    return Holders(shown, viewing.held_by(refusal.get("hidden") or (), await desk.members()))


RELATIONS = {"same_person": "the same person, kept apart", "related": "related"}


@dataclass(frozen=True)
class Related:
    """Another contact this one was entered beside, or that was entered beside this one."""

    id: str
    name: str
    word: str
    detail: str


async def related_to(desk: Desk, contact_id: str, contact: Mapping[str, Any]) -> list[Related] | None:
    """Those it names itself, and those that name it; None where nobody can say."""
    own = [(str(told["contact_id"]), str(told.get("kind") or "")) for told in contact.get("relations") or ()][:SHOWN]
    people, members = await asyncio.gather(asyncio.gather(*(person_of(desk, told) for told, _ in own)), desk.members())
    known = [(person, kind) for person, (_, kind) in zip(people, own, strict=True) if person is not None]
    try:
        query = [("related_to", contact_id), ("limit", str(SHOWN))]
        answer = await desk.ask(desk.services.contacts, "GET", "/v1/contacts", query=query)
    except UnansweredError:
        return None
    for other in answer.body.get("items") or () if answer.ok else ():
        known.append((contact_view.person(other, members, desk.now, desk.zone), _kind_of(other, contact_id)))
    return [Related(person.id, person.name, RELATIONS.get(kind, "related"), look_alikes.detail(person)) for person, kind in known]


def _kind_of(other: Mapping[str, Any], contact_id: str) -> str:
    return next((str(told.get("kind")) for told in other.get("relations") or () if told.get("contact_id") == contact_id), "")
