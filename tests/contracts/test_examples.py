"""Messages as they crossed the wire are read for ever, and nothing they say is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import all as contracts
from shared.contracts.catalogue import is_upcast, models
from shared.contracts.envelope import read
from shared.contracts.parties import Upstream
from tests.contracts.write_examples import EXAMPLES, told

FILES = sorted(EXAMPLES.glob("*/*.json"))
NOT_OURS_TO_KNOW = {("crm.tickets.ticket.created.v1", "stranger"): {"data.sla_policy"}}
ABOUT_NOBODY = ("crm.accounts.", "crm.workspace.", "crm.mail.mailbox.")


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_an_example_is_read_and_nothing_in_it_is_lost(path: Path) -> None:
    message = path.read_bytes()

    event = read(message)

    assert type(event.data) is models()[event.type] or is_upcast(event.type)
    assert event.type == path.parent.name
    assert set(_lost(json.loads(message), json.loads(event.to_json()))) == NOT_OURS_TO_KNOW.get((event.type, path.stem), set())


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_what_was_read_is_written_as_the_same_event(path: Path) -> None:
    event = read(path.read_bytes())

    assert read(event.to_json()) == event


def test_every_type_has_an_example() -> None:
    missing = set(models()) - {path.parent.name for path in FILES}

    assert not missing, "tell them in tests/contracts/stories, then: python -m tests.contracts.write_examples"


def test_every_story_was_written_down() -> None:
    missing = {f"{example.type}/{example.name}" for example in told()} - set(map(_name, FILES))

    assert not missing, "run: python -m tests.contracts.write_examples"


def test_no_two_examples_share_an_id() -> None:
    ids = [json.loads(path.read_bytes())["id"] for path in FILES]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_an_upstream_example_says_whom_it_is_about(path: Path) -> None:
    event = read(path.read_bytes())

    if isinstance(event.data, Upstream):
        assert bool(event.data.people()) is not event.type.startswith(ABOUT_NOBODY)
    else:
        assert event.topic in contracts.OUR_TOPICS


def test_the_comparison_notices_what_is_lost() -> None:
    sent = {"a": 1, "b": {"c": "x", "d": [1, {"e": 2}]}, "f": None}

    assert set(_lost(sent, {"a": 2, "b": {"d": [1, {}]}})) == {"a", "b.c", "b.d[1].e"}


def _lost(sent: Any, written: Any, path: str = "") -> Iterator[str]:
    """The places of what was sent and is not written any more, or means something else; null is the same as absent."""
    if isinstance(sent, dict) and isinstance(written, dict):
        for name, value in sent.items():
            place = f"{path}.{name}".lstrip(".")
            if name in written:
                yield from _lost(value, written[name], place)
            elif value is not None:
                yield place
    elif isinstance(sent, list) and isinstance(written, list) and len(sent) == len(written):
        for index, pair in enumerate(zip(sent, written, strict=True)):
            yield from _lost(*pair, f"{path}[{index}]")
    elif not _means_the_same(sent, written):
        yield path


def _means_the_same(sent: Any, written: Any) -> bool:
    if isinstance(written, dict):  # an attendee given as a bare address
        return bool(written == {"email": sent})
    if sent == written or not isinstance(written, str):
        return bool(sent == written)
    return _number(sent) == _number(written) or _moment(sent) == _moment(written) or parseaddr(str(sent))[1] == written


def _number(value: Any) -> Decimal | object:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return object()


def _moment(value: Any) -> datetime | object:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return object()
