"""Which statuses there are, and which may follow which."""

from __future__ import annotations

import pytest

from contacts.domain.process import Process, Status
from contacts.domain.refusals import FieldError

SALES = Process(
    statuses=(
        Status(name="new", moves_to=("qualified",)),
        Status(name="qualified", moves_to=("customer", "new")),
        Status(name="customer"),
        Status(name="closed", moves_to=()),
    )
)


def test_a_contact_begins_with_the_first() -> None:
    assert SALES.first == "new"


@pytest.mark.req("OS1")
@pytest.mark.parametrize(
    ("current", "allowed"),
    [
        ("new", ("new", "qualified")),
        ("qualified", ("new", "qualified", "customer")),
        ("customer", ("new", "qualified", "customer", "closed")),
        ("closed", ("closed",)),
        ("retired", ("new", "qualified", "customer", "closed")),
        (None, ("new", "qualified", "customer", "closed")),
    ],
)
def test_what_may_follow(current: str | None, allowed: tuple[str, ...]) -> None:
    assert SALES.after(current) == allowed


@pytest.mark.req("OS1")
@pytest.mark.parametrize(
    ("current", "wanted", "message"),
    [
        ("new", "customer", "allowed is from new to: qualified"),
        ("closed", "new", "allowed is from closed to: nothing"),
        ("retired", "gone", "allowed is one of: new, qualified, customer, closed"),
    ],
)
def test_a_forbidden_step_is_refused_naming_the_allowed_ones(current: str, wanted: str, message: str) -> None:
    assert SALES.fault(current, wanted) == FieldError("status", message)


@pytest.mark.parametrize(
    ("current", "wanted"), [("new", "qualified"), ("closed", "closed"), ("retired", "retired"), ("retired", "customer")]
)
def test_an_allowed_step_and_staying_are_fine(current: str, wanted: str) -> None:
    assert SALES.fault(current, wanted) is None


def test_a_process_that_names_a_status_twice_or_leads_nowhere_is_refused_naming_where() -> None:
    broken = Process(statuses=(Status(name="new", moves_to=("won",)), Status(name="new")))

    assert list(broken.faults()) == [
        FieldError("statuses.0.moves_to", "there is no status won"),
        FieldError("statuses.1.name", "the same name twice"),
    ]
    assert list(SALES.faults()) == []
