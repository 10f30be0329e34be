"""How contacts lie in the database.

A contact's document is the contact, and beside it `find`: what it is looked up, searched and sorted by, worked out at every write.
`find.owned` holds the addresses that are its alone and is unique in the workspace, which is what makes an address belong to one contact
however many requests race for it. Role addresses are not in it, nor are those of deleted contacts, which anybody may take over, and of
contacts merged away, which are the survivor's; `find.deleted` of these is neither true nor false: they are in no list.

`active_at` is when somebody last had to do with the contact. It is no field of the contact, so no version and no event: whoever writes a
contact leaves it as it is, or lifts it to the time of its step into another status.
"""

from __future__ import annotations

from typing import Any

from contacts.domain import search
from contacts.domain.contact import Contact
from contacts.domain.erasure import Tombstone
from contacts.domain.revisions import Cause, FieldChange, Revision
from contacts.store import Entry, ErasedError, Once
from shared.mongo import Document, Index, Update

CONTACT_FIELDS = tuple(Contact.model_fields)
OWNED = "find.owned"
EMAIL = "emails.normalised"
PHONE = "phones.e164"
RELATED = "relations.contact_id"
REVIEWED = "review.state"
UNUSUAL = ("pending", "rejected")
"""States of a review that few contacts are in at a time."""
LINKED = "accounts.account_id"
ACTIVE_AT = "active_at"
ONCE = "first.once.key"
ERASED = "erased"
"""In place of everything else, where a contact was erased."""

BY_GRAM = Index("find.grams")
BY_UPDATE = Index("find.deleted", ("updated_at", -1), ("_id", -1))
BY_NAME = Index("find.deleted", "find.name", "_id")
BY_ACCOUNT = Index(LINKED, where={LINKED: {"$exists": True}})
BY_OWNED = Index(OWNED, unique=True, where={OWNED: {"$exists": True}})
BY_EMAIL = Index(EMAIL)
BY_PHONE = Index(PHONE)
BY_OWNER = Index("find.deleted", "owner_id", ("updated_at", -1), ("_id", -1))
BY_ACTIVITY = Index("find.deleted", "status", ACTIVE_AT)
BY_REVIEW = Index("find.deleted", REVIEWED, ("updated_at", -1), ("_id", -1), where={REVIEWED: {"$in": list(UNUSUAL)}})
BY_RELATION = Index(RELATED, where={RELATED: {"$exists": True}})
CONTACT_INDEXES = (
    BY_OWNED,
    BY_EMAIL,
    BY_PHONE,
    BY_OWNER,
    BY_ACTIVITY,
    BY_REVIEW,
    BY_RELATION,
    BY_GRAM,
    BY_UPDATE,
    BY_NAME,
    BY_ACCOUNT,
    Index(ONCE, unique=True, where={ONCE: {"$exists": True}}),
)


def contact_document(contact: Contact) -> Document:
    fields = contact.model_dump(exclude={"id"})
    return {"_id": contact.id, **fields, "find": _find(contact)}


def replacement(contact: Contact, version: int) -> Update:
    """The update that makes the contact what it is now, where it still has the version it was read at."""
    document = contact_document(contact)
    return Update(document.pop("_id"), {"$set": document, "$max": _active(contact)}, where={"version": version})


def contact_of(document: Document) -> Contact:
    """Raises ErasedError, where the document was read with ERASED."""
    if ERASED in document:
        raise ErasedError(Tombstone(document["_id"], document["version"], **document[ERASED]))
    return Contact.model_validate({**document, "id": document["_id"]})


def first_document(revision: Revision, once: Once | None) -> Document:
    """A new contact, with the first entry of its history in it: two inserts make a contact, this one and its event's."""
    key = {"once": vars(once)} if once else {}
    return {**contact_document(revision.after), **_active(revision.after), "first": {**_entry(revision), **key}}


def history_document(revision: Revision) -> Document:
    """The later entries: one per change, found by its id alone, for an index more would cost every write."""
    return {"_id": entry_id(revision.after.id, revision.after.version), **_entry(revision)}


def entry_id(contact_id: str, version: int) -> str:
    return f"{contact_id}:{version:012d}"


def history_ids(contact_id: str) -> dict[str, str]:
    """The condition on the ids of a contact's history; `;` is the character behind `:`."""
    return {"$gt": f"{contact_id}:", "$lt": f"{contact_id};"}


def first_state(document: Document) -> Contact:
    """The contact as the first entry of its history tells it: everything it had."""
    entry = entry_of(document["first"], document["_id"])
    has, at = {name: change.new for name, change in entry.changes.items()}, entry.cause.at
    return Contact.model_validate(
        {**has, "id": document["_id"], "version": entry.version, "status_since": at, "created_at": at, "updated_at": at}
    )


def _entry(revision: Revision) -> Document:
    changes = [{"field": name, "old": change.old, "new": change.new} for name, change in revision.changes.items()]
    return {"version": revision.after.version, "at": revision.after.updated_at, "cause": vars(revision.cause), "changes": changes}


def entry_of(document: Document, contact_id: str) -> Entry:
    changes = {row["field"]: FieldChange(row["old"], row["new"]) for row in document["changes"]}
    return Entry(contact_id, document["version"], document["at"], Cause(**document["cause"]), changes)


def _find(contact: Contact) -> Document:
    text = search.text_of(contact)
    found: dict[str, Any] = {
        "text": text,
        "grams": search.grams(text),
        "name": search.name_key(contact),
        "deleted": None if contact.merged_into else contact.deleted_at is not None,
    }
    return found | ({"owned": list(contact.owned_addresses)} if contact.owned_addresses else {})


def _active(contact: Contact) -> Document:
    return {ACTIVE_AT: contact.status_since or contact.created_at}
