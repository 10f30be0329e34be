"""Messages as they crossed the wire are read for ever, and nothing they say is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.contracts import all as contracts
from shared.contracts.catalogue import also_read, models, newest
from shared.contracts.envelope import read
from shared.contracts.parties import Upstream
from tests.contracts.faithful import lost
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

    assert event.type == newest(path.parent.name)
    assert type(event.data) is models().get(event.type)
    assert lost(message) == NOT_OURS_TO_KNOW.get((path.parent.name, path.stem), set())


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_what_was_read_is_written_as_the_same_event(path: Path) -> None:
    event = read(path.read_bytes())

    assert read(event.to_json()) == event


def test_every_type_has_an_example() -> None:
    missing = {*models(), *also_read()} - {path.parent.name for path in FILES}

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
