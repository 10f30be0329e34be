"""The small types payloads are built from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from shared.contracts.values import Change, plain

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (Decimal("12.50"), "12.50"),
        (date(2026, 3, 1), "2026-03-01"),
        (NOW, NOW),
        (timedelta(minutes=2), 120.0),
        ("text", "text"),
        (Change(old="a", new=None), {"old": "a"}),
        ((Decimal(1), Change(new="b")), ["1", {"new": "b"}]),
    ],
)
def test_a_value_is_held_by_a_document_as_what_it_is(value: object, held: object) -> None:
    assert plain(value) == held
