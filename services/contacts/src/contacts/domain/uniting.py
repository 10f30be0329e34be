"""Lists of several contacts as one: what their entries are told apart by, and which of them is primary."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from contacts.domain.contact import AccountLink, Email
from contacts.domain.editing import MAX_FORMER_LINKS
from contacts.domain.primaries import one_primary

KEYS: Mapping[str, Callable[[Any], Hashable]] = {
    "emails": lambda email: email.normalised,
    "phones": lambda phone: phone.e164 or phone.typed,
    "accounts": lambda link: (link.account_id, link.ended_at),
    "assignees": str,
    "tags": str,
    "relations": lambda relation: relation.contact_id,
    "merged_ids": str,
}
"""The lists of a contact. A company somebody left and came back to is there twice."""

WITH_PRIMARY = frozenset({"emails", "phones", "accounts"})

Entries = tuple[Any, ...]


def united(name: str, lists: Iterable[Sequence[Any]]) -> Entries:
    """Everything that is in any of them, in their order. What several have is the first one's, completed by the others."""
    first, *others = lists
    entries = list(first)
    places = {KEYS[name](entry): place for place, entry in reversed(list(enumerate(entries)))}
    for entry in (entry for more in others for entry in more):
        key = KEYS[name](entry)
        if key in places:
            entries[places[key]] = _completed(entries[places[key]], entry)
        else:
            places[key] = len(entries)
            entries.append(entry)
    return arranged(name, tuple(entries))


def arranged(name: str, entries: Entries) -> Entries:
    """With exactly one primary; companies left behind the others, the newest first and not without end."""
    if name not in WITH_PRIMARY:
        return entries
    if name != "accounts":
        return one_primary(entries)
    current = one_primary(tuple(link for link in entries if link.ended_at is None))
    former = [link for link in entries if link.ended_at is not None]
    former.sort(key=lambda link: link.ended_at, reverse=True)
    return (*current, *former[:MAX_FORMER_LINKS])


def _completed(entry: Any, other: Any) -> Any:
    match entry, other:
        case Email(), Email():
            invalid = {"state": "invalid", "reason": other.reason, "since": other.since} if other.state == "invalid" else {}
            told = invalid if entry.state == "valid" else {}
            return entry.model_copy(update={**told, "shared": entry.shared and other.shared})
        case AccountLink(), AccountLink():
            empty = [name for name in ("name", "role", "title") if getattr(entry, name) is None]
            return entry.model_copy(update={name: getattr(other, name) for name in empty})
    return entry
