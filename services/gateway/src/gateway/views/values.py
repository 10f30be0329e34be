"""A field of a contact, whatever it holds, in words: one line per entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any
from zoneinfo import ZoneInfo

from gateway.forms import LABELS
from gateway.views import words
from gateway.views.contact import SOURCES
from gateway.views.viewing import visible_to

CUSTOM = "custom."
NAMES = {"emails": "Emails", "phones": "Phones", "custom": "Custom fields"}
"""Of a whole list, which is called otherwise than an entry of it; all other fields have their name in `fields.py`."""
MEMBERS = frozenset({"owner_id", "assignees"})


@dataclass(frozen=True)
class Glossary:
    """What ids and keys stand for: names of members, labels of the workspace's own fields, and the reader's zone."""

    members: Mapping[str, str]
    zone: ZoneInfo
    labels: Mapping[str, str] = dataclass_field(default_factory=dict)

    def label(self, field: str) -> str:
        """What a field is called; a custom one as the workspace named it."""
        if field.startswith(CUSTOM):
            key = field.removeprefix(CUSTOM)
            return self.labels.get(key) or words.plain(key)
        return NAMES.get(field) or LABELS.get(field) or words.plain(field.removesuffix("_id"))

    def lines(self, field: str, value: Any) -> tuple[str, ...]:
        """The value as it is read; nothing for an empty one."""
        if value in (None, "", [], {}, ()):
            return ()
        entries = value if isinstance(value, list | tuple) else (value,)
        return tuple(line for entry in entries for line in self._one(field, entry))

    def said(self, field: str, value: Any) -> str:
        """The same in one line."""
        return ", ".join(self.lines(field, value)) or "empty"

    def member(self, member_id: object) -> str:
        return self.members.get(str(member_id or ""), str(member_id or ""))

    def _one(self, field: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, Mapping):
            return _SHAPES.get(field, _shape)(value)
        if isinstance(value, bool):
            return ("Yes" if value else "No",)
        if field in MEMBERS:
            return (self.member(value),)
        if field == "visibility":
            return (visible_to(value),)
        return (words.plain(value) if field == "status" else str(value),)


def labels_in(settings: Mapping[str, Any]) -> dict[str, str]:
    """What a workspace calls its own fields, by their keys."""
    return {str(field["key"]): str(field["label"]) for field in settings.get("fields") or ()}


def _email(email: Mapping[str, Any]) -> tuple[str, ...]:
    remarks = [word for word, said in (("primary", email.get("primary")), ("invalid", email.get("state") == "invalid")) if said]
    return (" · ".join([str(email.get("typed") or ""), *remarks]),)


def _phone(phone: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{phone.get('typed') or ''}{' · primary' if phone.get('primary') else ''}",)


def _account(link: Mapping[str, Any]) -> tuple[str, ...]:
    remarks = [str(link["role"])] if link.get("role") else []
    return (" · ".join([str(link.get("name") or link.get("account_id") or ""), *remarks, *(["former"] if link.get("ended_at") else [])]),)


def _address(address: Mapping[str, Any]) -> tuple[str, ...]:
    parts = [address.get(name) for name in ("street", "postcode", "city", "region", "country")]
    return (", ".join(str(part) for part in parts if part),)


def _source(source: Mapping[str, Any]) -> tuple[str, ...]:
    kind = str(source.get("type") or "")
    return (" ".join(filter(None, (SOURCES.get(kind, words.plain(kind)), str(source.get("id") or "")))),)


def _review(review: Mapping[str, Any]) -> tuple[str, ...]:
    return (words.plain(str(review.get("state") or "")),)


def _money(money: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{money['amount']} {money.get('currency') or ''}".strip(),)


def _shape(value: Mapping[str, Any]) -> tuple[str, ...]:
    """An amount, an entry with a name of its own, or fields of fields."""
    if "amount" in value:
        return _money(value)
    if "typed" in value:
        return (str(value["typed"]),)
    return tuple(f"{words.plain(str(name))}: {entry}" for name, entry in value.items() if entry not in (None, "", [], {}))


_SHAPES: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, ...]]] = {
    "emails": _email,
    "phones": _phone,
    "accounts": _account,
    "address": _address,
    "source": _source,
    "review": _review,
}
