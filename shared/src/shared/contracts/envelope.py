"""The CloudEvents envelope every message of the platform travels in.

One class reads and writes it, so that what we demand of others is what we publish ourselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
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
    WithJsonSchema,
    field_validator,
    model_validator,
)

from shared.contracts.catalogue import EventData, Unknown, payload_of, topic_of
from shared.contracts.ids import new_id
from shared.contracts.values import in_utc

SEQUENCE_DIGITS = 12

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""Identifiers become keys, headers and log lines, which control characters would break."""

WorkspaceId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


def _text(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise ValueError("not a time of RFC 3339")  # pydantic would take a number for seconds since 1970


Time = Annotated[AwareDatetime, BeforeValidator(_text, json_schema_input_type=datetime), AfterValidator(in_utc)]

Sequence = Annotated[
    int,
    BeforeValidator(_number),
    Field(ge=0, lt=10**SEQUENCE_DIGITS, strict=True),
    PlainSerializer(lambda number: f"{number:0{SEQUENCE_DIGITS}d}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,12}$", "description": "the aggregate's version, zero-padded to 12 digits"}),
]
"""The aggregate's version: a number here, zero-padded on the wire so that it sorts as text there too."""


class Event(BaseModel):
    """One message: CloudEvents 1.0, structured JSON. `data` is typed by `type`; an unknown type has `Unknown` data.

    A message of an old version is an event of the newest from here on, in `type` as in `data`: written again it says what it holds.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    specversion: str = Field("1.0", pattern=r"^1\.", description="of CloudEvents")
    id: Identifier = Field(description="unique per event; a redelivery carries the same")
    source: Identifier = Field(description="`/services/<name>`")
    type: Identifier = Field(description="`crm.<service>.<aggregate>.<past_tense>.v<major>`")
    subject: Identifier = Field(description="the aggregate's id")
    time: Time = Field(description="when it happened, RFC 3339, UTC")
    datacontenttype: str = Field("application/json", description="of `data`")
    workspaceid: WorkspaceId = Field(description="the tenant; nothing ever crosses it")
    partitionkey: Identifier = Field(description="the record key: `<workspaceid>:<aggregate id>`")
    sequence: Sequence
    correlationid: Identifier | None = Field(None, description="the request it belongs to")
    causationid: Identifier | None = Field(None, description="the event it answers")
    traceparent: str | None = Field(None, max_length=200, description="W3C trace context")
    actorid: Identifier | None = Field(None, description="who did it")
    actortype: Identifier | None = Field(None, description="user, contact, system, integration")
    data: SerializeAsAny[EventData] = Field(default_factory=Unknown, validate_default=True, description="the payload of the type")

    @field_validator("data", mode="wrap")
    @classmethod
    def _typed(cls, value: object, _: Any, info: ValidationInfo) -> EventData:
        if isinstance(value, EventData) and not isinstance(value, Unknown):
            return value
        absent = value is None or isinstance(value, Unknown)  # CloudEvents may come without data
        return payload_of(info.data.get("type", ""), {} if absent else value)

    @model_validator(mode="after")
    def _key_belongs_to_the_workspace(self) -> Self:
        if not self.partitionkey.startswith(f"{self.workspaceid}:"):
            raise ValueError("partitionkey and workspaceid disagree")
        return self

    @model_validator(mode="after")
    def _type_is_that_of_the_data(self) -> Self:
        object.__setattr__(self, "type", self.data.TYPE or self.type)  # frozen for everybody else
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
            id=event_id or new_id(),
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


def read(message: bytes) -> Event:
    """One message off the wire. Raises pydantic.ValidationError when it is not an event of the platform."""
    return _one.validate_json(message)
