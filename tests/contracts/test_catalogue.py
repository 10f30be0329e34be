"""Types register themselves, old versions are lifted, and topics follow from what is registered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts import catalogue
from shared.contracts.all import ALL_TOPICS, OUR_TOPICS, UPSTREAM_TOPICS
from shared.contracts.catalogue import EventData, Unknown, models, topic_of, upcasts
from shared.contracts.envelope import read
from tests.contracts.messages import message

FIRST, SECOND, THIRD, FOURTH = (f"crm.parcels.parcel.sent.v{major}" for major in (1, 2, 3, 4))


@pytest.fixture
def parcel(monkeypatch: pytest.MonkeyPatch) -> type[EventData]:
    """A type in its third version, alone in the catalogue."""
    monkeypatch.setattr(catalogue, "_models", {})
    monkeypatch.setattr(catalogue, "_upcasters", {})

    class Parcel(EventData, type=THIRD):
        grams: int
        city: str

    @upcasts(FIRST, SECOND)
    def _in_grams(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "grams": data["kilos"] * 1000}

    @upcasts(SECOND, THIRD)
    def _city_of_the_address(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "city": data["address"].split(", ")[-1]}

    return Parcel


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        (FIRST, {"kilos": 2, "address": "1 Quay, Oakland"}),
        (SECOND, {"grams": 2000, "address": "1 Quay, Oakland"}),
        (THIRD, {"grams": 2000, "city": "Oakland"}),
    ],
)
def test_every_version_is_read_as_the_newest(parcel: type[EventData], event_type: str, data: dict[str, Any]) -> None:
    event = read(message(type=event_type, data=data))

    assert event.data == parcel.model_validate({"grams": 2000, "city": "Oakland"})
    assert event.type == event_type


@pytest.mark.usefixtures("parcel")
@pytest.mark.parametrize("data", [..., {}, {"kilos": None}, {"kilos": 2, "address": 7}, {"kilos": "x", "address": "a"}, "text", []])
def test_what_an_upcaster_stumbles_over_is_an_invalid_message(data: object) -> None:
    with pytest.raises(ValidationError):
        read(message(type=FIRST, data=data))


@pytest.mark.usefixtures("parcel")
def test_a_version_of_the_future_is_unknown() -> None:
    assert read(message(type=FOURTH, data={"tons": 1})).data == Unknown()


@pytest.mark.parametrize("new", [THIRD, FIRST, "crm.parcels.parcel.posted.v2"])
def test_an_upcaster_leads_to_the_next_version_only(new: str) -> None:
    with pytest.raises(TypeError, match="next major version"):
        upcasts(FIRST, new)


@pytest.mark.usefixtures("parcel")
def test_a_version_has_one_upcaster() -> None:
    with pytest.raises(TypeError, match="two upcasters"):
        upcasts(FIRST, SECOND)(dict)


@pytest.mark.usefixtures("parcel")
def test_a_type_has_one_payload() -> None:
    with pytest.raises(TypeError, match="registered twice"):

        class _Again(EventData, type=THIRD):
            """The same type once more."""


def test_every_type_is_named_by_the_rule() -> None:
    for event_type in models():
        platform, service, aggregate, past_tense, major = event_type.split(".")
        assert (platform, major[0]) == ("crm", "v")
        assert all((service, aggregate, past_tense, major[1:].isdecimal()))


def test_a_type_travels_on_the_topic_of_its_module() -> None:
    for event_type, model in models().items():
        module = sys.modules[model.__module__]
        assert topic_of(event_type) == module.__dict__["TOPIC"]
        assert module.__dict__["SOURCE"].startswith("/services/")


def test_the_topics_are_twelve_upstream_and_four_of_ours() -> None:
    assert len(UPSTREAM_TOPICS) == 12
    assert OUR_TOPICS == ("crm.contacts", "crm.dedupe", "crm.outreach", "crm.timeline")
    assert {topic_of(event_type) for event_type in models()} == set(ALL_TOPICS)


def test_a_new_producer_needs_nothing_but_its_module(tmp_path: Path) -> None:
    """In a process of its own: what is found at import can't be found again in this one."""
    (tmp_path / "weather.py").write_text(
        "from shared.contracts.parties import Upstream\n"
        "TOPIC = 'crm.weather'\n"
        "class StormSeen(Upstream, type='crm.weather.storm.seen.v1'):\n"
        "    '''There is a storm.'''\n"
    )
    look = (
        "import sys; from shared import contracts; contracts.__path__.append(sys.argv[1]);"
        "from shared.contracts.all import UPSTREAM_TOPICS; print(*UPSTREAM_TOPICS)"
    )

    found = subprocess.run([sys.executable, "-c", look, str(tmp_path)], capture_output=True, text=True, check=True)

    assert set(found.stdout.split()) == {*UPSTREAM_TOPICS, "crm.weather"}


def test_the_contracts_bring_nothing_heavy_with_them() -> None:
    look = "import sys, shared.contracts.all; print(*{name.split('.')[0] for name in sys.modules})"

    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()

    assert not {"motor", "pymongo", "bson", "aiokafka", "faststream", "fastapi", "starlette", "httpx"} & set(loaded)
