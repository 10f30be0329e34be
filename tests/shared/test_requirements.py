"""The page that says what is proven is true."""

from __future__ import annotations

from tests.support.requirements import PAGE, written


def test_the_page_of_requirements_is_up_to_date() -> None:
    assert PAGE.read_text() == written(), "run: python -m tests.support.requirements"
