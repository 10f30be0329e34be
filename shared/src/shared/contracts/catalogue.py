"""Which payload belongs to which event type.

A payload class registers itself by naming its type, so the catalogue can not forget one. Old major versions are lifted to the
newest by upcasters before validation: consumers know the newest form only.

    class ParcelSent(Upstream, type="crm.parcels.parcel.sent.v2"):
        weight: Weight

    @upcasts("crm.parcels.parcel.sent.v1", ParcelSent.TYPE)
    def _weight_has_a_unit(data):
        data["weight"] = {"amount": data.pop("kilos"), "unit": "kg"}
        return data

A message of `crm.parcels.parcel.sent.v1` is then read as an event of type `crm.parcels.parcel.sent.v2`. The recipe is in docs/events.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from shared.contracts.values import Value, told

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class EventData(Value):
    """A payload. A subclass that is an event names its type: `class ParcelSent(Upstream, type="crm.parcels.parcel.sent.v2")`."""

    TYPE: ClassVar[str] = ""

    def __init_subclass__(cls, *, type: str | None = None, **kwargs: Any) -> None:  # noqa: A002 - the envelope's own word
        super().__init_subclass__(**kwargs)
        if type is not None:
            if type in _models:
                raise TypeError(f"{type} is registered twice: in {_models[type].__module__} and in {cls.__module__}")
            if type in _upcasters:
                raise _never_seen(type)
            cls.TYPE = type
            _models[type] = cls


class Unknown(EventData):
    """The payload of a type we do not know: ignored and counted, never an error."""


_models: dict[str, type[EventData]] = {}
_upcasters: dict[str, tuple[str, Upcaster]] = {}


def upcasts(old: str, new: str) -> Callable[[Upcaster], Upcaster]:
    """Register how the data of type `old` becomes the data of type `new`, which must be the next major version.

    An upcaster is given a copy of data that nobody has validated, without nulls, and takes out what it has read. Whatever it stumbles
    over is a message that does not fit its type.
    """
    stem, _, major = old.rpartition(".v")
    if not major.isdecimal() or new != f"{stem}.v{int(major) + 1}":
        raise TypeError(f"{new} is not the next major version of {old}")

    def register(upcaster: Upcaster) -> Upcaster:
        if old in _upcasters:
            raise TypeError(f"{old} has two upcasters")
        if old in _models:
            raise _never_seen(old)
        _upcasters[old] = (new, upcaster)
        return upcaster

    return register


def _never_seen(event_type: str) -> TypeError:
    return TypeError(f"{event_type} has an upcaster, so nobody would see its payload; the class belongs to the newest version alone")


def payload_of(event_type: str, data: object) -> EventData:
    """The typed payload, of the newest version; raises pydantic.ValidationError when `data` does not fit its type."""
    current, lifted_data = lifted(event_type, data)
    model = _models.get(current)
    return Unknown() if model is None else model.model_validate(lifted_data)


def lifted(event_type: str, data: object) -> tuple[str, object]:
    """The newest version of a type, and what the data of this one is in it. ValueError where an upcaster can not read the data."""
    while event_type in _upcasters:
        event_type, upcaster = _upcasters[event_type]
        data = _one_version_up(data, upcaster)
    return event_type, data


def _one_version_up(data: object, upcaster: Upcaster) -> object:
    if not isinstance(data, dict):
        return data
    try:
        return upcaster(told(data))
    except (LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError("the data can not be lifted to the newest version") from error


def newest(event_type: str) -> str:
    """The version a type is read as: `crm.parcels.parcel.sent.v2` for `crm.parcels.parcel.sent.v1`; most types are their own."""
    while event_type in _upcasters:
        event_type, _ = _upcasters[event_type]
    return event_type


def also_read() -> Mapping[str, str]:
    """Every version that is read though it is no longer current, and the version it is read as."""
    return {old: newest(old) for old in _upcasters}


def models() -> Mapping[str, type[EventData]]:
    """Every known type with its payload model, in the order of registration."""
    return dict(_models)


def topic_of(event_type: str) -> str:
    """The first two words: `crm.tickets.ticket.created.v1` travels on `crm.tickets`."""
    return ".".join(event_type.split(".")[:2])
