"""What an undo gives back, what it leaves, and what it reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from contacts.domain.contact import Contact
from contacts.domain.directory import Surroundings
from contacts.domain.editing import deleted, edited, invalidated, sharing, with_account_name
from contacts.domain.merging import Merge, Merged
from contacts.domain.revisions import FieldChange, Kind, Unmerging
from contacts.domain.unmerging import Conflict, Later, NotUndoableError, Unmerged, unmerging
from tests.support.contacts_builders import LATER, cause, draft, person, together

SOON = LATER + timedelta(days=1)


def undone(
    done: Merged, now: Contact | None = None, *later: Merged, taken: Mapping[str, str] | None = None, gone: Contact | None = None
) -> Unmerged:
    """The merge taken back, from the survivor as it is by now."""
    following = [Later(step.merge, tuple(revision.after for revision in step.gone)) for step in later]
    people = [gone] if gone else [revision.after for revision in done.gone]
    survivor = now or (later[-1] if later else done).survivor.after
    return unmerging(done.merge, survivor, people, later=following, taken=taken or {}, cause=cause(SOON))


def since(contact: Contact, **fields: Any) -> Contact:
    return edited(contact, draft(**fields), Surroundings(), now=SOON)


def lists(contact: Contact) -> dict[str, list[str]]:
    return {"emails": [email.normalised for email in contact.emails], "tags": list(contact.tags)}


ADA = person("Ada", contact_id="ada", emails=["ada@acme.com"], tags=["math"], company="Acme", custom={"size": 3})
EVE = person("Eve", contact_id="eve", emails=["eve@acme.com"], tags=["math", "vip"], last_name="King", job_title="CEO", custom={"ok": True})


@pytest.mark.req("CD14")
def test_an_undo_gives_everybody_what_they_had() -> None:
    done = together(ADA, EVE)

    back = undone(done)

    assert back.survivor.after.model_copy(update={"version": 1, "updated_at": ADA.updated_at}) == ADA
    [eve] = back.restored
    assert eve.after == EVE.model_copy(update={"version": 3, "updated_at": SOON})
    assert eve.changes == {"merged_into": FieldChange("ada", None)}
    assert back.survivor.happenings[0].about == Unmerging("m1", ("eve",))
    assert [happening.kind for happening in back.survivor.happenings] == [Kind.UNMERGED, Kind.EMAIL_REMOVED]
    assert (back.merge.undone_at, back.merge.undone_by, back.conflicts) == (SOON, "ann", ())
    assert {back.survivor.cause.origin, eve.cause.origin} == {"merge"}


@pytest.mark.req("CD14")
def test_what_was_added_since_stays_and_what_the_merge_added_goes() -> None:
    done = together(ADA, EVE)

    back = undone(done, since(done.survivor.after, tags=["math", "vip", "new"], emails=["ada@acme.com", "eve@acme.com", "a2@acme.com"]))

    assert lists(back.survivor.after) == {"emails": ["ada@acme.com", "a2@acme.com"], "tags": ["math", "new"]}
    assert back.conflicts == ()


@pytest.mark.req("CD14")
def test_an_edit_of_what_the_merge_had_changed_stays_and_is_reported() -> None:
    done = together(ADA, EVE, choices={"first_name": EVE})
    now = since(done.survivor.after, first_name="Adah", job_title=None, company="Other", custom={"ok": False, "size": 4})

    back = undone(done, now)

    assert back.survivor.after.model_dump(include={"first_name", "job_title", "company", "custom", "last_name"}) == {
        "first_name": "Adah",
        "job_title": None,
        "company": "Other",
        "custom": {"ok": False, "size": 4},
        "last_name": None,
    }
    assert back.conflicts == (
        Conflict("ada", "first_name", before="Ada", merged="Eve", now="Adah"),
        Conflict("ada", "custom.ok", before=None, merged=True, now=False),
    )


@pytest.mark.req("CD14")
def test_an_address_that_was_edited_since_stays_and_is_the_other_ones_too() -> None:
    done = together(ADA, EVE)
    now = since(done.survivor.after, emails=["ada@acme.com", {"typed": "eve@acme.com", "purpose": "billing"}])

    back = undone(done, now)

    assert lists(back.survivor.after)["emails"] == ["ada@acme.com", "eve@acme.com"]
    on_survivor, on_restored = back.conflicts
    assert (on_survivor.contact_id, on_survivor.field, on_survivor.before) == ("ada", "emails", None)
    assert (on_survivor.merged["purpose"], on_survivor.now["purpose"]) == ("work", "billing")
    assert (on_restored.contact_id, on_restored.taken_by) == ("eve", "ada")
    assert [email.shared for email in back.restored[0].after.emails] == [True]


@pytest.mark.req("CD14")
def test_an_address_made_the_primary_one_since_stays() -> None:
    done = together(ADA, EVE)
    now = since(done.survivor.after, emails=["ada@acme.com", {"typed": "eve@acme.com", "primary": True}])

    back = undone(done, now)

    assert [(email.normalised, email.primary) for email in back.survivor.after.emails] == [("ada@acme.com", False), ("eve@acme.com", True)]
    assert [conflict.contact_id for conflict in back.conflicts] == ["ada", "eve"]


def test_another_primary_since_is_kept_and_reported_where_the_merge_had_changed_it() -> None:
    done = together(ADA, EVE, choices={"emails": EVE})
    now = since(done.survivor.after, emails=["eve@acme.com", "ada@acme.com", {"typed": "a2@acme.com", "primary": True}])

    back = undone(done, now)

    assert [(email.normalised, email.primary) for email in back.survivor.after.emails] == [("ada@acme.com", False), ("a2@acme.com", True)]
    [conflict] = back.conflicts
    told = [entry["normalised"] for entry in (conflict.before, conflict.merged, conflict.now)]
    assert told == ["ada@acme.com", "eve@acme.com", "a2@acme.com"]


@pytest.mark.req("CD14")
def test_an_address_somebody_else_took_is_reported_and_not_owned() -> None:
    done = together(ADA, EVE)
    now = since(done.survivor.after, emails=["ada@acme.com"])

    back = undone(done, now, taken={"eve@acme.com": "zoe"})

    assert [(email.normalised, email.shared) for email in back.restored[0].after.emails] == [("eve@acme.com", True)]
    [conflict] = back.conflicts
    assert (conflict.contact_id, conflict.field, conflict.before["normalised"], conflict.taken_by) == (
        "eve",
        "emails",
        "eve@acme.com",
        "zoe",
    )
    assert conflict.merged["normalised"] == "eve@acme.com"


def test_what_was_taken_away_since_stays_away() -> None:
    done = together(ADA, EVE)

    back = undone(done, since(done.survivor.after, tags=["new"], emails=["eve@acme.com"]))

    assert lists(back.survivor.after) == {"emails": [], "tags": ["new"]}
    assert back.conflicts == ()


def test_a_bounce_since_is_no_edit_and_stays_known_on_both_sides() -> None:
    done = together(ADA, EVE)
    now, eve = done.survivor.after, done.gone[0].after
    for address in ("ada@acme.com", "eve@acme.com"):
        now, eve = (invalidated(contact, address, "hard bounce", now=SOON) for contact in (now, eve))

    back = undone(done, now, gone=eve)

    assert [(email.normalised, email.state) for email in back.survivor.after.emails] == [("ada@acme.com", "invalid")]
    assert [(email.normalised, email.state) for email in back.restored[0].after.emails] == [("eve@acme.com", "invalid")]
    assert back.conflicts == ()


def test_a_company_renamed_since_is_no_edit() -> None:
    ada, eve = (person(contact_id=name, accounts=[{"account_id": name, "name": "Old"}]) for name in ("ada", "eve"))
    done = together(ada, eve)
    now = with_account_name(with_account_name(done.survivor.after, "ada", "New"), "eve", "New")

    back = undone(done, now)

    assert [(link.account_id, link.name, link.primary) for link in back.survivor.after.accounts] == [("ada", "New", True)]
    assert back.conflicts == ()


def test_what_one_completed_of_the_other_is_taken_back_unless_it_was_edited() -> None:
    ada = person(contact_id="ada", accounts=[{"account_id": "a"}])
    done = together(ada, person(contact_id="eve", accounts=[{"account_id": "a", "role": "boss", "title": "Dr"}]))
    tagged = done.survivor.after.model_copy(update={"accounts": (done.survivor.after.accounts[0].model_copy(update={"role": "buyer"}),)})

    assert undone(done).survivor.after.accounts == ada.accounts
    edited_since = undone(done, tagged)
    assert (edited_since.survivor.after.accounts[0].role, edited_since.survivor.after.accounts[0].title) == ("buyer", "Dr")
    assert [conflict.field for conflict in edited_since.conflicts] == ["accounts"]


def test_an_address_both_had_is_both_s_as_it_was() -> None:
    ada = sharing(person(contact_id="ada", emails=["a@acme.com"]), {"a@acme.com"})
    done = together(ada, person(contact_id="eve", emails=["a@acme.com"]))

    back = undone(done)

    assert [contact.emails[0].shared for contact in (done.survivor.after, back.survivor.after, back.restored[0].after)] == [
        False, True, False,
    ]  # fmt: skip
    assert back.conflicts == ()


def test_a_status_goes_back_with_its_age() -> None:
    ada, eve = (
        person(status="new", contact_id="ada"),
        person(status="customer", contact_id="eve").model_copy(update={"status_since": LATER}),
    )
    done = together(ada, eve, choices={"status": eve})

    back = undone(done).survivor.after
    stays = undone(done, since(done.survivor.after, status="former"))

    assert (back.status, back.status_since) == ("new", ada.status_since)
    assert (stays.survivor.after.status, stays.survivor.after.status_since) == ("former", SOON)
    assert stays.conflicts == (Conflict("ada", "status", "new", "customer", "former"),)


def test_an_undo_of_somebody_deleted_since_leaves_them_deleted() -> None:
    done = together(ADA, EVE)

    back = undone(done, deleted(done.survivor.after, now=SOON))

    assert (back.survivor.after.deleted_at, back.restored[0].after.owned_addresses) == (SOON, ("eve@acme.com",))


@pytest.mark.req("CD14")
def test_what_a_later_merge_brought_stays_though_the_one_undone_had_it_too() -> None:
    zoe = person("Zoe", contact_id="zoe", last_name="Byron", tags=["vip"], emails=["zoe@acme.com"])
    first = together(ADA, EVE)
    second = together(first.survivor.after, zoe, merge_id="m2")

    back = undone(first, None, second)

    assert (back.survivor.after.last_name, back.survivor.after.merged_ids) == ("Byron", ("zoe",))
    assert lists(back.survivor.after) == {"emails": ["ada@acme.com", "zoe@acme.com"], "tags": ["math", "vip"]}
    assert back.conflicts == ()
    [rebased] = back.later
    last = unmerging(rebased, back.survivor.after, [second.gone[0].after], later=[], taken={}, cause=cause(SOON)).survivor.after
    assert last.model_copy(update={"version": 1, "updated_at": ADA.updated_at}) == ADA


def test_an_edit_between_two_merges_stays_when_the_first_is_undone() -> None:
    first = together(ADA, EVE)
    second = together(since(first.survivor.after, last_name="Other", tags=["between"]), person(contact_id="zoe"), merge_id="m2")

    back = undone(first, None, second)

    assert (back.survivor.after.last_name, back.survivor.after.tags) == ("Other", ("between",))
    assert back.conflicts == (Conflict("ada", "last_name", None, "King", "Other"),)


@pytest.mark.req("CD14")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"undone_at": LATER}, "undone"), ({"at": SOON - timedelta(days=30, seconds=1)}, "expired"), ({}, "merged")],
)
def test_why_a_merge_can_not_be_undone(changes: dict[str, Any], reason: str) -> None:
    done = together(ADA, EVE)
    merge: Merge = done.merge.model_copy(update=changes)
    survivor = done.survivor.after.model_copy(update={"merged_into": "zoe"} if reason == "merged" else {})

    with pytest.raises(NotUndoableError) as refused:
        unmerging(merge, survivor, [done.gone[0].after], later=[], taken={}, cause=cause(SOON))

    assert refused.value.reason == reason


def test_on_the_last_day_it_still_can() -> None:
    done = together(ADA, EVE)
    merge = done.merge.model_copy(update={"at": SOON - timedelta(days=30)})

    assert unmerging(merge, done.survivor.after, [done.gone[0].after], later=[], taken={}, cause=cause(SOON)).merge.undone_at == SOON
