"""Judging pairs, in one transaction and in slices: what a batch of events brings, and what a rescan goes through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from typing import TypeVar

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.pairs import Neighbourhood, Pair, judged, pair_id
from dedupe.domain.ruleset import Rules
from dedupe.store import Judgement

Item = TypeVar("Item")

SLICE = 50
"""Contacts normalised, or couples judged, before others get their turn: a few milliseconds of CPU."""


async def judge(judging: Judgement, contact_ids: Collection[str]) -> list[Pair]:
    """Judge and keep every pair these contacts are or may be in. Returns those of which there is something to tell."""
    around = await judging.neighbourhood(contact_ids)
    return await _kept(judging, around, around.couples(), await judging.rules())


async def judge_anew(judging: Judgement, contact_ids: Collection[str], rules: Rules) -> list[Pair]:
    """The same for a stretch of all contacts, where each couple is judged once: when it is the turn of the lesser id.

    Everybody is touched. Whoever judges one of them by rules that held before then either comes first, and is seen, or conflicts.
    """
    around = await judging.neighbourhood(contact_ids)
    wanted = frozenset(contact_ids)
    told = await _kept(judging, around, [couple for couple in around.couples() if couple[0].contact_id in wanted], rules)
    await judging.touch(contact_ids)
    return told


async def _kept(
    judging: Judgement, around: Neighbourhood, couples: Iterable[tuple[IndexedContact, IndexedContact]], rules: Rules
) -> list[Pair]:
    changed: list[Pair] = []
    told: list[Pair] = []
    async for one, other in in_slices(couples):
        of_both = pair_id(one.contact_id, other.contact_id)
        known = around.pairs.get(of_both)
        pair = judged(one, other, known, around.partings.get(of_both, ()), rules=rules)
        if pair is not None and pair is not known:
            changed.append(pair)
            if known is None or pair.version != known.version:
                told.append(pair)
    await judging.save(changed)
    return told


async def in_slices(items: Iterable[Item]) -> AsyncIterator[Item]:
    for number, item in enumerate(items, start=1):
        yield item
        if number % SLICE == 0:
            await asyncio.sleep(0)
