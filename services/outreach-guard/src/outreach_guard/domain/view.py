"""How a fact looks to the rules: a typed view, which must stand being incomplete.

The event with the rest may still be on its way. What is not known is read the careful way: a ticket of unknown status is open, a
deal of unknown outcome is running.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def after(moment: datetime, span: timedelta) -> datetime:
    """Somebody else chooses the moment, so it may lie at the end of the calendar."""
    return min(moment, ALWAYS - span) + span


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class View(Part):
    """A fact as the rules see it."""

    id: str
    contact_ids: frozenset[str] = frozenset()

    @property
    def relevant_until(self) -> datetime:
        """From then on no rule finds anything in the fact, so the read may leave it out, or may not: the rules say it themselves."""
        return ALWAYS


class Unreadable(View):
    """In place of what is kept in a form that can not be read as this: whoever asks for it can not tell."""

    of: type[Part]
