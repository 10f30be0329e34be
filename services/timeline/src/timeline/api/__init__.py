"""HTTP in: timelines and notes."""

from timeline.api.access import Now
from timeline.api.notes import notes_router
from timeline.api.timelines import timelines_router

__all__ = ["Now", "notes_router", "timelines_router"]
