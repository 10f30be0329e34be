"""`python -m shared.devstack.init mongo:27017`: what docker-compose.yml needs once, from our own image: replica set and topics."""

from __future__ import annotations

import asyncio
import sys

from shared.devstack.replica_set import become_primary
from shared.messaging import topics
from shared.settings import ServiceSettings

PATIENCE_S = 120.0


def main(address: str) -> None:
    become_primary(address, within=PATIENCE_S)
    made = asyncio.run(topics.create(ServiceSettings()))
    print(f"{address} is primary; {len(made)} topics made")


if __name__ == "__main__":
    main(sys.argv[1])
