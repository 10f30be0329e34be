"""When somebody last had to do with a contact: written beside the contact, in no transaction with it, to whomever the keys lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from contacts.mongo_store.documents import ACTIVE_AT, EMAIL, ERASED, PHONE
from shared.mongo import Document, Filter, Scoped, Update
from shared.parties import contact_key

_FIELDS = {"contact": "_id", "email": EMAIL, "phone": PHONE}
"""Where the keys of parties are looked for. Each is the first field of an index, which is what lets one query ask for all."""


async def stamp(contacts: Scoped, latest: Mapping[str, datetime]) -> None:
    """Lift the time of everybody these keys lead to: one query and one write, and one query more for each step of a chain of merges.

    The greater time wins, so any order and any number of times come to the same.
    """
    branches = _branches(latest)
    if not branches:
        return
    times: dict[str, datetime] = {}
    found = await contacts.find({"$or": branches}, fields=[EMAIL, PHONE, "merged_into", ERASED])
    about = [(document, max(latest[key] for key in _keys(document) if key in latest)) for document in found if ERASED not in document]
    while about:
        survivors: dict[str, datetime] = {}
        for document, at in about:
            lifted = survivors if document["merged_into"] else times
            contact_id = document["merged_into"] or document["_id"]
            lifted[contact_id] = max(at, lifted.get(contact_id, at))
        further = await contacts.get_many(survivors, fields=["merged_into", ERASED])
        about = [(document, survivors[document["_id"]]) for document in further if ERASED not in document]
    there = {ERASED: {"$exists": False}}  # it may have gone since it was found
    await contacts.write([Update(contact_id, {"$max": {ACTIVE_AT: at}}, where=there) for contact_id, at in times.items()])


def _branches(keys: Iterable[str]) -> list[Filter]:
    wanted: dict[str, list[str]] = {}
    for key in keys:
        kind, _, value = key.partition(":")
        if kind in _FIELDS:
            wanted.setdefault(_FIELDS[kind], []).append(value)
    return [{field: {"$in": values}} for field, values in wanted.items()]


def _keys(document: Document) -> Iterable[str]:
    yield contact_key(document["_id"])
    yield from (f"email:{email['normalised']}" for email in document["emails"])
    yield from (f"phone:{phone['e164']}" for phone in document["phones"] if phone.get("e164"))
