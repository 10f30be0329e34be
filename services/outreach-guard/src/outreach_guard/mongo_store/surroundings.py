"""Keeps what a card says about its owner and accounts in step with what members and accounts say of themselves.

Cards and what they watch arrive in any order and from different partitions, so each writer looks again after it wrote, as the party
index does: whoever wrote last has seen the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from outreach_guard.mongo_store.documents import SURROUNDING, context_document
from shared.mongo import Collection, Document, Index, Scoped, Update

WATCHING = Index("watches", "_id", where={"kind": "contact"})
ANSWERING = Index("answers", where={"answering": True})

PAGE = 500


class Surroundings:
    """The cards and their surroundings in one collection of facts."""

    def __init__(self, facts: Collection) -> None:
        self._facts = facts

    async def settle(self, workspace: str, documents: Iterable[Document]) -> None:
        """To be called after these were written: cards take in what they watch, the rest is taken in by whatever watches it."""
        facts = self._facts.of(workspace)
        changed = list(documents)
        await self._join(facts, [document["_id"] for document in changed if document["kind"] == "contact"])
        answers = sorted({answer for document in changed for answer in document["answers"]})
        after = ""
        while answers and (page := await self._watching(facts, answers, after)):
            await self._join(facts, [document["_id"] for document in page])
            after = page[-1]["_id"]

    async def _watching(self, facts: Scoped, answers: Sequence[str], after: str) -> list[Document]:
        where = {"kind": "contact", "watches": {"$in": answers}, "_id": {"$gt": after}}
        return await facts.find(where, sort=[("_id", 1)], limit=PAGE, fields=["_id"])

    async def _join(self, facts: Scoped, card_ids: Sequence[str]) -> None:
        used: list[Document] | None = None
        while card_ids:
            cards = await facts.get_many(card_ids, fields=["watches", "context"])
            subjects = sorted({subject for card in cards for subject in card["watches"]})
            where = {"answering": True, "answers": {"$in": subjects}}
            latest = await facts.find(where, sort=[("_id", 1)], fields=SURROUNDING) if subjects else []
            if latest == used:
                return
            joined = [(card, context_document(card, latest)) for card in cards]
            await facts.write(
                [
                    Update(card["_id"], {"$set": {"context": context}}, where={"watches": card["watches"]})
                    for card, context in joined
                    if card.get("context") != context
                ]
            )
            used = latest
