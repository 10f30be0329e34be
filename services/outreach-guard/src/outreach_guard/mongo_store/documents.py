"""How facts look in MongoDB.

`state` holds the values the verdict reads, `stamps` what they are ordered by; `keys`, `contact_ids` and `relevant_until` are for the
index. Members and accounts are `answering`, cards watch them.

`form` is which way of keeping facts a document was written in. What was written stays as it is until its aggregate is heard of again, so
older forms are lifted when they are read: here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from outreach_guard.domain import surroundings
from outreach_guard.domain.card import Context
from outreach_guard.domain.dossier import VIEWS, view, view_of
from outreach_guard.domain.facts import UNKNOWN, Fact, Kind, Register
from outreach_guard.domain.view import Unreadable, View
from shared.mongo import Document

READ = ("kind", "state", "contact_ids", "context", "form")
"""What a verdict needs of a document."""

_VIEW_OF: Mapping[str, type[View]] = {kind.value: of for kind, of in VIEWS.items()}

Lift = Callable[[Document], Document]

LIFTS: Sequence[Lift] = ()
"""The first one lifts form 1 to form 2, and so on: `state`, and `stamps` where they were read. `context` has no form: others write it.

A lift leaves alone what has the new form already: while the service is brought up to date, an older process may have put its mark on it.
"""

FIRST_FORM = 1
"""Of documents that name none."""


def lifted(document: Document) -> Document:
    """The document in the newest form. One in a form still to come, met while the service is brought up to date, is left as it is."""
    for lift in LIFTS[document.get("form", FIRST_FORM) - FIRST_FORM :]:
        document = lift(document)
    return document


def fact_document(fact: Fact, before: Document | None) -> Document:
    """Everything but who it is about and what surrounds it, which are written by whoever resolves that.

    What an account ever answered to is kept: cards that were joined with it then have to be found again.
    """
    seen = view_of(fact)
    answered = set(before.get("answers", ()) if before else ()) | surroundings.answers(seen)
    parties = fact.parties
    return {
        "_id": fact.fact_id,
        "form": FIRST_FORM + len(LIFTS),
        "kind": fact.kind.value,
        "state": fact.state,
        "stamps": {name: [register.order, register.event_id, register.at] for name, register in fact.registers.items()},
        "parties": parties.value if parties else [],
        "parties_stamp": [parties.order, parties.event_id] if parties else None,
        "links": [{"key": key, "linked": link.value, "order": link.order, "event_id": link.event_id} for key, link in fact.links.items()],
        "named": [{"key": key, "at": at} for key, at in sorted(fact.named.items())],
        "forgotten": fact.forgotten,
        "keys": sorted(fact.keys),
        "relevant_until": seen.relevant_until,
        "watches": sorted(surroundings.watches(seen)),
        "answers": sorted(answered),
        "answering": bool(answered),
        "revision": (before["revision"] if before else 0) + 1,
    }


def fact_from(stored: Document) -> Fact:
    document = lifted(stored)
    kind, fact_id = _identity(document)
    stamps, stamp = document["stamps"], document["parties_stamp"]
    return Fact(
        kind,
        fact_id,
        {name: Register(value, *stamps[name]) for name, value in document["state"].items()},
        Register(document["parties"], *stamp) if stamp else None,
        {link["key"]: Register(link["linked"], link["order"], link["event_id"]) for link in document["links"]},
        named=_named(document),
        forgotten=document.get("forgotten"),
    )


NAMING = ("keys", "parties", "links", "named")
"""The fields in which keys are."""


def names_of(document: Document) -> Iterable[str]:
    """Every key in it: also of whom it was about before, or is no longer."""
    return {*document["keys"], *_named(document)}


def _named(document: Document) -> dict[str, datetime]:
    """Of what was kept without it, everything it holds, long ago."""
    if "named" in document:
        return {entry["key"]: entry["at"] for entry in document["named"]}
    return dict.fromkeys((*document["parties"], *(link["key"] for link in document["links"])), UNKNOWN)


def view_from(stored: Document) -> View:
    """What can not be read stands there as that: it costs its check an answer, and the contact no verdict."""
    try:
        document = lifted(stored)
        kind, fact_id = _identity(document)
        return view(kind, fact_id, document["state"], document["contact_ids"], _context(document))
    except (LookupError, TypeError, ValueError):
        fact_id, contact_ids = stored["_id"].partition(":")[2], stored["contact_ids"]
        return Unreadable(id=fact_id, contact_ids=contact_ids, of=_VIEW_OF.get(stored["kind"], View))


def _context(document: Document) -> Context | None:
    try:
        return Context.model_validate(document["context"]) if document.get("context") else None
    except ValidationError:
        return Context(unreadable=(document["_id"],))


def _identity(document: Document) -> tuple[Kind, str]:
    return Kind(document["kind"]), document["_id"].partition(":")[2]


SURROUNDING = ("kind", "state", "answers", "form", "revision")
"""What a card takes in of a member or an account, and how one sees that it changed meanwhile."""


def context_document(card: Document, surrounding: Iterable[Document]) -> dict[str, Any]:
    seen = [(document, view_from({**document, "contact_ids": []})) for document in surrounding]
    watched = set(card["watches"])
    unreadable = [document["_id"] for document, known in seen if isinstance(known, Unreadable) and watched & set(document["answers"])]
    whose: dict[str, Any] = {"owner": {"contact_ids"}, "accounts": {"__all__": {"contact_ids"}}}
    return surroundings.context_of(watched, [known for _, known in seen], unreadable).model_dump(mode="json", exclude=whose)
