"""Old major versions are read for ever: lifted one version at a time, and the newest to everybody from then on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field, ValidationError

from shared.contracts import catalogue
from shared.contracts.catalogue import EventData, Unknown, upcasts
from shared.contracts.envelope import Event, read
from shared.contracts.parties import Upstream
from tests.contracts.faithful import lost
from tests.contracts.messages import message
from tests.contracts.parcels import FIRST, FOURTH, SECOND, STORY, THIRD, TOPIC
from tests.contracts.write_examples import write

pytestmark = pytest.mark.usefixtures("a_catalogue_of_its_own")

TOLD = [json.dumps(example.message).encode() for example in STORY.examples()]
VERSIONS = pytest.mark.parametrize("sent", TOLD, ids=[example.type for example in STORY.examples()])


@VERSIONS
def test_every_version_is_read_as_the_newest_in_type_as_in_data(parcel: type[Upstream], sent: bytes) -> None:
    event = read(sent)

    assert event.data == parcel.model_validate(
        {"parties": [{"contact_id": "con_ada"}], "carrier": "Albatross", "grams": 2000, "city": "Oakland"}
    )
    assert (event.type, event.topic) == (THIRD, TOPIC)


@VERSIONS
@pytest.mark.usefixtures("parcel")
def test_what_was_read_in_an_old_version_is_written_in_the_newest(sent: bytes) -> None:
    event = read(sent)

    assert json.loads(event.to_json())["type"] == THIRD
    assert read(event.to_json()) == event


@VERSIONS
@pytest.mark.usefixtures("parcel")
def test_nothing_an_old_version_says_is_lost(sent: bytes) -> None:
    assert lost(sent) == set()


@pytest.mark.usefixtures("parcel")
def test_an_event_is_never_of_an_older_type_than_its_data() -> None:
    event = read(TOLD[0])

    assert Event.model_validate({**dict(event), "type": FIRST}) == event


def test_each_version_of_a_story_is_an_example_of_its_own(tmp_path: Path) -> None:
    assert write(STORY.examples(), tmp_path) == 3
    assert write(STORY.examples(), tmp_path) == 0
    assert {path.parent.name for path in tmp_path.glob("*/to-oakland.json")} == {FIRST, SECOND, THIRD}


def test_an_upcaster_that_leaves_something_out_is_noticed() -> None:
    class _Crate(Upstream, type="crm.crates.crate.sent.v2"):
        city: str
        size: str | None = None

    @upcasts("crm.crates.crate.sent.v1", _Crate.TYPE)
    def _only_the_city(data: dict[str, Any]) -> dict[str, Any]:
        return {"city": data["town"], "note": data["note"]}

    sent = message(type="crm.crates.crate.sent.v1", data={"town": "Oakland", "size": "small", "parties": [], "note": "!"})

    assert lost(sent) == {"data.size", "data.parties", "data.note"}


def test_a_field_that_is_called_something_else_on_the_wire_is_not_lost() -> None:
    class _Crate(Upstream, type="crm.crates.crate.sent.v2"):
        kilos: int | None = Field(None, alias="weight")

    @upcasts("crm.crates.crate.sent.v1", _Crate.TYPE)
    def _weight(data: dict[str, Any]) -> dict[str, Any]:
        data["weight"] = data.pop("kilos")
        return data

    sent = message(type="crm.crates.crate.sent.v1", data={"kilos": 2})

    assert read(sent).data == _Crate.model_validate({"weight": 2})
    assert lost(sent) == set()


@pytest.mark.usefixtures("parcel")
@pytest.mark.parametrize("data", [..., {}, {"kilos": None}, {"kilos": 2, "address": 7}, {"kilos": "x", "address": "a"}, "text", []])
def test_what_an_upcaster_stumbles_over_is_an_invalid_message(data: object) -> None:
    with pytest.raises(ValidationError):
        read(message(type=FIRST, data=data))


@pytest.mark.parametrize("error", [LookupError, TypeError, AttributeError, ArithmeticError, ValueError])
def test_however_an_upcaster_stumbles(error: type[Exception]) -> None:
    class _Crate(Upstream, type="crm.crates.crate.sent.v2"):
        """A crate is on its way."""

    @upcasts("crm.crates.crate.sent.v1", _Crate.TYPE)
    def _stumble(data: dict[str, Any]) -> dict[str, Any]:
        raise error

    with pytest.raises(ValidationError):
        read(message(type="crm.crates.crate.sent.v1"))


def test_an_upcaster_sees_no_nulls_and_may_change_what_it_is_given() -> None:
    seen: list[dict[str, Any]] = []

    class _Crate(Upstream, type="crm.crates.crate.sent.v2"):
        """A crate is on its way."""

    @upcasts("crm.crates.crate.sent.v1", _Crate.TYPE)
    def _look(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(dict(data))
        data.clear()
        return data

    given = {"size": None, "city": "Oakland"}
    catalogue.payload_of("crm.crates.crate.sent.v1", given)

    assert seen == [{"city": "Oakland"}]
    assert given == {"size": None, "city": "Oakland"}


@pytest.mark.usefixtures("parcel")
def test_a_version_of_the_future_is_unknown_and_keeps_its_type() -> None:
    event = read(message(type=FOURTH, data={"tons": 1}))

    assert (event.data, event.type) == (Unknown(), FOURTH)


@pytest.mark.parametrize(("old", "new"), [(FIRST, THIRD), (FIRST, FIRST), (FIRST, "crm.parcels.parcel.posted.v2"), ("sent", "sent.v2")])
def test_an_upcaster_leads_to_the_next_version_only(old: str, new: str) -> None:
    with pytest.raises(TypeError, match="next major version"):
        upcasts(old, new)


@pytest.mark.usefixtures("parcel")
def test_a_version_has_one_upcaster() -> None:
    with pytest.raises(TypeError, match="two upcasters"):
        upcasts(FIRST, SECOND)(dict)


@pytest.mark.usefixtures("parcel")
def test_a_type_has_one_payload_and_the_error_says_who_has_it() -> None:
    with pytest.raises(TypeError, match=r"registered twice: in tests\.contracts\.parcels and in "):

        class _Again(EventData, type=THIRD):
            """The same type once more."""


@pytest.mark.usefixtures("parcel")
def test_a_version_that_is_lifted_has_no_payload() -> None:
    with pytest.raises(TypeError, match="nobody would see its payload"):

        class _First(EventData, type=FIRST):
            """Left behind when the second came."""

    with pytest.raises(TypeError, match="nobody would see its payload"):
        upcasts(THIRD, FOURTH)(dict)
