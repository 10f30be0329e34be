"""What an arrival would change of somebody known."""

from __future__ import annotations

from typing import Any

import pytest

from contacts.domain.contact import Contact
from contacts.domain.editing import deleted
from contacts.domain.proposals import applied, changes, chosen, wish
from tests.support.contacts_builders import LATER, draft, person, with_accounts

KNOWN: dict[str, Any] = {
    "last_name": "Byron",
    "job_title": "Engineer",
    "company": "Kestrel",
    "emails": ["ada@kestrel.example"],
    "phones": ["(415) 555-0134"],
    "owner_id": "bo",
    "tags": ["vip"],
    "custom": {"size": 3, "color": "red"},
}


def news(contact: Contact, **said: Any) -> dict[str, tuple[Any, Any]]:
    return {name: (change.old, change.new) for name, change in changes(contact, draft(**said), "US").items()}


@pytest.mark.req("CU1")
def test_company_role_owner_and_name_that_differ_are_proposed() -> None:
    said = {"first_name": "Adah", "last_name": "King", "job_title": "CTO", "company": "Bolts", "owner_id": "cy"}

    assert news(person(**KNOWN), **said) == {
        "first_name": ("Ada", "Adah"),
        "last_name": ("Byron", "King"),
        "job_title": ("Engineer", "CTO"),
        "company": ("Kestrel", "Bolts"),
        "owner_id": ("bo", "cy"),
    }


@pytest.mark.req("CU1")
def test_what_is_the_same_in_other_words_is_no_news_and_blanks_erase_nothing() -> None:
    said = {"first_name": " ADA ", "company": "késtrel", "emails": ["ADA@kestrel.example"], "phones": ["+1 415 555 0134"], "tags": ["vip"]}

    assert news(person(**KNOWN), **said, last_name="", job_title=None, custom={"size": 3, "color": None}) == {}


@pytest.mark.req("CU1")
def test_the_name_of_a_company_somebody_is_linked_to_is_no_news() -> None:
    ada = person(accounts=[{"account_id": "a"}], around=with_accounts(a="Kestrel"))

    assert news(ada, company="KESTREL") == {}
    assert news(ada, company="Bolts") == {"company": (None, "Bolts")}


@pytest.mark.req("CU1")
def test_another_phone_and_address_come_beside_those_there_are() -> None:
    told = news(person(**KNOWN), phones=["415 555 0199", "4155550134"], emails=[{"typed": "ada@home.example", "primary": True}])

    assert [phone["typed"] for phone in told["phones"][1]] == ["(415) 555-0134", "415 555 0199"]
    assert [(email["typed"], email["primary"]) for email in told["emails"][1]] == [
        ("ada@kestrel.example", True),
        ("ada@home.example", False),
    ]


@pytest.mark.req("CU1", "CU2")
def test_somebody_who_comes_from_another_company_has_left_the_primary_one_and_the_link_stays_as_a_former_one() -> None:
    around = with_accounts(a="Acme", b="Bolts", c="Club")
    ada = person(accounts=[{"account_id": "a", "primary": True}, {"account_id": "c", "role": "chair"}], around=around)

    after = applied(ada, draft(accounts=[{"account_id": "b", "role": "CTO"}]), around, fields=None, now=LATER)

    assert [(link.account_id, link.role, link.primary, link.ended_at) for link in after.accounts] == [
        ("c", "chair", False, None),
        ("b", "CTO", True, None),
        ("a", None, False, LATER),
    ]
    assert news(ada, accounts=[{"account_id": "c"}]) == {}


@pytest.mark.req("CU1")
def test_custom_fields_differ_key_by_key_and_tags_are_united() -> None:
    told = news(person(**KNOWN), custom={"size": 4, "color": "red", "new": True}, tags=["fleet", "vip"])

    assert told == {"custom.size": (3, 4), "custom.new": (None, True), "tags": (["vip"], ["vip", "fleet"])}


@pytest.mark.req("SR4")
def test_only_the_chosen_fields_are_taken_over() -> None:
    said = draft(first_name="Adah", job_title="CTO", custom={"size": 4, "new": True})
    ada = person(**KNOWN)

    after = applied(ada, said, with_accounts(), fields=["job_title", "custom.new"], now=LATER)

    assert (after.first_name, after.job_title, after.custom) == ("Ada", "CTO", {"size": 3, "color": "red", "new": True})
    assert chosen(wish(ada, said, "US"), ["custom"]).custom == {"size": 4, "new": True}


@pytest.mark.req("CU1")
def test_somebody_deleted_who_comes_again_would_be_there_again() -> None:
    gone = deleted(person(**KNOWN), now=LATER)

    assert news(gone) == {"deleted_at": ("2026-06-01T13:00:00Z", None)}
    assert applied(gone, draft(job_title="CTO"), with_accounts(), fields=[], now=LATER).deleted_at is None
