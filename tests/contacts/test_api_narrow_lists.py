"""Lists of those somebody has to look after: whose owner is gone, who is stale, who lacks what, who waits for a review."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from contacts.app import Stores
from contacts.domain.contact import Contact, Source
from contacts.domain.directory import Surroundings
from contacts.domain.editing import new_contact
from contacts.mongo_store import finding
from shared.auth import Role
from shared.contracts import calendar, deals, documents, finance, forms, mail, tickets, timeline
from shared.contracts.catalogue import EventData
from shared.contracts.parties import Party
from tests.support.contacts_builders import (
    WORKSPACE,
    create,
    draft,
    event,
    first_revision,
    member_added,
    member_deactivated,
    member_reactivated,
    save,
)
from tests.support.http import http_client
from tests.support.tokens import bearer

PATH = "/v1/contacts"
NOW = datetime.now(UTC).replace(microsecond=0)
Deliver = Callable[..., Awaitable[None]]

LIMITED = {"statuses": [{"name": "new", "stale_after_days": 30}, {"name": "working", "stale_after_days": 5}, {"name": "customer"}]}
ASKING = {"statuses": [{"name": "new"}, {"name": "customer", "requires": ["emails", "custom.region"]}]}
FIELDS = [
    {"key": "region", "label": "Region", "type": "text"},
    {"key": "size", "label": "Size", "type": "number", "required": True},
    {"key": "off", "label": "Off", "type": "text", "required": True, "enabled": False},
]


@pytest.fixture(params=["few", "many"], autouse=True)
def walked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every list both ways: looked up in the index of its condition, and along the order."""
    if request.param == "many":
        monkeypatch.setattr(finding, "COMMON", 1)


@pytest.fixture
async def admin(service: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(role=Role.ADMIN)) as client:
        yield client


async def decide(admin: httpx.AsyncClient, **settings: Any) -> None:
    response = await admin.put(f"{PATH}/settings", json=settings)
    assert response.status_code == 200, response.text


async def entered(stores: Stores, name: str, *, days_ago: int, **fields: Any) -> Contact:
    """Somebody who was entered a while ago."""
    at = NOW - timedelta(days=days_ago)
    made = new_contact(draft(first_name=name, **fields), Source(), Surroundings(), contact_id=str(uuid.uuid4()), now=at)
    await save(stores, first_revision(made.model_copy(update={"version": 0})))
    return made


