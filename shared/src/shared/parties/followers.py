"""What follows the directory: documents about somebody, and what is left of one when somebody it names was erased.

A document holds the `keys` it was told with, `contact_ids` as they resolve (none: parked), and `marks` of its addresses and numbers. By
those it is found when its person is erased: an erasure tells no address, and may be all that was ever heard of that person here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.mongo import Collection, Document, Index
from shared.parties.keys import marks_of
from shared.parties.known import Known

BY_KEY = Index("keys")
BY_MARK = Index("marks", where={"marks": {"$gt": ""}})  # nothing for those without one
BY_PARTY = (BY_KEY, BY_MARK)
"""The indexes every follower needs."""

BY_CONTACT = Index("contact_ids")
"""And the one for what belongs to a contact, where the service has no better one of its own."""

Kept = Callable[[Document, Known], Document | None]


@dataclass(frozen=True)
class Follower:
    """A collection that follows.

    `kept` says what is left of a whole document by what is known: the same, less, or None. It asks nobody and may be asked again.
    `version` are the fields by which one sees that somebody else wrote meanwhile. `forgetting` is told the ids of documents that are about
    to go, maybe more than once, for what the service keeps of them elsewhere.
    """

    collection: Collection
    kept: Kept
    version: tuple[str, ...] = ("keys",)
    forgetting: Callable[[str, Sequence[str]], Awaitable[None]] | None = None


def said_at(field: str) -> Kept:
    """For documents that were said once, at the time in this field."""

    def kept(document: Document, known: Known) -> Document | None:
        left = [key for key in document["keys"] if not known.is_gone(key, document[field])]
        if len(left) == len(document["keys"]):
            return document
        return {**document, "keys": left} if known.claims(left) else None

    return kept


def resolved(document: Document, known: Known) -> Document:
    return {**document, "marks": marks_of(document["keys"]), "contact_ids": list(known.resolve(document["keys"]))}
