"""Domain objects to documents and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from dedupe.domain.clustering import Cluster, Origin
from dedupe.domain.indexed import Card, IndexedContact
from dedupe.domain.match import Reason
from dedupe.domain.pairs import FROM_BEFORE, Decision, Pair, Parting, Status, Verdict, pair_id
from dedupe.domain.person import Person, Phone, Profile
from dedupe.domain.ruleset import CERTAIN
from shared.mongo import Document

_OF_A_PROFILE = frozenset(field.name for field in fields(Profile))

COMPARED = (
    "sequence", "keys", "profile", "gone", "merged_into", "stands_for", "kept_apart", "erased", "identity", "ruleset",
)  # fmt: skip
"""What is read of those that are judged: not what is shown of them, nor what their profile was made of."""


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
        "person": _person_document(contact.person),
        "identity": contact.identity,
        "ruleset": contact.ruleset,
    }


def contact_from(document: Document) -> IndexedContact:
    return IndexedContact(
        document["_id"],
        document["sequence"],
        profile_from(document),
        frozenset(document["keys"]),
        card_from(document),
        document["gone"],
        document["merged_into"],
        frozenset(document.get("stands_for", ())),  # of contacts from before it was kept: none, until they are heard of again
        frozenset(document.get("kept_apart", ())),
        document.get("erased", False),
        _person_from(document.get("person", {})),
        document.get("identity", ""),
        document.get("ruleset", ""),
    )


def shown_from(document: Document) -> IndexedContact:
    """What a check compares and shows, of a document of which nothing else was read."""
    return IndexedContact(document["_id"], 0, profile_from(document), card=card_from(document))


def card_from(document: Document) -> Card:
    return Card(**_tuples(document.get("card", {})))


def normalised_document(contact: IndexedContact) -> Document:
    """What another ruleset makes otherwise."""
    return {"profile": _filled(contact.profile), "keys": sorted(contact.keys), "ruleset": contact.ruleset}


def profile_from(document: Document) -> Profile:
    """An earlier ruleset may have kept what this one does not know: that is left out until the contact is normalised anew."""
    return Profile(**{name: value for name, value in _tuples(document["profile"]).items() if name in _OF_A_PROFILE})


def _person_document(person: Person) -> Document:
    return {**_filled(person), **({"phones": [[phone.typed, phone.e164] for phone in person.phones]} if person.phones else {})}


def _person_from(document: Mapping[str, Any]) -> Person:
    return Person(**{**_tuples(document), "phones": tuple(Phone(typed, e164) for typed, e164 in document.get("phones", ()))})


def pair_document(pair: Pair) -> Document:
    return {
        "_id": pair.pair_id,
        "contact_ids": list(pair.contact_ids),
        "version": pair.version,
        "status": pair.status.value,
        "score": pair.score,
        "certain": pair.certain,
        "reasons": [_filled(reason) for reason in pair.reasons],
        "decision": _decision_document(pair.decision) if pair.decision else None,
        "ruleset": pair.ruleset,
    }


def pair_from(document: Document) -> Pair:
    first, second = document["contact_ids"]
    return Pair(
        document["_id"],
        (first, second),
        document["version"],
        Status(document["status"]),
        document["score"],
        _reasons_from(document["reasons"]),
        _decision_from(document.get("decision") or document.get("dismissal")),
        document.get("certain", document["score"] >= CERTAIN),
        document.get("ruleset", ""),
    )


def _decision_document(decision: Decision) -> Document:
    return {**_filled(decision), "verdict": decision.verdict.value, "findings": [_filled(finding) for finding in decision.findings]}


def _decision_from(document: Document | None) -> Decision | None:
    """From before people could say that two are one person there is no verdict, and identities were kept otherwise: what was said then
    holds as long as neither of the two is heard of again."""
    if document is None:
        return None
    of_before = "verdict" not in document
    return Decision(
        Verdict.TWO_PEOPLE if of_before else Verdict(document["verdict"]),
        document.get("by"),
        FROM_BEFORE if of_before else document.get("fingerprint", ""),
        document.get("reason"),
        tuple(document.get("sequences", (0, 0))),
        _reasons_from(document.get("findings", ())),
    )


def _reasons_from(documents: Iterable[Document]) -> tuple[Reason, ...]:
    return tuple(Reason(**reason) for reason in documents)


def cluster_document(cluster: Cluster) -> Document:
    told = {field.name: getattr(cluster, field.name) for field in fields(Cluster) if field.name != "cluster_id"}
    return {"_id": cluster.cluster_id, **told, "origins": [asdict(origin) for origin in cluster.origins]}


def cluster_from(document: Document) -> Cluster:
    """One from before it was said for whom contacts are is everybody's."""
    told = _tuples({field.name: document[field.name] for field in fields(Cluster)[1:] if field.name in document})
    return Cluster(document["_id"], **{**told, "origins": tuple(Origin(**_tuples(origin)) for origin in document.get("origins", ()))})


def parting_document(parting: Parting) -> Document:
    """One for each side of a pair, and the newest counts: they may be merged and told apart again."""
    of_both = pair_id(parting.contact_id, parting.other_id)
    return {"_id": f"{of_both}:{parting.contact_id}", "pair_id": of_both, **asdict(parting)}


def parting_from(document: Document) -> Parting:
    return Parting(**{field.name: document.get(field.name, "") for field in fields(Parting)})  # of before it has no identity: it is over


def _filled(values: Profile | Card | Person | Reason | Decision) -> dict[str, Any]:
    """The fields that say something. By hand, because `asdict` copies in depth and took half the time of a batch."""
    return {name: value for name in values.__slots__ if (value := getattr(values, name))}


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as they were before they became documents, those within them too."""
    return {name: _tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _tuple(values: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuple(value) if isinstance(value, list) else value for value in values)
