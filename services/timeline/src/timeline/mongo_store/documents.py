"""Entries and notes as documents. Their fields are named here, and in the indexes and queries beside this file, only."""

from __future__ import annotations

from dataclasses import asdict

from shared.mongo import Document
from timeline.domain import Actor, Edit, Entry, Note, Ref


def entry_document(entry: Entry) -> Document:
    return {
        "_id": entry.id,
        "at": entry.at,
        "kind": entry.kind,
        "type": entry.type,
        "source": entry.source,
        "sentence": entry.sentence,
        "actor": {"id": entry.actor.id, "type": entry.actor.type},
        "refs": [{"kind": ref.kind, "id": ref.id} for ref in entry.refs],
        "details": entry.details,
        "visibility": entry.visibility,
        "backfill": entry.backfill,
        "keys": list(entry.keys),
    }


def entry_from(document: Document) -> Entry:
    return Entry(
        id=document["_id"],
        at=document["at"],
        kind=document["kind"],
        type=document["type"],
        source=document["source"],
        sentence=document["sentence"],
        actor=Actor(**document["actor"]),
        refs=tuple(Ref(**ref) for ref in document["refs"]),
        details=document["details"],
        visibility=document["visibility"],
        backfill=document["backfill"],
        keys=tuple(document["keys"]),
    )


def note_document(note: Note, keys: list[str]) -> Document:
    document = asdict(note)
    del document["id"], document["contact_id"]
    return {**document, "_id": note.id, "history": list(document["history"]), "keys": keys}


def note_from(document: Document) -> Note:
    return Note(
        id=document["_id"],
        contact_id=next(iter(document["contact_ids"]), document["keys"][0].partition(":")[2]),
        text=document["text"],
        author_id=document["author_id"],
        created_at=document["created_at"],
        updated_at=document["updated_at"],
        version=document["version"],
        deleted=document["deleted"],
        history=tuple(Edit(**edit) for edit in document["history"]),
    )
