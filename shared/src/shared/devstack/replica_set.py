"""Making a mongod the primary of a one-node replica set: without one there are no transactions and no change streams.

Used for the embedded mongod, for containers under test and by the one-shot `init` of docker-compose.yml.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from shared.devstack.processes import listening

REPLICA_SET = "rs0"
NOT_YET_INITIALISED = 94

Client = MongoClient[dict[str, Any]]


def become_primary(address: str, *, within: float = 30.0, alive: Callable[[], None] = lambda: None) -> None:
    """Initiate the set, or tell it its new address when it was created under another one; return once it takes writes.

    `alive` is asked between the tries and raises where waiting on is pointless. After `within` seconds: TimeoutError.
    """
    deadline = time.monotonic() + within
    host, _, port = address.rpartition(":")

    def wait_until(ready: Callable[[], bool]) -> None:
        while not ready():
            alive()
            if time.monotonic() > deadline:
                raise TimeoutError(f"MongoDB at {address} did not become primary within {within:.0f} s")
            time.sleep(0.03)

    wait_until(lambda: listening(int(port), host))  # a client that came too early waits half a second for its next try
    with Client(f"mongodb://{address}/?directConnection=true", timeoutMS=5000) as client:
        wait_until(lambda: _is_primary(client, address))


def _is_primary(client: Client, address: str) -> bool:
    try:
        hello = client.admin.command("hello")
        if hello.get("isWritablePrimary") and hello.get("me") == address:
            return True
        _configure(client, address)
    except PyMongoError:
        pass  # not listening yet, or between two states: asked again until the deadline
    return False


def _configure(client: Client, address: str) -> None:
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALISED:
            raise
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": address}]})
        return
    if config["members"][0]["host"] != address:
        config["members"][0]["host"] = address
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
