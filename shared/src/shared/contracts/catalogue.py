"""Which payload belongs to which event type.

A payload class registers itself by naming its type, so the catalogue can not forget one. Old major versions are lifted to the
newest by upcasters before validation: consumers know the newest form only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from shared.contracts.values import Value

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class EventData(Value):
    """A payload. A subclass names its type: `class TicketCreated(Ticket, type="crm.tickets.ticket.created.v1")`."""

    TYPE: ClassVar[str] = ""

    def __init_subclass__(cls, *, type: str | None = None, **kwargs: Any) -> None:  # noqa: A002 - the envelope's own word
        super().__init_subclass__(**kwargs)
        if type is not None:
            if type in _models:
                raise TypeError(f"{type} is registered twice")
            cls.TYPE = type
            _models[type] = cls


class Unknown(EventData):
    """The payload of a type we do not know: ignored and counted, never an error."""


_models: dict[str, type[EventData]] = {}
_upcasters: dict[str, tuple[str, Upcaster]] = {}


def upcasts(old: str, new: str) -> Callable[[Upcaster], Upcaster]:
    """Register how the data of type `old` becomes the data of type `new` (the next major version)."""

    def register(upcaster: Upcaster) -> Upcaster:
        if old in _upcasters:
            raise TypeError(f"{old} has two upcasters")
        _upcasters[old] = (new, upcaster)
        return upcaster

    return register


def payload_of(event_type: str, data: object) -> EventData:
    """The typed payload; raises pydantic.ValidationError when `data` does not fit its type."""
    while event_type in _upcasters:
        event_type, upcaster = _upcasters[event_type]
        data = upcaster(data) if isinstance(data, dict) else data
    return _models.get(event_type, Unknown).model_validate({} if event_type not in _models else data)


def models() -> Mapping[str, type[EventData]]:
    """Every known type with its payload model, in the order of registration."""
    return dict(_models)


def topic_of(event_type: str) -> str:
    """`crm.tickets.ticket.created.v1` travels on `crm.tickets`."""
    return ".".join(event_type.split(".")[:2])
