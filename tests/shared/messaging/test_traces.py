"""Whom a message tells of, whatever it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.traces import Erasure, Traces, traces_of
from shared.parties import mark

pytestmark = pytest.mark.req("CR15")

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BEFORE, AFTER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
ID = "0f8b6f1e-3f0c-4c2e-9f0e-1d2c3b4a5f60"
ADA = Erasure("acme", ID, frozenset({mark("email:ada@acme.com"), mark("phone:+14155552671")}), NOON)


def traces(value: bytes | dict[str, Any], key: bytes | None = b"acme:t1", *, sent_at: datetime = BEFORE, **headers: bytes) -> Traces:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return traces_of(key, raw, list(headers.items()), sent_at, "US")


@pytest.mark.parametrize(
    "value",
    [
        {"data": {"requester": {"email": "ada@acme.com"}}},
        {"data": {"parties": [{"contact_id": ID}]}},
        {"data": {"text": "Please call Ada <ADA@Acme.com>, or write to her."}},
        {"data": {"ada@acme.com": True}},
        {"data": {"phone": "(415) 555-2671"}},
        {"data": {"text": "her number is +1 415 555 2671."}},
        b'{"data": {"email": "\\u0061da@acme.com"}}',
        b'{"email": "ada@acme.com"',
        b"}{ contact=" + ID.encode() + b"\x00\xff",
        b"GET /?email=ada%40acme.com",
        b"name;mail\nAda;ada@acme.com;x",
        b"contact:" + ID.upper().lower().encode(),
        b"[" * 20_000 + b'"ada@acme.com"',
    ],
)
def test_who_was_erased_is_recognised_by_id_address_or_number_however_broken_the_message_is(value: bytes | dict[str, Any]) -> None:
    assert traces(value).tell_of(ADA)


@pytest.mark.parametrize("key, headers", [(f"acme:{ID}".encode(), {}), (b"acme:t1", {"ce_subject": ID.encode()})])
def test_the_key_and_the_headers_tell_too(key: bytes, headers: dict[str, bytes]) -> None:
    assert traces(b"", key, sent_at=BEFORE, **headers).tell_of(ADA)


@pytest.mark.parametrize(
    "value",
    [
        {"data": {"email": "adam@acme.com"}},
        {"data": {"email": "ada@acme.com.example"}},
        {"data": {"email": "not-ada@acme.com"}},
        {"data": {"contact_id": f"{ID}0"[1:]}},
        {"data": {"phone": "+1 415 555 2672"}},
        {"data": {"number": "4155552671000"}},
        b"",
    ],
)
def test_others_are_not_taken_for_them(value: bytes | dict[str, Any]) -> None:
    assert not traces(value).tell_of(ADA)


def test_an_address_tells_of_them_as_far_as_it_was_said_before() -> None:
    assert traces({"time": BEFORE.isoformat(), "data": "ada@acme.com"}, sent_at=AFTER).tell_of(ADA)
    assert not traces({"time": AFTER.isoformat(), "data": "ada@acme.com"}).tell_of(ADA)
    assert not traces(b"ada@acme.com", sent_at=AFTER).tell_of(ADA)
    assert traces(b"ada@acme.com", sent_at=AFTER, ce_time=BEFORE.isoformat().encode()).tell_of(ADA)


def test_the_id_tells_of_them_at_any_time() -> None:
    assert traces({"time": AFTER.isoformat(), "data": {"contact_id": ID}}).tell_of(ADA)


def test_the_same_address_in_another_workspace_is_somebody_else() -> None:
    assert not traces(b"ada@acme.com", b"globex:t1").tell_of(ADA)
    assert not traces({"workspaceid": "globex", "data": "ada@acme.com"}, None).tell_of(ADA)
    assert traces(b"ada@acme.com", None).tell_of(ADA)


@given(
    st.binary(max_size=2_000),
    st.one_of(st.none(), st.binary(max_size=50)),
    st.lists(st.tuples(st.text(max_size=9), st.binary(max_size=50))),
)
def test_nothing_is_too_broken_to_be_read(value: bytes, key: bytes | None, headers: list[tuple[str, bytes]]) -> None:
    traces_of(key, value, headers, NOON, "US")


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.text()),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    )
)
def test_an_address_anywhere_in_json_is_found(around: Any) -> None:
    assert traces(json.dumps([around, {"x": [around, "ada@acme.com"]}, around]).encode(), None).tell_of(ADA)
