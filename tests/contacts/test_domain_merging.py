"""What the survivor of a merge has, and what speaks against one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_origin

import pytest

from contacts.domain.contact import Contact, Phone, Relation, Review, Source
from contacts.domain.editing import deleted, invalidated, sharing
from contacts.domain.merging import DECIDED, SINGLE, SURVIVORS, Compared, NotMergeableError, compared, merged
from contacts.domain.refusals import Refused
from contacts.domain.revisions import FieldChange, Kind, Merging
from contacts.domain.uniting import KEYS
from tests.support.contacts_builders import LATER, NOON, person, together


def row(field: str, survivor: Contact, *others: Contact, **choices: Contact) -> Compared:
    chosen = {name: contact.id for name, contact in choices.items()}
    return next(row for row in compared(survivor, others, chosen) if row.field == field)


@pytest.mark.req("CD12")
def test_lists_are_united_and_one_primary_stays() -> None:
    ada = person(emails=["ada@acme.com"], phones=["(415) 555-1234"], accounts=[{"account_id": "a"}], tags=["math"], assignees=["ann"])
    eve = person(
        emails=["eve@acme.com", "info@acme.com"],
        phones=["415-555-1234", "(415) 555-9999"],
        accounts=[{"account_id": "b"}],
        tags=["math", "vip"],
        assignees=["bob"],
    )

    one = merged(ada, [eve], {})

    assert {email.normalised: email.primary for email in one.emails} == {
        "ada@acme.com": True,
        "eve@acme.com": False,
        "info@acme.com": False,
    }
    assert {phone.e164: phone.primary for phone in one.phones} == {"+14155551234": True, "+14155559999": False}
    assert {link.account_id: link.primary for link in one.accounts} == {"a": True, "b": False}
    assert (one.tags, one.assignees) == (("math", "vip"), ("ann", "bob"))


@pytest.mark.req("CD12")
def test_a_field_is_the_survivors_or_the_first_others_where_the_survivor_has_none() -> None:
    ada = person("Ada", company="Acme", custom={"size": 3})
    eve = person("Eve", company="Evil", job_title="CEO", custom={"size": 4, "seat": "A1"})
    zoe = person("Zoe", job_title="CTO", birth_date="1999-01-02", custom={"seat": "B2", "ok": False})

    one = merged(ada, [eve, zoe], {})

    assert (one.first_name, one.company, one.job_title, str(one.birth_date)) == ("Ada", "Acme", "CEO", "1999-01-02")
    assert one.custom == {"size": 3, "seat": "A1", "ok": False}


@pytest.mark.req("CD12", "CD16")
def test_of_each_field_somebody_picks_whose_value_is_kept() -> None:
    ada = person("Ada", company="Acme", emails=["ada@acme.com"], custom={"size": 3, "seat": "A1"})
    eve = person("Eve", company="Evil", emails=["eve@acme.com"], custom={"size": 4})
    zoe = person("Zoe", emails=["zoe@acme.com"])
    picked = {"first_name": eve, "company": zoe, "emails": zoe, "custom.size": eve, "custom.seat": eve}

    one = together(ada, eve, zoe, choices=picked).survivor.after

    assert (one.first_name, one.company, one.custom) == ("Eve", None, {"size": 4})
    assert [(email.normalised, email.primary) for email in one.emails] == [
        ("zoe@acme.com", True),
        ("ada@acme.com", False),
        ("eve@acme.com", False),
    ]


def test_who_somebody_is_and_where_they_come_from_is_the_survivors() -> None:
    ada, eve = person(source=Source(type="form", id="f1")), person(source=Source(type="import", id="i1"))

    one = merged(ada, [eve], {})

    assert one.model_dump(include=set(SURVIVORS)) == ada.model_dump(include=set(SURVIVORS))


def test_a_status_that_is_taken_over_is_as_old_as_it_was_there() -> None:
    ada, eve = person(status="new"), person(status="customer").model_copy(update={"status_since": LATER})

    assert (merged(ada, [eve], {"status": eve.id}).status, merged(ada, [eve], {"status": eve.id}).status_since) == ("customer", LATER)
    assert merged(ada, [eve], {}).status_since == NOON


@pytest.mark.parametrize(
    ("states", "kept"),
    [(["pending", "approved"], 1), (["approved", "approved"], 0), (["rejected", "pending", "rejected"], 1), (["rejected", "rejected"], 0)],
)
def test_somebody_reviewed_once_is_reviewed(states: list[Any], kept: int) -> None:
    people = [person().model_copy(update={"review": Review(state=state, by=f"r{place}")}) for place, state in enumerate(states)]

    assert merged(people[0], people[1:], {}).review == people[kept].review


def test_what_is_known_of_an_address_on_either_side_is_known_of_it() -> None:
    ada = sharing(person(emails=["a@acme.com", "b@acme.com"]), {"a@acme.com", "b@acme.com"})
    eve = sharing(invalidated(person(emails=["a@acme.com", "b@acme.com"]), "a@acme.com", "hard bounce", now=NOON), {"b@acme.com"})

    first, second = merged(ada, [eve], {}).emails

    assert (first.state, first.reason, first.since, first.shared) == ("invalid", "hard bounce", NOON, False)
    assert (second.state, second.shared) == ("valid", True)
    assert merged(eve, [ada], {}).emails[0].reason == "hard bounce"


def test_what_one_knows_of_a_company_completes_what_the_other_does() -> None:
    ada = person(accounts=[{"account_id": "a", "role": "buyer"}])
    eve = person(accounts=[{"account_id": "a", "name": "Acme", "role": "boss", "title": "Dr"}])

    [link] = merged(ada, [eve], {}).accounts

    assert (link.name, link.role, link.title) == ("Acme", "buyer", "Dr")


def test_former_companies_stay_behind_the_current_ones_the_newest_first() -> None:
    def left(account_id: str, hours: int) -> dict[str, Any]:
        return {"account_id": account_id, "ended_at": NOON + timedelta(hours=hours)}

    ada, eve = person(), person()
    ada = merged_links(ada, left("a", 1))
    eve = merged_links(eve, {"account_id": "b"}, left("c", 2), left("a", 3))

    links = merged(ada, [eve], {}).accounts

    assert [(link.account_id, link.primary) for link in links] == [("b", True), ("a", False), ("c", False), ("a", False)]


def merged_links(contact: Contact, *links: dict[str, Any]) -> Contact:
    return Contact.model_validate({**contact.model_dump(), "accounts": links})


def test_a_number_somebody_has_twice_stays_so() -> None:
    twice = (Phone(typed="1", e164="+1", purpose="work", primary=True), Phone(typed="1", e164="+1", purpose="mobile"))
    ada = person().model_copy(update={"phones": twice})

    assert merged(ada, [person(phones=["(415) 555-1234"])], {}).phones[:2] == twice


def test_nobody_is_related_to_themself() -> None:
    eve, zoe, ben = person(), person(), person()
    ada = person(relations=[{"contact_id": eve.id}, {"contact_id": "old"}, {"contact_id": ben.id, "kind": "same_person"}])
    eve = eve.model_copy(update={"relations": (Relation(contact_id=ada.id), Relation(contact_id=zoe.id)), "merged_ids": ("old",)})

    assert merged(ada, [eve], {}).relations == (Relation(contact_id=ben.id, kind="same_person"), Relation(contact_id=zoe.id))


@pytest.mark.req("CD16")
def test_who_was_merged_into_those_merged_away_is_the_survivors_too() -> None:
    ada, eve, zoe = (person(contact_id=name).model_copy(update={"merged_ids": (f"old-{name}",)}) for name in ("ada", "eve", "zoe"))

    assert merged(ada, [eve, zoe], {}).merged_ids == ("old-ada", "eve", "old-eve", "zoe", "old-zoe")


@pytest.mark.req("CD11", "CD12")
def test_those_merged_away_stay_as_they_were_and_say_where_they_went() -> None:
    ada, eve = person("Ada", last_name="King"), person("Eve", emails=["eve@acme.com"], last_name="Byron")

    done = together(ada, eve, choices={"last_name": eve})

    assert (done.merge.before, done.merge.after, done.merge.at, done.merge.by) == (ada, done.survivor.after, LATER, "ann")
    assert (done.merge.undo_until, done.merge.undone_at) == (LATER + timedelta(days=30), None)
    [gone] = done.gone
    assert gone.changes == {"merged_into": FieldChange(None, ada.id)}
    assert gone.after == eve.model_copy(update={"merged_into": ada.id, "version": 2, "updated_at": LATER})
    assert [happening.kind for happening in done.survivor.happenings] == [Kind.MERGED, Kind.EMAIL_ADDED]
    assert done.survivor.happenings[0].about == Merging("m1", ada.id, (eve.id,), {"first_name": ada.id, "last_name": eve.id})
    assert {done.survivor.cause.origin, gone.cause.origin} == {"merge"}


@pytest.mark.req("CD13")
def test_the_fields_are_compared_one_by_one() -> None:
    ada = person("Ada", company="Acme", tags=["x"], custom={"size": 3})
    eve = person("Eve", company="Acme", custom={"seat": "A1"}, birth_date="1999-01-02")

    assert row("first_name", ada, eve) == Compared("first_name", {ada.id: "Ada", eve.id: "Eve"}, ada.id, differs=True, united=False)
    assert row("first_name", ada, eve, first_name=eve).kept == eve.id
    assert (row("company", ada, eve).differs, row("company", ada, eve).kept) == (False, ada.id)
    assert row("birth_date", ada, eve) == Compared("birth_date", {ada.id: None, eve.id: "1999-01-02"}, eve.id, differs=False, united=False)
    assert row("custom.size", ada, eve).values == {ada.id: 3, eve.id: None}
    assert row("tags", ada, eve) == Compared("tags", {ada.id: ["x"], eve.id: []}, None, differs=False, united=True)
    assert {"last_name", "phones", "custom", "merged_ids"} & {row.field for row in compared(ada, [eve], {})} == set()


@pytest.mark.req("CD12")
@pytest.mark.parametrize("field", ["surname", "id", "version", "source", "review", "merged_ids", "custom", "custom.size", "custom."])
def test_a_choice_of_a_field_that_is_none_is_refused_by_its_name(field: str) -> None:
    ada, eve = person(), person(custom={"seat": "A1"})

    with pytest.raises(Refused) as refused:
        together(ada, eve, choices={field: eve})

    assert [error.field for error in refused.value.errors] == [f"choices.{field}"]


@pytest.mark.req("CD12")
def test_a_choice_of_somebody_else_is_refused_by_the_fields_name() -> None:
    with pytest.raises(Refused) as refused:
        together(person(), person(), choices={"last_name": person(), "tags": person()})

    assert [error.field for error in refused.value.errors] == ["choices.last_name", "choices.tags"]


def test_more_than_a_contact_can_have_is_refused_naming_the_list() -> None:
    def crowded(prefix: str) -> Contact:
        return person(
            emails=[f"{prefix}{number}@acme.com" for number in range(26)], custom={f"{prefix}{number}": 1 for number in range(101)}
        )

    with pytest.raises(Refused) as refused:
        together(crowded("a"), crowded("b"))

    assert [error.field for error in refused.value.errors] == ["emails", "custom"]
    assert len(together(crowded("a"), person(emails=["x@acme.com"])).survivor.after.emails) == 27


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("reason", ["deleted", "merged"])
def test_somebody_who_is_not_there_is_not_merged(place: int, reason: str) -> None:
    people = [person(), person(), person()]
    gone = {"deleted": deleted(people[place], now=NOON), "merged": people[place].model_copy(update={"merged_into": "x"})}[reason]
    people[place] = gone

    with pytest.raises(NotMergeableError) as refused:
        together(*people)

    assert (refused.value.reason, refused.value.contact) == (reason, gone)


def test_every_field_of_a_contact_has_a_way_to_be_merged() -> None:
    lists = {name for name, field in Contact.model_fields.items() if get_origin(field.annotation) is tuple}

    assert lists == KEYS.keys()
    assert {*SINGLE, *DECIDED, *lists, *SURVIVORS, "custom", "status_since"} == Contact.model_fields.keys()
