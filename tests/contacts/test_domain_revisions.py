"""What a change amounts to: its events, its history, its version."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.domain.contact import Contact
from contacts.domain.directory import Surroundings
from contacts.domain.editing import deleted, edited, invalidated, restored
from contacts.domain.revisions import FieldChange, Happening, Kind, Revision, revision
from tests.support.contacts_builders import LATER, NOON, cause, draft, first_revision, person


def change(before: Contact, **fields: Any) -> Revision:
    return revision(before, edited(before, draft(**fields), Surroundings(), now=LATER), cause(LATER))


def kinds(made: Revision) -> list[Kind]:
    return [happening.kind for happening in made.happenings]


def test_a_new_contact_is_one_event_and_version_one() -> None:
    made = first_revision(person("Ada", last_name="Lovelace"))

    assert made.happenings == (Happening(Kind.CREATED, {}),)
    assert made.after.version == 1


@pytest.mark.req("CR12")
def test_the_history_of_a_new_contact_is_what_it_has() -> None:
    made = first_revision(person("Ada", emails=["ada@acme.com"]))

    assert made.changes["first_name"] == FieldChange(None, "Ada")
    assert made.changes["emails"].new[0]["normalised"] == "ada@acme.com"
    assert {"last_name", "tags", "custom", "version", "id"} & made.changes.keys() == set()


def test_each_kind_of_change_is_an_event_with_a_number_of_its_own() -> None:
    made = change(person("Ada", owner_id="ann"), last_name="Byron", owner_id="bob")

    assert kinds(made) == [Kind.UPDATED, Kind.OWNER_CHANGED]
    assert made.after.version == 3
    assert [list(happening.changes) for happening in made.happenings] == [["last_name"], ["owner_id"]]


@pytest.mark.req("CR12")
def test_the_history_has_every_field_with_old_and_new() -> None:
    made = change(person("Ada", owner_id="ann", tags=["x"]), last_name="Byron", owner_id="bob", tags=[])

    assert made.changes == {"last_name": FieldChange(None, "Byron"), "owner_id": FieldChange("ann", "bob"), "tags": FieldChange(["x"], [])}


def test_no_change_is_no_event_and_no_version() -> None:
    ada = person("Ada", emails=["ada@acme.com"], phones=["(415) 555-1234"], custom={"size": 3})

    made = change(ada, first_name="Ada", emails=["ada@acme.com"], phones=["(415) 555-1234"], custom={"size": 3})

    assert (made.happenings, made.after) == ((), ada.model_copy(update={"updated_at": LATER}))


def test_addresses_are_added_and_removed_one_by_one() -> None:
    made = change(person(emails=["a@acme.com", "b@acme.com"]), emails=["b@acme.com", "c@acme.com", "d@acme.com"])

    told = [(happening.kind, getattr(happening.about, "normalised", None)) for happening in made.happenings]
    assert told == [(Kind.EMAIL_REMOVED, "a@acme.com"), (Kind.EMAIL_ADDED, "c@acme.com"), (Kind.EMAIL_ADDED, "d@acme.com")]
    assert made.after.version == 4


def test_a_new_purpose_of_an_address_is_an_update() -> None:
    made = change(person(emails=["a@acme.com"]), emails=[{"typed": "a@acme.com", "purpose": "billing"}])

    assert kinds(made) == [Kind.UPDATED]


@pytest.mark.req("CR8")
def test_a_bounce_is_told_as_an_invalid_address() -> None:
    ada = person(emails=["a@acme.com"])

    made = revision(ada, invalidated(ada, "a@acme.com", "hard bounce", now=LATER), cause(LATER))

    assert kinds(made) == [Kind.EMAIL_INVALIDATED]
    assert made.happenings[0].about == made.after.emails[0]


def test_a_bounce_is_told_once() -> None:
    ada = invalidated(person(emails=["a@acme.com"]), "a@acme.com", "hard bounce", now=NOON)

    assert kinds(change(ada, emails=[{"typed": "a@acme.com", "purpose": "billing"}])) == [Kind.UPDATED]


def test_a_link_is_unlinked_as_it_ended_or_as_it_was_where_nothing_is_left_of_it() -> None:
    ada = person(accounts=[{"account_id": "a"}, {"account_id": "b"}])
    left = change(ada, accounts=[])
    without = revision(ada, ada.model_copy(update={"accounts": ada.accounts[1:]}), cause(LATER))

    assert [happening.about for happening in left.happenings] == list(left.after.accounts)
    assert [happening.about for happening in without.happenings] == [ada.accounts[0]]


def test_changing_company_unlinks_the_old_and_links_the_new() -> None:
    made = change(person(accounts=[{"account_id": "a"}]), accounts=[{"account_id": "b"}])

    assert [(happening.kind, getattr(happening.about, "account_id", None)) for happening in made.happenings] == [
        (Kind.ACCOUNT_UNLINKED, "a"),
        (Kind.ACCOUNT_LINKED, "b"),
    ]
    assert made.happenings[0].about == made.after.accounts[1]


def test_another_role_in_the_same_company_is_an_update() -> None:
    made = change(person(accounts=[{"account_id": "a"}]), accounts=[{"account_id": "a", "role": "billing"}])

    assert kinds(made) == [Kind.UPDATED]


@pytest.mark.req("OS2")
def test_a_status_remembers_since_when_it_is() -> None:
    ada = person()
    made = change(ada, status="customer")

    assert kinds(made) == [Kind.STATUS_CHANGED]
    assert (ada.status_since, made.after.status_since) == (NOON, LATER)
    again = change(made.after, status="customer", company="Acme")
    assert (kinds(again), again.after.status_since) == ([Kind.UPDATED], LATER)
    assert revision(ada, edited(ada, draft(status="new"), Surroundings(), now=LATER), cause()).after.status_since == NOON


def test_a_status_that_is_emptied_is_the_first_one() -> None:
    made = change(person(status="customer"), status=None)

    assert (made.after.status, kinds(made)) == ("new", [Kind.STATUS_CHANGED])


def test_a_revision_says_what_was_before_and_who_changed_it() -> None:
    ada = person()

    made = change(ada, company="Acme")

    assert (made.before, made.cause) == (ada, cause(LATER))


@pytest.mark.req("CR15")
def test_deleting_and_restoring_are_events_of_their_own() -> None:
    ada = person()
    gone = revision(ada, deleted(ada, now=LATER), cause(LATER))
    back = revision(gone.after, restored(gone.after), cause(LATER))

    assert (kinds(gone), kinds(back)) == ([Kind.DELETED], [Kind.RESTORED])
    assert back.after.version == 3


def test_an_event_about_the_past_does_not_turn_the_clock_back() -> None:
    ada = person().model_copy(update={"updated_at": LATER})

    assert revision(ada, ada.model_copy(update={"company": "Acme"}), cause(NOON)).after.updated_at == LATER


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "last_name": st.sampled_from(["Byron", "Lovelace", None]),
            "owner_id": st.sampled_from(["ann", "bob", None]),
            "status": st.sampled_from(["new", "customer"]),
            "tags": st.lists(st.sampled_from("abc"), max_size=3),
            "emails": st.lists(st.sampled_from(["a@x.com", "b@x.com", "c@x.com"]), max_size=3, unique=True),
            "accounts": st.lists(st.sampled_from("abc"), max_size=3, unique=True).map(lambda ids: [{"account_id": name} for name in ids]),
        },
    )
)
def test_every_changed_field_is_told_by_some_event_and_only_by_those(fields: dict[str, Any]) -> None:
    before = person("Ada", last_name="Byron", owner_id="ann", tags=["a"], emails=["a@x.com"], accounts=[{"account_id": "a"}])

    made = change(before, **fields)

    told = {name for happening in made.happenings for name in happening.changes}
    assert told == set(made.changes)
    assert made.after.version == before.version + len(made.happenings)
