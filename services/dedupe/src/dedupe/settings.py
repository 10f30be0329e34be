"""What the dedupe service reads from its environment, on top of what every service reads."""

from __future__ import annotations

from pydantic import Field

from shared.settings import ServiceSettings


class DedupeSettings(ServiceSettings):
    """Where the service listens and stores."""

    http_port: int = Field(8002, ge=0, le=65535, description="Port to listen on.")
    mongodb_database: str = Field("dedupe", pattern=r"^[A-Za-z0-9_-]{1,60}$", description="The service's own database.")
