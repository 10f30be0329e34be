"""Which sources are trusted: whoever comes from them needs no review."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from gateway.views.contact import SOURCES
from gateway.views.settings.sections import Json, Posted, Section, Sent, Step, sent, stepped

TYPES = {name: SOURCES[name] for name in ("form", "import", "mailbox", "integration")}
"""Where people come from whom nobody here entered."""
TRUST = {"review": "Reviewed first", "auto": "Approved at once"}


@dataclass(frozen=True)
class Source:
    """One row; without `source_id` it is about every source of the type."""

    id: str
    type: str = "form"
    source_id: str = ""
    trust: str = "auto"


@dataclass(frozen=True)
class Sources(Section):
    rows: tuple[Source, ...]
    word: ClassVar[str] = "Source trust"
    about: ClassVar[str] = (
        "People from forms, imports, mailboxes and integrations wait for a review, unless their source is approved here. "
        "The decision is recorded with each of them."
    )
    path: ClassVar[str] = "sources"

    @classmethod
    def of(cls, document: Json) -> Sources:
        return cls(tuple(_row(place, source) for place, source in enumerate(document.get("sources") or ())))

    @classmethod
    def typed(cls, posted: Posted) -> Sources:
        return cls(tuple(_typed(row) for row in sent(posted, "sources")))

    def within(self, document: Json) -> dict[str, Any]:
        return {**document, "sources": [{"type": row.type, "id": row.source_id or None, "trust": row.trust} for row in self.rows]}

    def stepped(self, step: Step) -> Sources:
        return replace(self, rows=stepped(self.rows, step, Source))

    def said(self) -> dict[str, str]:
        return {f"{SOURCES.get(row.type, row.type)} {row.source_id}".strip(): TRUST.get(row.trust, row.trust).lower() for row in self.rows}


def _row(place: int, source: Json) -> Source:
    return Source(str(place), str(source["type"]), str(source.get("id") or ""), str(source.get("trust") or "review"))


def _typed(row: Sent) -> Source:
    return Source(row.text("id"), row.text("type"), row.text("source_id"), row.text("trust"))
