"""How much each of several contacts has on its timeline: by kind, and how much of that is open (CD10).

The timeline counts them. Of whom it gives no count nothing is known, which is not the same as nothing being there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.clients import Services
from gateway.compose import Part, asked

Counts = Mapping[str, int]

AT_ONCE = 50
"""So many the timeline counts with one question."""


@dataclass(frozen=True)
class Tallies:
    """By contact, then by kind. `as_of` is when that held, or, where somebody's count is missing, when the timeline was last heard."""

    records: Mapping[str, Counts]
    open: Mapping[str, Counts]
    as_of: datetime | None
    complete: bool


async def tallied(services: Services, headers: Mapping[str, str], contact_ids: Sequence[str], deadline_s: float) -> Tallies:
    """Nothing is written, so it may be asked by POST: ids do not belong into an address by the dozen."""

    async def some(ids: Sequence[str]) -> Part:
        body = {"contact_ids": list(ids)}
        question = services.timeline.ask("POST", "/v1/timeline/counts", deadline_s=deadline_s, body=body, headers=headers)
        return await asked(question, services.timeline)

    ids = list(dict.fromkeys(contact_ids))
    parts = await asyncio.gather(*(some(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE)))
    heard = [part.as_of for part in parts if part.as_of is not None]
    said = [part.data for part in parts if part.known and isinstance(part.data, dict) and isinstance(part.data.get("items"), dict)]
    records = {contact_id: counts for answer in said for contact_id, counts in answer["items"].items()}
    still_open = {contact_id: counts for answer in said for contact_id, counts in (answer.get("open") or {}).items()}
    return Tallies(records, still_open, min(heard, default=None), complete=len(said) == len(parts))
