"""The page's fields are those of the contacts service, and each is wherever a person would look for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pytest

from contacts.domain.drafts import Draft
from contacts.domain.search import NAMES
from gateway.forms import LABELS, SEARCHED, Details, NewContact, Shown, Texts, known_by
from gateway.views.contact import Person, person
from tests.support.gateway import RunningGateway, Upstream

TYPED = {name: f" {name} typed " for name in Texts.model_fields}
KEPT = {name: f"{name} typed" for name in Texts.model_fields}
CONTACT: dict[str, Any] = {"id": "c1", "version": 3, **KEPT}
ADA = person(CONTACT, {}, datetime(2026, 6, 3, tzinfo=UTC), ZoneInfo("Europe/Berlin"))


class Later(Person):
    """The person of a day with one more field."""

    department: Annotated[str, Shown("Department", in_details=True)] = ""


def test_what_is_typed_may_be_given() -> None:
    assert Texts.model_fields.keys() | {"status", "owner_id", "company", "tags"} <= Draft.model_fields.keys()


def test_the_page_says_what_the_search_finds() -> None:
    """The contacts service decides; a hint that promises more, or less, misleads."""
    assert SEARCHED.keys() == set(NAMES)


def test_every_text_is_sent_by_both_forms() -> None:
    assert NewContact.model_validate(TYPED).draft(None) == KEPT
    assert Details.model_validate({"version": 3, **TYPED}).changes() == {**KEPT, "status": None, "owner_id": None}


def test_every_text_is_read_from_the_contact() -> None:
    assert ADA.model_dump(include=set(KEPT)) == KEPT


@pytest.mark.parametrize(("typed", "shown"), [("Purchasing", [("Department", "Purchasing")]), ("", [])])
def test_a_text_among_the_details_is_shown_when_there_is_one(typed: str, shown: list[tuple[str, str]]) -> None:
    assert Later.model_validate({**ADA.model_dump(), "department": typed}).facts == shown


async def test_every_text_is_in_both_forms_under_its_label(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts/c1", CONTACT)
    async with gateway.browser() as browser:
        empty, filled = (await browser.get("/contacts/new")).text, (await browser.get("/contacts/c1/edit")).text

    for name in Texts.model_fields:
        assert f'<label for="new-{name}">{LABELS[name]}</label>' in empty
        assert f'<label for="edit-{name}">{LABELS[name]}</label>' in filled
        assert f'name="{name}" value="{KEPT[name]}"' in filled


async def test_the_search_says_what_it_takes(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts", {"items": [], "next_cursor": None})
    async with gateway.browser() as browser:
        page = (await browser.get("/contacts?q=nobody")).text

    assert f'placeholder="{known_by().capitalize()}"' in page
    assert f"Any part of a {known_by()} will do" in page
    assert all(label.lower() in known_by() for label in SEARCHED.values())


@pytest.mark.parametrize("charset", ["punycode", "utf-7", "idna", "undefined"])
@pytest.mark.parametrize("path", ["/workspace", "/dev-issuer/token", "/contacts/c1/notes", "/sign-out"])
async def test_a_form_in_a_codec_of_the_senders_choice_is_refused_at_once(gateway: RunningGateway, path: str, charset: str) -> None:
    body = b'--B\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"b" * 120_000 + b"\r\n--B--\r\n"
    async with gateway.outsider() as stranger:
        answer = await stranger.post(path, content=body, headers={"Content-Type": f"multipart/form-data; boundary=B; charset={charset}"})

    assert answer.status_code == 415
