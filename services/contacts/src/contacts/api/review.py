"""The review queue: who came in and what is proposed of people known, until somebody has looked at where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from contacts import translate
from contacts.api.cursors import REVIEW
from contacts.api.deciding import Reviewer
from contacts.api.requests import ContactsStore, DirectoryStore, Reader, ReviewStore, Writer, cause
from contacts.api.review_bodies import Count, Difference, ReviewAsked, ReviewItem, ReviewNarrowed, ReviewPage, Rows, ShownEvidence, Verdict
from contacts.api.viewing import viewer, views
from contacts.domain.arrivals import Evidence
from contacts.domain.contact import Contact
from contacts.domain.drafts import Draft
from contacts.domain.proposals import changes
from contacts.domain.quality import Ours, quality
from contacts.domain.refusals import Refused
from contacts.domain.reviewing import Item
from contacts.store import Contacts, ReviewWanted, all_standing
from shared.auth import Principal, Role

router = APIRouter(prefix="/v1/contacts/review", tags=["review"])

MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Look:
    """Who looks at the queue, and from where: who works here, and how numbers are read."""

    us: Ours
    region: str
    caller: Principal


@router.get("")
async def list_review(
    *, caller: Reader, contacts: ContactsStore, directory: DirectoryStore, reviews: ReviewStore, asked: Annotated[ReviewAsked, Query()]
) -> ReviewPage:
    """Those about whom the caller may view, the newest arrival first, each with the evidence of it and what speaks for and against it."""
    us = await directory.ours(caller.workspace)
    region = (await directory.decided(caller.workspace)).region
    wanted = replace(_wanted(asked, us, caller), after=REVIEW.place(asked.cursor), limit=asked.limit)
    page = await reviews.page(caller.workspace, wanted)
    evidence = await reviews.evidence(caller.workspace, page.items)
    named = await _named(contacts, caller.workspace, page.items)
    standing = await all_standing(partial(contacts.get_many, caller.workspace), named)
    hidden = {item_id for item_id, contact in standing.items() if not views(caller, contact)}  # since a moment: the queue follows
    look = Look(us, region, caller)
    items = [
        _shown(item, (standing if item.kind == "update" else named).get(item.id), evidence[item.id], look)
        for item in page.items
        if item.id not in hidden
    ]
    return ReviewPage(items=items, next_cursor=REVIEW.after(page.next))


@router.get("/count")
async def count_review(caller: Reader, directory: DirectoryStore, reviews: ReviewStore, asked: Annotated[ReviewNarrowed, Query()]) -> Count:
    """How many items the caller would see, for a badge: beyond a thousand only that there are more."""
    us = await directory.ours(caller.workspace)
    found = await reviews.count(caller.workspace, _wanted(asked, us, caller), MOST_COUNTED + 1)
    return Count(count=min(found, MOST_COUNTED), more=found > MOST_COUNTED)


@router.post("")
async def decide_review(body: Verdict, caller: Writer, contacts: ContactsStore, directory: DirectoryStore) -> Rows:
    """Each item on its own: one that can't be decided does not keep the others."""
    if faults := list(body.faults()):
        raise Refused(faults)
    reviewer = Reviewer(contacts, directory, caller, body, cause(caller, body.reason))
    return Rows(items=[await reviewer.decide(item_id) for item_id in dict.fromkeys(body.ids)])


def _wanted(asked: ReviewNarrowed, us: Ours, caller: Principal) -> ReviewWanted:
    return ReviewWanted(
        state=asked.state,
        kind=asked.kind,
        source_type=asked.source,
        source_id=asked.source_id,
        quality=asked.quality,
        ours=us,
        viewer=viewer(caller),
    )


async def _named(contacts: Contacts, workspace: str, items: Sequence[Item]) -> Mapping[str, Contact]:
    """By item the contact it names."""
    known = await contacts.get_many(workspace, {item.contact_id for item in items})
    return {item.id: known[item.contact_id] for item in items if item.contact_id in known}


def _shown(item: Item, contact: Contact | None, evidence: Sequence[Evidence], look: Look) -> ReviewItem:
    """With the contact it is about: an update of somebody merged away is one of who took them in."""
    open_update = item.kind == "update" and item.state == "pending" and contact is not None
    news = changes(contact, Draft.model_validate(item.said), look.region) if open_update and contact is not None else {}
    return ReviewItem(
        id=item.id,
        kind=item.kind,
        state=item.state,
        contact=translate.snapshot(contact) if contact is not None else None,
        update_of=(contact.id if contact is not None else item.contact_id) if item.kind == "update" else item.update_of,
        changes={field: Difference(now=change.old, proposed=change.new) for field, change in news.items()},
        source=item.source,
        evidence=[_visible(entry, look.caller) for entry in evidence],
        quality=quality(item.traffic, item.address, look.us),
        at=item.at,
        decision=item.decision,
        by=item.by,
        reviewed_at=item.decided_at,
        reason=item.reason,
    )


def _visible(entry: Evidence, caller: Principal) -> ShownEvidence:
    """The producer's word on who may read it counts here as it does on the timeline."""
    match entry.visibility.split(":", 1):
        case ["all"]:
            seen = True
        case ["mailbox"]:
            seen = entry.actor_id == caller.subject
        case ["role", role] if role in list(Role):
            seen = caller.role.covers(Role(role))
        case _:
            seen = False
    title, payload = (entry.title, dict(entry.payload)) if seen else (None, {})
    return ShownEvidence(type=entry.type, id=entry.id, at=entry.at, title=title, payload=payload)
