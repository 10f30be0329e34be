"""What a wish is refused for: each fault is named by its place, in words, and none hides another."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.domain.directory import Account, Surroundings
from contacts.domain.refusals import Refused
from tests.support.contacts_builders import person, with_members

GONE = Surroundings(accounts={"a": Account(id="a", name="Acme", deleted=True)})
TWO_PRIMARY = [{"typed": "(415) 555-1234", "primary": True}, {"typed": "(415) 555-9999", "primary": True}]


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({"first_name": ""}, ["first_name"]),
        ({"emails": ["nobody", "ann@acme.com", "nowhere"]}, ["emails.0", "emails.2"]),
        ({"emails": ["ann@acme.com", "ANN@acme.com"]}, ["emails.1"]),
        ({"emails": [{"typed": f"{name}@acme.com", "primary": True} for name in "ab"]}, ["emails"]),
        ({"phones": TWO_PRIMARY}, ["phones"]),
        ({"accounts": [{"account_id": "b"}, {"account_id": "b"}]}, ["accounts.1"]),
        ({"accounts": [{"account_id": "a"}], "around": GONE}, ["accounts.0"]),
        ({"owner_id": "eve", "around": with_members("ann")}, ["owner_id"]),
        ({"emails": ["nobody"], "assignees": ["ann", "eve"], "around": with_members("ann")}, ["emails.0", "assignees"]),
        ({"custom": {"$a": 1, "": 1, "list": [1], "long": "x" * 10_001, "large": 2**54}},
         ["custom.$a", "custom.", "custom.list", "custom.long", "custom.large"]),
        ({"custom": {"low": "\ud800", "middle": "\udb00", "high": "\udfff"}}, ["custom.low", "custom.middle", "custom.high"]),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_place_and_in_words(fields: dict[str, Any], places: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        person(**fields)

    assert [error.field for error in refused.value.errors] == places
    assert all(error.message.strip() for error in refused.value.errors)
    assert all(place in str(refused.value) for place in places)


@pytest.mark.parametrize("value", ["x" * 10_000, "Zoë", 2**53, -(2**53), "\ue000"])
def test_a_custom_field_may_hold_this_much(value: object) -> None:
    assert person(custom={"a": value, "k" * 100: value}).custom == {"a": value, "k" * 100: value}
