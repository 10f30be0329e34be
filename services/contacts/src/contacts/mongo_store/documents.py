"""How contacts lie in the database.

A contact's document is the contact, and beside it `find`: what it is looked up, searched and sorted by, worked out at every write.
Two arrays hold its addresses: `owned` is unique in the workspace, which is what makes an address belong to one contact however many
requests race for it; `shared` holds the others (role addresses, and those of deleted contacts, which anybody may take over).
"""

from __future__ import annotations

from typing import Any

from contacts.domain import search
from contacts.domain.contact import Contact
from contacts.domain.revisions import Cause, FieldChange, Revision
from contacts.store import Entry
from shared.mongo import Document, Index, Update

CONTACT_FIELDS = tuple(Contact.model_fields)
OWNED = "find.owned"
SHARED = "find.shared"

CONTACT_INDEXES = (
    Index(OWNED, unique=True, where={OWNED: {"$exists": True}}),
    Index(SHARED, where={SHARED: {"$exists": True}}),
    Index("find.grams"),
    Index("find.deleted", ("updated_at", -1), ("_id", -1)),
    Index("find.deleted", "find.name", "_id"),
    Index("accounts.account_id"),
)
HISTORY_INDEXES = (Index("contact_id", ("version", -1)),)


def contact_document(contact: Contact) -> Document:
    fields = contact.model_dump(exclude={"id"})
    return {"_id": contact.id, **fields, "find": _find(contact)}


def replacement(contact: Contact, version: int) -> Update:
    """The update that makes the contact what it is now, where it still has the version it was read at."""
    document = contact_document(contact)
    return Update(document.pop("_id"), {"$set": document}, where={"version": version})


def contact_of(document: Document) -> Contact:
    return Contact.model_validate({**document, "id": document["_id"]})


def history_document(revision: Revision) -> Document:
    after, cause = revision.after, revision.cause
    return {
        "_id": f"{after.id}:{after.version:012d}",
        "contact_id": after.id,
        "version": after.version,
        "cause": vars(cause),
        "changes": [{"field": name, "old": change.old, "new": change.new} for name, change in revision.changes.items()],
    }


def entry_of(document: Document) -> Entry:
    changes = {row["field"]: FieldChange(row["old"], row["new"]) for row in document["changes"]}
    return Entry(document["version"], Cause(**document["cause"]), changes)


def _find(contact: Contact) -> Document:
    text = search.text_of(contact)
    owned = owned_addresses(contact)
    shared = [email.normalised for email in contact.emails if email.normalised not in owned]
    found: dict[str, Any] = {
        "text": text,
        "grams": search.grams(text),
        "name": search.name_key(contact),
        "deleted": contact.deleted_at is not None,
    }
    return found | ({"owned": owned} if owned else {}) | ({"shared": shared} if shared else {})


def owned_addresses(contact: Contact) -> list[str]:
    return [email.normalised for email in contact.emails if not email.shared] if contact.deleted_at is None else []
