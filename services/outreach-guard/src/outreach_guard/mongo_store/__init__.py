"""The guard's facts in MongoDB: one collection, read by one index, kept in step with the directory of contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce

from outreach_guard.domain.card import Card
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.facts import Fact, Told, learn
from outreach_guard.domain.forgetting import remembered
from outreach_guard.domain.policy import Policy, PolicyChange
from outreach_guard.mongo_store.documents import NAMING, READ, fact_document, fact_from, names_of, view_from
from outreach_guard.mongo_store.policies import POLICY, changed_policy, policy_from
from outreach_guard.mongo_store.surroundings import ANSWERING, WATCHING, Surroundings
from shared.contracts.envelope import Event
from shared.messaging import Partition
from shared.mongo import Database, Delete, Document, Index, Remembered, Scoped, Update
from shared.parties import BY_PARTY, Audience, Directory, Follower, Known, PartyIndex, contact_key, resolved

PLATFORM = "*"
"""Where `heard` is kept: no workspace can have this name."""


REMEMBERED_S = 1.0


class MongoGuard:
    """The GuardStore of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._facts = database.collection("facts", Index("contact_ids", "relevant_until"), *BY_PARTY, WATCHING, ANSWERING)
        self._policies = database.collection("policies")
        self._heard = database.collection("heard")
        self._directory = Directory.of(database)
        self._following = Follower(self._facts, _kept, version=("keys", "revision"), names=names_of, told=NAMING)
        self._parties = PartyIndex(self._directory, self._following)
        self._surroundings = Surroundings(self._facts)
        self._remembered_policies: Remembered[Policy] = Remembered(REMEMBERED_S)
        self._remembered_heard: Remembered[Mapping[str, datetime]] = Remembered(REMEMBERED_S)

    async def prepare(self) -> None:
        await self._directory.prepare()
        await self._database.prepare(self._facts)

    # ---- what comes in -------------------------------------------------------------------------------------------------

    async def learn(self, workspace: str, told: Sequence[Told]) -> None:
        """Fold, write where nobody wrote meanwhile, else fold again. Settled in any case: a crash may have come between the two."""
        facts = self._facts.of(workspace)
        sayings: dict[str, list[Told]] = defaultdict(list)
        for saying in told:
            sayings[saying.fact_id].append(saying)
        written = not sayings
        while not written:
            before = {document["_id"]: document for document in await facts.get_many(sayings)}
            folded = {fact_id: _folded(before.get(fact_id), told_of) for fact_id, told_of in sayings.items()}
            keys = {key for fact in folded.values() for key in (*fact.keys, *fact.named)}
            known = await self._directory.about(workspace, keys)
            left = {fact_id: fact for fact_id, told_of in folded.items() if (fact := remembered(told_of, known)) is not None}
            after = [fact_document(fact, before.get(fact_id)) for fact_id, fact in left.items()]
            known_before = {fact_id: fact_from(document) for fact_id, document in before.items()}
            changed = [document for document in after if known_before.get(document["_id"]) != left[document["_id"]]]
            gone = [document for fact_id, document in before.items() if fact_id not in left]
            written = await _write(facts, changed, gone, before, known)
            if written:
                used = known if len(changed) == len(after) else None
                await self._parties.settle(workspace, self._following, list(sayings), keys, used)
                await self._surroundings.settle(workspace, after)

    async def follow(self, workspace: str, contact_events: Sequence[Event]) -> None:
        await self._parties.on_contacts(workspace, contact_events)

    # ---- what is asked -------------------------------------------------------------------------------------------------

    async def dossier(self, workspace: str, contact_id: str, now: datetime) -> Dossier | None:
        """One indexed read for a contact that stands for itself. Only for the others the directory is asked who does."""
        found = await self._dossier(workspace, contact_id, now)
        if found is not None:
            return found
        survivor = (await self._directory.about(workspace, [contact_key(contact_id)])).survivor(contact_id)
        if survivor is not None and survivor != contact_id:
            return await self._dossier(workspace, survivor, now)
        return await self._erased(workspace, contact_id)

    async def _dossier(self, workspace: str, contact_id: str, now: datetime) -> Dossier | None:
        where = {"contact_ids": contact_id, "relevant_until": {"$gt": now}}
        documents = await self._facts.of(workspace).find(where, fields=READ)
        dossier = Dossier.of(contact_id, [view_from(document) for document in documents])
        if dossier is None or Card not in dossier.unreadable:
            return dossier
        audience = (await self.audiences(workspace, [contact_id]))[contact_id]  # what can't be read is still not everybody's
        return replace(dossier, card=dossier.card.model_copy(update=vars(audience)))

    async def _erased(self, workspace: str, contact_id: str) -> Dossier | None:
        document = await self._facts.of(workspace).get(f"contact:{contact_id}", fields=READ)
        card = view_from(document) if document else None
        return Dossier(card) if isinstance(card, Card) and card.erased_at else None

    async def audiences(self, workspace: str, contact_ids: Collection[str]) -> Mapping[str, Audience]:
        known = await self._directory.about(workspace, [contact_key(contact_id) for contact_id in contact_ids])
        return {contact_id: known.audience(contact_id) for contact_id in contact_ids}

    # ---- policies ------------------------------------------------------------------------------------------------------

    async def policy(self, workspace: str) -> Policy:
        return await self._remembered_policies.get(workspace, lambda: self._policy_of(workspace))

    async def change_policy(self, workspace: str, change: PolicyChange) -> Policy | None:
        document = changed_policy(change)
        policies = self._policies.of(workspace)
        written: Document | None
        if change.revision == 0:
            written = document if await policies.insert_new([{"_id": POLICY, **document}]) else None
        else:
            written = await policies.update(POLICY, {"$set": document}, where={"revision": change.revision})
        self._remembered_policies.forget(workspace)
        return policy_from(written) if written else None

    async def _policy_of(self, workspace: str) -> Policy:
        document = await self._policies.of(workspace).get(POLICY)
        return policy_from(document) if document else Policy()

    # ---- how far the consumers are -------------------------------------------------------------------------------------

    async def heard(self) -> Mapping[str, datetime]:
        return await self._remembered_heard.get(PLATFORM, self._heard_completely)

    async def _heard_completely(self) -> Mapping[str, datetime]:
        reports: dict[str, list[Document]] = defaultdict(list)
        for report in await self._heard.of(PLATFORM).find():
            reports[report["topic"]].append(report)
        heard: dict[str, datetime] = {}
        for topic, said in reports.items():
            of = max(said, key=lambda report: report["at"])["of"]  # a broker that was set up anew may have fewer
            moments = [report["at"] for report in said if report["number"] < of]
            if len(moments) == of:
                heard[topic] = min(moments)
        return heard

    async def note_heard(self, heard: Mapping[Partition, datetime]) -> None:
        await self._heard.of(PLATFORM).write([_report(partition, at) for partition, at in heard.items()])


