"""The projection of crm.contacts that resolution reads: one document per contact, in each service's own database.

Its state is a function of the set of events heard: what only grows is added with `$addToSet`, no snapshot is replaced by an older one,
so partitions may overtake each other and redeliveries change nothing. `indexed` is the standing that followers were last resolved with:
a crash between the two leaves it behind, and the redelivery sees the difference. A merge and its undo that cross leave no difference, and
yet some followers were resolved with what was between: so whatever is told is among the `unfollowed` until they are resolved with it.
The revision of a workspace's directory is raised after each change: a reader whose revision is still the same has missed nothing that its
change would not come back for.
"""

from __future__ import annotations

from collections.abc import Collection as Bag
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import uuid4

from shared.contracts.envelope import Event
from shared.mongo import Collection, Database, Document, Index, Update
from shared.parties.keys import CONTACT, PERSON, SOLE, contact_key, marks_of, person_key
from shared.parties.known import Known
from shared.parties.person import FOR_ALL, IN_DOUBT, LONG_AGO, NO_SNAPSHOT, Audience, Merge, Person, Standing, told_by

REVISION = "directory"
FACTS = ("sequence", "now", "merged_into", "deleted", "audience", "seen", "merges", "undone", "erased", "erased_at", "marks")


@dataclass(frozen=True)
class Changed:
    """A person, the standing its followers were last resolved with, and what is `unfollowed` since."""

    person: Person
    before: Standing
    unfollowed: Sequence[str]


class Directory:
    """Who holds which address, and who was merged into whom."""

    def __init__(self, people: Collection, revisions: Collection) -> None:
        self._people = people
        self._revisions = revisions

    @classmethod
    def of(cls, database: Database) -> Self:
        by_merge, by_snapshot = Index("merges.into"), Index("merged_into", where={"merged_into": {"$type": "string"}})
        return cls(database.collection("people", Index("seen"), by_merge, by_snapshot), database.collection("people_revisions"))

    async def prepare(self) -> None:
        await self._people.prepare()

    async def revision(self, workspace: str) -> int:
        document = await self._revisions.of(workspace).get(REVISION)
        return 0 if document is None else int(document["number"])

    async def about(self, workspace: str, keys: Bag[str]) -> Known:
        """Everybody these keys may belong to, who stands for them, and who was erased: one query, one more per step of a chain of merges.

        Where a person is named, one more too for those who have their addresses now.
        """
        revision = await self.revision(workspace)  # before the people: those read may be newer than it, never older
        people = self._people.of(workspace)
        found: dict[str, Person] = {}
        persons = {key.removeprefix(PERSON) for key in keys if key.startswith(PERSON)}
        known = Known((), revision)
        asked: set[str] = set()
        wanted = {key for key in keys if not key.startswith(PERSON)} | set(map(contact_key, persons)) | set(marks_of(keys))
        while wanted:
            read = map(_person, await people.find({"seen": {"$in": sorted(wanted)}}, fields=FACTS))
            found |= {person.contact_id: person for person in read}
            known = Known(found.values(), revision)
            survivors = {survivor for person in found.values() if (survivor := person.standing.into) is not None}
            asked |= wanted
            wanted = {contact_key(survivor) for survivor in survivors - found.keys()}
            wanted |= {key for contact_id in persons for key in known.given_up(contact_id)}
            wanted -= asked
        return known

    async def persons_behind(self, workspace: str, keys: Iterable[str]) -> set[str]:
        """The person keys that may lead elsewhere when these lead elsewhere."""
        keys = set(keys)
        named = {person_key(key.removeprefix(CONTACT)) for key in keys if key.startswith(CONTACT)}
        owned = {key for key in keys if key.startswith(SOLE)}
        return named | {person_key(contact_id) for contact_id in (await self.about(workspace, owned)).people()}

    async def learn(self, workspace: str, events: Sequence[Event]) -> list[Changed]:
        """Take in these events and say whose followers have to be looked at. Followers are resolved after this, never before."""
        told = told_by(events)
        growing, replacing = uuid4().hex, uuid4().hex
        people = self._people.of(workspace)
        await people.write([_grown(person, growing) for person in told.values()])
        await people.write([_replaced(person, replacing) for person in told.values() if person.sequence > NO_SNAPSHOT])
        documents = await people.get_many(told)
        await people.write([_forgotten(document) for document in documents if document["erased"] and _tells_more(document)])
        own = {growing, replacing}
        compared = [Changed(_person(document), _before(document, own), document["unfollowed"]) for document in documents]
        changes = [changed for changed in compared if changed.person.standing != changed.before]
        if changes:
            await self._revisions.of(workspace).update(REVISION, {"$inc": {"number": 1}}, upsert=True)
        await self.followed(workspace, [changed for changed in compared if changed.person.standing == changed.before])
        return changes

    async def merged_into(self, workspace: str, contact_ids: Iterable[str]) -> list[Person]:
        """Everybody whom a chain of merges leads to these contacts."""
        people = self._people.of(workspace)
        found: dict[str, Person] = {}
        asked = set(contact_ids)
        wanted = sorted(asked)
        while wanted:
            where = {"$or": [{"merges.into": {"$in": wanted}}, {"merged_into": {"$in": wanted}}]}
            found |= {person.contact_id: person for person in map(_person, await people.find(where))}
            wanted = sorted(found.keys() - asked)
            asked.update(wanted)
        return list(found.values())

    async def followed(self, workspace: str, changes: Iterable[Changed]) -> None:
        """Followers are resolved with their standing. Only where nothing was told meanwhile: whoever told it follows it."""
        await self._people.of(workspace).write([_marked(changed) for changed in changes])


