"""What this service reads from its environment."""

from __future__ import annotations

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    http_port: int = Field(8001, ge=0, le=65535, description="Port to listen on; 0 takes a free one and logs it.")
    mongodb_database: str = Field("contacts", pattern=r"^[A-Za-z0-9_-]{1,60}$", description="The service's own database.")
