"""Lists and searches: which index answers them, and how a page is bounded.

A search looks up the rarest of the query's grams and verifies what it finds; the cost is that gram's frequency. Where even the rarest is
common, so are the matches, and walking the list in its order until the page is full is the cheaper way.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from contacts.domain.contact import Contact
from contacts.domain.search import Query, name_key
from contacts.mongo_store.documents import CONTACT_FIELDS, LINKED, contact_of
from contacts.store import Order, Page, Position, Wanted
from shared.mongo import Filter, Scoped

GRAMS_COUNTED = 6
COMMON = 3_000
"""From this many contacts on a gram is too common to start from."""

SEARCH_LIMIT_MS = 2_000

_orders: dict[Order, tuple[str, int]] = {"updated": ("updated_at", -1), "name": ("find.name", 1)}


async def page_of(contacts: Scoped, wanted: Wanted) -> Page[Contact]:
    """One page, in the order that was asked for, and where the next one begins."""
    field, direction = _orders[wanted.order]
    where: list[Filter] = [{"find.deleted": wanted.deleted}, *_filters(wanted)]
    if wanted.query is not None:
        where += await candidates(contacts, wanted.query)
    if wanted.after is not None:
        where += after(wanted.after, field, direction)
    found = await contacts.find(
        {"$and": where},
        sort=[(field, direction), ("_id", direction)],
        limit=wanted.limit + 1,
        fields=CONTACT_FIELDS,
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


async def candidates(scoped: Scoped, query: Query) -> list[Filter]:
    """The conditions that a document meets if it holds every word of the query."""
    rarest, frequency = await _rarest(scoped, query.grams)
    return [{"find.grams": rarest}, *verified(query)] if frequency < COMMON else verified(query)


def verified(query: Query) -> list[Filter]:
    return [{"find.text": {"$regex": pattern}} for pattern in query.patterns]


async def _rarest(scoped: Scoped, grams: tuple[str, ...]) -> tuple[str, int]:
    """Of some of the grams, spread over the query, the one that fewest documents have."""
    some = grams[:: -(-len(grams) // GRAMS_COUNTED)]
    counts = await asyncio.gather(*(scoped.count({"find.grams": gram}, limit=COMMON) for gram in some))
    return min(zip(some, counts, strict=True), key=lambda counted: counted[1])


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
