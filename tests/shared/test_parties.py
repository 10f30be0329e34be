"""Who an event is about, without a database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Event
from shared.contracts.parties import Party
from shared.parties import Known, email_key, emails_in, keys_of, lasting_keys_of, mark, mentions_in
from shared.parties.person import Person, told_by
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


@pytest.mark.req("CR6")
@pytest.mark.parametrize(
    "written",
    ["<ann@acme.com>", "Lee, Ann <ann@acme.com>", "Ann@Home <ann@acme.com>", "Ann [Acme] <ann@acme.com>", "ann@acme.com.",
     "MAILTO:ann@acme.com", "mailto:ann@acme.com?cc=x@y.com", '"ann"@acme.com', "'ann@acme.com'", "\ufeffann\u200b@acme.com",
     "\U0001d400nn@acme.com", "ann@acme.com (Ann)"],
)  # fmt: skip
def test_an_address_is_one_however_it_is_written(written: str) -> None:
    assert emails_in(written) == ("email:ann@acme.com",)


def test_every_address_in_a_text_is_meant_and_a_tag_makes_another() -> None:
    assert emails_in("ann@acme.com; bob@acme.com, ann+crm@acme.com") == (
        "email:ann@acme.com", "email:bob@acme.com", "email:ann+crm@acme.com",
    )  # fmt: skip
    assert emails_in("Ann <ann@acme.com>, Bob <bob@acme.com>") == ("email:ann@acme.com", "email:bob@acme.com")


@pytest.mark.parametrize("written", ["", "ann", "@acme.com", "ann@", '"ann lee"@acme.com', "a" * 399 + "@acme.com", "<" * 2_000])
def test_what_is_no_address_has_no_key(written: str) -> None:
    assert emails_in(written) == ()


@pytest.mark.req("CR7")
@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("001 415 555 2671", ["+14155552671"]),
        ("+1 (0) 415 555 2671", ["+14155552671"]),
        ("tel:+1-415-555-2671", ["+14155552671"]),
        ("(415) 555-2671 / (415) 555-2672", ["+14155552671", "+14155552672"]),
        ("0049 30/123456", ["+4930123456"]),
        ("0" * 101, []),
    ],
)
def test_a_number_is_one_however_it_is_written(written: str, numbers: list[str]) -> None:
    assert keys_of([Party(phone=written)], "US") == tuple(f"phone:{number}" for number in numbers)


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


def lasting(*events: Event, **party: str) -> tuple[str, ...]:
    return known(*events).resolve(lasting_keys_of([Party(**party)], "US"))


@pytest.mark.req("BO8")
def test_what_a_person_decided_reaches_who_has_the_address_and_who_had_it() -> None:
    moved = [contact_created("c1", "ada@acme.com"), contact_updated("c1", "ada@home.com"), contact_created("c2", "ada@acme.com")]

    assert lasting(*moved, email="ada@acme.com") == ("c1", "c2")
    assert lasting(*moved, contact_id="nobody", email="Ada@ACME.com") == ("c1", "c2")
    assert lasting(*moved, contact_id="c1") == ("c1", "c2")
    assert lasting(*moved, contact_id="c2") == ("c2",)


@pytest.mark.req("BO8", "CD14")
def test_who_was_taken_for_somebody_else_has_no_part_in_what_that_one_decided() -> None:
    undone = [
        contact_created("a", "a@acme.com"),
        contact_created("b", "b@acme.com"),
        contact_merged("a", "b", merge_id="m1", emails=["a@acme.com", "b@acme.com"]),
        contact_unmerged("a", "b", merge_id="m1", emails=["a@acme.com"]),
    ]

    assert lasting(*undone[:3], contact_id="b") == lasting(*undone[:3], email="b@acme.com") == ("a",)
    assert lasting(*undone, contact_id="a") == ("a",)
    assert lasting(*undone, contact_id="b") == lasting(*undone, email="b@acme.com") == ("b",)


@pytest.mark.req("CR15")
def test_an_erased_contact_has_nothing_to_hand_on_and_a_mark_tells_no_address() -> None:
    erased = [contact_created("c1", "ada@acme.com"), contact_erased("c1", "ada@acme.com"), contact_created("c2", "ada@acme.com")]

    assert lasting(*erased, contact_id="c1") == ()
    assert lasting(*erased, email="ada@acme.com") == ("c2",)
    assert mark("email:ada@acme.com") == "mark:" + "c7396b6afb9ef4847385ed1bdc7c166a"


@pytest.mark.req("CR15")
def test_an_erased_contact_resolves_from_nothing() -> None:
    people = known(contact_created("c1", "ada@acme.com"), contact_erased("c1", "ada@acme.com"), contact_updated("c1", "ada@home.com"))

    assert people.resolve(["contact:c1", "email:ada@acme.com", "email:ada@home.com"]) == ()
    assert people.forgotten("c1")
    assert not people.forgotten("c2")


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to Ada <ADA@Acme.com>.", ["ADA@Acme.com"]),
        ("ada@acme.com, bob@acme.com; x@y", ["ada@acme.com", "bob@acme.com", "x@y"]),
        ("see ada@acme.com.", ["ada@acme.com"]),
        ("mailto:ada@acme.com?subject=hi&cc=bob@acme.com", ["ada@acme.com", "bob@acme.com"]),
        ("@", []),
        ("a" * 100_000 + "@" * 1_000, []),
        ("no address", []),
    ],
)
def test_addresses_are_found_wherever_they_are_in_a_text(text: str, found: list[str]) -> None:
    assert [text[mention.start : mention.end] for mention in mentions_in(text)] == found
