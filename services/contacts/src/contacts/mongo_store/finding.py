"""Lists and searches: which index answers them, and how a page is bounded.

Every list is read in its order along the index of that order, which costs what lies between the contacts it is after. Where few may be,
they are looked up in an index of their own and sorted. Which of the two is cheaper depends on how many there are, so that is asked first,
of the index alone and no further than `COMMON`:

- by owner, and by having none (anybody but the active members): owners lie beside each other in `BY_OWNER`;
- stale: of each status those last active before its limit are the beginning of it in `BY_ACTIVITY`;
- waiting for a review, or rejected in one: `BY_REVIEW` has these alone, for nearly everybody is approved;
- entered beside another, in a company: `BY_RELATION`, `BY_ACCOUNT`; nobody has so many that a count would pay.

Who lacks what is required is found along the order alone: what is required is the workspace's to change at any moment, and an index of
what is not there would have to be written anew for everybody then.

A search looks up the rarest of the query's grams and verifies what it finds; the cost is that gram's frequency. Where even the rarest is
common, so are the matches, and walking the list in its order until the page is full is the cheaper way. Every read names its index:
the planner's cached plan suits the value it was made for, and one made for a common word reads everything for a rare one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contacts.domain.contact import Contact
from contacts.domain.required import EMPTY, Requirement
from contacts.domain.search import OVERFULL, Query, name_key
from contacts.domain.stale import Limit
from contacts.mongo_store.documents import (
    ACTIVE_AT,
    BY_ACCOUNT,
    BY_ACTIVITY,
    BY_GRAM,
    BY_NAME,
    BY_OWNER,
    BY_RELATION,
    BY_REVIEW,
    BY_UPDATE,
    CONTACT_FIELDS,
    LINKED,
    RELATED,
    REVIEWED,
    UNUSUAL,
    contact_of,
)
from contacts.store import Order, Page, Position, Wanted
from shared.mongo import Filter, Index, Scoped

COMMON = 5_000
"""From this many contacts on a gram is too common to start from: reading them then costs more than a walk that meets a match soon.
Measured with 100,000 contacts on two cores: p95 18 ms; 25 with 2,000 (walks that find little), 39 with 16,000.
"""

SEARCH_LIMIT_MS = 2_000


@dataclass(frozen=True)
class Walk:
    """A list in one order, and the index it is in."""

    field: str
    direction: int
    index: Index


_walks: dict[Order, Walk] = {"updated": Walk("updated_at", -1, BY_UPDATE), "name": Walk("find.name", 1, BY_NAME)}


async def page_of(contacts: Scoped, wanted: Wanted) -> Page[Contact]:
    """One page, in the order that was asked for, and where the next one begins."""
    walk = _walks[wanted.order]
    if () in (wanted.stale, wanted.lacking):  # nothing is ever stale here, or required
        return Page([])
    present = {"find.deleted": wanted.deleted}
    narrow = _narrow(wanted)
    index = await _beginning(contacts, present, narrow, walk.index)
    where: list[Filter] = [present, *(condition for condition, _ in narrow), *_filters(wanted)]
    if wanted.query is not None:
        conditions, index = await looked_up(contacts, wanted.query, index)
        where += conditions
    if wanted.after is not None:
        where += after(wanted.after, walk.field, walk.direction)
    found = await contacts.find(
        {"$and": where},
        sort=[(walk.field, walk.direction), ("_id", walk.direction)],
        limit=wanted.limit + 1,
        fields=CONTACT_FIELDS,
        index=index.name,
        max_time_ms=SEARCH_LIMIT_MS,
    )
    people = [contact_of(document) for document in found[: wanted.limit]]
    more = len(found) > wanted.limit
    return Page(people, _position(people[-1], wanted.order) if more else None)


def after(position: Position, field: str, direction: int) -> list[Filter]:
    """What comes behind this position. The first condition bounds the index, the second takes care of equal values."""
    beyond, from_there = ("$gt", "$gte") if direction > 0 else ("$lt", "$lte")
    tied = {field: position.value, "_id": {beyond: position.id}}
    return [{field: {from_there: position.value}}, {"$or": [{field: {beyond: position.value}}, tied]}]


def verified(query: Query) -> list[Filter]:
    """The conditions that a document meets if it holds every word of the query."""
    return [{"find.text": {"$regex": pattern}} for pattern in query.patterns]


async def looked_up(scoped: Scoped, query: Query, otherwise: Index) -> tuple[list[Filter], Index]:
    """The conditions of a search and the index to begin with: the grams' if one of the query's is rare enough."""
    keys = (OVERFULL, *query.grams)
    overfull, *counts = await asyncio.gather(*(scoped.count({"find.grams": key}, limit=COMMON, index=BY_GRAM.name) for key in keys))
    frequency, rarest = min(zip(counts, query.grams, strict=True))
    if frequency + overfull >= COMMON:
        return verified(query), otherwise
    return [{"find.grams": {"$in": [rarest, OVERFULL]} if overfull else rarest}, *verified(query)], BY_GRAM


def _filters(wanted: Wanted) -> list[Filter]:
    exact: dict[str, Any] = {"status": wanted.status, "tags": wanted.tag, REVIEWED: wanted.review}
    filters: list[Filter] = [{field: {"$eq": value}} for field, value in exact.items() if value is not None]
    if wanted.account_ids:
        filters.append({"accounts": {"$elemMatch": {"account_id": {"$in": list(wanted.account_ids)}, "ended_at": None}}})
    if wanted.lacking is not None:
        filters.append({"$or": [_lacking(requirement) for requirement in wanted.lacking]})
    if wanted.viewer is not None:
        filters.append(_viewable(wanted.viewer))
    return filters


def _viewable(viewer: str) -> Filter:
    """As `shared.auth.may_view` says it of who does not see all. Of contacts from before there was a visibility nothing is said."""
    own: list[Filter] = [{field: {"$eq": viewer}} for field in ("owner_id", "assignees")]
    return {"$or": [{"visibility": {"$in": ["all", None]}}, *own]}


def _narrow(wanted: Wanted) -> list[tuple[Filter, Index]]:
    """The conditions that have an index of their own."""
    conditions: list[tuple[Filter, Index]] = []
    if wanted.account_ids:
        conditions.append(({LINKED: {"$in": list(wanted.account_ids)}}, BY_ACCOUNT))
    if wanted.related_to is not None:
        conditions.append(({RELATED: {"$eq": wanted.related_to}}, BY_RELATION))
    if wanted.owner_id is not None:
        conditions.append(({"owner_id": {"$eq": wanted.owner_id}}, BY_OWNER))
    if wanted.unowned is not None:
        active = wanted.unowned.active
        conditions.append(({"owner_id": {"$eq": None} if active is None else {"$nin": sorted(active)}}, BY_OWNER))
    if wanted.review in UNUSUAL:
        conditions.append(({REVIEWED: {"$eq": wanted.review}}, BY_REVIEW))
    if wanted.stale is not None:
        conditions.append(({"$or": [_stale(limit) for limit in wanted.stale]}, BY_ACTIVITY))
    return conditions


async def _beginning(contacts: Scoped, present: Filter, narrow: Sequence[tuple[Filter, Index]], otherwise: Index) -> Index:
    """The index that leaves least to read: the one with the fewest, where that is few enough."""
    for _, index in narrow:
        if index in {BY_ACCOUNT, BY_RELATION}:
            return index
    wanted = [({"$and": [present, condition]}, index) for condition, index in narrow]
    counts = await asyncio.gather(*(contacts.count(condition, limit=COMMON, index=index.name) for condition, index in wanted))
    fewest, index = min(zip(counts, (index for _, index in wanted), strict=True), key=lambda pair: pair[0], default=(COMMON, otherwise))
    return index if fewest < COMMON else otherwise


def _stale(limit: Limit) -> Filter:
    return {"status": limit.status, ACTIVE_AT: {"$lt": limit.before}}


def _lacking(requirement: Requirement) -> Filter:
    missing: Filter = {"$or": [_empty(name) for name in requirement.fields]}
    return missing if requirement.status is None else {"$and": [{"status": requirement.status}, missing]}


def _empty(name: str) -> Filter:
    """As `domain.required.lacks` says it."""
    if name == "accounts":
        return {"accounts": {"$not": {"$elemMatch": {"ended_at": None}}}}
    return {name: {"$in": list(EMPTY)}}


def _position(contact: Contact, order: Order) -> Position:
    value: str | datetime = contact.updated_at if order == "updated" else name_key(contact)
    return Position(value, contact.id)
