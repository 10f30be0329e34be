"""How a story becomes messages: the same ones each time it is told."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Json = Mapping[str, Any]

WORKSPACE = "northwind"
_MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
_EXAMPLES = uuid.uuid5(uuid.NAMESPACE_URL, "/examples")


@dataclass(frozen=True)
class Example:
    """A message with the name of the story it belongs to."""

    type: str
    name: str
    message: Json


@dataclass(frozen=True)
class Story:
    """What happens to one aggregate: `always` is in the data of each event, `events` are (past tense, what else is in its data).

    `created` is told as `created.v1`, as most are; another version says so: `created.v2`.
    """

    aggregate: str
    name: str
    subject: str
    always: Json
    events: tuple[tuple[str, Json], ...]
    actor: tuple[str, str] = ("mem_omar", "user")

    def examples(self) -> Iterator[Example]:
        service = self.aggregate.split(".")[1]
        source = "outreach-guard" if service == "outreach" else service
        for sequence, (event, data) in enumerate(self.events, start=1):
            event_type = f"{self.aggregate}.{event}" if "." in event else f"{self.aggregate}.{event}.v1"
            message = {
                "specversion": "1.0",
                "id": str(uuid.uuid5(_EXAMPLES, f"{event_type}/{self.name}")),
                "source": f"/services/{source}",
                "type": event_type,
                "subject": self.subject,
                "time": (_MONDAY + timedelta(hours=5 * sequence)).isoformat().replace("+00:00", "Z"),
                "datacontenttype": "application/json",
                "workspaceid": WORKSPACE,
                "partitionkey": f"{WORKSPACE}:{self.subject}",
                "sequence": f"{sequence:012d}",
                "correlationid": str(uuid.uuid5(_EXAMPLES, f"request/{self.aggregate}/{self.name}")),
                "actorid": self.actor[0],
                "actortype": self.actor[1],
                "data": {**self.always, **data},
            }
            yield Example(event_type, self.name, message)
