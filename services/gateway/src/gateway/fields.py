"""The fields of a contact as the page knows them: one line each. What a line says is what the details, the drawer, a field's history and
the settings show of it. Emails, phones and accounts are lists of entries and have files of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.kinds import KINDS, Kind, Typed

Json = Mapping[str, Any]

CUSTOM = "custom."


@dataclass(frozen=True)
class Field:
    """`name` is the API's, `custom.<key>` for one the workspace defines. A `rare` one is out of the way while it is empty."""

    name: str
    label: str
    kind: str = "text"
    options: tuple[str, ...] = ()
    required: bool = False
    enabled: bool = True
    note: str = ""
    rare: bool = False
    in_drawer: bool = False
    default: Any = None

    @property
    def how(self) -> Kind:
        return KINDS[self.kind]

    @property
    def custom(self) -> bool:
        return self.name.startswith(CUSTOM)

    def of(self, contact: Json) -> Any:
        """The value in a contact of the API. Parts of an address that are not there are no part of it."""
        if self.custom:
            return (contact.get("custom") or {}).get(self.name.removeprefix(CUSTOM))
        value = contact.get(self.name, self.default)
        return {part: text for part, text in value.items() if text} if isinstance(value, Mapping) else value

    def patch(self, value: Any) -> dict[str, Any]:
        """The value as a part of what the API takes."""
        return {"custom": {self.name.removeprefix(CUSTOM): value}} if self.custom else {self.name: value}

    def typed(self, posted: Typed) -> Typed:
        return {part: posted.get(self.control(part), ()) for part in self.how.parts}

    def control(self, part: str) -> str:
        return f"{self.name}.{part}" if part else self.name


FIELDS = (
    Field("first_name", "First name", required=True, in_drawer=True),
    Field("middle_name", "Middle name", rare=True),
    Field("last_name", "Last name", in_drawer=True),
    Field("suffix", "Suffix", rare=True),
    Field("job_title", "Job title", in_drawer=True),
    Field("company", "Company", rare=True),
    Field("status", "Status", "status"),
    Field("owner_id", "Owner", "person", in_drawer=True),
    Field("assignees", "Assignees", "people"),
    Field("visibility", "Visibility", "visibility", in_drawer=True, default="all"),
    Field("tags", "Tags", "tags", in_drawer=True),
    Field("address", "Address", "address", rare=True),
    Field("birth_date", "Birth date", "date", rare=True),
)
ENTRIES = {"emails": "Email", "phones": "Phone", "accounts": "Accounts"}
"""Lists whose entries are edited one by one."""

LABELS = {field.name: field.label for field in FIELDS} | ENTRIES
DEMANDABLE = tuple(name for name in LABELS if name not in {"first_name", "visibility", "status"})
"""What a status can require. A first name, a visibility and a status every contact has."""
SEARCHED = {"name": "Name", "email": "Email", "phone": "Phone", "company": "Company"}
"""What the search finds by; the contacts service decides, and a test holds the two together."""


def known_by() -> str:
    """The same in words, for the hints of the search."""
    *most, last = (label.lower() for label in SEARCHED.values())
    return f"{', '.join(most)} or {last}"


def defined(settings: Json) -> Iterator[Field]:
    """The fields a workspace defines, in its order. Of a kind this page does not know, a value is still shown and not changed."""
    for one in settings.get("fields") or ():
        kind = str(one.get("type"))
        yield Field(
            name=f"{CUSTOM}{one['key']}",
            label=str(one.get("label") or one["key"]),
            kind=kind if kind in KINDS else "text",
            options=tuple(map(str, one.get("options") or ())),
            required=bool(one.get("required")),
            enabled=bool(one.get("enabled", True)) and kind in KINDS,
            note="" if one.get("enabled", True) else "No longer in use",
            default=one.get("default"),
        )


def fields_of(settings: Json, contact: Json) -> tuple[Field, ...]:
    """Every field this contact has, or may have: the standard ones, those of the workspace, and values that nobody defined."""
    own = tuple(defined(settings))
    known = {field.name for field in own}
    others = (key for key in contact.get("custom") or {} if f"{CUSTOM}{key}" not in known)
    return (*FIELDS, *own, *(Field(f"{CUSTOM}{key}", key, enabled=False, note="Not among the workspace’s fields") for key in others))


def steps(settings: Json, current: str | None) -> tuple[str, ...]:
    """The statuses a contact may have next, its own among them; only its own where the process can't be asked for."""
    statuses = (settings.get("process") or {}).get("statuses") or ()
    mine: Json = next((status for status in statuses if status["name"] == current), {})
    may = mine.get("moves_to")
    names = [str(status["name"]) for status in statuses if may is None or status["name"] == current or status["name"] in may]
    return tuple(names if current in names or not current else [current, *names])
