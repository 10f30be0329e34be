"""Which fields a contact must have: those a workspace requires of everybody, and those a status asks for.

Who enters a person by hand or by the API is told at once. Who only passes on what a form, a file or a mailbox said can not know more:
such a contact is taken as it is and found by what it lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contacts.domain.contact import CUSTOM, Contact, CustomValue
from contacts.domain.drafts import Draft
from contacts.domain.fields import CustomField
from contacts.domain.process import Process
from contacts.domain.refusals import FieldError

STANDARD = tuple(name for name in Draft.model_fields if name not in {"first_name", "visibility", "status", "relations", "custom"})
"""The fields a status may ask for. A first name, a visibility and a status every contact has."""

EMPTY: tuple[CustomValue, ...] = (None, "", [], {})
"""What counts as no value of a custom field."""


@dataclass(frozen=True)
class Requirement:
    """Fields that contacts in this status must have; None: in whatever status."""

    fields: tuple[str, ...]
    status: str | None = None

    def concerns(self, contact: Contact) -> bool:
        return self.status is None or self.status == contact.status


def requirements(process: Process, fields: tuple[CustomField, ...]) -> tuple[Requirement, ...]:
    always = tuple(field.path for field in fields if field.required and field.enabled)
    asked = [(always, None), *((status.requires, status.name) for status in process.statuses)]
    return tuple(Requirement(names, status) for names, status in asked if names)


def missing(contact: Contact, required: tuple[Requirement, ...]) -> tuple[str, ...]:
    """The names of the fields it must have and lacks."""
    lacking = (name for one in required if one.concerns(contact) for name in one.fields if lacks(contact, name))
    return tuple(dict.fromkeys(lacking))


def faults(before: Contact, after: Contact, required: tuple[Requirement, ...]) -> Iterator[FieldError]:
    """What a change may not leave empty. What was missing already is no reason to refuse something else."""
    for one in required:
        for name in one.fields if one.concerns(after) else ():
            lacked = before.version > 0 and one.concerns(before) and lacks(before, name)
            if lacks(after, name) and not lacked:
                yield FieldError(name, f"needed in status {one.status}" if one.status else "a value is needed")


def faults_of(process: Process, fields: tuple[CustomField, ...]) -> Iterator[FieldError]:
    """Where a process asks for what no contact can have."""
    known = {*STANDARD, *(field.path for field in fields if field.enabled)}
    for position, status in enumerate(process.statuses):
        for unknown in sorted(set(status.requires) - known):
            yield FieldError(f"process.statuses.{position}.requires", f"there is no enabled field {unknown}")


def lacks(contact: Contact, name: str) -> bool:
    if name.startswith(CUSTOM):
        return contact.custom.get(name.removeprefix(CUSTOM)) in EMPTY
    return not (contact.current_links if name == "accounts" else getattr(contact, name))
