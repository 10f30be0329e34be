"""Contacts that are their team's: who is in it, and that it is never nobody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.domain.contact import Contact
from contacts.domain.directory import Surroundings
from contacts.domain.editing import edited
from contacts.domain.merging import merged
from contacts.domain.process import Process, Status
from contacts.domain.proposals import changes
from contacts.domain.refusals import Refused
from contacts.domain.required import faults_of
from contacts.domain.revisions import FieldChange, differences
from contacts.domain.splitting import Split, parted
from contacts.domain.unmerging import unmerging
from tests.support.contacts_builders import LATER, NOON, cause, draft, person, together

PRIVATE: dict[str, Any] = {"owner_id": "ann", "assignees": ["bob"], "visibility": "team"}


def edit(contact: Contact, **fields: Any) -> Contact:
    return edited(contact, draft(**fields), Surroundings(), now=LATER)


@pytest.mark.req("CD6")
def test_a_contact_is_everybodys_unless_it_is_said_and_again_when_that_is_emptied() -> None:
    ada = person()
    private = edit(ada, owner_id="ann", visibility="team")

    assert (ada.visibility, ada.viewers) == ("all", None)
    assert (private.visibility, private.viewers) == ("team", ("ann",))
    assert edit(private, visibility=None) == edit(private, visibility="all")
    assert differences(None, ada).keys().isdisjoint({"visibility"})
    assert differences(None, private)["visibility"] == FieldChange("all", "team")


@pytest.mark.req("CD6")
@pytest.mark.parametrize(
    ("before", "wish", "field"),
    [
        ({}, {"visibility": "team"}, "visibility"),
        ({"owner_id": "ann"}, {"owner_id": None, "visibility": "team"}, "visibility"),
        ({"owner_id": "ann", "visibility": "team"}, {"owner_id": None}, "owner_id"),
        ({"assignees": ["bob"], "visibility": "team"}, {"assignees": []}, "assignees"),
        (PRIVATE, {"assignees": [], "owner_id": None}, "owner_id"),
    ],
)
def test_what_is_a_teams_is_never_nobodys(before: dict[str, Any], wish: dict[str, Any], field: str) -> None:
    contact = person(**before)

    with pytest.raises(Refused) as refused:
        edit(contact, **wish)

    assert [fault.field for fault in refused.value.errors] == [field]


WISHES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "owner_id": st.sampled_from(["ann", None]),
        "assignees": st.lists(st.sampled_from(["ann", "bob"]), max_size=2),
        "visibility": st.sampled_from(["all", "team", None]),
        "company": st.sampled_from(["Acme", None]),
    },
)


@pytest.mark.req("CD6")
@given(st.lists(WISHES, max_size=6))
def test_however_it_is_edited_what_is_a_teams_has_one_and_only_that_is_refused(wishes: list[dict[str, Any]]) -> None:
    contact = person()
    for wish in wishes:
        owner = wish.get("owner_id", contact.owner_id)
        wanted = wish.get("visibility", contact.visibility) or "all"
        team = {*([owner] if owner else []), *wish.get("assignees", contact.assignees)}
        try:
            contact = edit(contact, **wish)
        except Refused:
            assert (wanted, team) == ("team", set())
        else:
            assert (contact.visibility, set(contact.team)) == (wanted, team)
            assert contact.viewers == (tuple(sorted(team)) if wanted == "team" else None)
            assert team or wanted == "all"


@pytest.mark.req("CD6")
@pytest.mark.parametrize("wish", [{"owner_id": None}, {"assignees": []}, {"owner_id": None, "assignees": [], "visibility": "all"}])
def test_a_team_may_get_smaller_and_a_contact_everybodys(wish: dict[str, Any]) -> None:
    assert edit(person(**PRIVATE), **wish).first_name == "Ada"


def test_a_status_does_not_ask_for_what_every_contact_has() -> None:
    process = Process(statuses=(Status(name="new", requires=("visibility", "owner_id")),))

    assert [fault.message for fault in faults_of(process, ())] == ["there is no enabled field visibility"]


@pytest.mark.req("CD6")
def test_merged_with_everybodys_it_is_its_teams_still_whoever_owns_the_result() -> None:
    ada, eve, zoe = person(owner_id="cyd"), person(**PRIVATE), person(owner_id="dan")

    assert merged(ada, [zoe], {}).visibility == "all"
    one = merged(ada, [eve, zoe], {})
    assert (one.visibility, one.owner_id, one.assignees) == ("team", "cyd", ("bob", "ann"))
    other = merged(eve, [ada], {"owner_id": ada.id})
    assert (other.visibility, other.owner_id, other.assignees) == ("team", "cyd", ("bob", "ann"))
    assert merged(eve, [ada], {}).assignees == ("bob",)


@pytest.mark.req("CD6")
def test_nobody_picks_whose_visibility_is_kept() -> None:
    ada, eve = person(), person(**PRIVATE)

    with pytest.raises(Refused) as refused:
        together(eve, ada, choices={"visibility": ada})

    assert [fault.field for fault in refused.value.errors] == ["choices.visibility"]


def undone(survivor: Contact, other: Contact, **since: Any) -> tuple[Contact, Contact]:
    """The two after a merge, an edit of the survivor, and the undo."""
    done = together(survivor, other)
    now = edit(done.survivor.after, **since)
    back = unmerging(done.merge, now, [done.gone[0].after], later=(), taken={}, cause=cause(LATER))
    return back.survivor.after, back.restored[0].after


@pytest.mark.req("CD6", "CD14")
def test_an_undo_gives_each_who_could_see_it_before() -> None:
    ada, eve = undone(person(owner_id="cyd"), person(**PRIVATE))

    assert (ada.visibility, ada.owner_id, ada.assignees) == ("all", "cyd", ())
    assert (eve.visibility, eve.viewers) == ("team", ("ann", "bob"))


@pytest.mark.req("CD6", "CD14")
@pytest.mark.parametrize(("visibility", "left"), [("all", "all"), ("team", "team")])
def test_what_somebody_said_of_it_since_the_merge_stays(visibility: str, left: str) -> None:
    ada, _ = undone(person(**PRIVATE), person(), visibility=visibility)

    assert ada.visibility == left


@pytest.mark.req("CD6", "CD14")
def test_an_undo_that_would_leave_a_teams_contact_to_nobody_leaves_it_to_who_has_it_now() -> None:
    ada, _ = undone(person(visibility="team", assignees=["ann"]), person(assignees=["bob"]), assignees=["bob"])

    assert (ada.visibility, ada.viewers) == ("team", ("bob",))


@pytest.mark.req("CD6", "SE5")
def test_who_is_split_off_is_the_same_teams() -> None:
    ada = person(emails=["ada@acme.com"], **PRIVATE)

    both = parted(ada, Split(emails=("ada@acme.com",)), contact_id="new", status="new", now=NOON)

    assert (both.new.visibility, both.new.viewers) == ("team", ("ann", "bob"))


@pytest.mark.req("CD6", "CU1")
def test_a_program_proposes_it_where_it_says_so() -> None:
    assert changes(person(**PRIVATE), draft(first_name="Ada"), "US") == {}
    assert changes(person(owner_id="ann"), draft(visibility="team"), "US") == {"visibility": FieldChange("all", "team")}
