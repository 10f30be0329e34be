"""Whom a contact would be like too by what is being typed into it, before it is saved (CD9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.test_editing import ADA, EMAIL, OTHER, Contact, sent
from tests.gateway.test_pages_duplicates import contact, reason
from tests.gateway.test_pages_merge import asked, text
from tests.support.gateway import RunningGateway, Upstream

pytestmark = pytest.mark.req("CD9")

CHECK, MATCHES = "/v1/duplicates/check", "/v1/duplicates/contacts/c1/matches"
PHONE = {"typed": "+14155550132", "e164": "+14155550132", "purpose": "work", "primary": True}


def match(contact_id: str) -> dict[str, Any]:
    of_both = {"score": 0.8, "certain": False, "advice": "review", "reasons": [reason("Same phone number", 7)]}
    return {"contact_id": contact_id, **of_both, "contact": contact(contact_id)}


def alike(upstream: Upstream, *ids: str, before: tuple[str, ...] = (), hidden: int = 0, hidden_before: int = 0) -> None:
    def unseen(count: int) -> list[dict[str, Any]]:
        return [{"owner_id": "m-ines", "count": count}] if count else []

    upstream.answers(CHECK, {"matches": [match(one) for one in ids], "hidden": unseen(hidden), "capped": None})
    upstream.answers(MATCHES, {"matches": [match(one) for one in before], "hidden": unseen(hidden_before), "capped": None})


@pytest.mark.parametrize(
    ("name", "form", "after"),
    [
        ("last_name", {"field": "last_name", "last_name": "Byron"}, "Byron"),
        ("emails", {"key": EMAIL["normalised"], "typed": "new@acme.com"}, [OTHER, {"typed": "new@acme.com"}]),
        ("emails", {"typed": "new@acme.com", "purpose": "work"}, [EMAIL, OTHER, {"typed": "new@acme.com"}]),
        ("phones", {"key": PHONE["typed"], "typed": "+49301234567"}, [{"typed": "+49301234567"}]),
    ],
    ids=["a name", "an address that becomes another", "an address more", "a number"],
)
async def test_the_contact_is_checked_as_it_would_be_and_only_who_is_new_is_shown(
    gateway: RunningGateway, upstream: Upstream, name: str, form: dict[str, str], after: Any
) -> None:
    here = Contact(upstream)
    here.now["phones"] = [PHONE]
    alike(upstream, "adah", "adam", before=("adam",))

    shown = (await sent(gateway, f"/contacts/c1/alike/{name}", **form)).text

    checked = asked(upstream, CHECK)
    assert (checked["contact_id"], checked["first_name"], checked[name]) == ("c1", ADA["first_name"], after)
    assert "With this, 1 more person looks alike or shares it" in text(shown)
    assert "Adah" in shown
    assert "Adam" not in shown
    assert here.patches == []
    assert all("acme" not in str(request.url) for request in upstream.asked), "addresses are never in a URL"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("first_name", {"first_name": "Ada"}),
        ("first_name", {"first_name": "A"}),
        ("emails", {"typed": "ada"}),
        ("emails", {"key": EMAIL["normalised"], "typed": EMAIL["typed"]}),
        ("phones", {"typed": "+4930"}),
    ],
    ids=["as it is", "too short", "no address yet", "the address it has", "no number yet"],
)
async def test_nobody_is_looked_for_before_there_is_something_to_look_for(
    gateway: RunningGateway, upstream: Upstream, name: str, form: dict[str, str]
) -> None:
    Contact(upstream)

    shown = await sent(gateway, f"/contacts/c1/alike/{name}", **form)

    assert shown.text.strip() == ""
    assert CHECK not in upstream.paths()


@pytest.mark.req("CD6")
async def test_of_those_who_are_not_the_readers_to_see_the_new_ones_are_counted(gateway: RunningGateway, upstream: Upstream) -> None:
    Contact(upstream)
    alike(upstream, hidden=3, hidden_before=2)
    some = text((await sent(gateway, "/contacts/c1/alike/last_name", last_name="Byron")).text)
    alike(upstream, hidden=2, hidden_before=2)
    none = text((await sent(gateway, "/contacts/c1/alike/last_name", last_name="Byron")).text)

    assert "1 that is not yours to see: ask m-ines" in some
    assert none == ""


@pytest.mark.req("DP4")
@pytest.mark.parametrize("silent", [CHECK, MATCHES])
async def test_where_nobody_could_be_looked_for_that_is_said(gateway: RunningGateway, upstream: Upstream, silent: str) -> None:
    Contact(upstream)
    alike(upstream, "adah")
    upstream.answers(silent, {}, 503)

    assert "is unknown" in (await sent(gateway, "/contacts/c1/alike/last_name", last_name="Byron")).text


async def test_a_contact_nobody_compared_yet_is_like_nobody_so_far(gateway: RunningGateway, upstream: Upstream) -> None:
    Contact(upstream)
    alike(upstream, "adah")
    upstream.answers(MATCHES, {"title": "Not found"}, 404)

    assert "Adah" in (await sent(gateway, "/contacts/c1/alike/last_name", last_name="Byron")).text
