"""The status process of a workspace: which statuses there are, in which order, and which may follow which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from contacts.domain.drafts import Given, Label
from contacts.domain.refusals import FieldError

Required = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class Status(Given):
    """One step. `moves_to` names what may follow it, None: anything; after `stale_after_days` without activity a contact in it is stale.

    `requires` names fields every contact in it must have, `custom.<key>` for one the workspace defines.
    """

    name: Label
    moves_to: Annotated[tuple[Label, ...], Field(max_length=50)] | None = None
    stale_after_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    requires: Annotated[tuple[Required, ...], Field(max_length=50)] = ()


class Process(Given):
    """The statuses in their order; a contact begins with the first."""

    statuses: Annotated[tuple[Status, ...], Field(min_length=1, max_length=50)] = tuple(
        Status(name=name) for name in ("new", "working", "qualified", "customer", "former")
    )

    @property
    def first(self) -> str:
        return self.statuses[0].name

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(status.name for status in self.statuses)

    def after(self, current: str | None) -> tuple[str, ...]:
        """What a contact may be next, itself included. One whose status is no longer in the process may go anywhere."""
        known = next((status for status in self.statuses if status.name == current), None)
        if known is None or known.moves_to is None:
            return self.names
        return tuple(name for name in self.names if name == current or name in known.moves_to)

    def fault(self, current: str | None, wanted: str) -> FieldError | None:
        """Why a contact can't go from one to the other, naming where it can go. What stays as it is is never at fault."""
        allowed = self.after(current)
        if wanted == current or wanted in allowed:
            return None
        others = ", ".join(name for name in allowed if name != current) or "nothing"
        where = f"from {current} to" if current in self.names else "one of"
        return FieldError("status", f"allowed is {where}: {others}")

    def faults(self) -> Iterator[FieldError]:
        """What is wrong with the process itself."""
        for position, status in enumerate(self.statuses):
            if status.name in self.names[:position]:
                yield FieldError(f"statuses.{position}.name", "the same name twice")
            for unknown in sorted(set(status.moves_to or ()) - set(self.names)):
                yield FieldError(f"statuses.{position}.moves_to", f"there is no status {unknown}")
