"""What the timeline reads from its environment, on top of what every service reads."""

from __future__ import annotations

from pydantic import Field

from shared.settings import ServiceSettings


class TimelineSettings(ServiceSettings):
    """Where the timeline listens and stores."""

    http_port: int = Field(8003, ge=0, le=65535, description="Port to listen on.")
    mongodb_database: str = Field("timeline", pattern=r"^[A-Za-z0-9_-]{1,60}$", description="The timeline's own database.")
    default_region: str = Field("US", pattern=r"^[A-Z]{2}$", description="Country that phone numbers without a country code are read in.")
