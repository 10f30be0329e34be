"""How facts look in MongoDB.

`state` holds the values the verdict reads, `stamps` what they are ordered by; `keys`, `contact_ids` and `relevant_until` are for the
index. Members and accounts are `answering`, cards watch them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from outreach_guard.domain import surroundings
from outreach_guard.domain.card import Context
from outreach_guard.domain.dossier import view, view_of
from outreach_guard.domain.facts import Fact, Kind, Register
from outreach_guard.domain.policy import Overrides, Policy, Severity
from outreach_guard.domain.question import Purpose
from outreach_guard.domain.view import View
from shared.mongo import Document

READ = ("kind", "state", "contact_ids", "context")
"""What a verdict needs of a document."""


def fact_document(fact: Fact, before: Document | None) -> Document:
    """Everything but who it is about and what surrounds it, which are written by whoever resolves that.

    What an account ever answered to is kept: cards that were joined with it then have to be found again.
    """
    seen = view_of(fact)
    answered = set(before.get("answers", ()) if before else ()) | surroundings.answers(seen)
    parties = fact.parties
    return {
        "_id": fact.fact_id,
        "kind": fact.kind.value,
        "state": fact.state,
        "stamps": {name: [register.order, register.event_id] for name, register in fact.registers.items()},
        "parties": parties.value if parties else [],
        "parties_stamp": [parties.order, parties.event_id] if parties else None,
        "links": [{"key": key, "linked": link.value, "order": link.order, "event_id": link.event_id} for key, link in fact.links.items()],
        "keys": sorted(fact.keys),
        "relevant_until": seen.relevant_until,
        "watches": sorted(surroundings.watches(seen)),
        "answers": sorted(answered),
        "answering": bool(answered),
        "revision": (before["revision"] if before else 0) + 1,
    }


def fact_from(document: Document) -> Fact:
    kind, fact_id = _identity(document)
    stamps, stamp = document["stamps"], document["parties_stamp"]
    return Fact(
        kind,
        fact_id,
        {name: Register(value, *stamps[name]) for name, value in document["state"].items()},
        Register(document["parties"], *stamp) if stamp else None,
        {link["key"]: Register(link["linked"], link["order"], link["event_id"]) for link in document["links"]},
    )


def view_from(document: Document) -> View:
    kind, fact_id = _identity(document)
    context = Context.model_validate(document["context"]) if document.get("context") else None
    return view(kind, fact_id, document["state"], document["contact_ids"], context)


def _identity(document: Document) -> tuple[Kind, str]:
    return Kind(document["kind"]), document["_id"].partition(":")[2]


def context_document(card: Document, surrounding: Iterable[Document]) -> dict[str, Any]:
    known = [view_from({**document, "contact_ids": []}) for document in surrounding]
    whose: dict[str, Any] = {"owner": {"contact_ids"}, "accounts": {"__all__": {"contact_ids"}}}
    return surroundings.context_of(card["watches"], known).model_dump(mode="json", exclude=whose)


def policy_document(overrides: Overrides, revision: int) -> Document:
    """A list, because the names of rules have dots."""
    rows = [
        {"rule": rule, "purpose": purpose.value, "severity": severity.value}
        for rule, row in sorted(overrides.items())
        for purpose, severity in row.items()
    ]
    return {"_id": "policy", "rows": rows, "revision": revision}


def policy_from(document: Document | None) -> Policy:
    if document is None:
        return Policy()
    overrides: dict[str, dict[Purpose, Severity]] = {}
    for row in document["rows"]:
        overrides.setdefault(row["rule"], {})[Purpose(row["purpose"])] = Severity(row["severity"])
    return Policy(overrides, document["revision"])
