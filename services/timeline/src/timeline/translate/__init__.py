"""From an event of any service to a line on a timeline; foreign field names appear here and in the tables beside it only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules

from shared.contracts.catalogue import EventData
from shared.contracts.contacts import ContactChanged, ContactMerged, ContactUnmerged
from shared.contracts.dedupe import Pair
from shared.contracts.envelope import Event
from shared.contracts.parties import Party, Upstream
from shared.contracts.timeline import SOURCE
from shared.contracts.timeline import Note as NoteSaid
from shared.parties import emails_in, keys_of, mark
from shared.telemetry import correlation_id
from timeline.domain import Actor, NewEntry, Note
from timeline.translate.lines import together
from timeline.translate.states import has_public_link, state_after

_modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]

LINES = together(*(module.TABLE for module in _modules if hasattr(module, "TABLE")))
"""How every type reads that is on timelines: a new module here with a TABLE is known without being listed anywhere."""


def entries_from(events: Iterable[Event], region: str) -> list[NewEntry]:
    """The entries these events make. Those about nobody (a mailbox, a member, an import) are on no timeline."""
    entries = (entry_from(event, region) for event in events)
    return [entry for entry in entries if entry is not None and entry.keys]


def entry_from(event: Event, region: str) -> NewEntry | None:
    """None where the type is unknown or is no line. `region` reads phone numbers without a country code."""
    data = event.data
    line = LINES.get(type(data))
    if line is None:
        return None
    return NewEntry(
        id=event.id,
        at=event.time,
        kind=line.kind,
        type=event.type,
        source=source_of(event),
        sentence=line.sentence(data),
        text=line.text(data),
        actor=Actor(event.actorid, event.actortype),
        refs=line.refs(data, event.subject),
        details=line.details(data),
        visibility=data.visibility if isinstance(data, Upstream) else "all",
        backfill=data.backfill if isinstance(data, Upstream) else False,
        keys=keys_of(parties_of(data), region),
        addresses=_addresses_of(data),
        sequence=event.sequence,
        leaves=state_after(event),
        public_link=has_public_link(data),
    )


def heard_from(events: Iterable[Event]) -> dict[str, datetime]:
    """When the last event of each source happened. A source is known by its topic: what an event calls its `source` is anybody's word."""
    heard: dict[str, datetime] = {}
    for event in events:
        source = event.topic.rpartition(".")[2]
        heard[source] = max(heard.get(source, event.time), event.time)
    return heard


def source_of(event: Event) -> str:
    """`/services/outreach-guard` -> `outreach-guard`."""
    return event.source.rpartition("/")[2]


def note_event(said: type[NoteSaid], note: Note, workspace: str, actor: Actor) -> Event:
    """What our own service says of a version of a note."""
    return Event.of(
        said(note_id=note.id, contact_id=note.written_on, author_id=note.author_id, text=None if note.deleted else note.text),
        source=SOURCE,
        workspace=workspace,
        subject=note.id,
        sequence=note.version,
        time=note.updated_at,
        correlationid=correlation_id(),
        actorid=actor.id,
        actortype=actor.type,
    )


def without_text(event: Event) -> Event:
    """What may still be said of a note whose contact was erased: that there was one."""
    return event.model_copy(update={"data": event.data.model_copy(update={"text": None})})


def parties_of(data: EventData) -> Iterable[Party]:
    match data:
        case Upstream():
            return data.people()
        case ContactMerged(survivor_id=survivor_id, merged_ids=merged_ids):
            return _contacts(survivor_id, *merged_ids)
        case ContactUnmerged(contact=survivor, restored_ids=restored_ids):
            return _contacts(survivor.id, *restored_ids)
        case ContactChanged(contact=contact):
            return _contacts(contact.id)
        case Pair(contact_ids=contact_ids):
            return _contacts(*contact_ids)
    contact_id: str | None = getattr(data, "contact_id", None)
    return _contacts(contact_id) if contact_id else ()


def _addresses_of(data: EventData) -> tuple[str, ...]:
    named = data.people() if isinstance(data, Upstream) else ()
    return tuple(sorted({mark(key) for party in named if party.email for key in emails_in(party.email)}))


def _contacts(*contact_ids: str) -> tuple[Party, ...]:
    return tuple(Party(contact_id=contact_id) for contact_id in contact_ids)
