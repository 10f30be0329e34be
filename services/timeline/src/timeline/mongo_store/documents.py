"""Entries and notes as documents: the fields they have in the domain. Those are named again in the indexes and queries beside this only."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from shared.mongo import Document
from timeline.domain import Entry, NewEntry, Note

_new_entries, _entries, _notes = TypeAdapter(NewEntry), TypeAdapter(Entry), TypeAdapter(Note)


def entry_document(entry: NewEntry) -> Document:
    return {"_id": entry.id, **_new_entries.dump_python(entry, exclude={"id"})}


def entry_from(document: Document) -> Entry:
    return _entries.validate_python({**document, "id": document["_id"]})


def note_document(note: Note, keys: Sequence[str]) -> Document:
    """Whose it is, its keys say; today that is, as they are resolved."""
    return {"_id": note.id, **_notes.dump_python(note, exclude={"id", "contact_id", "written_on"}), "keys": keys}


def note_from(document: Document) -> Note:
    written_on = document["keys"][0].partition(":")[2]
    contact_id = next(iter(document["contact_ids"]), written_on)
    return _notes.validate_python({**document, "id": document["_id"], "contact_id": contact_id, "written_on": written_on})
