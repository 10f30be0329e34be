"""The fields of a contact are named in several places for good reasons; nobody is to forget one of them."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from contacts.domain import contact as domain
from contacts.domain.drafts import Draft
from contacts.domain.search import SEARCHED
from shared.contracts import contacts as wire

STAYS_INSIDE = {"Contact": {"status_since"}}
WORKED_OUT = {"id", "version", "status_since", "source", "review", "created_at", "updated_at", "deleted_at", "merged_into", "merged_ids"}
NOT_SEARCHED = {"job_title", "address", "birth_date", "owner_id", "assignees", "status", "tags", "relations", "custom"}


@pytest.mark.parametrize("name", ["Contact", "Email", "Phone", "AccountLink", "Address", "Relation", "Source", "Review"])
def test_what_is_kept_is_on_the_wire_and_what_is_on_the_wire_is_kept(name: str) -> None:
    """A field that the wire does not have would be saved and in the history, and in no answer."""
    kept: type[BaseModel] = getattr(domain, name)
    told: type[BaseModel] = getattr(wire, name)

    assert kept.model_fields.keys() - STAYS_INSIDE.get(name, set()) == told.model_fields.keys()


def test_every_field_of_a_contact_may_be_given_or_is_worked_out_here() -> None:
    assert Draft.model_fields.keys() | WORKED_OUT == domain.Contact.model_fields.keys()
    assert not Draft.model_fields.keys() & WORKED_OUT


def test_of_every_field_that_may_be_given_it_is_said_whether_it_is_searched() -> None:
    searched = {field for known in SEARCHED for field in known.fields}

    assert searched | NOT_SEARCHED == set(Draft.model_fields)
    assert not searched & NOT_SEARCHED
