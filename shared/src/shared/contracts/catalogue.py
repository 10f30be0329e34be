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
    """Register how the data of type `old` becomes the data of type `new`, which must be the next major version."""
    stem, _, major = old.rpartition(".v")
    if new != f"{stem}.v{int(major) + 1}":
        raise TypeError(f"{new} is not the next major version of {old}")

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
        data = _lifted(data, upcaster)
    return _models.get(event_type, Unknown).model_validate({} if event_type not in _models else data)


def _lifted(data: object, upcaster: Upcaster) -> object:
    """Upcasters see data that nothing has validated yet: what they stumble over is a message that does not fit its type."""
    if not isinstance(data, dict):
        return data
    try:
        return upcaster(data)
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("the data can not be lifted to the newest version") from error


def is_upcast(event_type: str) -> bool:
    """Whether an upcaster reads this type, which therefore needs no payload class any more."""
    return event_type in _upcasters


def models() -> Mapping[str, type[EventData]]:
    """Every known type with its payload model, in the order of registration."""
    return dict(_models)


def topic_of(event_type: str) -> str:
    """`crm.tickets.ticket.created.v1` travels on `crm.tickets`."""
    return ".".join(event_type.split(".")[:2])
