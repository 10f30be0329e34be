"""HTTP in: timelines, notes, and what there is of records."""

from timeline.api.access import Now
from timeline.api.notes import notes_router
from timeline.api.records import records_router
from timeline.api.timelines import timelines_router

__all__ = ["Now", "notes_router", "records_router", "timelines_router"]
