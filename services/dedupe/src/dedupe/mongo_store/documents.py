"""Domain objects to documents and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from dedupe.domain.indexed import Card, IndexedContact
from dedupe.domain.match import Reason
from dedupe.domain.pairs import Dismissal, Pair, Parting, Status, pair_id
from dedupe.domain.person import Profile
from shared.mongo import Document

_LISTS_OF_A_PROFILE = tuple(field.name for field in fields(Profile) if "tuple" in str(field.type) and field.name != "phones")


def contact_document(contact: IndexedContact) -> Document:
    return {
        "_id": contact.contact_id,
        "sequence": contact.sequence,
        "keys": sorted(contact.keys),
        "profile": _filled(contact.profile),
        "card": _filled(contact.card),
        "gone": contact.gone,
        "merged_into": contact.merged_into,
        "stands_for": sorted(contact.stands_for),
        "kept_apart": sorted(contact.kept_apart),
        "erased": contact.erased,
    }


def contact_from(document: Document) -> IndexedContact:
    profile, card = document["profile"], document["card"]
    lists: dict[str, Any] = {name: tuple(profile[name]) for name in _LISTS_OF_A_PROFILE if name in profile}
    if "phones" in profile:
        lists["phones"] = tuple((number, extension) for number, extension in profile["phones"])
    return IndexedContact(
        document["_id"],
        document["sequence"],
        Profile(**{**profile, **lists}),
        frozenset(document["keys"]),
        Card(**{**card, "emails": tuple(card.get("emails", ())), "phones": tuple(card.get("phones", ()))}),
        document["gone"],
        document["merged_into"],
        frozenset(document.get("stands_for", ())),  # of contacts from before it was kept: none, until they are heard of again
        frozenset(document.get("kept_apart", ())),
        document.get("erased", False),
    )


def pair_document(pair: Pair) -> Document:
    return {
        "_id": pair.pair_id,
        "contact_ids": list(pair.contact_ids),
        "version": pair.version,
        "status": pair.status.value,
        "score": pair.score,
        "reasons": [_filled(reason) for reason in pair.reasons],
        "dismissal": _filled(pair.dismissal) if pair.dismissal else None,
    }


def pair_from(document: Document) -> Pair:
    first, second = document["contact_ids"]
    return Pair(
        document["_id"],
        (first, second),
        document["version"],
        Status(document["status"]),
        document["score"],
        tuple(Reason(**reason) for reason in document["reasons"]),
        Dismissal(**document["dismissal"]) if document["dismissal"] else None,
    )


def parting_document(parting: Parting) -> Document:
    """One for each side of a pair, and the newest counts: they may be merged and told apart again."""
    of_both = pair_id(parting.contact_id, parting.other_id)
    return {"_id": f"{of_both}:{parting.contact_id}", "pair_id": of_both, **asdict(parting)}


def parting_from(document: Document) -> Parting:
    return Parting(**{field.name: document[field.name] for field in fields(Parting)})


def _filled(values: Profile | Card | Reason | Dismissal) -> dict[str, Any]:
    """The fields that say something. By hand, because `asdict` copies in depth and took half the time of a batch."""
    return {name: value for name in values.__slots__ if (value := getattr(values, name))}
