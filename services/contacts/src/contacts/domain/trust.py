"""Which sources a workspace trusts: whoever comes from them needs no review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, get_args

from pydantic import Field

from contacts.domain.contact import Source
from contacts.domain.drafts import Given, Id
from contacts.domain.refusals import FieldError

Reviewed = Literal["form", "import", "mailbox", "integration"]
UNREVIEWED_SOURCES: frozenset[str] = frozenset(get_args(Reviewed))
"""People whom nobody here entered: looked at before sales or support work is assigned."""


class SourceTrust(Given):
    """What is decided about one source, or about every source of a type that nothing else is said of."""

    type: Reviewed
    id: Annotated[Id | None, Field(description="form id, import run, mailbox, name of the integration; null: all of the type")] = None
    trust: Literal["auto", "review"] = "auto"


def trusted(decided: Sequence[SourceTrust], source: Source) -> bool:
    """The word about exactly this source counts before the one about its type; where nothing was said, somebody has to look."""
    about = [rule for rule in decided if rule.type == source.type and (rule.id is None or _within(source.id, rule.id))]
    return bool(about) and max(about, key=lambda rule: len(rule.id or "")).trust == "auto"


def faults(decided: Sequence[SourceTrust]) -> Iterator[FieldError]:
    said: set[tuple[str, str | None]] = set()
    for position, rule in enumerate(decided):
        if (rule.type, rule.id) in said:
            yield FieldError(f"sources.{position}.id", "the same source twice")
        said.add((rule.type, rule.id))


def _within(source_id: str | None, trusted_id: str) -> bool:
    """What is behind a slash tells one arrival of a source from the others: a row of an import, a message of a mailbox."""
    return source_id is not None and (source_id == trusted_id or source_id.startswith(f"{trusted_id}/"))
