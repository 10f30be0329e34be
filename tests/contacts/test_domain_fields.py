"""What a value of a custom field must be, and what a definition must be."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.domain.contact import Contact
from contacts.domain.directory import Surroundings
from contacts.domain.editing import edited
from contacts.domain.fields import CustomField
from contacts.domain.process import Process, Status
from contacts.domain.refusals import FieldError, Refused
from contacts.domain.required import missing, requirements
from contacts.domain.workspace import Workspace
from tests.support.contacts_builders import NOON, draft, person, with_members


def field(**more: Any) -> CustomField:
    return CustomField.model_validate({"key": "f", "label": "F", "type": "text", **more})


def workspace(*fields: CustomField, **more: Any) -> Surroundings:
    return Surroundings(fields=fields, **more)


def refused(around: Surroundings, contact: Contact | None = None, **wish: Any) -> list[FieldError]:
    with pytest.raises(Refused) as caught:
        if contact is None:
            person(around=around, **wish)
        else:
            edited(contact, draft(**wish), around, now=NOON)
    return list(caught.value.errors)


COLOURS = {"options": ("red", "green")}
MONEY = {"amount": "12.50", "currency": "EUR"}


@pytest.mark.req("CR10")
@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  word ", "word"),
        ("text", "   ", None),
        ("long_text", "a\nb", "a\nb"),
        ("long_text", "x" * 10_000, "x" * 10_000),
        ("number", 0, 0),
        ("number", -2.5, -2.5),
        ("money", MONEY, MONEY),
        ("money", {"amount": "-0.1", "currency": "JPY"}, {"amount": "-0.1", "currency": "JPY"}),
        ("date", "2024-02-29", "2024-02-29"),
        ("checkbox", False, False),
        ("choice", "green", "green"),
        ("multi_choice", ["green", "red", "green"], ["green", "red"]),
        ("multi_choice", [], None),
        ("url", " https://acme.example/a?b=c#d ", "https://acme.example/a?b=c#d"),
        ("url", "http://bücher.example", "http://bücher.example"),
        ("person", " ann ", "ann"),
    ],
)
def test_a_value_of_its_type_is_kept(kind: str, given: Any, kept: Any) -> None:
    definition = field(type=kind, **(COLOURS if "choice" in kind else {}))

    assert definition.read(given) == kept


@pytest.mark.req("CR10")
@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 5),
        ("text", "x" * 501),
        ("text", "\ud800"),
        ("text", ["a"]),
        ("long_text", "x" * 10_001),
        ("number", "5"),
        ("number", True),
        ("number", 2**53 + 1),
        ("number", float("nan")),
        ("money", 12.5),
        ("money", {"amount": 12.5, "currency": "EUR"}),
        ("money", {"amount": "1e3", "currency": "EUR"}),
        ("money", {"amount": "NaN", "currency": "EUR"}),
        ("money", {"amount": "12", "currency": "euro"}),
        ("money", {"amount": "12", "currency": "EUR", "rate": 1}),
        ("money", {"amount": "1" * 21, "currency": "EUR"}),
        ("money", {"amount": "12"}),
        ("date", "2023-02-29"),
        ("date", "20240229"),
        ("date", "29.2.2024"),
        ("date", 0),
        ("checkbox", "yes"),
        ("checkbox", 1),
        ("choice", "blue"),
        ("choice", ["red"]),
        ("multi_choice", "red"),
        ("multi_choice", ["red", "blue"]),
        ("url", "acme.example"),
        ("url", "javascript:alert(1)"),
        ("url", "https://"),
        ("url", "https://a\nb.example"),
        ("url", "https://acme.example/a b"),
        ("url", "https://acme.example/" + "x" * 2_000),
        ("person", ""),
        ("person", 5),
    ],
)
def test_a_value_of_another_type_is_refused_naming_the_field(kind: str, given: Any) -> None:
    definition = field(type=kind, **(COLOURS if "choice" in kind else {}))

    [error] = refused(workspace(definition), custom={"f": given})

    assert error.field == "custom.f"


def test_what_is_refused_says_what_is_needed() -> None:
    [error] = refused(workspace(field(type="choice", **COLOURS)), custom={"f": "blue"})

    assert error.message == "one of these is needed: red, green"


@pytest.mark.req("CR10")
def test_a_person_is_an_active_member() -> None:
    members = with_members("ann", inactive=("bob",))
    around = workspace(field(type="person"), members=members.members, any_member_known=True)

    assert person(around=around, custom={"f": "ann"}).custom == {"f": "ann"}
    assert refused(around, custom={"f": "bob"}) == [FieldError("custom.f", "not an active member of the workspace")]


@pytest.mark.req("CR10")
def test_a_disabled_field_keeps_its_value_and_takes_no_other() -> None:
    ada = person(around=workspace(field()), custom={"f": "old"})
    disabled = workspace(field(enabled=False, required=True))

    assert edited(ada, draft(job_title="CTO", custom={"f": "old"}), disabled, now=NOON).custom == {"f": "old"}
    assert refused(disabled, ada, custom={"f": "new"}) == [FieldError("custom.f", "this field is disabled")]
    assert edited(ada, draft(custom={"f": None}), disabled, now=NOON).custom == {}


@pytest.mark.req("CR10")
def test_an_option_that_went_stays_where_it_is() -> None:
    ada = person(around=workspace(field(type="multi_choice", **COLOURS)), custom={"f": ["red"]})
    after = workspace(field(type="multi_choice", options=("green",)))

    assert edited(ada, draft(custom={"f": ["red"]}, job_title="CTO"), after, now=NOON).custom == {"f": ["red"]}
    assert refused(after, ada, custom={"f": ["red", "green"]})[0].field == "custom.f"


def test_a_key_nobody_defined_is_kept_as_it_comes() -> None:
    assert person(around=workspace(field()), custom={"other": " as is "}).custom == {"other": " as is "}
    assert refused(workspace(field()), custom={"other": ["a"]})[0].field == "custom.other"


@pytest.mark.req("CR10")
def test_a_new_contact_has_the_defaults_unless_told_otherwise() -> None:
    around = workspace(field(key="a", default="x"), field(key="b", default="y"), field(key="c", default="z", enabled=False))

    ada = person(around=around, custom={"b": None})

    assert ada.custom == {"a": "x"}
    assert edited(ada, draft(custom={"a": None}), around, now=NOON).custom == {}


def test_a_default_who_left_is_none() -> None:
    members = with_members("ann", inactive=("bob",))
    around = workspace(field(type="person", default="bob"), members=members.members, any_member_known=True)

    assert person(around=around).custom == {}


@pytest.mark.req("CR11")
def test_a_required_field_is_asked_for_and_may_not_be_emptied() -> None:
    around = workspace(field(required=True))
    needed = [FieldError("custom.f", "a value is needed")]
    ada = person(around=around, custom={"f": "x"})

    assert refused(around) == needed
    assert refused(around, custom={"f": " "}) == needed
    assert refused(around, ada, custom={"f": None}) == needed


@pytest.mark.req("CR11")
def test_what_was_missing_before_stops_no_other_change() -> None:
    ada = person()

    assert edited(ada, draft(job_title="CTO"), workspace(field(required=True)), now=NOON).job_title == "CTO"


def test_what_is_wrong_is_not_said_to_be_missing_too() -> None:
    around = workspace(field(type="number", required=True), process=Process(statuses=(Status(name="new", requires=("emails",)),)))

    assert [error.field for error in refused(around, custom={"f": "x"}, emails=["nonsense"])] == ["emails.0", "custom.f"]


SALES = Process(statuses=(Status(name="new"), Status(name="customer", requires=("emails", "custom.f")), Status(name="former")))


@pytest.mark.req("CR11", "OS1")
def test_a_status_asks_for_what_it_needs() -> None:
    around = workspace(field(), process=SALES)
    needed = [FieldError("emails", "needed in status customer"), FieldError("custom.f", "needed in status customer")]
    ada = person(around=around)

    assert refused(around, status="customer") == needed
    assert refused(around, ada, status="customer") == needed
    customer = edited(ada, draft(status="customer", emails=["ada@acme.com"], custom={"f": "x"}), around, now=NOON)
    assert refused(around, customer, emails=[]) == needed[:1]
    assert edited(customer, draft(emails=[], status="former"), around, now=NOON).emails == ()


@pytest.mark.req("CR11")
def test_every_missing_field_is_named_once() -> None:
    around = workspace(field(required=True), process=SALES)
    ada = person(around=workspace(process=SALES), status="new").model_copy(update={"status": "customer"})

    assert missing(ada, requirements(around.process, around.fields)) == ("custom.f", "emails")


def test_a_former_company_is_none() -> None:
    process = Process(statuses=(Status(name="new", requires=("accounts",)),))
    ada = person(accounts=[{"account_id": "a"}])
    left = edited(ada, draft(accounts=[]), Surroundings(), now=NOON)

    assert missing(ada, requirements(process, ())) == ()
    assert missing(left, requirements(process, ())) == ("accounts",)


@pytest.mark.req("CR10")
@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ([{"key": "a.b"}], "fields.0.key"),
        ([{"key": "$a"}], "fields.0.key"),
        ([{"key": "a"}, {"key": "a"}], "fields.1.key"),
        ([{"options": ["x"]}], "fields.0.options"),
        ([{"type": "choice"}], "fields.0.options"),
        ([{"type": "choice", "options": ["x", "x"]}], "fields.0.options"),
        ([{"type": "choice", "options": ["x"], "default": "y"}], "fields.0.default"),
        ([{"type": "number", "default": "5"}], "fields.0.default"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_naming_where(fields: list[dict[str, Any]], where: str) -> None:
    decided = Workspace(fields=tuple(field(**given) for given in fields))

    assert where in [fault.field for fault in decided.faults()]


@pytest.mark.req("CR11")
@pytest.mark.parametrize("asked", ["custom.other", "custom.off", "first_name", "nickname"])
def test_a_status_can_not_ask_for_what_nobody_can_have(asked: str) -> None:
    decided = Workspace(
        process=Process(statuses=(Status(name="new", requires=(asked, "custom.f")),)), fields=(field(), field(key="off", enabled=False))
    )

    assert list(decided.faults()) == [FieldError("process.statuses.0.requires", f"there is no enabled field {asked}")]


def test_a_field_of_another_type_is_another_field() -> None:
    before = Workspace(fields=(field(key="a"), field(key="b"), field(key="c")))
    after = Workspace(fields=(field(key="b", type="number"), field(key="a", label="Other")))

    assert before.taken_away(after) == ("b", "c")
