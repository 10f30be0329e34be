"""A producer is one module, found by the name of any of its types; what is wrong about one is said with the file to open."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.contracts.all import UPSTREAM_TOPICS
from shared.contracts.envelope import read
from shared.contracts.export.recipes import NEW_VERSION
from tests.contracts.faithful import lost
from tests.contracts.messages import message
from tests.contracts.parcels import FIRST, SECOND
from tests.contracts.producers import astray, crowded, misnamed, misplaced

Write = Callable[[str, str], None]
Check = Callable[[], Iterator[str]]

HEAD = """
from typing import Any
from shared.contracts.catalogue import EventData, upcasts
from shared.contracts.parties import Upstream
from shared.contracts.values import Value
"""
PARCELS = 'TOPIC, SOURCE = "crm.parcels", "/services/parcels"\n'


@pytest.fixture
def write(a_catalogue_of_its_own: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """A producer's module, as somebody may write it."""

    def module(name: str, code: str) -> None:
        path = tmp_path / f"{name}.py"
        path.write_text(HEAD + code)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, made)
        spec.loader.exec_module(made)

    return module


@pytest.mark.parametrize("check", [misnamed, crowded, misplaced, astray])
def test_nothing_is_wrong_about_a_producer(check: Check) -> None:
    assert list(check()) == []


@pytest.mark.parametrize(
    "name", [f"crm.parcels.{rest}" for rest in ("sent.v1", "parcel.sent", "parcel.Sent.v1", "parcel.sent.v0", "parcel.sent.v1.v2")]
)
def test_a_name_that_is_not_by_the_rule(write: Write, name: str) -> None:
    write("parcels", f"{PARCELS}class Sent(Upstream, type='{name}'): ...")

    assert list(misnamed()) == [f"parcels.py: {name} is to be crm.<service>.<aggregate>.<past_tense>.v<major>"]


def test_a_type_that_would_travel_on_another_topic_than_its_modules(write: Write) -> None:
    write("parcels", f"{PARCELS}class Sent(Upstream, type='crm.parcel.parcel.sent.v1'): ...")

    assert list(misnamed()) == ["parcels.py: crm.parcel.parcel.sent.v1 would travel on crm.parcel, but the module's TOPIC is crm.parcels"]


def test_two_producers_on_one_topic(write: Write) -> None:
    write("parcels", f"{PARCELS}class Sent(Upstream, type='crm.parcels.parcel.sent.v1'): ...")
    write("couriers", f"{PARCELS}class Lost(Upstream, type='crm.parcels.parcel.lost.v1'): ...")

    assert list(crowded()) == ["couriers.py and parcels.py: both say what is said on crm.parcels; a topic has one producer"]


@pytest.mark.parametrize(
    ("source", "family", "complaint"),
    [
        ("/services/parcels", "EventData", "Sent is to inherit Upstream, because /services/parcels is not in this repository"),
        ("/services/dedupe", "Upstream", "Sent is to inherit EventData and not Upstream, because /services/dedupe is in this repository"),
        ("parcels", "Upstream", "SOURCE is to be /services/<name>, not parcels"),
    ],
)
def test_a_producer_that_is_not_what_its_source_says(write: Write, source: str, family: str, complaint: str) -> None:
    write("parcels", f"TOPIC, SOURCE = 'crm.parcels', '{source}'\nclass Sent({family}, type='crm.parcels.parcel.sent.v1'): ...")

    assert list(misplaced()) == [f"parcels.py: {complaint}"]


def test_an_upcaster_that_leads_nowhere(write: Write) -> None:
    write("parcels", f"{PARCELS}upcasts('crm.parcels.parcel.sent.v1', 'crm.parcels.parcel.sent.v2')(lambda data: data)")

    assert list(astray()) == [
        "parcels.py: crm.parcels.parcel.sent.v1 is lifted to crm.parcels.parcel.sent.v2, which no payload has for its type"
    ]


def test_an_upcaster_far_from_its_payload(write: Write) -> None:
    write("parcels", f"{PARCELS}class Sent(Upstream, type='crm.parcels.parcel.sent.v2'): ...")
    write("history", f"upcasts('{FIRST}', '{SECOND}')(lambda data: data)")

    assert list(astray()) == [f"history.py: what lifts {FIRST} belongs beside Sent in parcels.py"]


def test_the_recipe_for_a_new_version_is_right(write: Write) -> None:
    write("parcels", PARCELS + NEW_VERSION.split("```python\n")[1].split("```")[0])
    sent = message(type=FIRST, data={"kilos": 2, "parties": []})

    event = read(sent)

    assert event.type == SECOND
    assert event.data.model_dump(exclude_unset=True) == {"weight": {"amount": 2.0, "unit": "kg"}, "parties": ()}
    assert lost(sent) == set()
    assert [*misnamed(), *crowded(), *misplaced(), *astray()] == []


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
