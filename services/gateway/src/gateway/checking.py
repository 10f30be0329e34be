"""Who is here already and looks like what is being typed: the search before something is saved, as the page shows it (CD1, CD9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from gateway.clients import Answer, UnansweredError
from gateway.desk import Desk
from gateway.views import look_alikes, viewing
from gateway.views.rescan import left_out

Json = Mapping[str, Any]

SHOWN = 5


@dataclass(frozen=True)
class Known:
    """Who is alike without what is being typed: they are no news."""

    ids: frozenset[str] = frozenset()
    hidden: Sequence[Json] = field(default=())


async def known_to_be_like(desk: Desk, contact_id: str) -> Known:
    """Nobody, for a contact the match service does not have yet. Raises UnansweredError."""
    answer = await desk.ask(desk.services.dedupe, "GET", f"/v1/duplicates/contacts/{quote(contact_id, safe='')}/matches")
    if answer.status == 404:
        return Known()
    body = _said(desk, answer)
    return Known(frozenset(str(match["contact_id"]) for match in body["matches"]), body.get("hidden") or ())


async def found_for(desk: Desk, candidate: Json, but: Known) -> dict[str, Any]:
    """What the template needs. Raises UnansweredError."""
    body, members = _said(desk, await desk.ask(desk.services.dedupe, "POST", "/v1/duplicates/check", body=candidate)), await desk.members()
    found = [match for match in body["matches"] if str(match["contact_id"]) not in but.ids]
    return {
        "matches": [look_alikes.from_match(match, members) for match in found[:SHOWN]],
        "more": max(len(found) - SHOWN, 0),
        "unseen": viewing.hidden(_more(body.get("hidden") or (), but.hidden), members, more=bool(found)),
        "left_out": left_out(body.get("capped")),
    }


def _said(desk: Desk, answer: Answer) -> Any:
    """Where it was refused nobody was looked for, which is not the same as nobody found."""
    if not answer.ok:
        raise desk.services.dedupe.silent("broken")
    return answer.body


def _more(now: Iterable[Json], before: Iterable[Json]) -> list[Json]:
    counted = Counter({each.get("owner_id"): int(each["count"]) for each in now})
    counted.subtract({each.get("owner_id"): int(each["count"]) for each in before})
    return [{"owner_id": owner_id, "count": count} for owner_id, count in counted.items() if count > 0]


async def shown(desk: Desk, candidate: Json | None, contact_id: str = "") -> dict[str, Any]:
    """Everybody like the candidate, of whom nothing was typed yet where it is None; of a contact that is here, only who is like it by what
    is being typed."""
    context: dict[str, Any] = {"matches": [], "more": 0, "unseen": viewing.NONE, "left_out": "", "asked": candidate is not None}
    context |= {"unknown": False, "heard": ""}
    if candidate is None:
        return context
    try:
        known = await known_to_be_like(desk, contact_id) if contact_id else Known()
        return context | await found_for(desk, candidate, known)
    except UnansweredError:
        return context | {"unknown": True, "heard": desk.heard(desk.services.dedupe.heard_at)}
