"""Which address of a contact mail of a purpose goes to: one rule for every service."""

from __future__ import annotations

import pytest

from shared.contracts.contacts import Contact, Email

PRIMARY = Email(typed="ada@acme.com", normalised="ada@acme.com", primary=True)
PRIVATE = Email(typed="ada@home.example", normalised="ada@home.example", purpose="personal")
BILLS = Email(typed="bills@acme.com", normalised="bills@acme.com", purpose="billing")
MORE_BILLS = Email(typed="more@acme.com", normalised="more@acme.com", purpose="billing")


def unusable(email: Email) -> Email:
    return email.model_copy(update={"state": "invalid"})


def used(purpose: str, *emails: Email) -> str | None:
    found = Contact(id="c1", version=1, emails=emails).email_for(purpose)
    return found.typed if found else None


@pytest.mark.req("SE3")
def test_a_purpose_has_its_own_address_and_everything_else_the_primary() -> None:
    everything = PRIVATE, BILLS, PRIMARY

    assert used("billing", *everything) == BILLS.typed
    assert used("personal", *everything) == PRIVATE.typed
    assert used("sales", *everything) == used("support", *everything) == PRIMARY.typed


@pytest.mark.req("SE3")
def test_of_two_for_a_purpose_the_primary_comes_first_and_else_the_one_that_was_there_first() -> None:
    assert used("billing", BILLS, MORE_BILLS) == BILLS.typed
    assert used("billing", BILLS, MORE_BILLS.model_copy(update={"primary": True})) == MORE_BILLS.typed
    assert used("billing", unusable(BILLS), MORE_BILLS, PRIMARY) == MORE_BILLS.typed


@pytest.mark.req("SE3")
def test_what_can_not_be_used_is_passed_over_and_nothing_else_stands_in() -> None:
    assert used("billing", PRIMARY, unusable(BILLS)) == PRIMARY.typed
    assert used("billing", unusable(PRIMARY), unusable(BILLS), PRIVATE) is None
    assert used("sales", unusable(PRIMARY), BILLS) is None
    assert used("sales") is None


def test_where_none_is_called_primary_the_first_is() -> None:
    assert used("sales", PRIVATE, BILLS) == PRIVATE.typed