def _grown(person: Person, telling: str) -> Update:
    grows: dict[str, object] = {
        "unfollowed": telling,
        "seen": {"$each": sorted(person.seen)},
        "merges": {"$each": [_merge(merge) for merge in sorted(person.merges, key=lambda merge: merge.id)]},
        "undone": {"$each": sorted(person.undone)},
    }
    first = {"sequence": NO_SNAPSHOT, "now": [], "merged_into": None, "deleted": False, "indexed": _standing(Standing())}
    operators: dict[str, Mapping[str, object]] = {"$addToSet": grows, "$setOnInsert": first}
    if person.erased:
        operators |= {"$set": {"erased": True}, "$max": {"erased_at": person.erased_at}}
        grows["marks"] = {"$each": sorted(person.marks)}
    else:
        first["erased"] = False
    return Update(person.contact_id, operators, upsert=True)


def _replaced(person: Person, telling: str) -> Update:
    """By a newer one, or by the same: what was written in an earlier form is whole when it is told again."""
    snapshot = {
        "sequence": person.sequence,
        "now": sorted(person.keys),
        "merged_into": person.merged_into,
        "deleted": person.deleted,
        "audience": _audience(person.audience),
    }
    operators = {"$set": snapshot, "$addToSet": {"unfollowed": telling}}
    return Update(person.contact_id, operators, where={"sequence": {"$lte": person.sequence}})


def _forgotten(document: Document) -> Update:
    """An erased contact keeps its id and the marks it was erased with, so that what still comes for it is recognised."""
    return Update(document["_id"], {"$set": {"now": [], "seen": _recognised(document)}, "$unset": {"audience": ""}})


def _tells_more(document: Document) -> bool:
    return bool(document["now"]) or "audience" in document or set(document["seen"]) != set(_recognised(document))


def _recognised(document: Document) -> list[str]:
    return [contact_key(document["_id"]), *document.get("marks", ())]


def _marked(changed: Changed) -> Update:
    return Update(
        changed.person.contact_id,
        {"$set": {"indexed": _standing(changed.person.standing), "unfollowed": []}},
        where={"unfollowed": changed.unfollowed},
    )


def _standing(standing: Standing) -> Document:
    return {
        "now": sorted(standing.now),
        "past": sorted(standing.past),
        "into": standing.into,
        "erased": sorted(standing.erased),
    }


def _before(document: Document, own: set[str]) -> Standing:
    """What followers were resolved with; in doubt where more is unfollowed than `own`: who told it may be at it, or have ended halfway."""
    indexed = document["indexed"]
    now, past, erased = (frozenset(indexed.get(keys, ())) for keys in ("now", "past", "erased"))
    if not own >= set(document["unfollowed"]):
        return Standing(now, past | frozenset(document["seen"]), IN_DOUBT, erased)
    return Standing(now, past, indexed["into"], erased)


def _audience(audience: Audience) -> Document:
    return {"visibility": audience.visibility, "owner_id": audience.owner_id, "team": sorted(audience.team)}


def _told_audience(document: Document) -> Audience:
    told = document.get("audience")
    return Audience(told["visibility"], told["owner_id"], frozenset(told["team"])) if told else FOR_ALL


def _merge(merge: Merge) -> Document:
    return {"id": merge.id, "into": merge.into}


def _person(document: Document) -> Person:
    return Person(
        document["_id"],
        sequence=document["sequence"],
        keys=frozenset(document["now"]),
        merged_into=document["merged_into"],
        deleted=document["deleted"],
        audience=_told_audience(document),
        seen=frozenset(document["seen"]),
        merges=frozenset(Merge(merge["id"], merge["into"]) for merge in document["merges"]),
        undone=frozenset(document["undone"]),
        erased=document["erased"],
        erased_at=document.get("erased_at", LONG_AGO),
        marks=frozenset(document.get("marks", ())),
    )
