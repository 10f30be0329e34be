"""The store: an index that is written on its own, and judgements in transactions (README.md, "Two look-alikes at once")."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import uuid4

from dedupe.domain.clustering import Cluster
from dedupe.domain.commonness import COUNTED, Counting
from dedupe.domain.indexed import Card, IndexedContact
from dedupe.domain.look_alikes import Alike
from dedupe.domain.pairs import Pair, Parting, Verdict
from dedupe.domain.rescan import Rescan
from dedupe.domain.ruleset import VERSION, Rules
from dedupe.domain.workspace import Thresholds
from dedupe.mongo_store.blocks import BY_KEY, Blocks
from dedupe.mongo_store.documents import (
    card_from,
    cluster_from,
    contact_document,
    contact_from,
    normalised_document,
    pair_from,
    parting_document,
    profile_from,
)
from dedupe.mongo_store.judgement import LINKING_STATUSES, Kept, MongoJudgement
from dedupe.mongo_store.rescans import MongoRescans
from dedupe.mongo_store.rules import MongoRules
from dedupe.store import ClustersWanted, Judgement, Position, Wanted
from dedupe.turns import portions
from shared.messaging import Batch, Inbox, Outbox, Transaction
from shared.mongo import Database, Document, Index, Scoped, Update

Result = TypeVar("Result")


IN_ORDER = Index("gone", "_id")
DECIDED = Index("_id", where={"decision.verdict": {"$exists": True}})
OF_COUNTED = [f"profile.{name}" for name in COUNTED]
AT_ONCE = 100
"""Contacts written with one command: encoding them holds up everything else in the process."""
PAGE = 1_000
"""Contacts read at once when all are."""


class MongoDedupeStore:
    """DedupeStore and RescanStore on MongoDB."""

    def __init__(self, database: Database, outbox: Outbox, inbox: Inbox) -> None:
        self._database = database
        self._outbox = outbox
        self._inbox = inbox
        self._contacts = database.collection("contacts", BY_KEY, IN_ORDER)
        self._crowded = database.collection("crowded")
        likeliest_first = ("status", ("score", -1), "_id")
        self._pairs = database.collection("pairs", Index("contact_ids", *likeliest_first), Index(*likeliest_first), DECIDED)
        self._partings = database.collection("partings", Index("contact_id"), Index("other_id"))
        rules, counts, rescans = (
            database.collection("rules"),
            database.collection("counts", Index("number")),
            database.collection("rescans"),
        )
        self._rules = MongoRules(rules, counts)
        self._rescans = MongoRescans(rescans, owner=uuid4().hex)
        by_score = (("score", -1), "_id")
        filtered = [Index(field, *by_score) for field in ("sources", "runs", "owners", "shown_to")]
        self._clusters = database.collection("clusters", Index("contact_ids"), Index(*by_score), *filtered)
        self._collections = (self._contacts, self._crowded, self._pairs, self._partings, self._clusters, rules, counts, rescans)

    async def prepare(self) -> None:
        await self._database.prepare(*self._collections)

    async def remember(self, workspace: str, contacts: Sequence[IndexedContact], partings: Sequence[Parting] = ()) -> None:
        await self._enlist(workspace)
        await self._partings.of(workspace).put_newer([parting_document(parting) for parting in partings])
        for portion in portions(contacts, AT_ONCE):
            await self._contacts.of(workspace).put_newer([contact_document(contact) for contact in portion])
        await self._forget_partings(workspace, {contact.contact_id for contact in contacts} | {parting.other_id for parting in partings})

    async def _enlist(self, workspace: str) -> None:
        """An index from before rescans were kept was judged by rules nobody knows any more."""
        if self._rescans.unknown(workspace):
            anybody = await self._contacts.of(workspace).find_one(fields=["_id"])
            await self._rescans.enlist(workspace, Rescan() if anybody else Rescan.nothing_to_do())

    async def _forget_partings(self, workspace: str, contact_ids: Collection[str]) -> None:
        """Of erased contacts, whether the parting or the erasure was heard of first."""
        erased = [
            known["_id"] for known in await self._contacts.of(workspace).get_many(contact_ids, fields=["erased"]) if known.get("erased")
        ]
        if erased:
            any_of = {"$in": erased}
            await self._partings.of(workspace).delete_many({"$or": [{"contact_id": any_of}, {"other_id": any_of}]})

    @asynccontextmanager
    async def handling(self, batch: Batch) -> AsyncIterator[Judgement]:
        async with self._outbox.handling(batch, self._inbox) as transaction:
            yield self._judgement(batch.workspace, transaction)

    async def judging(self, workspace: str, work: Callable[[Judgement], Awaitable[Result]]) -> Result:
        async def attempt(transaction: Transaction) -> Result:
            return await work(self._judgement(workspace, transaction))

        return await self._outbox.transact(attempt)

    async def alike(self, workspace: str, wanted: Sequence[Collection[str]]) -> list[Alike]:
        return await self._blocks(workspace).alike(wanted)

    async def pairs(self, workspace: str, wanted: Wanted) -> tuple[list[Pair], Position | None]:
        status = {"$in": LINKING_STATUSES} if wanted.status is None else wanted.status.value
        where: dict[str, Any] = {"status": status, "score": {"$gte": wanted.min_score}}
        if wanted.contact_id is not None:
            where["contact_ids"] = wanted.contact_id
        found, following = await _page(self._pairs.of(workspace), where, wanted.after, wanted.limit)
        return [pair_from(document) for document in found], following

    async def pairs_by_id(self, workspace: str, pair_ids: Collection[str]) -> dict[str, Pair]:
        return {document["_id"]: pair_from(document) for document in await self._pairs.of(workspace).get_many(pair_ids)}

    async def decisions(self, workspace: str, after: str, limit: int) -> list[Pair]:
        where = {"decision.verdict": {"$exists": True, "$ne": Verdict.UNDECIDED.value}, "_id": {"$gt": after}}
        found = await self._pairs.of(workspace).find(where, sort=[("_id", 1)], limit=limit, index=DECIDED.name)
        return [pair_from(document) for document in found]

    async def pairs_among(self, workspace: str, contact_ids: Collection[str]) -> list[Pair]:
        among = set(contact_ids)
        where = {"contact_ids": {"$in": sorted(among)}, "status": {"$in": LINKING_STATUSES}}
        found = [pair_from(document) for document in await self._pairs.of(workspace).find(where)]
        return sorted((pair for pair in found if among.issuperset(pair.contact_ids)), key=lambda pair: (-pair.strength, pair.pair_id))

    async def clusters(self, workspace: str, wanted: ClustersWanted) -> tuple[list[Cluster], Position | None]:
        found, following = await _page(self._clusters.of(workspace), _chosen(wanted), wanted.after, wanted.limit)
        return [cluster_from(document) for document in found], following

    async def count_clusters(self, workspace: str, wanted: ClustersWanted) -> int:
        return await self._clusters.of(workspace).count(_chosen(wanted), limit=wanted.limit)

    async def cluster(self, workspace: str, cluster_id: str) -> Cluster | None:
        document = await self._clusters.of(workspace).get(cluster_id)
        return cluster_from(document) if document else None

    async def survivor(self, workspace: str, contact_id: str) -> str:
        return (await self.survivors(workspace, [contact_id]))[contact_id]

    async def survivors(self, workspace: str, contact_ids: Collection[str]) -> dict[str, str]:
        """One read for all, and one for each further merge of the longest chain."""
        leads_to: dict[str, str | None] = {}
        coming = set(contact_ids)
        while coming:
            found = await self._contacts.of(workspace).get_many(coming, fields=["merged_into"])
            leads_to |= dict.fromkeys(coming) | {document["_id"]: document["merged_into"] for document in found}
            coming = {into for into in leads_to.values() if into is not None} - leads_to.keys()
        return {contact_id: _end_of(contact_id, leads_to) for contact_id in contact_ids}

    async def contacts(self, workspace: str, contact_ids: Collection[str]) -> dict[str, IndexedContact]:
        found = await self._contacts.of(workspace).get_many(contact_ids)
        return {document["_id"]: contact_from(document) for document in found}

    async def cards(self, workspace: str, contact_ids: Collection[str]) -> dict[str, Card]:
        found = await self._contacts.of(workspace).get_many(contact_ids, fields=["card"])
        return {document["_id"]: card_from(document) for document in found}

    # ---- rules and rescans ---------------------------------------------------------------------------------------------

    async def rules(self, workspace: str) -> Rules:
        return await self._rules.lately(workspace)

    async def set_thresholds(self, workspace: str, thresholds: Thresholds, revision: int, by: str) -> Rules | None:
        changed = await self._rules.set_thresholds(workspace, thresholds, revision)
        if changed is not None:
            await self._rescans.want(workspace, by)  # it would be noticed in any case, a little later
        return changed

    async def rescan(self, workspace: str) -> Rescan:
        return await self._rescans.get(workspace)

    async def want_rescan(self, workspace: str, by: str) -> Rescan:
        return await self._rescans.want(workspace, by)

    async def rescans(self) -> Mapping[str, Rescan]:
        return await self._rescans.of_all()

    async def claim(self, workspace: str) -> Rescan | None:
        return await self._rescans.claim(workspace)

    async def keep(self, workspace: str, rescan: Rescan, *, began: bool = False) -> bool:
        return await self._rescans.keep(workspace, rescan, began=began)

    async def size(self, workspace: str) -> int:
        return await self._contacts.of(workspace).count({"gone": False}, index=IN_ORDER.name)

    async def present(self, workspace: str, after: str, limit: int) -> list[str]:
        return [document["_id"] for document in await self._present(workspace, after, limit, ["_id"])]

    async def normalise(self, workspace: str, contact_ids: Sequence[str]) -> None:
        """Where an event brought newer contents meanwhile, it brought this ruleset too."""
        contacts = self._contacts.of(workspace)
        documents = [document for document in await contacts.get_many(contact_ids) if document.get("person")]
        stale = [contact for document in documents if (contact := contact_from(document)).ruleset != VERSION]
        anew = [contact.normalised_anew() for contact in stale]
        await contacts.write(
            [Update(each.contact_id, {"$set": normalised_document(each)}, where={"sequence": each.sequence}) for each in anew]
        )

    async def count_names(self, workspace: str) -> None:
        counting, after = Counting(), ""
        while page := await self._present(workspace, after, PAGE, OF_COUNTED):
            counting.add(profile_from(document) for document in page)
            after = page[-1]["_id"]
        await self._rules.set_commonness(workspace, counting.counted(await self._likely_duplicates(workspace)))

    async def _likely_duplicates(self, workspace: str) -> float:
        """How many of its pairs are one person, as far as their scores tell."""
        linked = {"status": {"$in": LINKING_STATUSES}}
        summed = await self._pairs.of(workspace).aggregate([{"$group": {"_id": None, "pairs": {"$sum": "$score"}}}], where=linked)
        return float(summed[0]["pairs"]) if summed else 0.0

    async def crowded(self, workspace: str) -> Mapping[str, int]:
        """Counted where they are: a large workspace has many thousands. Before a key's kind its id says the workspace (decision 6)."""
        kind = {"$arrayElemAt": [{"$split": ["$_id", ":"]}, 1]}
        counted = await self._crowded.of(workspace).aggregate([{"$group": {"_id": kind, "keys": {"$sum": 1}}}, {"$sort": {"_id": 1}}])
        return {each["_id"]: each["keys"] for each in counted}

    async def uncrowd(self, workspace: str) -> None:
        rules = await self._rules.now(workspace)
        await self._blocks(workspace).small_again(rules.commonness.contacts)

    async def _present(self, workspace: str, after: str, limit: int, fields: Sequence[str]) -> list[Document]:
        where = {"gone": False, "_id": {"$gt": after}}
        return await self._contacts.of(workspace).find(
            where, sort=[("gone", 1), ("_id", 1)], limit=limit, fields=fields, index=IN_ORDER.name
        )

    def _blocks(self, workspace: str) -> Blocks:
        return Blocks(self._contacts.of(workspace), self._crowded.of(workspace))

    def _judgement(self, workspace: str, transaction: Transaction) -> MongoJudgement:
        collections = (self._contacts, self._pairs, self._partings, self._clusters)
        kept = Kept(*(collection.of(workspace) for collection in collections))
        return MongoJudgement(transaction, self._outbox, kept, self._blocks(workspace), self._rules)


