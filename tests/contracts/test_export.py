"""What is committed is what the models say, and the export refuses to commit a break."""

from __future__ import annotations

import json
import re
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from shared.contracts import catalogue
from shared.contracts.catalogue import models, upcasts
from shared.contracts.export.__main__ import ROOT, committed, exported, main, stale
from shared.contracts.parties import Upstream
from tests.contracts.parcels import FIRST, SECOND, THIRD


@pytest.fixture
def root(tmp_path: Path, a_catalogue_of_its_own: None) -> Path:
    """A project with everything exported, and a catalogue the test may change."""
    copytree(ROOT / "shared/schemas", tmp_path / "shared/schemas")
    _first()
    assert main(["--root", str(tmp_path)]) == 0
    return tmp_path


def _first() -> None:
    class _Parcel(Upstream, type=FIRST):
        """A parcel is on its way."""

        kilos: int


def _second() -> None:
    """The change that makes a second version of it."""
    del catalogue._models[FIRST]

    class _Parcel(Upstream, type=SECOND):
        """A parcel is on its way."""

        grams: int

    @upcasts(FIRST, SECOND)
    def _in_grams(data: dict[str, Any]) -> dict[str, Any]:
        return {"grams": data["kilos"] * 1000}


def _third() -> None:
    del catalogue._models[SECOND]

    class _Parcel(Upstream, type=THIRD):
        """A parcel is on its way."""

        grams: int
        city: str

    @upcasts(SECOND, THIRD)
    def _somewhere(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "city": "?"}


def test_schemas_and_catalogue_are_what_the_models_say() -> None:
    assert stale(ROOT) == [], "run: python -m shared.contracts.export"


def test_no_message_that_was_sent_is_unreadable_now() -> None:
    assert main(["--check"]) == 0


def test_the_export_is_the_same_each_time() -> None:
    assert exported(committed(ROOT)) == exported(committed(ROOT))


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

    class _Parcel(Upstream, type=FIRST):
        """A parcel is on its way."""

        kilos: int
        fragile: bool = False

    assert main(["--root", str(root)]) == 0
    assert "fragile" in _properties(root)


def test_a_break_is_refused_and_nothing_is_written(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del catalogue._models[FIRST]

    class _Parcel(Upstream, type=FIRST):
        """A parcel is on its way."""

        grams: int

    assert main(["--root", str(root)]) == 1
    assert {"kilos", "grams"} & set(_properties(root)) == {"kilos"}
    assert {".data.grams: is required now", ".data.kilos: is gone"} <= _complaints(capsys)


def test_a_type_may_not_disappear(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del catalogue._models[FIRST]

    assert main(["--root", str(root)]) == 1
    assert "the type is gone and has no upcaster that leads to a payload" in _complaints(capsys)


def test_an_old_version_keeps_its_schema_marked_as_no_longer_current(root: Path) -> None:
    was = committed(root)[FIRST]
    _second()

    assert main(["--root", str(root)]) == 0
    assert committed(root)[FIRST] == {**was, "deprecated": True, "$comment": f"read, no longer current: {SECOND} is"}
    assert "deprecated" not in committed(root)[SECOND]
    assert main(["--root", str(root), "--check"]) == 0


def test_each_old_version_is_marked_with_the_newest(root: Path) -> None:
    for change in (_second, _third):
        change()
        assert main(["--root", str(root)]) == 0

    comments = {name: committed(root)[name].get("$comment") for name in (FIRST, SECOND, THIRD)}
    assert comments == {FIRST: f"read, no longer current: {THIRD} is", SECOND: f"read, no longer current: {THIRD} is", THIRD: None}
    assert "kilos" in _properties(root)


def test_the_page_lists_the_versions_that_are_also_read(root: Path) -> None:
    _second()
    _third()

    row = next(line for line in exported({})[Path("docs/events.md")].splitlines() if line.startswith("| `sent.v3` |"))

    links = ", ".join(f"[v{major}](../shared/schemas/crm.parcels.parcel.sent.v{major}.json)" for major in (1, 2))
    assert f"| A parcel is on its way. Also read: {links}. |" in row


def test_a_schema_that_no_export_could_make_again_is_missed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _second()
    (root / f"shared/schemas/{FIRST}.json").unlink()

    assert main(["--root", str(root)]) == 1
    assert f"{FIRST} is still read: bring shared/schemas/{FIRST}.json back from the history" in _complaints(capsys)


def test_an_upcaster_that_leads_to_no_payload_is_a_type_that_disappears(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _second()
    del catalogue._models[SECOND]

    assert main(["--root", str(root)]) == 1
    assert "the type is gone and has no upcaster that leads to a payload" in _complaints(capsys)


def test_the_catalogue_names_every_type_and_its_own_fields() -> None:
    page = exported({})[Path("docs/events.md")]

    for event_type in models():
        topic = ".".join(event_type.split(".")[:3])
        assert f"#### {topic}\n" in page
        assert f"| `{'.'.join(event_type.split('.')[3:])}` |" in page
    assert "`days_overdue` integer" in page


def test_a_producer_from_outside_is_shown_current_versions() -> None:
    shown = re.findall(r"crm(?:\.\w+){3}\.v\d+", (ROOT / "docs/integrating.md").read_text("utf-8"))

    assert shown
    assert [event_type for event_type in shown if event_type not in models()] == [], "docs/integrating.md shows what nobody should publish"


def _properties(root: Path) -> dict[str, Any]:
    properties: dict[str, Any] = json.loads((root / f"shared/schemas/{FIRST}.json").read_text())["properties"]["data"]["properties"]
    return properties


def _complaints(capsys: pytest.CaptureFixture[str]) -> set[str]:
    return {line.strip().split(" (")[0] for line in capsys.readouterr().err.splitlines()}
