"""Whatever people have, whatever is picked, whatever is edited: a merge loses nothing, and neither does its undo."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from contacts.domain.contact import CUSTOM, Contact
from contacts.domain.directory import Surroundings
from contacts.domain.editing import edited, sharing
from contacts.domain.merging import SINGLE, Merged, compared
from contacts.domain.refusals import Refused
from contacts.domain.uniting import KEYS, WITH_PRIMARY
from contacts.domain.unmerging import Later, Unmerged, unmerging
from tests.support.contacts_builders import LATER, cause, draft, person, together

ADDRESSES = ["a@x.com", "b@x.com", "info@x.com", "c@x.com"]
NUMBERS = ["(415) 555-1234", "(415) 555-9999", "none"]


def _several(entries: list[str], key: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    kinds = st.sampled_from(["work", "billing", "support"])
    chosen = st.lists(st.tuples(st.sampled_from(entries), kinds), max_size=3, unique_by=lambda pair: pair[0])
    return st.tuples(chosen, st.integers(0, 2)).map(
        lambda drawn: [{key: entry, "purpose": kind, "primary": place == drawn[1]} for place, (entry, kind) in enumerate(drawn[0])]
    )


def _links() -> st.SearchStrategy[list[dict[str, Any]]]:
    roles = st.sampled_from(["boss", None])
    return st.lists(st.tuples(st.sampled_from("abc"), roles), max_size=3, unique_by=lambda pair: pair[0]).map(
        lambda drawn: [{"account_id": account_id, "role": role} for account_id, role in drawn]
    )


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "first_name": st.sampled_from(["Ada", "Eve"]),
    "last_name": st.sampled_from(["King", "Byron", None]),
    "company": st.sampled_from(["Acme", None]),
    "owner_id": st.sampled_from(["ann", "bob", None]),
    "status": st.sampled_from(["new", "customer"]),
    "address": st.sampled_from([{"city": "Paris"}, {"city": "London"}, None]),
    "emails": _several(ADDRESSES, "typed"),
    "phones": _several(NUMBERS, "typed"),
    "accounts": _links(),
    "tags": st.lists(st.sampled_from("xyz"), max_size=3),
    "assignees": st.lists(st.sampled_from(["ann", "bob"]), max_size=2),
    "relations": st.lists(st.sampled_from(["p1", "p2", "friend"]), max_size=2, unique=True).map(
        lambda ids: [{"contact_id": contact_id} for contact_id in ids]
    ),
    "visibility": st.sampled_from(["all", "team"]),
    "custom": st.dictionaries(st.sampled_from(["size", "seat"]), st.sampled_from([1, True, "A1", 0, None]), max_size=2),
}
WISHES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries({}, optional=FIELDS)


def _somebodys(wish: dict[str, Any]) -> dict[str, Any]:
    """Only what has a team can be its team's."""
    return wish if wish.get("owner_id") or wish.get("assignees") else {**wish, "visibility": "all"}


@st.composite
def people(draw: st.DrawFn) -> list[Contact]:
    """Two to four of them; the survivor is the first. An address that several have belongs to one of them at most."""
    count = draw(st.integers(2, 4))
    made = [person(**{**_somebodys(draw(WISHES)), "contact_id": f"p{number}"}) for number in range(count)]
    owners = {address: draw(st.integers(0, count - 1)) for address in ADDRESSES}
    return [sharing(contact, {address for address in ADDRESSES if owners[address] != number}) for number, contact in enumerate(made)]


@st.composite
def merges(draw: st.DrawFn) -> tuple[list[Contact], Merged]:
    everybody = draw(people())
    fields = [row.field for row in compared(everybody[0], everybody[1:], {})]
    choices = draw(st.dictionaries(st.sampled_from(fields), st.sampled_from(everybody), max_size=4))
    return everybody, together(*everybody, choices=choices)


def keys(contact: Contact, name: str) -> set[Any]:
    return {KEYS[name](entry) for entry in getattr(contact, name)}


def undo(done: Merged, now: Contact, *later: Later) -> Unmerged:
    gone = [revision.after for revision in done.gone]
    return unmerging(done.merge, now, gone, later=later, taken={}, cause=cause(LATER))


def essence(contact: Contact) -> dict[str, Any]:
    return contact.model_dump(exclude={"version", "updated_at"})


