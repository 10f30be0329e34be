"""A change from the page, when others change the same contact: nobody's work is lost, and nobody is bothered without need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.support.gateway import RunningGateway, Upstream, csrf_of

LINE = "/contacts/c1/details/line"
EMAIL = {"typed": "ada@acme.com", "normalised": "ada@acme.com", "purpose": "work", "primary": True, "state": "valid"}
OTHER = {"typed": "ada@home.example", "normalised": "ada@home.example", "purpose": "personal", "primary": False, "state": "valid"}
ADA: dict[str, Any] = {"id": "c1", "version": 3, "first_name": "Ada", "job_title": "Clerk", "tags": ["press"], "emails": [EMAIL, OTHER]}


def carried(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Contact:
    """A contact that others change between a read and a write, as often as there are `meanwhile`."""

    def __init__(self, upstream: Upstream, *meanwhile: Mapping[str, Any]) -> None:
        self.now = dict(ADA)
        self.patches: list[Any] = []
        self._meanwhile = list(meanwhile)
        upstream.behaves("/v1/contacts/c1", self._read, "GET")
        upstream.behaves("/v1/contacts/c1", self._write, "PATCH")

    async def _read(self, _: Request) -> Response:
        return JSONResponse(self.now)

    async def _write(self, request: Request) -> Response:
        if self._meanwhile:
            self.now |= {**self._meanwhile.pop(0), "version": self.now["version"] + 1}
        if request.headers["if-match"] != f'"{self.now["version"]}"':
            body = {"type": "urn:problem:stale-version", "title": "Conflict", "status": 409, "current": self.now}
            return JSONResponse(body, 409)
        self.patches.append(await request.json())
        self.now |= {**self.patches[-1], "version": self.now["version"] + 1}
        return JSONResponse(self.now)


async def sent(gateway: RunningGateway, path: str, **form: Any) -> httpx.Response:
    """As the page's own script would send it."""
    async with gateway.browser() as browser:
        headers = {"HX-Request": "true", "X-CSRF-Token": csrf_of(await browser.get("/contacts"))}
        return await browser.post(path, headers=headers, data=form)


@pytest.mark.req("DP6")
async def test_one_field_is_one_change(gateway: RunningGateway, upstream: Upstream) -> None:
    contact = Contact(upstream)

    answer = await sent(gateway, LINE, field="job_title", base=carried("Clerk"), job_title=" Analyst ")

    assert contact.patches == [{"job_title": "Analyst"}]
    assert 'id="f-job_title"' in answer.text
    assert 'id="identity" hx-swap-oob="true"' in answer.text


@pytest.mark.req("DP6", "CR13")
async def test_what_became_of_other_fields_meanwhile_is_nobodys_conflict(gateway: RunningGateway, upstream: Upstream) -> None:
    contact = Contact(upstream, {"last_name": "Byron"}, {"suffix": "II"})

    answer = await sent(gateway, LINE, field="job_title", base=carried("Clerk"), job_title="Analyst")

    assert answer.status_code == 200
    assert (contact.now["last_name"], contact.now["suffix"], contact.now["job_title"]) == ("Byron", "II", "Analyst")


@pytest.mark.req("DP6", "CR13")
async def test_the_same_field_of_two_people_is_saved_once_and_shown_to_the_second(gateway: RunningGateway, upstream: Upstream) -> None:
    contact = Contact(upstream, {"job_title": "Countess"})

    answer = await sent(gateway, LINE, field="job_title", base=carried("Clerk"), job_title="Analyst")

    assert (answer.status_code, contact.patches) == (409, [])
    assert "Countess" in answer.text
    assert 'value="Analyst"' in answer.text


@pytest.mark.req("DP6")
async def test_tags_of_two_people_are_both_kept(gateway: RunningGateway, upstream: Upstream) -> None:
    contact = Contact(upstream, {"tags": ["press", "theirs"]})

    await sent(gateway, LINE, field="tags", base=carried(["press"]), add="mine, vip")

    assert contact.now["tags"] == ["press", "theirs", "mine", "vip"]


@pytest.mark.req("DP6")
async def test_a_tag_that_goes_takes_nothing_else_along_and_what_is_half_typed_stays(gateway: RunningGateway, upstream: Upstream) -> None:
    contact = Contact(upstream)

    answer = await sent(gateway, LINE, field="tags", base=carried(["press"]), add="half ty", remove="press")

    assert contact.now["tags"] == []
    assert 'value="half ty"' in answer.text


@pytest.mark.req("DP6")
async def test_what_is_wrong_stands_at_its_field_with_what_was_typed(gateway: RunningGateway, upstream: Upstream) -> None:
    Contact(upstream)
    refused = {"status": 422, "title": "No", "errors": [{"field": "birth_date", "message": "not a day of the calendar"}]}
    upstream.answers("/v1/contacts/c1", refused, 422, method="PATCH")

    answer = await sent(gateway, LINE, field="birth_date", base="null", birth_date="1815-13-41")

    assert answer.status_code == 422
    assert "Not a day of the calendar" in answer.text
    assert 'value="1815-13-41"' in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.req("DP6")
@pytest.mark.parametrize(("field", "form"), [("job_title", {"job_title": "Analyst"}), ("tags", {"add": "vip"})])
async def test_nothing_typed_is_lost_while_the_service_is_away(
    gateway: RunningGateway, upstream: Upstream, field: str, form: dict[str, str]
) -> None:
    upstream.answers("/v1/contacts/c1", {}, 503)

    answer = await sent(gateway, LINE, field=field, base=carried(ADA[field]), **form)

    assert answer.status_code == 422
    assert "Nothing was saved" in answer.text
    assert f'value="{next(iter(form.values()))}"' in answer.text


