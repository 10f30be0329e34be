"""Of several addresses, numbers or companies exactly one is the primary one."""

from __future__ import annotations

from typing import TypeVar

from contacts.domain.contact import AccountLink, Email, Phone

Entry = TypeVar("Entry", Email, Phone, AccountLink)


def one_primary(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The first that says so, else the first of all."""
    chosen = next((position for position, entry in enumerate(entries) if entry.primary), 0)
    return tuple(
        entry if entry.primary == (position == chosen) else entry.model_copy(update={"primary": position == chosen})
        for position, entry in enumerate(entries)
    )
