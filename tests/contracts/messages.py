"""A message as another service would send it, and as it would spoil it."""

from __future__ import annotations

import json
from typing import Any

from shared.contracts import tickets
from shared.contracts.tickets import TicketCreated


def message(**differences: Any) -> bytes:
    """A ticket was created; `attribute=...` leaves it out."""
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": "evt_1",
        "source": tickets.SOURCE,
        "type": TicketCreated.TYPE,
        "subject": "tic_1",
        "time": "2025-03-03T09:00:00Z",
        "workspaceid": "northwind",
        "partitionkey": "northwind:tic_1",
        "sequence": "000000000007",
        "data": {"subject": "It fails"},
    }
    given = {**attributes, **differences}
    return json.dumps({name: value for name, value in given.items() if value is not ...}).encode()
