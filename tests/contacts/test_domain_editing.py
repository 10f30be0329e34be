"""How a wish becomes a contact."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from contacts.domain.contact import AccountLink, Address, Contact, Source
from contacts.domain.directory import Account, Surroundings
from contacts.domain.editing import deleted, edited, invalidated, restored, with_account_name
from contacts.domain.refusals import Refused
from tests.support.contacts_builders import LATER, NOON, draft, person, with_accounts, with_members


def edit(contact: Contact, around: Surroundings | None = None, **fields: Any) -> Contact:
    return edited(contact, draft(**fields), around or Surroundings(), now=LATER)


def refused_fields(error: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [fault.field for fault in error.value.errors]


@pytest.mark.req("CR1")
def test_a_first_name_is_enough() -> None:
    ada = person("Ada")

    assert (ada.first_name, ada.last_name, ada.emails, ada.status) == ("Ada", None, (), "new")


@pytest.mark.req("CR1")
@pytest.mark.parametrize("fields", [{}, {"first_name": None}, {"first_name": "   "}])
def test_without_a_name_the_field_is_named(fields: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        person(**{"first_name": None, **fields})

    assert refused_fields(refused) == ["first_name"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Refused) as refused:
        person("", emails=["nobody"], custom={"$x": 1}, owner_id="eve", around=with_members("ann"))

    assert sorted(refused_fields(refused)) == ["custom.$x", "emails.0", "first_name", "owner_id"]


@pytest.mark.parametrize("unknown", ["Firstname", "source", "version", "id", "merged_into", "$set"])
def test_an_unknown_field_is_an_error_and_not_a_silent_loss(unknown: str) -> None:
    with pytest.raises(ValidationError):
        draft(first_name="Ada", **{unknown: "x"})


@pytest.mark.parametrize("field", ["last_name", "job_title", "company", "status"])
def test_texts_are_bounded(field: str) -> None:
    with pytest.raises(ValidationError):
        draft(first_name="Ada", **{field: "x" * 10_001})


def test_only_the_given_fields_change() -> None:
    ada = person("Ada", last_name="Lovelace", tags=["math"])

    after = edit(ada, job_title="Analyst")

    assert after == ada.model_copy(update={"job_title": "Analyst"})


def test_null_empties_a_field_but_never_the_first_name() -> None:
    ada = person("Ada", last_name="Lovelace", owner_id="ann")

    assert edit(ada, last_name=None, owner_id=None).model_dump(include={"last_name", "owner_id"}) == {"last_name": None, "owner_id": None}
    with pytest.raises(Refused):
        edit(ada, first_name=None)


def test_custom_fields_change_key_by_key() -> None:
    ada = person(custom={"size": 3, "colour": "red"})

    assert edit(ada, custom={"colour": None, "shape": "round"}).custom == {"size": 3, "shape": "round"}


def test_there_are_at_most_200_custom_fields_however_many_changes_bring_them() -> None:
    ada = person(custom={f"a{number}": number for number in range(150)})

    with pytest.raises(Refused) as refused:
        edit(ada, custom={f"b{number}": number for number in range(51)})

    assert refused_fields(refused) == ["custom"]
    assert len(edit(ada, custom={"a0": None, **{f"b{number}": number for number in range(51)}}).custom) == 200
    assert len(edit(ada, custom={f"a{number}": "again" for number in range(150)}).custom) == 150


def test_one_of_several_addresses_is_primary() -> None:
    assert [email.primary for email in person(emails=["a@acme.com", "b@acme.com"]).emails] == [True, False]
    chosen = person(emails=["a@acme.com", {"typed": "b@acme.com", "primary": True}])
    assert [email.primary for email in chosen.emails] == [False, True]
    with pytest.raises(Refused):
        person(emails=[{"typed": "a@acme.com", "primary": True}, {"typed": "b@acme.com", "primary": True}])


def test_the_same_address_twice_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        person(emails=["a@acme.com", "A@ACME.com"])

    assert refused_fields(refused) == ["emails.1"]


@pytest.mark.req("CR4")
def test_both_links_are_kept_with_their_roles_and_one_is_primary() -> None:
    links = [{"account_id": "a", "role": "billing"}, {"account_id": "b", "title": "CTO", "primary": True}]

    ada = person(accounts=links, around=with_accounts(a="Acme", b="Beta"))

    assert [(link.account_id, link.name, link.role, link.title, link.primary) for link in ada.accounts] == [
        ("a", "Acme", "billing", None, False),
        ("b", "Beta", None, "CTO", True),
    ]


@pytest.mark.req("CR4")
def test_two_primary_links_are_refused_and_none_makes_the_first() -> None:
    with pytest.raises(Refused) as refused:
        person(accounts=[{"account_id": "a", "primary": True}, {"account_id": "b", "primary": True}])

    assert refused_fields(refused) == ["accounts"]
    assert [link.primary for link in person(accounts=[{"account_id": "a"}, {"account_id": "b"}]).accounts] == [True, False]


@pytest.mark.req("CU2")
def test_a_company_that_is_left_stays_as_a_former_one() -> None:
    ada = person(accounts=[{"account_id": "a", "role": "CTO"}])

    after = edit(ada, accounts=[{"account_id": "b"}])

    assert [(link.account_id, link.primary, link.ended_at) for link in after.accounts] == [("b", True, None), ("a", False, LATER)]
    assert after.accounts[1].started_at == NOON


def test_a_link_that_stays_keeps_its_start_and_the_name_it_had() -> None:
    ada = person(accounts=[{"account_id": "a", "name": "Acme"}])

    after = edit(ada, accounts=[{"account_id": "x", "ended_at": NOON}, {"account_id": "a", "role": "CTO"}])

    assert after.accounts == (AccountLink(account_id="a", name="Acme", role="CTO", primary=True, started_at=NOON),)


def test_an_address_of_the_post_is_set_and_emptied_as_a_whole() -> None:
    ada = person(address={"street": "12 High Street", "city": "York"})

    assert ada.address == Address(street="12 High Street", city="York")
    assert edit(ada, address={"city": "Hull"}).address == Address(city="Hull")
    assert edit(ada, address=None).address is None


def test_coming_back_to_a_company_is_a_new_link_beside_the_former() -> None:
    left = edit(person(accounts=[{"account_id": "a"}]), accounts=[])

    back = edit(left, accounts=[{"account_id": "a"}])

    assert [(link.started_at, link.ended_at) for link in back.accounts] == [(LATER, None), (NOON, LATER)]


def test_of_the_companies_somebody_left_the_newest_200_are_kept() -> None:
    ada = person(accounts=[])
    for round_ in range(3):
        ada = edit(edit(ada, accounts=[{"account_id": f"{round_}-{number}"} for number in range(90)]), accounts=[])

    assert [link.account_id for link in ada.accounts] == [f"{round_}-{number}" for round_ in (2, 1, 0) for number in range(90)][:200]
    assert all(link.ended_at for link in ada.accounts)


def test_what_was_read_can_be_sent_back() -> None:
    ada = person(emails=["a@acme.com"], phones=["(415) 555-1234"], accounts=[{"account_id": "a"}, {"account_id": "b"}])
    moved = edit(ada, accounts=[{"account_id": "b"}])
    read = moved.model_dump(mode="json", include={"emails", "phones", "accounts"})

    assert edit(moved, **read) == moved


def test_an_account_that_is_gone_takes_no_new_links_and_keeps_the_old() -> None:
    gone = Surroundings(accounts={"a": Account(id="a", name="Acme", deleted=True)})
    ada = person(accounts=[{"account_id": "a"}])

    with pytest.raises(Refused) as refused:
        person(accounts=[{"account_id": "a"}], around=gone)

    assert refused_fields(refused) == ["accounts.0"]
    assert edit(ada, gone, accounts=[{"account_id": "a", "role": "CTO"}]).current_links[0].role == "CTO"


@pytest.mark.req("OS3")
def test_the_owner_is_an_active_member() -> None:
    around = with_members("ann", inactive=("bob",))

    assert person(owner_id="ann", around=around).owner_id == "ann"
    for nobody in ("bob", "eve"):
        with pytest.raises(Refused) as refused:
            person(owner_id=nobody, around=around)
        assert refused_fields(refused) == ["owner_id"]


@pytest.mark.req("OS3")
def test_there_are_any_number_of_assignees() -> None:
    around = with_members("ann", "bob", inactive=("cyd",))

    assert person(assignees=["ann", "bob", "ann"], around=around).assignees == ("ann", "bob")
    with pytest.raises(Refused):
        person(assignees=["ann", "cyd"], around=around)


def test_an_owner_who_left_does_not_stop_other_edits() -> None:
    ada = person(owner_id="bob", around=with_members("bob"))

    after = edit(ada, with_members("ann", inactive=("bob",)), owner_id="bob", job_title="CTO")

    assert (after.owner_id, after.job_title) == ("bob", "CTO")


def test_where_no_member_is_known_any_owner_is_taken() -> None:
    assert person(owner_id="whoever").owner_id == "whoever"


@pytest.mark.req("SR1")
def test_the_source_is_kept_with_the_time_it_was_first_seen() -> None:
    ada = person(source=Source(type="form", id="f1"))

    assert ada.source == Source(type="form", id="f1", first_seen_at=NOON)


@pytest.mark.req("SR2")
@pytest.mark.parametrize(
    ("source", "state"),
    [
        ("form", "pending"),
        ("import", "pending"),
        ("mailbox", "pending"),
        ("integration", "pending"),
        ("manual", "approved"),
        ("api", "approved"),
    ],
)
def test_people_nobody_here_entered_wait_for_review(source: Any, state: str) -> None:
    assert person(source=Source(type=source)).review.state == state


@pytest.mark.req("CR8")
def test_a_bounced_address_stays_visible_with_time_and_reason() -> None:
    ada = person(emails=["a@acme.com", "b@acme.com"])

    bounced, other = invalidated(ada, "a@acme.com", "hard bounce 550", now=LATER).emails

    assert (bounced.state, bounced.reason, bounced.since) == ("invalid", "hard bounce 550", LATER)
    assert other == ada.emails[1]


@pytest.mark.req("CR8")
def test_typing_a_bounced_address_again_does_not_make_it_reachable() -> None:
    ada = invalidated(person(emails=["a@acme.com"]), "a@acme.com", "hard bounce", now=NOON)

    after = edit(ada, emails=["A@acme.com", "new@acme.com"])

    assert [(email.typed, email.state) for email in after.emails] == [("A@acme.com", "invalid"), ("new@acme.com", "valid")]


def test_the_first_bounce_is_the_one_remembered() -> None:
    ada = invalidated(person(emails=["a@acme.com"]), "a@acme.com", "first", now=NOON)

    assert invalidated(ada, "a@acme.com", "second", now=LATER) == ada


def test_deleting_and_restoring_changes_nothing_else() -> None:
    ada = person(emails=["a@acme.com"])
    gone = deleted(ada, now=LATER)

    assert gone.deleted_at == LATER
    assert deleted(gone, now=NOON) == gone
    assert restored(gone) == ada


def test_an_account_is_called_by_its_name_of_now_in_former_links_too() -> None:
    moved = edit(person(accounts=[{"account_id": "a", "name": "Old"}]), accounts=[{"account_id": "b", "name": "Other"}])

    assert with_account_name(moved, "a", "New").accounts == (
        AccountLink(account_id="b", name="Other", started_at=LATER, primary=True),
        AccountLink(account_id="a", name="New", started_at=NOON, ended_at=LATER, primary=False),
    )
