"""Who an event is about, without a database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Event
from shared.contracts.parties import Party
from shared.parties import Known, keys_of
from shared.parties.person import Person, told_by
from shared.parties.written import email_key
from tests.support.timeline_builders import (
    CONTACTS_HISTORY,
    contact_created,
    contact_deleted,
    contact_erased,
    contact_merged,
    contact_unmerged,
    contact_updated,
)


def known(*events: Event) -> Known:
    return Known(told_by(events).values())


@pytest.mark.req("CR6")
def test_an_address_in_another_case_is_the_same_key() -> None:
    assert keys_of([Party(email=" Ann@ACME.com ")], "US") == keys_of([Party(email="ann@acme.com")], "US") == ("email:ann@acme.com",)


@pytest.mark.req("CR7")
@pytest.mark.parametrize("typed", ["ann@bücher.example", "ANN@BÜCHER.example ", "ann@xn--bcher-kva.example", "\uff41nn@bücher.example"])
def test_an_international_domain_is_one_however_it_is_written(typed: str) -> None:
    assert email_key(typed) == "email:ann@xn--bcher-kva.example"


def test_a_number_without_a_country_is_read_in_the_default_region() -> None:
    assert keys_of([Party(phone="(415) 555-1234")], "US") == ("phone:+14155551234",)
    assert keys_of([Party(phone="call me")], "US") == ()


def test_a_party_that_names_its_contact_has_no_other_key() -> None:
    assert keys_of([Party(contact_id="c1", email="info@acme.com")], "US") == ("contact:c1",)


@pytest.mark.req("MB2")
def test_any_address_of_a_contact_leads_to_it() -> None:
    assert known(contact_created("c1", "ada@work.com", "ada@home.com")).resolve(["email:ada@home.com"]) == ("c1",)


def test_a_shared_address_leads_to_everybody_who_holds_it() -> None:
    assert known(contact_created("c1", "info@acme.com"), contact_created("c2", "info@acme.com")).resolve(["email:info@acme.com"]) == (
        "c1",
        "c2",
    )


def test_a_former_address_still_leads_to_its_contact_until_somebody_else_holds_it() -> None:
    moved_on = [contact_created("c1", "sales@acme.com"), contact_updated("c1", "ada@acme.com")]

    assert known(*moved_on).resolve(["email:sales@acme.com"]) == ("c1",)
    assert known(*moved_on, contact_created("c2", "sales@acme.com")).resolve(["email:sales@acme.com"]) == ("c2",)


def test_a_contact_not_heard_of_resolves_to_nobody() -> None:
    assert known().resolve(["contact:c1", "email:ada@acme.com"]) == ()


@pytest.mark.req("CD11")
def test_a_chain_of_merges_leads_to_the_last_survivor() -> None:
    people = known(contact_created("b", "b@acme.com"), contact_created("a"), contact_merged("a", "b"), contact_merged("z", "a"))

    assert people.resolve(["contact:b"]) == people.resolve(["email:b@acme.com"]) == ("z",)


@pytest.mark.req("CD14")
def test_an_undone_merge_gives_ids_and_addresses_back() -> None:
    merged = contact_merged("a", "b", merge_id="m1", emails=["a@acme.com", "b@acme.com"])
    people = known(
        contact_created("a", "a@acme.com"),
        contact_created("b", "b@acme.com"),
        merged,
        contact_unmerged("a", "b", merge_id="m1", emails=["a@acme.com"]),
    )

    assert people.resolve(["contact:b"]) == people.resolve(["email:b@acme.com"]) == ("b",)


def test_a_snapshot_tells_of_a_merge_whose_own_event_was_compacted_away() -> None:
    merged_away = contact_updated("b", "b@acme.com")
    contact = merged_away.data.contact.model_copy(update={"merged_into": "a"})  # type: ignore[attr-defined]
    merged_away = merged_away.model_copy(update={"data": merged_away.data.model_copy(update={"contact": contact})})

    assert known(contact_created("a"), merged_away).resolve(["email:b@acme.com"]) == ("a",)


def test_a_deleted_contact_gives_way_to_whoever_holds_its_address_now() -> None:
    deleted = [contact_created("c1", "ada@acme.com"), contact_deleted("c1", "ada@acme.com")]

    assert known(*deleted).resolve(["email:ada@acme.com"]) == ("c1",)
    assert known(*deleted, contact_created("c2", "ada@acme.com")).resolve(["email:ada@acme.com"]) == ("c2",)


@pytest.mark.req("CR15")
def test_an_erased_contact_resolves_from_nothing() -> None:
    people = known(contact_created("c1", "ada@acme.com"), contact_erased("c1"), contact_updated("c1", "ada@home.com"))

    assert people.resolve(["contact:c1", "email:ada@acme.com", "email:ada@home.com"]) == ()
    assert people.forgotten(["contact:c1"])
    assert not people.forgotten(["email:ada@acme.com"])


@given(st.data())
def test_the_directory_is_the_same_after_any_order_with_any_duplicates(data: st.DataObject) -> None:
    shuffled: Sequence[Event] = data.draw(
        st.permutations(CONTACTS_HISTORY + data.draw(st.lists(st.sampled_from(CONTACTS_HISTORY), max_size=5)))
    )
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shuffled) - 1), max_size=4)))
    batches = [told_by(shuffled[start:end]) for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]

    state: dict[str, Person] = {}
    for batch in batches:
        for contact_id, person in batch.items():
            state[contact_id] = state[contact_id].joined(person) if contact_id in state else person

    assert state == told_by(CONTACTS_HISTORY)
