"""The CloudEvents envelope every message of the platform travels in.

One class reads and writes it, so that what we demand of others is what we publish ourselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializeAsAny,
    StringConstraints,
    TypeAdapter,
    ValidationInfo,
    field_validator,
    model_validator,
)

from shared.contracts.catalogue import EventData, payload_of, topic_of

SEQUENCE_DIGITS = 12

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200)]
WorkspaceId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


Sequence = Annotated[
    int,
    BeforeValidator(_number),
    Field(ge=0, lt=10**SEQUENCE_DIGITS, strict=True),
    PlainSerializer(lambda number: f"{number:0{SEQUENCE_DIGITS}d}", return_type=str),
]
"""The aggregate's version: a number here, zero-padded on the wire so that it sorts as text there too."""


class Event(BaseModel):
    """One message: CloudEvents 1.0, structured JSON. `data` is typed by `type`; an unknown type has `Unknown` data."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    specversion: str = Field("1.0", pattern=r"^1\.")
    id: Identifier
    source: Identifier
    type: Identifier
    subject: Identifier
    time: AwareDatetime
    datacontenttype: str = "application/json"
    workspaceid: WorkspaceId
    partitionkey: Identifier
    sequence: Sequence
    correlationid: Identifier | None = None
    causationid: Identifier | None = None
    traceparent: str | None = Field(None, max_length=200)
    actorid: Identifier | None = None
    actortype: Identifier | None = None
    data: SerializeAsAny[EventData]

    @field_validator("data", mode="wrap")
    @classmethod
    def _typed(cls, value: object, _: Any, info: ValidationInfo) -> EventData:
        return value if isinstance(value, EventData) else payload_of(info.data.get("type", ""), value)

    @model_validator(mode="after")
    def _key_belongs_to_the_workspace(self) -> Self:
        if not self.partitionkey.startswith(f"{self.workspaceid}:"):
            raise ValueError("partitionkey and workspaceid disagree")
        return self

    @classmethod
    def of(
        cls,
        data: EventData,
        *,
        source: str,
        workspace: str,
        subject: str,
        sequence: int,
        time: datetime,
        event_id: str | None = None,
        **attributes: str | None,
    ) -> Self:
        """An event that carries `data`; key, type and (unless given) a new id follow from the rest."""
        return cls(
            id=event_id or str(uuid.uuid4()),
            source=source,
            type=data.TYPE,
            subject=subject,
            time=time,
            workspaceid=workspace,
            partitionkey=f"{workspace}:{subject}",
            sequence=sequence,
            data=data,
            **attributes,
        )

    @property
    def topic(self) -> str:
        return topic_of(self.type)

    def to_json(self) -> bytes:
        """As it crosses the wire."""
        return self.model_dump_json(exclude_none=True, by_alias=True).encode()


_one: TypeAdapter[Event] = TypeAdapter(Event)
_many: TypeAdapter[list[Event]] = TypeAdapter(list[Event])


def read(message: bytes) -> Event:
    """One message off the wire. Raises pydantic.ValidationError when it is not an event of the platform."""
    return _one.validate_json(message)


def read_many(messages: Iterable[bytes]) -> list[Event]:
    """The same for a batch in one call, which is twice as fast. One bad message fails all: then read them one by one.

    The count is checked because a value such as `{}},{` would otherwise join to other messages than were sent.
    """
    values = list(messages)
    events = _many.validate_json(b"[" + b",".join(values) + b"]")
    if len(events) != len(values):
        raise ValueError("a message holds more or less than one JSON value")
    return events
