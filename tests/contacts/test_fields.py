"""The fields of a contact are named in several places for good reasons; nobody is to forget one of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import BaseModel

from contacts import translate
from contacts.domain import contact as domain
from contacts.domain.arrivals import SAID_OF_THEMSELVES
from contacts.domain.drafts import Draft
from contacts.domain.proposals import changes
from contacts.domain.search import SEARCHED
from shared.contracts import contacts as wire

STAYS_INSIDE = {"Contact": {"status_since"}}
WORKED_OUT = {"id", "version", "status_since", "source", "review", "created_at", "updated_at", "deleted_at", "merged_into", "merged_ids"}
OURS_TO_DECIDE = {"accounts", "assignees", "visibility", "status", "tags", "relations", "custom"}
SAID = {
    "emails": ["zoe@new.example"],
    "phones": ["+49 30 123456"],
    "accounts": [{"account_id": "a1"}],
    "address": {"city": "Köln"},
    "birth_date": "1990-12-10",
    "visibility": "team",
    "assignees": ["m1"],
    "tags": ["vip"],
}
NOT_SEARCHED = {"job_title", "address", "birth_date", "owner_id", "assignees", "visibility", "status", "tags", "relations", "custom"}


@pytest.mark.parametrize("name", ["Contact", "Email", "Phone", "AccountLink", "Address", "Relation", "Source", "Review"])
def test_what_is_kept_is_on_the_wire_and_what_is_on_the_wire_is_kept(name: str) -> None:
    """A field that the wire does not have would be saved and in the history, and in no answer."""
    kept: type[BaseModel] = getattr(domain, name)
    told: type[BaseModel] = getattr(wire, name)

    assert kept.model_fields.keys() - STAYS_INSIDE.get(name, set()) == told.model_fields.keys()


def test_a_contact_is_shown_as_its_snapshot_is() -> None:
    """Value by value, null by null, in the same order: clients can not tell which of the two a route answers with."""
    moment = datetime(2026, 5, 4, 3, 2, 1, 987_000, tzinfo=UTC)
    sparse = domain.Contact(id="c1", first_name="Zoë", created_at=moment, updated_at=moment, status="new", status_since=moment)
    full = sparse.model_copy(
        update={
            "emails": (domain.Email(typed="A@b.com", normalised="a@b.com", state="invalid", reason="hard bounce", since=moment),),
            "phones": (domain.Phone(typed="030 123456", e164="+4930123456", primary=True),),
            "accounts": (domain.AccountLink(account_id="a1", name="Engines", started_at=moment, ended_at=moment),),
            "address": domain.Address(city="Köln"),
            "birth_date": date(1815, 12, 10),
            "assignees": ("m1", "m2"),
            "visibility": "team",
            "tags": ("vip",),
            "relations": (domain.Relation(contact_id="c2"),),
            "source": domain.Source(type="form", id="f1", first_seen_at=moment),
            "review": domain.Review(state="pending"),
            "custom": {"height": 1.5, "size": 2, "sizes": ["s", "m"], "worth": {"amount": "12.50", "currency": "EUR"}, "met": True},
            "deleted_at": moment,
            "merged_ids": ("c3",),
        }
    )

    for contact in (sparse, full):
        assert translate.shown(contact) == translate.snapshot(contact).model_dump_json().encode()


def test_every_field_of_a_contact_may_be_given_or_is_worked_out_here() -> None:
    assert Draft.model_fields.keys() | WORKED_OUT == domain.Contact.model_fields.keys()
    assert not Draft.model_fields.keys() & WORKED_OUT


def test_of_every_field_that_may_be_given_it_is_said_whether_a_form_may_fill_it() -> None:
    assert OURS_TO_DECIDE | set(SAID_OF_THEMSELVES) == set(Draft.model_fields)
    assert not OURS_TO_DECIDE & set(SAID_OF_THEMSELVES)


@pytest.mark.req("SR2")
@pytest.mark.parametrize("name", sorted(Draft.model_fields.keys() - {"relations", "custom"}))
def test_whatever_of_somebody_known_is_said_anew_is_proposed(name: str) -> None:
    moment = datetime(2026, 5, 4, tzinfo=UTC)
    known = domain.Contact(id="c1", first_name="Zoe", created_at=moment, updated_at=moment, status="new", status_since=moment)

    said = Draft.model_validate({name: SAID.get(name, "Something new")})

    assert set(changes(known, said, "DE")) == {name}
    assert set(changes(known, Draft(), "DE")) == set()


def test_of_every_field_that_may_be_given_it_is_said_whether_it_is_searched() -> None:
    searched = {field for known in SEARCHED for field in known.fields}

    assert searched | NOT_SEARCHED == set(Draft.model_fields)
    assert not searched & NOT_SEARCHED
