"""How an event becomes something told about an aggregate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from outreach_guard.domain.facts import Kind, Told, latest
from shared.contracts.catalogue import EventData
from shared.contracts.envelope import Event
from shared.contracts.values import plain
from shared.parties import emails_in, mark

MACHINES = {"system", "integration"}


def say(event: Event, kind: Kind, subject: str, fields: dict[str, Any], *, parties: Iterable[str] | None = None, **more: Any) -> Told:
    keys = tuple(parties) if parties is not None else ()
    return Told(kind, subject, event.id, event.sequence, fields, parties=keys or None, **more)


def stated(data: EventData, *names: str) -> dict[str, Any]:
    """The fields the event states itself, as a document can hold them."""
    return {name: plain(getattr(data, name)) for name in names if name in data.model_fields_set}


def mark_of(address: str) -> str | None:
    """What recognises the address in a stop, which does not keep the address itself."""
    return next(map(mark, emails_in(address)), None)


def actor(event: Event) -> str | None:
    return event.actorid if event.actortype in {None, "user"} else None


def merged_away(event: Event, kind: Kind, merged_id: str, fields: dict[str, Any]) -> Told:
    """Said of another aggregate, so its order is the time: the sequence belongs to the survivor."""
    return Told(kind, merged_id, event.id, latest(event.time), fields)


def touch(event: Event, source: str, text: str, keys: Iterable[str], *, by: str | None = None, human: bool | None = None) -> Told:
    fields = {
        "source": source,
        "source_id": event.subject,
        "text": text,
        "at": event.time,
        "by": by or actor(event),
        "human": event.actortype not in MACHINES if human is None else human,
    }
    return Told(Kind.TOUCH, event.id, event.id, event.sequence, fields, parties=tuple(keys) or None)
