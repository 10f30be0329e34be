"""Which sources are trusted."""

from __future__ import annotations

import pytest

from contacts.domain.contact import Source, SourceType
from contacts.domain.trust import SourceTrust, faults, trusted

DECIDED = [
    SourceTrust(type="integration", trust="auto"),
    SourceTrust(type="integration", id="scraper", trust="review"),
    SourceTrust(type="import", id="run-1", trust="auto"),
    SourceTrust(type="mailbox", id="box-1"),
]


@pytest.mark.req("SR6")
@pytest.mark.parametrize(
    ("kind", "source_id", "expected"),
    [
        ("integration", "erp", True),
        ("integration", None, True),
        ("integration", "scraper", False),
        ("integration", "scraper/7", False),
        ("integration", "scraper2", True),
        ("import", "run-1/17", True),
        ("import", "run-12/1", False),
        ("import", None, False),
        ("mailbox", "box-1/m-1", True),
        ("form", "contact-us", False),
    ],
)
def test_the_word_about_one_source_counts_before_the_one_about_its_type(kind: SourceType, source_id: str | None, expected: bool) -> None:
    assert trusted(DECIDED, Source(type=kind, id=source_id)) is expected


@pytest.mark.req("SR6")
def test_one_source_is_decided_about_once() -> None:
    assert [fault.field for fault in faults([*DECIDED, SourceTrust(type="mailbox", id="box-1", trust="review")])] == ["sources.4.id"]
    assert list(faults(DECIDED)) == []
