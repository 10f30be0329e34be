"""The page's fields are those of the contacts service, and each is wherever a person would look for it."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.domain.drafts import Draft
from contacts.domain.fields import CustomField
from contacts.domain.required import STANDARD
from contacts.domain.search import NAMES
from gateway.fields import DEMANDABLE, ENTRIES, FIELDS, SEARCHED, Field, defined, known_by, steps
from gateway.forms import NewContact
from gateway.kinds import KINDS
from tests.support.gateway import RunningGateway, Upstream

ELSEWHERE = {"relations", "custom"}
"""Told of otherwise: who is related, and fields a workspace defines."""
DEFINED = [
    {"key": "region", "label": "Sales region", "type": "choice", "options": ["north", "south"], "required": True, "enabled": True},
    {"key": "old", "label": "Old number", "type": "text", "enabled": False},
]
TYPED: dict[str, dict[str, tuple[str, ...]]] = {
    "number": {"": ("12.5",)},
    "checkbox": {"": ("yes",)},
    "multi_choice": {"": ("a", "b")},
    "money": {"amount": ("12.50",), "currency": ("EUR",)},
    "address": {"street": ("High Street 1",), "city": ("York",)},
    "tags": {"": ("key account", "press")},
    "people": {"": ("m-ada",)},
}


def test_every_field_that_may_be_given_is_on_the_page_and_no_other() -> None:
    assert {field.name for field in FIELDS} | ENTRIES.keys() | ELSEWHERE == Draft.model_fields.keys()


def test_the_page_says_what_the_search_finds() -> None:
    """The contacts service decides; a hint that promises more, or less, misleads."""
    assert SEARCHED.keys() == set(NAMES)


def test_the_settings_offer_what_a_status_can_require() -> None:
    assert set(DEMANDABLE) == set(STANDARD)


@pytest.mark.req("CR10")
def test_every_type_a_workspace_may_define_can_be_typed() -> None:
    assert set(CustomField.model_fields["type"].annotation.__args__) <= KINDS.keys()  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_from_a_form_fills_one_again(kind: str) -> None:
    typed = TYPED.get(kind, {"": ("2026-12-31",)})
    value = KINDS[kind].read(typed)

    assert value
    assert {part: texts for part, texts in KINDS[kind].written(value).items() if texts} == typed


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"checkbox"}))
def test_an_emptied_control_is_no_value(kind: str) -> None:
    assert KINDS[kind].read(dict.fromkeys(KINDS[kind].parts, (" ",) if kind != "multi_choice" else ())) in (None, [])


@pytest.mark.parametrize("typed", ["twelve", "1,5", "nan", "inf"])
def test_what_is_no_number_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(ValueError, match="a number is needed"):
        KINDS["number"].read({"": (typed,)})


@pytest.mark.req("OS1")
def test_the_next_statuses_are_those_the_process_allows() -> None:
    statuses = [{"name": "new", "moves_to": ["working"]}, {"name": "working", "moves_to": None}, {"name": "gone", "moves_to": []}]
    settings = {"process": {"statuses": statuses}}

    assert steps(settings, "new") == ("new", "working")
    assert steps(settings, "working") == ("new", "working", "gone")
    assert steps(settings, "gone") == ("gone",)
    assert steps(settings, "of another time") == ("of another time", "new", "working", "gone")
    assert steps({}, "new") == ("new",)


@pytest.mark.req("CR10")
def test_fields_of_the_workspace_come_in_its_order_and_disabled_ones_only_while_they_say_something() -> None:
    region, old = defined({"fields": DEFINED})

    assert (region.label, region.kind, region.options, region.required) == ("Sales region", "choice", ("north", "south"), True)
    assert not old.enabled


def test_what_is_typed_for_a_new_contact_is_what_is_sent() -> None:
    custom = tuple(defined({"fields": DEFINED}))[:1]
    typed = {"first_name": [" Ada "], "tags": ["press, key account"], "email": ["ada@acme.com"], "custom.region": ["north"], "phone": [""]}

    assert NewContact(typed, custom).draft("a-1") == {
        "first_name": "Ada",
        "tags": ["press", "key account"],
        "emails": [{"typed": "ada@acme.com", "primary": True}],
        "accounts": [{"account_id": "a-1", "primary": True}],
        "custom": {"region": "north"},
    }


def test_a_number_nobody_can_read_is_said_before_anything_is_sent() -> None:
    revenue = Field("custom.revenue", "Revenue", "number")
    new = NewContact({"first_name": ["Ada"], "custom.revenue": ["much"]}, (revenue,))

    assert new.faults() == {"custom.revenue": "A number is needed, such as 12 or 12.5"}


async def test_every_field_has_its_label_in_the_drawer_and_on_the_page(gateway: RunningGateway, upstream: Upstream) -> None:
    contact: dict[str, Any] = {"id": "c1", "version": 3, "first_name": "Ada", "custom": {"old": "17", "unknown to all": "x"}}
    upstream.answers("/v1/contacts/c1", contact)
    upstream.answers("/v1/contacts/settings", {"fields": DEFINED, "process": {}})
    async with gateway.browser() as browser:
        drawer, page = (await browser.get("/contacts/new")).text, (await browser.get("/contacts/c1/details")).text

    for label in (*(field.label for field in FIELDS), "Sales region", "Old number", "unknown to all"):
        assert f">{label}<" in page, label
    for label in (*(field.label for field in FIELDS if field.in_drawer), "Sales region (required)"):
        assert f">{label}</label>" in drawer, label
    assert "Old number" not in drawer


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
