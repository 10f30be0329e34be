"""The settings of a workspace as forms: one section of the whole each, read from it, changed row by row, and put back into it."""

from collections.abc import Mapping

from gateway.views.settings import duplicates
from gateway.views.settings.fields import Fields
from gateway.views.settings.region import Region
from gateway.views.settings.sections import Section
from gateway.views.settings.sources import Sources
from gateway.views.settings.statuses import Statuses

SECTIONS: Mapping[str, type[Section]] = {"statuses": Statuses, "fields": Fields, "sources": Sources, "region": Region}
"""In the order of the tabs."""
TABS: Mapping[str, str] = {**{name: section.word for name, section in SECTIONS.items()}, "duplicates": duplicates.WORD}
"""With those that are kept elsewhere."""

__all__ = ["SECTIONS", "TABS", "Section"]
