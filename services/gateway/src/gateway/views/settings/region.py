"""The region: how numbers without a country code are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from gateway.views.settings.sections import Json, Posted, Section, Sent


@dataclass(frozen=True)
class Region(Section):
    region: str
    word: ClassVar[str] = "Region"
    about: ClassVar[str] = "How phone numbers without a country code are read. Numbers that are here already stay as they are."
    path: ClassVar[str] = "region"

    @classmethod
    def of(cls, document: Json) -> Region:
        return cls(str(document.get("region") or ""))

    @classmethod
    def typed(cls, posted: Posted) -> Region:
        return cls(Sent(posted, "").text("region").upper())

    def within(self, document: Json) -> dict[str, Any]:
        return {**document, "region": self.region}

    def said(self) -> dict[str, str]:
        return {self.word: self.region}