async def test_another_primary_address_is_the_only_one(gateway: RunningGateway, upstream: Upstream) -> None:
    contact = Contact(upstream)
    row = {"key": OTHER["normalised"], "base": carried(OTHER), "typed": OTHER["typed"], "purpose": "work"}

    await sent(gateway, "/contacts/c1/entries/emails", **row, primary="yes")

    assert [(email["purpose"], email["primary"]) for email in contact.now["emails"]] == [("work", False), ("work", True)]


@pytest.mark.req("CR9")
@pytest.mark.parametrize("status", [200, 503])
async def test_an_address_becomes_another_only_after_it_was_shown_what_depends_on_it(
    gateway: RunningGateway, upstream: Upstream, status: int
) -> None:
    contact = Contact(upstream)
    invoice = {"kind": "invoice", "count": 2, "open": 1, "newest": [{"kind": "invoice", "id": "i1", "sentence": "Invoice 17 sent"}]}
    upstream.answers("/v1/timeline/addresses", {"items": [{"email": "ada@acme.com", "dependents": [invoice], "unresolved": {}}]}, status)
    row = {"key": EMAIL["normalised"], "base": carried(EMAIL), "typed": "ada@new.example", "purpose": "work"}

    asked = await sent(gateway, "/contacts/c1/entries/emails", **row)
    untouched = list(contact.patches)
    await sent(gateway, "/contacts/c1/entries/emails", **row, sure="yes")

    assert asked.headers["hx-retarget"] == "#sheet"
    assert ("2 invoices, 1 open" if status == 200 else "unknown") in asked.text.replace("</span>", "")
    assert untouched == []
    assert contact.now["emails"][0]["typed"] == "ada@new.example"
    assert all("ada" not in str(request.url) for request in upstream.asked), "addresses are never in a URL"


@pytest.mark.req("SE1", "SE2")
async def test_what_an_address_would_bring_is_shown_before_it_is_added(gateway: RunningGateway, upstream: Upstream) -> None:
    Contact(upstream)
    upstream.answers("/v1/timeline/addresses", {"items": [{"email": "y@acme.com", "dependents": [], "unresolved": {"ticket": 2}}]})

    shown = (await sent(gateway, "/contacts/c1/addresses/weigh", typed="y@acme.com", purpose="billing")).text

    for about in ("Email history", "Billing documents", "Support tickets"):
        assert shown.count(f"<dt>{about}</dt>") == 2, "once for each choice"
    assert "2 tickets" in shown
    assert "Invoices and estimates go to it from now on." in shown
    assert "Answers to tickets keep going to ada@acme.com" in shown


@pytest.mark.req("DP7", "CU2")
async def test_who_changes_the_company_keeps_the_primary_place(gateway: RunningGateway, upstream: Upstream) -> None:
    contact = Contact(upstream)
    contact.now["accounts"] = [{"account_id": "a1", "name": "Acme", "role": "buyer", "primary": True}]
    upstream.answers("/v1/accounts", {"items": [{"id": "a2", "name": "Globex"}]})

    await sent(gateway, "/contacts/c1/companies", instead_of="a1", company="Globex", role="CTO")

    assert contact.patches == [{"accounts": [{"account_id": "a2", "role": "CTO", "title": None, "primary": True}]}]


@pytest.mark.req("CD5")
async def test_what_was_typed_becomes_one_change_of_what_was_chosen(gateway: RunningGateway, upstream: Upstream) -> None:
    contact = Contact(upstream)
    typed = {"first_name": "Ada", "job_title": "Analyst", "email": "new@acme.com", "owner_id": "m-mel", "tags": "vip"}

    shown = (await sent(gateway, "/contacts/c1/typed", **typed, how="update")).text
    await sent(
        gateway, "/contacts/c1/typed/take", **typed, take=["job_title", "emails"],
        **{"base.job_title": carried("Clerk"), "base.emails": carried([EMAIL, OTHER])},
    )  # fmt: skip

    assert 'value="first_name"' not in shown, "no difference"
    assert len(contact.patches) == 1
    assert contact.patches[0]["job_title"] == "Analyst"
    assert [email["typed"] for email in contact.now["emails"]] == ["ada@acme.com", "ada@home.example", "new@acme.com"]
    assert contact.now["tags"] == ["press"]


@pytest.mark.req("CR15")
async def test_only_admins_erase_by_the_name_typed_out(gateway: RunningGateway, upstream: Upstream) -> None:
    Contact(upstream)
    wrong = {"status": 422, "title": "No", "errors": [{"field": "confirm", "message": "not the name"}]}
    upstream.answers("/v1/contacts/c1/erase", wrong, 422, method="POST")

    refused = await sent(gateway, "/contacts/c1/erase", reason="asked", confirm="Ada")
    async with gateway.browser("ada@acme.test") as browser:
        headers = {"HX-Request": "true", "X-CSRF-Token": csrf_of(await browser.get("/contacts"))}
        slip = await browser.post("/contacts/c1/erase", headers=headers, data={"reason": "asked", "confirm": "Eve"})
        upstream.answers("/v1/contacts/c1/erase", {}, 200, method="POST")
        done = await browser.post("/contacts/c1/erase", headers=headers, data={"reason": "asked", "confirm": "Ada"})

    assert (refused.status_code, slip.status_code, done.status_code) == (403, 422, 204)
    assert "Not the name" in slip.text
    assert 'value="Eve"' in slip.text
    assert [json.loads(body) for body in upstream.bodies if b"confirm" in body][-1] == {"reason": "asked", "confirm": "Ada"}
