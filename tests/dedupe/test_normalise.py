"""Raw fields to comparable ones."""

from __future__ import annotations

import pytest

from dedupe.domain import normalise
from dedupe.domain.blocking import blocking_keys
from dedupe.domain.names import full_names
from dedupe.domain.person import profile_of
from tests.support.dedupe_builders import person


@pytest.mark.parametrize(
    ("text", "plain"),
    [("  Élodie  MÜLLER ", "elodie muller"), ("Straße", "strasse"), ("Łukasz Ørsted", "lukasz orsted"), (None, ""), ("", "")],
)
def test_folding(text: str | None, plain: str) -> None:
    assert normalise.folded(text) == plain


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Analytical Engines, Inc.", "analytical engines"),
        ("The Orion Laboratories Kft", "orion laboratories"),
        ("Müller & Söhne GmbH", "muller and sohne"),
        ("Capital Materials s.r.o.", "capital materials"),
        ("silverservices.com", "silverservices"),
        ("Atlas Props LLC", "atlas properties"),
        ("Inc", "inc"),
        ("", ""),
    ],
)
def test_a_company_without_its_legal_form(name: str, core: str) -> None:
    assert normalise.company_core(name) == core


@pytest.mark.req("CR7")
@pytest.mark.parametrize(
    ("typed", "e164", "key"),
    [
        ("(415) 555-1234", None, ("155551234", "")),
        ("(415) 555-1234", "+14155551234", ("155551234", "")),
        ("+44 (0) 20 7946 0018", "+442079460018", ("079460018", "")),
        ("020 7946 0018", None, ("079460018", "")),
        ("809-627-0222 Ext.5077", None, ("096270222", "5077")),
        ("8834639177;ext=0056", None, ("834639177", "56")),
        ("ask Ann", None, ("", "")),
    ],
)
def test_a_number_is_known_by_its_last_nine_digits(typed: str, e164: str | None, key: tuple[str, str]) -> None:
    number, extension = normalise.phone_key(typed, e164)

    assert (number, extension) == (key[0], key[1])


@pytest.mark.parametrize(
    ("street", "parts"),
    [
        ("5086 S. Church Way #4", ("5086", "s church wy")),
        ("5086 South Church Way, Apt 4", ("5086", "s church wy")),
        ("Rivervej 829", ("829", "rivervej")),
        ("", ("", "")),
    ],
)
def test_a_street_is_its_number_and_its_name(street: str, parts: tuple[str, str]) -> None:
    assert normalise.street_parts(street) == parts


@pytest.mark.parametrize(
    ("first", "last", "parsed"),
    [
        ("Ann", "Miller", (["ann"], [], ["miller"], "")),
        ("Dr. Ann", "Miller, MD", (["ann"], [], ["miller"], "")),
        ("Miller, Ann", "", (["ann"], [], ["miller"], "")),
        ("Ann B. Miller", "", (["ann"], ["b"], ["miller"], "")),
        ("John", "Smith Jr.", (["john"], [], ["smith"], "jr")),
        ("L. D.", "Gonzales", (["l"], ["d"], ["gonzales"], "")),
        ("Ann", "Ward-Medina", (["ann"], [], ["ward", "medina"], "")),
        ("", "", ([], [], [], "")),
    ],
)
def test_a_name_however_the_fields_were_filled(first: str, last: str, parsed: object) -> None:
    assert normalise.parsed_name(first, None, last, None) == parsed


@pytest.mark.parametrize(("one", "other"), [("smith", "smyth"), ("meyer", "maier"), ("philips", "filips"), ("catherine", "katherin")])
def test_names_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert normalise.sound(one) == normalise.sound(other)


def test_a_short_form_stands_for_every_name_it_may_be_short_for() -> None:
    assert {"albert", "robert", "herbert", "bert"} <= full_names("bert")
    assert full_names("zora") == {"zora"}


@pytest.mark.req("SE4")
def test_nobody_is_looked_up_by_a_role_address() -> None:
    assert not [key for key in blocking_keys(profile_of(person("Ann Lee", "info@acme.com"))) if key.startswith("email:")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Ann Lee", "ann@acme.com"), person("", "ANN@acme.com")),
        (person("Ann Lee", phone="+14155551234"), person(phone="415 555 1234")),
        (person("William Gates"), person("Gates Bill")),
        (person("Ann Lee", company="Acme Inc"), person("Ann Jones", "ann@acme.com")),
        (person("Ann Lee", postcode="12345"), person("Zoe Lee", postcode="12345-6789")),
        (person("Ann Lee", birth_date="1990-01-01"), person("Anne Smith", birth_date="1990-01-01")),
        (person("Ann Lee", street="12 High Street", city="York"), person("Sue Ray", street="12 High St", city="York")),
    ],
)
def test_people_worth_comparing_share_a_key(one: object, other: object) -> None:
    keys, other_keys = (blocking_keys(profile_of(who)) for who in (one, other))  # type: ignore[arg-type]

    assert keys & other_keys


def test_a_contact_has_a_handful_of_keys() -> None:
    who = person(
        "Ada Lovelace", "ada@acme.com", "ada.lovelace@gmail.com", phone="4155551234", company="Acme", street="1 Elm St", postcode="1"
    )

    assert len(blocking_keys(profile_of(who))) < 20
