"""Lists and searches: which index answers them, and how a page is bounded.

A search looks up the rarest of the query's grams and verifies what it finds; the cost is that gram's frequency. Where even the rarest is
common, so are the matches, and walking the list in its order until the page is full is the cheaper way. Every read names its index:
the planner's cached plan suits the value it was made for, and one made for a common word reads everything for a rare one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contacts.domain.contact import Contact
from contacts.domain.search import OVERFULL, Query, name_key
from contacts.mongo_store.documents import BY_ACCOUNT, BY_GRAM, BY_NAME, BY_UPDATE, CONTACT_FIELDS, LINKED, contact_of
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
    index = BY_ACCOUNT if wanted.account_ids else walk.index
    where: list[Filter] = [{"find.deleted": wanted.deleted}, *_filters(wanted)]
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
    exact: dict[str, Any] = {"owner_id": wanted.owner_id, "status": wanted.status, "tags": wanted.tag}
    filters: list[Filter] = [{field: {"$eq": value}} for field, value in exact.items() if value is not None]
    if wanted.account_ids:
        among = {"$in": list(wanted.account_ids)}
        filters += [{LINKED: among}, {"accounts": {"$elemMatch": {"account_id": among, "ended_at": None}}}]  # the first is for the index
    return filters


def _position(contact: Contact, order: Order) -> Position:
    value: str | datetime = contact.updated_at if order == "updated" else name_key(contact)
    return Position(value, contact.id)
