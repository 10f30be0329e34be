"""What entries say together about the records they are about: how many there are of a kind, and how many of those are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from shared.mongo import Document, Filter, Index, Scoped
from timeline.domain import MAY_BE_OPEN, Dependents, Entry, Ref, State, Tally, tallied
from timeline.mongo_store.documents import entry_from

BY_ADDRESS = Index("addresses", ("at", -1), ("_id", -1))
BY_RECORD = Index("refs.id")

COUNTED = 10_000
"""Entries; more than these, the newest, are counted no further."""

SHOWN = 20
"""The newest entries of a kind, of which a viewer may not be shown all."""

UNCOUNTED = ["contact", "delivery"]
"""The contact itself, and what became of a message."""

_NEWEST_FIRST: Mapping[str, Any] = {"$sort": {"at": -1, "_id": -1}}
_RECORD: Mapping[str, Any] = {"$first": "$refs"}
_LATEST: Mapping[str, Any] = {
    "$max": {"$cond": [{"$gt": ["$leaves", None]}, {"sequence": "$sequence", "id": "$_id", "state": "$leaves"}, None]}
}
"""The state of the greatest sequence among those told."""

Found = tuple[str, Ref, State | None]


async def tallies(entries: Scoped, where: Filter) -> dict[str, Tally]:
    """By kind, of the records these entries are about."""
    return _tallied((kind, state) for kind, _, state in await _records(entries, where, "$kind"))


async def named_with(entries: Scoped, address: str) -> list[str]:
    """Everybody whom what used an address is about."""
    stages = [_NEWEST_FIRST, {"$limit": COUNTED}, {"$unwind": "$contact_ids"}, {"$group": {"_id": "$contact_ids"}}]
    return [row["_id"] for row in await entries.aggregate(stages, where={"addresses": address}, index=BY_ADDRESS.name)]


async def dependents(entries: Scoped, address: str, but: Collection[str] = ()) -> list[Dependents]:
    """What used an address, by its mark. A record is as its latest event leaves it, whether that names the address or not."""
    used = {"addresses": address, **_of_others(but)}
    kind_of = {"$cond": [{"$eq": ["$public_link", True]}, "public_link", "$kind"]}
    found = await _records(entries, used, kind_of, index=BY_ADDRESS.name)
    states = await _states(entries, {ref for kind, ref, _ in found if kind in MAY_BE_OPEN})
    counted = _tallied((kind, states.get(ref, state)) for kind, ref, state in found)
    return [Dependents(kind, tally, await _newest(entries, used, kind)) for kind, tally in counted.items()]


async def _records(entries: Scoped, where: Filter, kind: object, index: str | None = None) -> list[Found]:
    stages = [
        _NEWEST_FIRST,
        {"$limit": COUNTED},
        {"$match": {"refs.0.kind": {"$nin": UNCOUNTED}}},
        {"$group": {"_id": {"kind": kind, "record": _RECORD}, "latest": _LATEST}},
    ]
    rows = await entries.aggregate(stages, where=where, index=index)
    return [(row["_id"]["kind"], Ref(**row["_id"]["record"]), _state(row)) for row in rows]


async def _states(entries: Scoped, records: Collection[Ref]) -> dict[Ref, State | None]:
    theirs = {"refs.id": {"$in": sorted({ref.id for ref in records})}}
    stages = [{"$group": {"_id": _RECORD, "latest": _LATEST}}]
    rows = await entries.aggregate(stages, where=theirs, index=BY_RECORD.name) if records else []
    return {Ref(**row["_id"]): _state(row) for row in rows}


def _of_others(contact_ids: Collection[str]) -> Filter:
    """What is about somebody else too, or about nobody yet."""
    if not contact_ids:
        return {}
    return {"$or": [{"contact_ids": []}, {"contact_ids": {"$elemMatch": {"$nin": sorted(contact_ids)}}}]}


async def _newest(entries: Scoped, used: Filter, kind: str) -> tuple[Entry, ...]:
    of_kind = {"public_link": True} if kind == "public_link" else {"kind": kind}
    where = {**used, "refs.0.kind": {"$nin": UNCOUNTED}, **of_kind}
    return tuple(map(entry_from, await entries.find(where, sort=[("at", -1), ("_id", -1)], limit=SHOWN, index=BY_ADDRESS.name)))


def _state(row: Document) -> State | None:
    state: State | None = row["latest"]["state"] if row["latest"] else None
    return state


def _tallied(found: Iterable[tuple[str, State | None]]) -> dict[str, Tally]:
    states: dict[str, list[State | None]] = defaultdict(list)
    for kind, state in found:
        states[kind].append(state)
    counted = {kind: tallied(kind, told) for kind, told in sorted(states.items())}
    return {kind: tally for kind, tally in counted.items() if tally.records}
