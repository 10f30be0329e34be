"""What there is before somebody merges contacts, or changes an address: numbers of records, and what depends on an address.

Asked by POST, because addresses have no place in a URL. Numbers count what the caller's role may not see too; the lines do not show it.
Neither tells of contacts that are not theirs to see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.auth import Caller
from shared.parties import email_key
from timeline.api.access import is_for, not_for, viewer_of
from timeline.domain import Dependents, Entry, Viewer, seen_by
from timeline.store import TimelineStore

SHOWN = 3
"""The newest records of a kind."""


def _address(text: str) -> str:
    if email_key(text) is None:
        raise ValueError("not an email address")
    return text


Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=320), AfterValidator(_address)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Contacts(Asked):
    """Whose records to count."""

    contact_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]


class Addresses(Asked):
    """What to look for."""

    emails: Annotated[list[Address], Field(min_length=1, max_length=20)]


class CountsAnswer(BaseModel):
    """By the id asked for; those erased, and those the caller may not view, are left out. A merged-away id is answered for its survivor."""

    items: dict[str, dict[str, int]] = Field(description="contact -> kind -> records")
    open: dict[str, dict[str, int]] = Field(description="contact -> kind -> those of them that are open")


class RecordAnswer(BaseModel):
    """A record that used an address, and the newest line that says so."""

    kind: str
    id: str
    sentence: str
    at: datetime


class DependentsAnswer(BaseModel):
    """The records of one kind that used an address."""

    kind: str
    count: int
    open: int = Field(description="by the latest that is known of each")
    newest: list[RecordAnswer]


class AddressAnswer(BaseModel):
    """What depends on an address."""

    email: str
    dependents: list[DependentsAnswer]
    unresolved: dict[str, int] = Field(description="kind -> records that belong to nobody until somebody has the address")


class AddressesAnswer(BaseModel):
    items: list[AddressAnswer]


def records_router(store: TimelineStore) -> APIRouter:
    router = APIRouter(prefix="/v1/timeline", tags=["timeline"])

    @router.post("/counts")
    async def counts(caller: Caller, asked: Contacts) -> CountsAnswer:
        """How much there is on each of these timelines; of a very long one, among its newest entries."""
        found = await store.whose_are(caller.workspace, dict.fromkeys(asked.contact_ids))
        theirs = {contact_id: whose for contact_id, whose in found.items() if is_for(caller, whose)}
        tallies = await asyncio.gather(*(store.tallies(caller.workspace, whose) for whose in theirs.values()))
        known = dict(zip(theirs, tallies, strict=True))
        return CountsAnswer(
            items={contact_id: {kind: tally.records for kind, tally in tallies.items()} for contact_id, tallies in known.items()},
            open={contact_id: {kind: tally.open for kind, tally in tallies.items() if tally.open} for contact_id, tallies in known.items()},
        )

    @router.post("/addresses")
    async def addresses(caller: Caller, asked: Addresses) -> AddressesAnswer:
        """What used these addresses, and what is still waiting for somebody to have them."""
        viewer = viewer_of(caller)

        async def about(email: str) -> AddressAnswer:
            hidden = await not_for(store, caller, await store.named_with(caller.workspace, email))
            dependents, waiting = await asyncio.gather(
                store.dependents(caller.workspace, email, hidden), store.waiting(caller.workspace, email)
            )
            shown = [_shown(of_a_kind, viewer) for of_a_kind in dependents]
            return AddressAnswer(email=email, dependents=shown, unresolved={kind: tally.records for kind, tally in waiting.items()})

        return AddressesAnswer(items=[await about(email) for email in dict.fromkeys(asked.emails)])

    return router


def _shown(of_a_kind: Dependents, viewer: Viewer) -> DependentsAnswer:
    newest = [
        RecordAnswer(kind=entry.refs[0].kind, id=entry.refs[0].id, sentence=entry.sentence, at=entry.at)
        for entry in _each_once(of_a_kind.newest, viewer)
    ]
    return DependentsAnswer(kind=of_a_kind.kind, count=of_a_kind.tally.records, open=of_a_kind.tally.open, newest=newest[:SHOWN])


def _each_once(entries: tuple[Entry, ...], viewer: Viewer) -> Iterator[Entry]:
    """The newest that the viewer may see of each record."""
    told = set()
    for entry in entries:
        seen = seen_by(entry, viewer)
        if seen is not None and seen.refs[0] not in told:
            told.add(seen.refs[0])
            yield seen
