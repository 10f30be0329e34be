"""Judging pairs, in one transaction and a few at a time: what a batch of events brings, and what a rescan goes through."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations

from dedupe.domain.clustering import Cluster, Part, Together, parts_of
from dedupe.domain.clusters import clusters_of
from dedupe.domain.indexed import IndexedContact
from dedupe.domain.pairs import Neighbourhood, Pair, judged, pair_id
from dedupe.domain.ruleset import Rules
from dedupe.store import Judgement
from dedupe.turns import in_turns


async def judge(judging: Judgement, contact_ids: Collection[str]) -> list[Pair]:
    """Judge and keep every pair these contacts are or may be in. Returns those of which there is something to tell."""
    rules = await judging.rules()
    around = await judging.neighbourhood(contact_ids, rules)
    changed, told = await _judged(around, around.couples(), rules)
    await judging.save(changed)
    await regroup(judging, contact_ids, changed, rules)
    return told


async def judge_anew(judging: Judgement, contact_ids: Collection[str], rules: Rules) -> list[Pair]:
    """The same for a stretch of all contacts, where each couple is judged once: when it is the turn of the lesser id.

    Everybody is touched. Whoever judges one of them by rules that held before then either comes first, and is seen, or conflicts.
    """
    around = await judging.neighbourhood(contact_ids, rules)
    wanted = frozenset(contact_ids)
    couples = (couple for couple in around.couples() if couple[0].contact_id in wanted)
    changed, told = await _judged(around, couples, rules)
    await judging.save(changed)
    await judging.touch(contact_ids)
    await regroup(judging, contact_ids, changed, rules)
    return told


async def regroup(judging: Judgement, contact_ids: Collection[str], changed: Collection[Pair], rules: Rules) -> None:
    """Put the clusters in step with what became of these contacts and of pairs that are saved already.

    Of those who hang together everybody is touched, so that of two who change something about them the later one sees the other's.
    """
    together = await judging.together({*contact_ids, *(contact_id for pair in changed for contact_id in pair.contact_ids)})
    clusters: dict[str, Cluster] = {}
    for part in parts_of(together.links()):
        clusters |= {cluster.cluster_id: cluster for cluster in await _clusters(part, together, rules)}
    if changed or clusters != together.clusters:
        await judging.touch({contact_id for one, other, _ in together.links() for contact_id in (one, other)})
        await judging.keep(clusters, instead_of=together.clusters)


async def _clusters(part: Part, together: Together, rules: Rules) -> list[Cluster]:
    between = {ids: together.bits(*ids, rules) async for ids in in_turns(combinations(part.contact_ids, 2))}

    def bits(one: str, other: str) -> float:
        return between[min(one, other), max(one, other)]

    return [together.cluster(contact_ids, part, rules) for contact_ids in clusters_of(part.links, bits)]


async def _judged(
    around: Neighbourhood, couples: Iterable[tuple[IndexedContact, IndexedContact]], rules: Rules
) -> tuple[list[Pair], list[Pair]]:
    """Pairs to keep, and those among them of which there is something to tell."""
    changed: list[Pair] = []
    told: list[Pair] = []
    async for one, other in in_turns(couples):
        of_both = pair_id(one.contact_id, other.contact_id)
        known = around.pairs.get(of_both)
        pair = judged(one, other, known, around.partings.get(of_both, ()), rules=rules)
        if pair is not None and pair is not known:
            changed.append(pair)
            if known is None or pair.version != known.version:
                told.append(pair)
    return changed, told
