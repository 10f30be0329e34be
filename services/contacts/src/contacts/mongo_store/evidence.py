"""What arrivals brought, a document each. The payload is kept as text: its names are somebody else's and would be keys of a document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from contacts.domain.arrivals import Evidence
from contacts.domain.reviewing import Item
from shared.mongo import Document, Index, Scoped, Session

MOST = 50
"""Of one contact, the newest: who writes every day needs no thousand proofs."""

SHOWN = 20

EVIDENCE_INDEXES = (Index("contact_id", ("at", -1), where={"contact_id": {"$exists": True}}),)
(BY_CONTACT,) = EVIDENCE_INDEXES


def evidence_document(evidence: Evidence) -> Document:
    fields = evidence.model_dump(exclude={"id", "payload"}, exclude_none=True)
    return {"_id": evidence.id, **fields, "title": evidence.title, "payload": json.dumps(dict(evidence.payload), ensure_ascii=False)}


def evidence_of(document: Document) -> Evidence:
    return Evidence.model_validate({**document, "id": document["_id"], "payload": json.loads(document["payload"])})


async def trimmed(evidence: Scoped, contact_id: str, session: Session) -> None:
    order = [("at", -1), ("_id", -1)]
    own = {"contact_id": contact_id}
    known = await evidence.find(own, sort=order, limit=2 * MOST, fields=["_id"], index=BY_CONTACT.name, session=session)
    if beyond := [document["_id"] for document in known[MOST:]]:
        await evidence.delete_many({"_id": {"$in": beyond}}, session=session)


async def newest_evidence(evidence: Scoped, items: Sequence[Item]) -> Mapping[str, Sequence[Evidence]]:
    """By item: of somebody new the newest there is, of an update what proposed it."""
    new = [item.id for item in items if item.kind == "new"]
    found = await evidence.find({"contact_id": {"$in": new}}, sort=[("at", -1), ("_id", -1)], index=BY_CONTACT.name) if new else []
    found += await evidence.get_many([item.id for item in items if item.kind == "update"])
    by_item: dict[str, list[Evidence]] = {item.id: [] for item in items}
    for entry in map(evidence_of, found):
        for item_id in {entry.id, entry.contact_id or ""} & by_item.keys():
            if len(by_item[item_id]) < SHOWN:
                by_item[item_id].append(entry)
    return by_item
