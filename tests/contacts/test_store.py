"""What the storage promises beyond what a request shows: all or nothing, and bounded searches."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.app import Stores
from contacts.domain.contact import Contact
from contacts.domain.directory import Surroundings
from contacts.domain.editing import edited
from contacts.domain.revisions import Revision, revision
from contacts.domain.search import query
from contacts.mongo_store import finding
from contacts.store import AddressTakenError, Earlier, KeyUsedError, Once, Position, StaleVersionError, Wanted
from tests.support.contacts_builders import LATER, WORKSPACE, cause, draft, first_revision, person, save


async def counts(stores: Stores) -> dict[str, int]:
    names = ("contacts", "history", "outbox")
    return {name: await stores.database.plumbing(name).count_documents({}) for name in names}


async def saved(stores: Stores, **fields: Any) -> Contact:
    made = first_revision(person(**fields))
    await save(stores, made)
    return made.after


def change(before: Contact, **fields: Any) -> Revision:
    return revision(before, edited(before, draft(**fields), Surroundings(), now=LATER), cause(LATER))


async def test_a_contact_comes_back_as_it_was_saved(stores: Stores) -> None:
    ada = await saved(
        stores,
        last_name="Lovelace",
        emails=["ada@acme.com"],
        phones=["(415) 555-1234"],
        accounts=[{"account_id": "a"}],
        address={"city": "London"},
        birth_date="1815-12-10",
        custom={"size": 3, "yes": True, "part": 0.5},
    )

    assert await stores.contacts.get(WORKSPACE, ada.id) == ada


async def test_a_contact_its_history_its_events_and_the_key_are_saved_together(stores: Stores) -> None:
    made = first_revision(person())
    await save(stores, made, Once("ann:k1", "f"))
    await save(stores, change(made.after, last_name="Byron", owner_id="ann"))

    history = (await stores.contacts.history(WORKSPACE, [made.after.id], None, 10)).items
    assert [(entry.version, "first_name" in entry.changes) for entry in history] == [(3, False), (1, True)]
    assert await counts(stores) == {"contacts": 1, "history": 1, "outbox": 3}


async def test_a_refused_save_leaves_nothing_behind(stores: Stores) -> None:
    ada = await saved(stores, emails=["ada@acme.com"])
    before = await counts(stores)

    with pytest.raises(AddressTakenError) as taken:
        await save(stores, first_revision(person("Eve", emails=["ada@acme.com"])), Once("ann:k1", "f"))

    assert (taken.value.owners, taken.value.taken) == ([ada], {ada.id: ["ada@acme.com"]})
    assert await counts(stores) == before


async def test_a_stale_save_leaves_nothing_behind(stores: Stores) -> None:
    ada = await saved(stores)
    await save(stores, change(ada, last_name="Byron"))
    before = await counts(stores)

    with pytest.raises(StaleVersionError):
        await save(stores, change(ada, last_name="King"))

    assert await counts(stores) == before


@pytest.mark.req("CR14")
async def test_a_used_key_leads_to_the_contact_it_made_as_it_was_then(stores: Stores) -> None:
    once = Once("ann:k1", "f")
    made = first_revision(person(last_name="Lovelace", emails=["ada@acme.com"], custom={"size": 3}, birth_date="1815-12-10"))
    await save(stores, made, once)
    await save(stores, change(made.after, last_name="Byron"))
    before = await counts(stores)

    with pytest.raises(KeyUsedError):
        await save(stores, first_revision(person("Eve")), once)

    assert await stores.contacts.earlier(WORKSPACE, once) == Earlier("f", made.after)
    assert await counts(stores) == before


async def test_a_change_of_nothing_writes_nothing(stores: Stores) -> None:
    ada = await saved(stores)
    before = await counts(stores)

    await save(stores, change(ada, first_name="Ada"))

    assert await counts(stores) == before


async def test_an_address_can_move_to_another_contact_once_it_is_given_up(stores: Stores) -> None:
    ada = await saved(stores, emails=["shared@acme.com"])
    await save(stores, change(ada, emails=[]))

    eve = await saved(stores, first_name="Eve", emails=["shared@acme.com"])

    assert (await stores.contacts.get(WORKSPACE, eve.id)) == eve


@pytest.mark.req("CR3")
async def test_the_same_id_address_and_key_live_in_two_workspaces(stores: Stores) -> None:
    made = first_revision(person(emails=["ada@acme.com"], contact_id="c1"))
    for workspace in ("acme", "globex"):
        await save(stores, made, Once("ann:k1", "f"), workspace)

    await save(stores, change(made.after, last_name="Byron"), workspace="globex")

    acme, globex = [await stores.contacts.get(workspace, "c1") for workspace in ("acme", "globex")]
    assert (acme and acme.last_name, globex and globex.last_name) == (None, "Byron")
    assert len((await stores.contacts.history("acme", ["c1"], None, 10)).items) == 1


@pytest.mark.parametrize("common", [1, 3_000])
async def test_rare_and_common_words_find_the_same(stores: Stores, monkeypatch: pytest.MonkeyPatch, common: int) -> None:
    """From the index, and by walking the list where the index would give too many."""
    monkeypatch.setattr(finding, "COMMON", common)
    for number in range(12):
        await saved(stores, first_name=f"Ada{number}", last_name="Odd" if number % 2 else "Even")

    page = await stores.contacts.find(WORKSPACE, Wanted(order="name", query=query("ada odd", "US"), limit=4))
    rest = await stores.contacts.find(WORKSPACE, Wanted(order="name", query=query("ada odd", "US"), after=page.next, limit=4))

    assert [contact.first_name for contact in [*page.items, *rest.items]] == ["Ada1", "Ada11", "Ada3", "Ada5", "Ada7", "Ada9"]
    assert rest.next is None


async def test_a_page_says_where_the_next_begins_only_if_there_is_one(stores: Stores) -> None:
    ada = await saved(stores)

    assert (await stores.contacts.find(WORKSPACE, Wanted(limit=1))).next is None
    await saved(stores, first_name="Zoe")
    assert (await stores.contacts.find(WORKSPACE, Wanted(order="name", limit=1))).next == Position("ada", ada.id)
