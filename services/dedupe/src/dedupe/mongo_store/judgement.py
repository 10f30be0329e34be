"""One transaction in which pairs are judged.

Every pair that is saved touches the index entries of its two contacts. Where one of them was changed after this transaction began to
read, that is a write conflict, and the whole is done again with what is true by then; where the change comes later, whoever brings it
judges again. So no pair rests on contents that were out of date when it was saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.pairs import Neighbourhood, Pair, Parting
from dedupe.domain.ruleset import Rules
from dedupe.mongo_store.blocks import Blocks
from dedupe.mongo_store.documents import contact_from, pair_document, pair_from, parting_from
from dedupe.mongo_store.rules import MongoRules
from dedupe.translate import without_words
from shared.contracts.dedupe import TOPIC
from shared.contracts.envelope import Event
from shared.messaging import Outbox, Transaction
from shared.mongo import Put, Scoped, Update


class MongoJudgement:
    """Judgement in a MongoDB transaction."""

    def __init__(
        self,
        transaction: Transaction,
        outbox: Outbox,
        contacts: Scoped,
        pairs: Scoped,
        *,
        partings: Scoped,
        blocks: Blocks,
        rules: MongoRules,
    ) -> None:
        self._outbox = outbox
        self._transaction = transaction
        self._session = transaction.session
        self._contacts = contacts
        self._pairs = pairs
        self._partings = partings
        self._blocks = blocks
        self._rules = rules

    @property
    def fresh(self) -> Sequence[Event]:
        return self._transaction.fresh

    def publish(self, *events: Event) -> None:
        self._transaction.publish(*events)

    async def rules(self) -> Rules:
        return await self._rules.now(self._contacts.workspace, self._session)

    async def neighbourhood(self, contact_ids: Collection[str]) -> Neighbourhood:
        contacts = await self._by_id(contact_ids)
        found, near = await self._blocks.near(list(contacts.values()), self._session)
        documents = await self._pairs.find({"contact_ids": {"$in": sorted(contact_ids)}}, session=self._session)
        pairs = {document["_id"]: pair_from(document) for document in documents}
        known = {**found, **contacts}
        missing = {contact_id for pair in pairs.values() for contact_id in pair.contact_ids} - known.keys()
        partings = await self._partings_of(contact_ids)
        return Neighbourhood({**known, **await self._by_id(missing)}, near, pairs, partings)

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

    async def _by_id(self, contact_ids: Collection[str]) -> dict[str, IndexedContact]:
        found = await self._contacts.get_many(contact_ids, session=self._session)
        return {document["_id"]: contact_from(document) for document in found}