@pytest.mark.req("CD12", "CD16")
@given(merges())
def test_a_merge_has_everything_everybody_had(drawn: tuple[list[Contact], Merged]) -> None:
    everybody, done = drawn
    one, ids = done.survivor.after, {contact.id for contact in everybody}

    for name in KEYS:
        had = set().union(*(keys(contact, name) for contact in everybody))
        assert keys(one, name) >= (had - ids if name == "relations" else had)
    for name in WITH_PRIMARY:
        assert sum(entry.primary for entry in getattr(one, name)) == bool(getattr(one, name))
    for name in SINGLE:
        if name not in done.merge.choices and any(getattr(contact, name) for contact in everybody):
            assert getattr(one, name) in [getattr(contact, name) for contact in everybody]
            assert getattr(one, name)
    for key in {key for contact in everybody for key in contact.custom} - {field.removeprefix(CUSTOM) for field in done.merge.choices}:
        assert one.custom[key] in [contact.custom[key] for contact in everybody if key in contact.custom]
    private = [contact for contact in everybody if contact.visibility == "team"]
    assert one.visibility == ("team" if private else "all")
    assert one.team >= frozenset().union(*(contact.team for contact in private))
    for field, contact_id in done.merge.choices.items():
        if field in SINGLE:
            assert getattr(one, field) == next(getattr(contact, field) for contact in everybody if contact.id == contact_id)


@pytest.mark.req("CD14")
@given(merges())
def test_an_undo_without_edits_is_as_if_nothing_had_been(drawn: tuple[list[Contact], Merged]) -> None:
    everybody, done = drawn

    back = undo(done, done.survivor.after)

    assert back.conflicts == ()
    assert [essence(revision.after) for revision in (back.survivor, *back.restored)] == [essence(contact) for contact in everybody]


@pytest.mark.req("CD14")
@given(merges(), WISHES)
def test_an_undo_loses_no_edit(drawn: tuple[list[Contact], Merged], wish: dict[str, Any]) -> None:
    _, done = drawn
    was = done.survivor.after
    try:
        now = edited(was, draft(**wish), Surroundings(), now=LATER)
    except Refused:  # it would have been its team's, and nobody in it
        reject()

    back = undo(done, now)
    rest, before = back.survivor.after, done.merge.before

    reported = {conflict.field for conflict in back.conflicts if conflict.contact_id == was.id}
    assert rest.visibility == (now if now.visibility != was.visibility else before).visibility
    assert rest.team or rest.visibility == "all"
    stays = rest.visibility == "team" and (rest.owner_id, rest.assignees) == (now.owner_id, now.assignees)  # else it might be nobody's
    for name in SINGLE:
        if name == "owner_id" and stays:
            continue
        if getattr(now, name) != getattr(was, name):
            assert getattr(rest, name) == getattr(now, name)
            assert (name in reported) == (getattr(before, name) not in (getattr(was, name), getattr(now, name)))
        else:
            assert (getattr(rest, name), name in reported) == (getattr(before, name), False)
    for key in now.custom.keys() | was.custom.keys():
        edit = repr(now.custom.get(key)) != repr(was.custom.get(key))
        assert repr(rest.custom.get(key)) == repr((now if edit else before).custom.get(key))
    for name in KEYS:
        added, removed = keys(now, name) - keys(was, name), keys(was, name) - keys(now, name)
        assert keys(rest, name) >= added
        assert not keys(rest, name) & removed
        assert keys(rest, name) >= keys(before, name) - removed
    for name in ("emails", "phones", "accounts"):
        entries = {KEYS[name](entry): entry for entry in getattr(rest, name)}
        known = {KEYS[name](entry): entry for entry in getattr(was, name)}
        for entry in getattr(now, name):
            told = entry.model_dump(exclude={"primary"})
            if KEYS[name](entry) in known and told != known[KEYS[name](entry)].model_dump(exclude={"primary"}):
                assert entries[KEYS[name](entry)].model_dump(exclude={"primary"}) == told
        assert sum(entry.primary for entry in getattr(rest, name)) == any(
            getattr(entry, "ended_at", None) is None for entry in entries.values()
        )
    owned = [address for contact in (rest, *(revision.after for revision in back.restored)) for address in contact.owned_addresses]
    assert len(owned) == len(set(owned))


@pytest.mark.req("CD14", "CD16")
@given(people(), st.data())
def test_one_merge_after_the_other_undone_in_any_order_is_as_if_nothing_had_been(everybody: list[Contact], data: st.DataObject) -> None:
    survivor = everybody[0]
    done: list[Merged] = []
    for number, other in enumerate(everybody[1:]):
        fields = [row.field for row in compared(survivor, [other], {})]
        choices = data.draw(st.dictionaries(st.sampled_from(fields), st.sampled_from([survivor, other]), max_size=2))
        done.append(together(survivor, other, merge_id=f"m{number}", choices=choices))
        survivor = done[-1].survivor.after

    standing = {step.merge.id: (step.merge, step.gone[0].after) for step in done}
    for merge_id in data.draw(st.permutations(list(standing))):
        merge, gone = standing.pop(merge_id)
        later = [Later(other, (contact,)) for other, contact in standing.values() if other.id > merge_id]
        back = unmerging(merge, survivor, [gone], later=later, taken={}, cause=cause(LATER))
        survivor = back.survivor.after
        standing |= {rebased.id: (rebased, standing[rebased.id][1]) for rebased in back.later}
        assert back.conflicts == ()

    assert essence(survivor) == essence(everybody[0])
