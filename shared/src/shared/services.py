"""The processes of the platform, a row each: the one list in our code, outside a service's own folder, that names it.

Ports, topics of consumer groups, outboxes, addresses and the paths of the one API follow from it. It is written down and not found on
disk, because an image holds one service and yet has to make the topics and know the addresses of all. No service is imported here; a
test holds the rows against the folders under services/ and against what each of them does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """One service: its folder, its port on a developer's machine, and the first segments under /api/v1 that it answers.

    A service that consumes has a group of its name, one that publishes an outbox in its database, which is named like its package.
    """

    name: str
    port: int
    segments: tuple[str, ...] = ()
    consumes: bool = True
    publishes: bool = True

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def url_setting(self) -> str:
        """Where the gateway reads its address, as an environment variable in capitals."""
        return f"{self.package}_url"


SERVICES = (
    ServiceEntry("contacts", 8001, ("contacts", "accounts", "members")),
    ServiceEntry("dedupe", 8002, ("duplicates",)),
    ServiceEntry("timeline", 8003, ("timeline",)),
    ServiceEntry("outreach-guard", 8004, ("preflight", "policy"), publishes=False),
)
GATEWAY = ServiceEntry("gateway", 8080, consumes=False, publishes=False)
PROCESSES = (*SERVICES, GATEWAY)

GROUPS = tuple(service.name for service in SERVICES if service.consumes)
DATABASES = tuple(service.package for service in SERVICES if service.consumes)
"""Those of services that hear of others."""
OUTBOXES = tuple(service.package for service in SERVICES if service.publishes)
