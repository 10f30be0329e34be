"""Which processes the stack has, on which ports, and what each finds in its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from shared.devstack.directory import DataDirectory
from shared.devstack.processes import free_port
from shared.services import GATEWAY, PROCESSES, SERVICES

PREFERRED_PORTS = MappingProxyType({**{process.package: process.port for process in PROCESSES}, "mongodb": 27017, "broker": 9092})
PLATFORM_DATABASE = "platform"
"""Where the demo keeps the outbox of the services that are not here."""

BROKER_SETTINGS = MappingProxyType(
    {
        "KAFKA_ENABLE_IDEMPOTENCE": "false",
        "KAFKA_SESSION_TIMEOUT_MS": "6000",
        "KAFKA_HEARTBEAT_INTERVAL_MS": "2000",
        "KAFKA_PARTITIONS": "2",
    }
)
"""What the embedded broker needs: it has no idempotent producers, and a join takes half of the session timeout."""


def ports(preferred_ports: Mapping[str, int] = PREFERRED_PORTS) -> dict[str, int]:
    """A port for each part, its preferred one where that is free."""
    chosen: dict[str, int] = {}
    for name, preferred in preferred_ports.items():
        port = free_port(preferred)
        while port in chosen.values():
            port = free_port()
        chosen[name] = port
    return chosen


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything settled before the first process starts."""

    data: DataDirectory
    ports: dict[str, int]

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.ports['broker']}"

    @property
    def mongodb_uri(self) -> str:
        return (
            f"mongodb://127.0.0.1:{self.ports['mongodb']}/?replicaSet=rs0&w=majority&readConcernLevel=majority"
            "&retryWrites=true&retryReads=true&timeoutMS=5000&maxPoolSize=50"
        )

    def moved(self) -> dict[str, int]:
        """The parts whose preferred port is taken, with the port they got."""
        return {name: port for name, port in self.ports.items() if port != PREFERRED_PORTS[name]}

    def command(self, name: str) -> list[str | Path]:
        return [sys.executable, "-m", name, "--role", "all"]

    def environment(self, name: str) -> dict[str, str]:
        """For one service, the gateway or (by `PLATFORM_DATABASE`) the demo: ours on top of what the user set."""
        own = {
            **BROKER_SETTINGS,
            "HTTP_HOST": "127.0.0.1",
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "MONGODB_URI": self.mongodb_uri,
            "MONGODB_DATABASE": name,
            "JWKS_URL": f"{self.url(GATEWAY.package)}/.well-known/jwks.json",
            "PYTHONUNBUFFERED": "1",
        }
        if name in self.ports:
            own["HTTP_PORT"] = str(self.ports[name])
        if name == GATEWAY.package:
            own |= {service.url_setting.upper(): self.url(service.package) for service in SERVICES}
            own |= {
                "PUBLIC_URL": self.url(name),
                "STATE_DIR": str(self.data.path / name),
                "OIDC_ISSUER": f"{self.url(name)}/dev-issuer",
                "DEV_ISSUER_ACCOUNTS": str(self.data.accounts_file),
            }
        return {**os.environ, **own}
