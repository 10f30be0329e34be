"""What follows the directory: documents about somebody, and what is left of one when somebody it names was erased.

A document holds the `keys` it was told with, `contact_ids` as they resolve (none: parked), and `marks` of the addresses and numbers it
names. By those it is found when their person is erased: an erasure tells no address, and may be all that was ever heard of them here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from shared.mongo import Collection, Document, Index
from shared.parties.keys import CONTACT, mark, marks_of
from shared.parties.known import Known

BY_KEY = Index("keys")
BY_MARK = Index("marks", where={"marks": {"$gt": ""}})  # nothing for those without one
BY_PARTY = (BY_KEY, BY_MARK)
"""The indexes every follower needs."""

BY_CONTACT = Index("contact_ids")
"""And the one for what belongs to a contact, where the service has no better one of its own."""

Kept = Callable[[Document, Known], Document | None]
Names = Callable[[Document], Iterable[str]]


def its_keys(document: Document) -> Iterable[str]:
    keys: Sequence[str] = document["keys"]
    return keys


@dataclass(frozen=True)
class Follower:
    """A collection that follows.

    `kept` says what is left of a whole document by what is known: the same, less, or None. It asks nobody and may be asked again.
    `names` are all keys the document holds, those too by which it concerns nobody any more; `told` are the fields that takes.
    `version` are the fields by which one sees that somebody else wrote meanwhile. `forgetting` is told the ids of documents that are about
    to go, maybe more than once, for what the service keeps of them elsewhere.
    """

    collection: Collection
    kept: Kept
    version: tuple[str, ...] = ("keys",)
    names: Names = its_keys
    told: tuple[str, ...] = ("keys",)
    forgetting: Callable[[str, Sequence[str]], Awaitable[None]] | None = None


def said_at(field: str) -> Kept:
    """For documents that were said once, at the time in this field."""

    def kept(document: Document, known: Known) -> Document | None:
        left = [key for key in document["keys"] if not known.is_gone(key, document[field])]
        if len(left) == len(document["keys"]):
            return document
        return {**document, "keys": left} if known.claims(left) else None

    return kept


def resolved(document: Document, known: Known, names: Names = its_keys) -> Document:
    former = {mark(key) for key in names(document) if key.startswith(CONTACT) and key not in document["keys"]}
    marks = sorted({*marks_of(names(document)), *former})
    return {**document, "marks": marks, "contact_ids": list(known.resolve(document["keys"]))}
