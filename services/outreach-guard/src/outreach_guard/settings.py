"""What the guard reads from its environment, on top of what every service reads."""

from __future__ import annotations

from pydantic import Field, PositiveFloat

from shared.settings import ServiceSettings


class GuardSettings(ServiceSettings):
    """Where the guard listens and stores, and when it stops believing that silence means nothing happened."""

    http_port: int = Field(8004, ge=0, le=65535, description="Port to listen on.")
    mongodb_database: str = Field("outreach_guard", pattern=r"^[A-Za-z0-9_-]{1,60}$", description="The guard's own database.")
    default_region: str = Field("US", pattern=r"^[A-Z]{2}$", description="Country that phone numbers without a country code are read in.")
    silence_limit_s: PositiveFloat = Field(300.0, description="A source not heard completely for longer makes its checks unknown.")