def _report(partition: Partition, at: datetime) -> Update:
    told = {"topic": partition.topic, "number": partition.number, "of": partition.of}
    return Update(f"{partition.topic}/{partition.number}", {"$set": told, "$max": {"at": at}}, upsert=True)


def _folded(document: Document | None, told: Iterable[Told]) -> Fact:
    fact = reduce(learn, told, fact_from(document) if document else None)
    assert fact is not None  # noqa: S101 - something was told
    return fact


def _kept(document: Document, known: Known) -> Document | None:
    """What is left of it where somebody it names was erased."""
    fact = fact_from(document)
    left = remembered(fact, known)
    return None if left is None else document if left is fact else fact_document(left, document)


async def _write(
    facts: Scoped, changed: Iterable[Document], gone: Iterable[Document], before: Mapping[str, Document], known: Known
) -> bool:
    """Whether all of them are written and the others gone: those somebody else wrote since they were read are not."""
    new: list[Document] = []
    again: list[Update | Delete] = [Delete(document["_id"], where={"revision": document["revision"]}) for document in gone]
    for document in changed:
        placed = resolved(document, known, names_of)
        there = before.get(placed["_id"])
        if there is not None:
            again.append(Update(placed.pop("_id"), {"$set": placed}, where={"revision": there["revision"]}))
        else:
            new.append(placed)
    inserted = await facts.insert_new(new) if new else set()
    return len(inserted) == len(new) and await facts.write(again) == len(again)
