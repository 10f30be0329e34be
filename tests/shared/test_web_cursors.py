"""Where a list goes on: what comes back is what was given out, and whatever else comes is refused in one way."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.problem import FieldError, Problem
from shared.web.cursors import Cursors, moment

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _found(words: Sequence[str]) -> tuple[datetime, str]:
    at, last = words
    return moment(at), last


VISITS = Cursors[tuple[datetime, str]]("visits", lambda place: (place[0].isoformat(), place[1]), _found)


def forged(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@given(st.datetimes(timezones=st.just(UTC)), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_list_goes_on_where_it_ended(at: datetime, last: str) -> None:
    assert VISITS.place(VISITS.after((at, last))) == (at, last)


def test_a_list_begins_and_ends_without_a_cursor() -> None:
    assert VISITS.place(None) is None
    assert VISITS.after(None) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        "a\nb",
        "é",
        forged(""),
        forged({"$gt": ""}),
        forged([]),
        forged(["visits"]),
        forged(["visits", NOON.isoformat()]),
        forged(["visits", NOON.isoformat(), "v1", "more"]),
        forged(["visits", {"$gt": ""}, "v1"]),
        forged(["visits", NOON.isoformat(), 1]),
        forged('["visits", "2026-06-01T12:00:00Z", "\\ud800"]'),
        forged(["visits", "yesterday", "v1"]),
        forged(["visits", "2026-06-01T12:00:00", "v1"]),
        forged(["visits", "0001-01-01T00:00:00+14:00", "v1"]),
        forged(["visits", "9999-12-31T23:59:59-12:00", "v1"]),
        forged("[" * 1_500),
        forged('["visits", ' + "9" * 1_400 + "]"),
    ],
)  # fmt: skip
def test_what_no_list_gave_out_is_refused_and_the_parameter_named(cursor: str) -> None:
    with pytest.raises(Problem) as refused:
        VISITS.place(cursor)

    assert (refused.value.status_code, refused.value.slug) == (400, "bad-cursor")
    assert refused.value.errors == (FieldError("cursor", "This was not given out by this list; begin again without it."),)


def test_a_cursor_of_another_list_is_none_of_this() -> None:
    calls = Cursors[tuple[datetime, str]]("calls", lambda place: (place[0].isoformat(), place[1]), _found)

    with pytest.raises(Problem, match="no page of this list"):
        VISITS.place(calls.after((NOON, "v1")))


def test_a_list_calls_its_parameter_by_its_own_name() -> None:
    updates = Cursors[tuple[datetime, str]]("updates", lambda place: (place[0].isoformat(), place[1]), _found, parameter="after")

    with pytest.raises(Problem) as refused:
        updates.place("sesame")

    assert [error.field for error in refused.value.errors] == ["after"]


@given(st.text())
def test_nothing_that_is_sent_breaks_it(cursor: str) -> None:
    with pytest.raises(Problem):
        VISITS.place(cursor)


def test_a_moment_is_one_of_utc() -> None:
    assert moment("2026-06-01T14:00:00+02:00") == NOON
    assert moment(NOON.astimezone(timezone(timedelta(hours=2))).isoformat()).tzinfo is UTC
