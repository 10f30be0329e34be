"""One transaction in which pairs are judged.

Every pair that is saved touches the index entries of its two contacts. Where one of them was changed after this transaction began to
read, that is a write conflict, and the whole is done again with what is true by then; where the change comes later, whoever brings it
judges again. So no pair rests on contents that were out of date when it was saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dedupe.domain.clustering import Cluster, Together
from dedupe.domain.indexed import IndexedContact
from dedupe.domain.pairs import LINKING, Neighbourhood, Pair, Parting
from dedupe.domain.ruleset import Rules
from dedupe.mongo_store.blocks import Blocks
from dedupe.mongo_store.documents import COMPARED, cluster_document, cluster_from, contact_from, pair_document, pair_from, parting_from
from dedupe.mongo_store.rules import MongoRules
from dedupe.translate import without_words
from dedupe.turns import in_turns
from shared.contracts.dedupe import TOPIC
from shared.contracts.envelope import Event
from shared.messaging import Outbox, Transaction
from shared.mongo import Delete, Put, Scoped, Update

MOST_LINKS = 5_000
"""Pairs one walk passes: where more hang together (nobody should), clusters are made of these."""

LINKING_STATUSES = sorted(status.value for status in LINKING)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one workspace keeps."""

    contacts: Scoped
    pairs: Scoped
    partings: Scoped
    clusters: Scoped


class MongoJudgement:
    """Judgement in a MongoDB transaction."""

    def __init__(self, transaction: Transaction, outbox: Outbox, kept: Kept, blocks: Blocks, rules: MongoRules) -> None:
        self._outbox = outbox
        self._transaction = transaction
        self._session = transaction.session
        self._contacts, self._pairs, self._partings, self._clusters = kept.contacts, kept.pairs, kept.partings, kept.clusters
        self._blocks = blocks
        self._rules = rules

    @property
    def fresh(self) -> Sequence[Event]:
        return self._transaction.fresh

    def publish(self, *events: Event) -> None:
        self._transaction.publish(*events)

    async def rules(self) -> Rules:
        return await self._rules.now(self._contacts.workspace, self._session)

    async def neighbourhood(self, contact_ids: Collection[str], rules: Rules) -> Neighbourhood:
        contacts = await self._by_id(contact_ids, COMPARED)
        found, near = await self._blocks.near(list(contacts.values()), rules.commonness.contacts, self._session)
        documents = await self._pairs.find({"contact_ids": {"$in": sorted(contact_ids)}}, session=self._session)
        pairs = {document["_id"]: pair_from(document) async for document in in_turns(documents)}
        known = {**found, **contacts}
        missing = {contact_id for pair in pairs.values() for contact_id in pair.contact_ids} - known.keys()
        partings = await self._partings_of(contact_ids)
        return Neighbourhood({**known, **await self._by_id(missing, COMPARED)}, near, pairs, partings)

    async def pair(self, pair_id: str) -> tuple[Pair, IndexedContact, IndexedContact] | None:
        document = await self._pairs.get(pair_id, session=self._session)
        if document is None:
            return None
        pair = pair_from(document)
        contacts = await self._by_id(pair.contact_ids)
        first, second = (contacts[contact_id] for contact_id in pair.contact_ids)
        return pair, first, second

    async def save(self, pairs: Iterable[Pair]) -> None:
        kept = list(pairs)
        await self.touch({contact_id for pair in kept for contact_id in pair.contact_ids})
        await self._pairs.write([Put(pair_document(pair)) for pair in kept], session=self._session)

    async def touch(self, contact_ids: Collection[str]) -> None:
        await self._contacts.write(
            [Update(contact_id, {"$inc": {"judged": 1}}) for contact_id in sorted(contact_ids)], session=self._session
        )

    async def together(self, contact_ids: Collection[str]) -> Together:
        pairs = await self._linking(contact_ids)
        linked = {contact_id for pair in pairs.values() for contact_id in pair.contact_ids}
        members = {"contact_ids": {"$in": sorted(linked | set(contact_ids))}}
        clusters = [cluster_from(document) for document in await self._clusters.find(members, session=self._session)]
        if len(linked) > 2:  # of two there is nothing to know but the pair they are
            said = {"contact_ids": {"$in": sorted(linked)}, "status": {"$nin": LINKING_STATUSES}, "decision": {"$ne": None}}
            pairs |= {document["_id"]: pair_from(document) for document in await self._pairs.find(said, session=self._session)}
        partings = await self._partings_of(linked) if linked else {}
        return Together(await self._by_id(linked), pairs, partings, {cluster.cluster_id: cluster for cluster in clusters})

    async def _linking(self, contact_ids: Collection[str]) -> dict[str, Pair]:
        """From these contacts from pair to pair, until nobody new is met or the walk is as long as it may be."""
        pairs: dict[str, Pair] = {}
        passed: set[str] = set()
        coming = set(contact_ids)
        while coming and len(pairs) < MOST_LINKS:
            where = {"contact_ids": {"$in": sorted(coming)}, "status": {"$in": LINKING_STATUSES}}
            found = [pair_from(document) for document in await self._pairs.find(where, limit=MOST_LINKS, session=self._session)]
            pairs |= {pair.pair_id: pair for pair in found}
            passed |= coming
            coming = {contact_id for pair in found for contact_id in pair.contact_ids} - passed
        return pairs

    async def keep(self, clusters: Mapping[str, Cluster], *, instead_of: Mapping[str, Cluster]) -> None:
        changed = [Put(cluster_document(each)) for each in clusters.values() if instead_of.get(each.cluster_id) != each]
        gone = [Delete(cluster_id) for cluster_id in instead_of.keys() - clusters.keys()]
        await self._clusters.write([*changed, *gone], session=self._session)

    async def forget(self, contact_ids: Collection[str]) -> None:
        any_of = {"$in": sorted(contact_ids)}
        found = await self._pairs.find({"contact_ids": any_of}, fields=["_id"], session=self._session)
        pair_ids = [document["_id"] for document in found]
        await self._pairs.update_many(
            {"contact_ids": any_of}, {"$set": {"decision": None}, "$unset": {"dismissal": ""}}, session=self._session
        )
        await self._outbox.forget(TOPIC, self._pairs.workspace, pair_ids, without_words, session=self._session)

    async def _partings_of(self, contact_ids: Collection[str]) -> dict[str, list[Parting]]:
        any_of = {"$in": sorted(contact_ids)}
        found = await self._partings.find({"$or": [{"contact_id": any_of}, {"other_id": any_of}]}, session=self._session)
        partings: dict[str, list[Parting]] = defaultdict(list)
        for document in found:
            partings[document["pair_id"]].append(parting_from(document))
        return partings

    async def _by_id(self, contact_ids: Collection[str], fields: Sequence[str] | None = None) -> dict[str, IndexedContact]:
        found = await self._contacts.get_many(contact_ids, fields=fields, session=self._session)
        return {document["_id"]: contact_from(document) async for document in in_turns(found)}