def _end_of(contact_id: str, leads_to: Mapping[str, str | None]) -> str:
    """Merges that are heard of out of order may lead in a circle for a moment: then to any of it."""
    passed: set[str] = set()
    while contact_id not in passed:
        passed.add(contact_id)
        contact_id = leads_to[contact_id] or contact_id
    return contact_id


def _chosen(wanted: ClustersWanted) -> dict[str, Any]:
    chosen_by = {field: value for field in ("source", "run", "owner") if (value := getattr(wanted, field)) is not None}
    where = {"score": {"$gte": wanted.min_score}, **{f"{field}s": value for field, value in chosen_by.items()}}
    if wanted.viewer is None:
        return where
    theirs = {"$in": [None, wanted.viewer]}
    by_what_they_view = [
        {"$or": [{"origins.0": {"$exists": False}}, {"origins": {"$elemMatch": {field: value, "shown_to": theirs}}}]}
        for field, value in chosen_by.items()
    ]
    return {**where, "shown_to": theirs, **({"$and": by_what_they_view} if by_what_they_view else {})}


async def _page(documents: Scoped, where: dict[str, Any], after: Position | None, limit: int) -> tuple[list[Document], Position | None]:
    """The likeliest first."""
    if after is not None:
        where = {**where, "$or": [{"score": {"$lt": after.score}}, {"score": after.score, "_id": {"$gt": after.last_id}}]}
    found = await documents.find(where, sort=[("score", -1), ("_id", 1)], limit=limit + 1)
    page = found[:limit]
    return page, Position(page[-1]["score"], page[-1]["_id"]) if len(found) > limit else None
