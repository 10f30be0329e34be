"""What two profiles say about each other, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from dedupe.domain.evidence import findings
from dedupe.domain.person import Person, profile_of
from tests.support.dedupe_builders import person


def found(one: Person, other: Person) -> list[str]:
    """Findings as `field:comparison`; the order of the two makes no difference."""
    a, b = profile_of(one), profile_of(other)
    seen = [":".join(finding) for finding in findings(a, b)]
    assert seen == [":".join(finding) for finding in findings(b, a)]
    return seen


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("Ann", "Ann", "same"),
        ("Ann", "A", "initial"),
        ("Bill", "W", "initial"),
        ("Ann", "B", "other"),
        ("William", "Bill", "nickname"),
        ("Wiliam", "Bill", "nickname"),
        ("Catherina", "Catharine", "close"),
        ("Ann", "Zoe", "other"),
    ],
)
def test_given_names(one: str, other: str, what: str) -> None:
    assert found(person(one), person(other)) == [f"first_name:{what}"]


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("Lee", "Lee", "same"),
        ("Lovelace", "L", "initial"),
        ("Lovelace", "B", "other"),
        ("Lovelace", "Lovelase", "close"),
        ("Ward-Medina", "Medina", "part"),
        ("Ward-Medina", "Medino", "part"),
        ("Ward-Clark", "Clarx", "part"),
        ("Ward-Lee", "Lee", "part"),
        ("Hu-Montgomery", "Hu", "other"),
        ("Ford-Montgomery", "Fort", "other"),
        ("Lovelace", "Byron", "other"),
    ],
)
def test_surnames(one: str, other: str, what: str) -> None:
    assert found(person("Ann", last_name=one), person("Ann", last_name=other)) == ["first_name:same", f"last_name:{what}"]


def test_names_in_each_others_place_are_swapped() -> None:
    assert found(person("Ada Lovelace"), person("Lovelace Ada")) == ["name:swapped"]
    assert found(person("Ada Lovelace"), person("Lovelase A")) == ["name:swapped_alike"]
    assert found(person("Ada Lovelace", suffix="Jr"), person("Lovelace Ada", suffix="Sr")) == ["name:swapped", "suffix:other"]
    assert found(person("Grace Ann"), person("Anne Ann")) == ["first_name:other", "last_name:same"]
    assert found(person("Ann"), person(last_name="Ann")) == []
    assert found(person("Ann Ann"), person("Ann Ann")) == ["first_name:same", "last_name:same"]


@pytest.mark.parametrize(
    ("one", "other", "seen"),
    [
        (person("Ada Lee", "a@x.com"), person("Zoe Lee", "ada@y.com"), ["first_name:other_by_email", "last_name:same"]),
        (person("A Lee", "a@x.com"), person("Ada Lee", "zz@y.com"), ["first_name:initial", "last_name:same"]),
        (person("A Lee", "adalee@x.com"), person("Ada Lee", "zz@y.com"), ["first_name:initial_by_email", "last_name:same"]),
        (person("Ada Byron", "z@x.com"), person("Ada King", "ada.byron@y.com"), ["first_name:same", "last_name:other_by_email"]),
        (person("Al Lee", "z@x.com"), person("Zoe Lee", "albert@y.com"), ["first_name:other", "last_name:same"]),
        (person("Ada Lee", "z@x.com"), person("Zoe Lee", "info@ada.com"), ["first_name:other", "last_name:same"]),
        (person("Ada Lee", "z@x.com"), person("Zoe Lee", "zoe@ada.com"), ["first_name:other", "last_name:same"]),
    ],
    ids=["another's name", "initial", "initial completed", "another's surname", "two letters", "role mailbox", "in the domain"],
)
def test_a_name_in_the_others_own_address(one: Person, other: Person, seen: list[str]) -> None:
    assert [each for each in found(one, other) if each.startswith(("first", "last"))] == seen


def test_a_shared_address_says_nothing_of_whose_name_it_is() -> None:
    assert found(person("Ada Lee", "ada@x.com"), person("Zoe Lee", "ada@x.com"))[0] == "first_name:other"


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("Jo", "Jo", "same"),
        ("Mary", "M", "initial"),
        ("Mary", "Marie Ann", "other"),
        ("Maria", "Marja", "initial"),
        ("M", "M", "initial"),
        ("Mary", "Anne", "other"),
        ("Mary", "A", "other"),
        ("Anne", "Jane", "other"),
    ],
)
def test_middle_names(one: str, other: str, what: str) -> None:
    assert found(person(middle_name=one), person(middle_name=other)) == [f"middle_name:{what}"]


def test_what_one_of_them_lacks_is_no_finding() -> None:
    everything = person("Ann Lee", "ann@web.de", phone="4155551234", middle_name="Mary", street="1 Elm St", postcode="1", city="York")

    assert found(everything, person()) == []


def test_generations() -> None:
    assert found(person(suffix="Jr"), person(suffix="Junior")) == ["suffix:same"]
    assert found(person(suffix="Jr"), person(suffix="Sr")) == ["suffix:other"]
    assert found(person(suffix="Jr"), person()) == ["suffix:one_sided"]


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("ann@x.com", "ann@x.com", "same"),
        ("ann@x.com", "ann+crm@x.com", "same_mailbox"),
        ("annlee@web.de", "annlea@web.de", "alike"),
        ("ann@gmail.com", "ann@gmial.com", "alike"),
        ("ann@web.de", "ann@yahoo.com", "same_local_part"),
        ("info@acme.com", "info@acme.com", "same_role_mailbox"),
        ("ann@web.de", "bob@web.de", "other"),
    ],
)
def test_addresses(one: str, other: str, what: str) -> None:
    assert found(person("", one), person("", other)) == [f"email:{what}"]


def test_addresses_at_companies() -> None:
    assert found(person("", "ann@acme.com"), person("", "bob@acme.com")) == ["email:other_at_company"]
    assert found(person("", "ann@acme.com"), person("", "bob@globex.com")) == ["email:other_company"]
    assert found(person("", "ann@acme.com"), person("", "bob@web.de")) == ["email:other"]


def test_a_role_address_in_common_beside_two_of_their_own() -> None:
    one, other = person("", "ann@web.de", "info@acme.com"), person("", "bob@web.de", "info@acme.com")

    assert found(one, other) == ["email:other_at_company", "email:same_role_mailbox"]
    assert found(person("", "ann@web.de", "info@acme.com"), person("", "ann+crm@web.de", "info@acme.com")) == ["email:same_mailbox"]
    assert found(person("", "info@acme.com"), person("", "sales@acme.com")) == []


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("4155551234", "+1 415 555 1234", "same"),
        ("4155551234 ext 1", "4155551234 ext 1", "same"),
        ("4155551234 ext 1", "4155551234 ext 2", "other_extension"),
        ("4155551234 ext 1", "4155551234", "same_switchboard"),
        ("4155551234", "4155551235", "alike"),
        ("4155551234", "2079460018", "other"),
    ],
)
def test_numbers(one: str, other: str, what: str) -> None:
    assert found(person(phone=one), person(phone=other)) == [f"phone:{what}"]


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("Acme", "Acme Inc", "same"),
        ("River Financial", "River Finansial", "alike"),
        ("Acme", "Globex", "other"),
    ],
)
def test_companies(one: str, other: str, what: str) -> None:
    assert found(person(company=one), person(company=other)) == [f"company:{what}"]


def test_a_company_and_the_domain_of_an_address() -> None:
    assert found(person(company="Globex"), person("", "ann@globex.com")) == ["company:same_domain"]
    assert found(person(company="Babbage"), person("", "ann@globex.com")) == ["company:other_domain"]
    assert found(person(company="Babbage"), person("", "ann@web.de")) == []


def test_a_domain_both_have_is_no_conflict_with_a_company_one_of_them_names() -> None:
    assert found(person("", "ann@globex.com", company="Babbage"), person("", "bob@globex.com")) == ["email:other_at_company"]


def test_job_titles() -> None:
    assert found(person(job_title="CTO"), person(job_title="cto")) == ["job_title:same"]
    assert found(person(job_title="CTO"), person(job_title="CFO")) == ["job_title:other"]
    assert found(person(job_title="CTO"), person()) == []


@pytest.mark.parametrize(
    ("one", "other", "seen"),
    [
        ("12 High St", "12 High Street", ["address:same"]),
        ("12 High St", "13 High St", ["address:alike"]),
        ("12 High St", "99 High St", ["address:same_street"]),
        ("1 High St", "High St", ["address:same_street"]),
        ("12 High St, Rosehill", "14 Rosehill, High St", ["address:part"]),
        ("12 High St", "12 Station Road", ["address:other"]),
    ],
)
def test_streets(one: str, other: str, seen: list[str]) -> None:
    assert found(person(street=one), person(street=other)) == seen


@pytest.mark.parametrize(
    ("one", "other", "seen"),
    [
        ({"postcode": "12345"}, {"postcode": "12345-6789"}, ["postcode:same"]),
        ({"postcode": "12345"}, {"postcode": "12346"}, ["postcode:alike"]),
        ({"postcode": "12345"}, {"postcode": "99999"}, ["postcode:other"]),
        ({"city": "York"}, {"city": "YORK"}, ["city:same"]),
        ({"city": "Ur"}, {"city": "Ur"}, ["city:same"]),
        ({"city": "Berlin"}, {"city": "Berlni"}, ["city:alike"]),
        ({"city": "Berlin"}, {"city": "York"}, ["city:other"]),
        ({"postcode": "12345", "city": "York"}, {"postcode": "12345", "city": "Berlin"}, ["postcode:same", "city:other"]),
        ({"postcode": "12345", "city": "York"}, {"city": "York"}, ["city:same"]),
        ({"postcode": "12345"}, {"city": "York"}, []),
    ],
)
def test_places(one: dict[str, Any], other: dict[str, Any], seen: list[str]) -> None:
    assert found(person(**one), person(**other)) == seen


@pytest.mark.parametrize(
    ("other", "seen"),
    [
        ("1990-03-12", ["birth_date:same"]),
        ("1990-12-03", ["birth_date:alike"]),
        ("1990-03-13", ["birth_date:alike"]),
        ("1991-12-03", ["birth_date:other"]),
        ("1990-05-27", ["birth_date:other"]),
        ("", []),
    ],
)
def test_birth_dates(other: str, seen: list[str]) -> None:
    assert found(person(birth_date="1990-03-12"), person(birth_date=other)) == seen


@pytest.mark.parametrize(
    ("shared", "other", "household"),
    [
        ({"emails": ("lee@web.de",)}, {"emails": ("lee@web.de",)}, ["mailbox"]),
        ({"emails": ("lee@web.de",)}, {"emails": ("lee+ann@web.de",)}, ["mailbox"]),
        ({"emails": ("leelee@web.de",)}, {"emails": ("leelea@web.de",)}, []),
        ({"street": "12 High St"}, {"street": "12 High St"}, ["address"]),
        ({"street": "12 High St"}, {"street": "13 High St"}, ["address"]),
        ({"street": "12 High St"}, {"street": "99 High St"}, []),
        ({"birth_date": "1990-03-12"}, {"birth_date": "1990-03-12"}, ["twins"]),
        ({"birth_date": "1990-03-12"}, {"birth_date": "1990-03-13"}, []),
    ],
)
def test_another_given_name_where_all_else_agrees_is_another_person(
    shared: dict[str, Any], other: dict[str, Any], household: list[str]
) -> None:
    seen = found(person("Zoe Lee", **shared), person("Bob Lee", **other))

    assert [each for each in seen if each.startswith("household")] == [f"household:{kind}" for kind in household]


def test_twins_may_have_a_mistake_in_their_name() -> None:
    assert "household:twins" in found(person("Zoe Lovelace", birth_date="1990-03-12"), person("Bob Lovelase", birth_date="1990-03-12"))