async def names(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    response = await client.get(PATH, params=asked)
    assert response.status_code == 200, response.text
    return [item["first_name"] for item in response.json()["items"]]


@pytest.mark.req("OS4")
async def test_without_an_owner_are_those_of_nobody_and_of_nobody_active(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(member_added("ann"), member_added("bob"))
    await create(client, "Ada")
    await create(client, "Bea", owner_id="ann")
    await create(client, "Cyd", owner_id="bob")

    assert await names(client, owner="none") == ["Ada"]
    await deliver(member_deactivated("bob", sequence=2))
    assert await names(client, owner="none") == ["Cyd", "Ada"]
    assert await names(client, owner="none", sort="name", q="cy") == ["Cyd"]
    assert await names(client, owner="none", limit=1) == ["Cyd"]
    await deliver(member_reactivated("bob", sequence=3))
    assert await names(client, owner="none") == ["Ada"]
    assert await names(client, owner_id="bob") == ["Cyd"]


async def test_while_nobody_knows_of_members_every_owner_counts(client: httpx.AsyncClient) -> None:
    await create(client, "Ada")
    await create(client, "Bea", owner_id="ann")

    assert await names(client, owner="none") == ["Ada"]


@pytest.mark.req("OS6")
async def test_stale_is_who_is_left_alone_for_longer_than_the_status_allows(
    stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await decide(admin, process=LIMITED)
    await entered(stores, "Ada", days_ago=31)
    await entered(stores, "Bea", days_ago=29)
    await entered(stores, "Cyd", days_ago=6, status="working")
    await entered(stores, "Dan", days_ago=900, status="customer")
    await entered(stores, "Eve", days_ago=900, status="former")

    assert await names(client, stale=True, sort="name") == ["Ada", "Cyd"]
    assert await names(client, stale=True, status="new") == ["Ada"]


async def test_where_no_status_has_a_limit_nobody_is_stale(stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    await decide(admin, process={"statuses": [{"name": "new"}]})
    await entered(stores, "Ada", days_ago=900)

    assert await names(client, stale=True) == []


@pytest.mark.req("OS6")
async def test_a_step_into_another_status_is_the_beginning_of_its_time(
    stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await decide(admin, process=LIMITED)
    ada = await entered(stores, "Ada", days_ago=31)
    assert await names(client, stale=True) == ["Ada"]

    await client.patch(f"{PATH}/{ada.id}", json={"status": "working", "version": 1})

    assert await names(client, stale=True) == []


ADA = Party(email="Ada@Acme.com")
BY_PEOPLE: list[EventData] = [
    mail.MessageReceived(sender="ada@acme.com"),
    mail.MessageSent(to=("ada@acme.com",)),
    calendar.CallLogged(parties=(Party(phone="(415) 555-1234"),)),
    calendar.MeetingHeld(attendees=(ADA,)),
    tickets.TicketCommentAdded(parties=(ADA,), public=True, author_type="agent"),
    forms.SubmissionSubmitted(parties=(ADA,)),
    documents.DocumentSigned(recipient_email="ada@acme.com"),
    deals.DealWon(parties=(ADA,)),
    finance.EstimateAccepted(parties=(ADA,)),
    timeline.NoteAdded(note_id="n", contact_id="ada"),
    timeline.TaskCompleted(task_id="t", contact_id="ada"),
]
BY_NOBODY: list[EventData] = [
    mail.MessageSent(to=("ada@acme.com",), automated=True),
    mail.MessageReceived(sender="ada@acme.com", backfill=True),
    mail.MessageReceived(sender="bob@acme.com"),
    calendar.MeetingScheduled(attendees=(ADA,)),
    tickets.TicketCommentAdded(parties=(ADA,), public=False, author_type="agent"),
    tickets.TicketCommentAdded(parties=(ADA,), public=True, author_type="system"),
    documents.DocumentViewed(recipient_email="ada@acme.com"),
    timeline.TaskOverdue(task_id="t", contact_id="ada"),
]


@pytest.mark.req("OS6")
@pytest.mark.parametrize("told", BY_PEOPLE, ids=lambda told: told.TYPE)
async def test_whom_somebody_has_to_do_with_is_not_stale(
    stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient, deliver: Deliver, told: EventData
) -> None:
    await decide(admin, process=LIMITED)
    made = await entered(stores, "Ada", days_ago=40, emails=["ada@acme.com"], phones=["(415) 555-1234"])
    told = told.model_copy(update={"contact_id": made.id}) if isinstance(told, timeline.Note | timeline.Task) else told

    await deliver(event(told, "x", at=NOW - timedelta(days=31)), event(told, "x", at=NOW - timedelta(days=50)))
    assert await names(client, stale=True) == ["Ada"]
    await deliver(event(told, "x", at=NOW - timedelta(days=29)))

    assert await names(client, stale=True) == []
    assert (await client.get(f"{PATH}/{made.id}")).json()["version"] == 1


@pytest.mark.req("OS6", "MB3")
@pytest.mark.parametrize("told", BY_NOBODY, ids=lambda told: told.TYPE)
async def test_what_no_person_did_now_looks_after_nobody(
    stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient, deliver: Deliver, told: EventData
) -> None:
    await decide(admin, process=LIMITED)
    made = await entered(stores, "Ada", days_ago=40, emails=["ada@acme.com"])
    told = told.model_copy(update={"contact_id": made.id}) if isinstance(told, timeline.Task) else told

    await deliver(event(told, "x", at=NOW))

    assert await names(client, stale=True) == ["Ada"]


async def test_a_note_a_program_wrote_is_nobodys_work(
    stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient, deliver: Deliver
) -> None:
    await decide(admin, process=LIMITED)
    made = await entered(stores, "Ada", days_ago=40)

    await deliver(event(timeline.NoteAdded(note_id="n", contact_id=made.id), "n", at=NOW, actortype="integration"))

    assert await names(client, stale=True) == ["Ada"]


async def test_activity_stays_over_an_edit(stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient, deliver: Deliver) -> None:
    await decide(admin, process=LIMITED)
    made = await entered(stores, "Ada", days_ago=40)
    await deliver(event(timeline.NoteAdded(note_id="n", contact_id=made.id), "n", at=NOW))

    await client.patch(f"{PATH}/{made.id}", json={"job_title": "CTO", "version": 1})

    assert await names(client, stale=True) == []


@pytest.mark.req("OS6")
async def test_what_comes_for_a_merged_contact_is_the_survivors(
    stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient, deliver: Deliver
) -> None:
    await decide(admin, process=LIMITED)
    ada, bea, cyd = [await entered(stores, name, days_ago=40) for name in ("Ada", "Bea", "Cyd")]
    for gone, into in ((cyd, bea), (bea, ada)):
        await stores.database.plumbing("contacts").update_one({"_id": f"{WORKSPACE}:{gone.id}"}, {"$set": {"merged_into": into.id}})

    await deliver(event(timeline.NoteAdded(note_id="n", contact_id=cyd.id), "n", at=NOW))

    assert "Ada" not in await names(client, stale=True)


@pytest.mark.req("OS6")
async def test_who_is_one_person_now_was_last_active_when_any_of_them_was(
    stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient, deliver: Deliver
) -> None:
    await decide(admin, process=LIMITED)
    ada, bea = [await entered(stores, name, days_ago=40) for name in ("Ada", "Bea")]
    await deliver(event(timeline.NoteAdded(note_id="n", contact_id=bea.id), "n", at=NOW))
    assert await names(client, stale=True) == ["Ada"]

    merged = await client.post(f"{PATH}/merges", json={"survivor_id": ada.id, "merged_ids": [bea.id]})

    assert merged.status_code == 201, merged.text
    assert await names(client, stale=True) == []


@pytest.mark.req("CR15")
async def test_what_comes_for_an_erased_contact_leaves_its_tombstone_alone(
    stores: Stores, client: httpx.AsyncClient, admin: httpx.AsyncClient, deliver: Deliver
) -> None:
    made = await create(client)
    erased = await admin.post(f"{PATH}/{made['id']}/erase", json={"reason": "asked", "confirm": made["id"]})
    assert erased.status_code == 200, erased.text
    people = stores.database.plumbing("contacts")
    tombstone = await people.find_one({})

    await deliver(event(timeline.NoteAdded(note_id="n", contact_id=made["id"]), "n", at=NOW))

    assert await people.find_one({}) == tombstone


@pytest.mark.req("CR11", "KC6")
async def test_who_lacks_what_is_required_is_listed_with_what(client: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    await decide(admin, process={"statuses": [{"name": "new"}, {"name": "customer"}]})
    people: dict[str, dict[str, Any]] = {
        "Ada": {"custom": {"size": 5}},
        "Bea": {"custom": {"region": ""}},
        "Cyd": {"status": "customer", "custom": {"size": 0, "region": "north"}},
        "Dan": {"status": "customer", "custom": {"size": 5}, "emails": ["dan@acme.com"]},
        "Eve": {"status": "customer", "custom": {"size": 5, "region": "x"}, "emails": ["eve@acme.com"]},
    }
    for name, fields in people.items():
        await create(client, name, **fields)
    await decide(admin, process=ASKING, fields=FIELDS, version=1)

    items = (await client.get(PATH, params={"required_empty": True, "sort": "name"})).json()["items"]

    assert [(item["first_name"], item["missing"]) for item in items] == [
        ("Bea", ["custom.size"]),
        ("Cyd", ["emails"]),
        ("Dan", ["custom.region"]),
    ]


async def test_where_nothing_is_required_nobody_lacks_it(client: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    await decide(admin, process={"statuses": [{"name": "new"}]})
    await create(client)

    assert await names(client, required_empty=True) == []


async def test_who_waits_for_a_review_and_who_was_entered_beside_whom(client: httpx.AsyncClient) -> None:
    ada = await create(client, "Ada")
    await create(client, "Bea", source={"type": "form", "id": "1"})
    await create(client, "Cyd", relations=[{"contact_id": ada["id"], "kind": "same_person"}])

    assert await names(client, review="pending") == ["Bea"]
    assert await names(client, related_to=ada["id"]) == ["Cyd"]
    assert await names(client, related_to=ada["id"], review="pending") == []
