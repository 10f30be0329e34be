"""What is committed is what the models say, and the export refuses to commit a break."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import catalogue
from shared.contracts.catalogue import EventData, models, upcasts
from shared.contracts.export.__main__ import ROOT, committed, exported, main, stale

FIRST, SECOND = "crm.parcels.parcel.sent.v1", "crm.parcels.parcel.sent.v2"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with everything exported, and a catalogue the test may change."""
    monkeypatch.setattr(catalogue, "_models", models())
    monkeypatch.setattr(catalogue, "_upcasters", {})

    class _Parcel(EventData, type=FIRST):
        """A parcel is on its way."""

        kilos: int

    assert main(["--root", str(tmp_path)]) == 0
    return tmp_path


def test_schemas_and_catalogue_are_what_the_models_say() -> None:
    assert stale(ROOT) == [], "run: python -m shared.contracts.export"


def test_no_message_that_was_sent_is_unreadable_now() -> None:
    assert main(["--check"]) == 0


def test_the_export_is_the_same_each_time() -> None:
    assert exported() == exported()


def test_what_is_up_to_date_passes_the_check(root: Path) -> None:
    assert main(["--root", str(root), "--check"]) == 0


@pytest.mark.parametrize("path", ["docs/events.md", f"shared/schemas/{FIRST}.json"])
def test_what_is_missing_fails_the_check_and_is_written_by_the_next_export(root: Path, path: str) -> None:
    (root / path).unlink()

    assert main(["--root", str(root), "--check"]) == 1
    assert not (root / path).exists()
    assert main(["--root", str(root)]) == 0
    assert main(["--root", str(root), "--check"]) == 0


def test_a_harmless_change_is_exported(root: Path) -> None:
    del catalogue._models[FIRST]

    class _Parcel(EventData, type=FIRST):
        """A parcel is on its way."""

        kilos: int
        fragile: bool = False

    assert main(["--root", str(root)]) == 0
    assert "fragile" in _properties(root)


def test_a_break_is_refused_and_nothing_is_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del catalogue._models[FIRST]

    class _Parcel(EventData, type=FIRST):
        """A parcel is on its way."""

        grams: int

    assert main(["--root", str(root)]) == 1
    assert set(_properties(root)) == {"kilos"}
    assert {".data.grams: is required now", ".data.kilos: is gone"} <= _complaints(capsys)


def test_a_type_may_not_disappear(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del catalogue._models[FIRST]

    assert main(["--root", str(root)]) == 1
    assert "the type is gone and has no upcaster" in _complaints(capsys)


def test_a_new_version_with_an_upcaster_takes_the_place_of_the_old(root: Path) -> None:
    del catalogue._models[FIRST]

    class _Parcel(EventData, type=SECOND):
        """A parcel is on its way."""

        grams: int

    @upcasts(FIRST, SECOND)
    def _in_grams(data: dict[str, Any]) -> dict[str, Any]:
        return {"grams": data["kilos"] * 1000}

    assert main(["--root", str(root)]) == 0
    assert {FIRST, SECOND} & set(committed(root)) == {SECOND}


def test_the_catalogue_names_every_type_and_its_own_fields() -> None:
    page = exported()[Path("docs/events.md")]

    for event_type in models():
        topic = ".".join(event_type.split(".")[:3])
        assert f"#### {topic}\n" in page
        assert f"| `{'.'.join(event_type.split('.')[3:])}` |" in page
    assert "`days_overdue` integer" in page


def _properties(root: Path) -> dict[str, Any]:
    properties: dict[str, Any] = json.loads((root / f"shared/schemas/{FIRST}.json").read_text())["properties"]["data"]["properties"]
    return properties


def _complaints(capsys: pytest.CaptureFixture[str]) -> set[str]:
    return {line.strip().split(" (")[0] for line in capsys.readouterr().err.splitlines()}
