"""Raw fields to comparable ones."""

from __future__ import annotations

import pytest

from dedupe.domain import normalise
from dedupe.domain.blocking import blocking_keys
from dedupe.domain.names import full_names
from dedupe.domain.person import Person, Phone, Profile, profile_of
from tests.support.dedupe_builders import person


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Élodie  MÜLLER ", "elodie muller"),
        ("Straße", "strasse"),
        ("Łukasz Ørsted", "lukasz orsted"),
        (None, ""),
        ("", ""),
        ("Иванов", "ivanov"),
        ("Ελένη", "eleni"),
        ("김민수", "gimminsu"),
        ("がくと", "gakuto"),
        ("Ｍüller", "muller"),
    ],
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
        ("Acme GmbH & Co. KG", "acme"),
        ("O'Neil + Sons", "oneil and sons"),
        ("The Orion", "orion"),
        ("The", "the"),
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
        ("00123450", None, ("123450", "")),
        ("12345", None, ("", "")),
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
        ("", "Miller, Ann", (["ann"], [], ["miller"], "")),
        ("Van Dyck, Ann Mary", "", (["ann"], ["mary"], ["van", "dyck"], "")),
        ("", "Van Dyck, Ann Mary", (["ann"], ["mary"], ["van", "dyck"], "")),
        ("Miller, Ann, MD", "", (["ann"], [], ["miller"], "")),
        ("", "Miller, Ann, MD", (["ann"], [], ["miller"], "")),
        ("Ann Miller", "", (["ann"], [], ["miller"], "")),
        ("", "Ann Miller", (["ann"], [], ["miller"], "")),
        ("", "Ann Van Dyck", (["ann"], [], ["van", "dyck"], "")),
        ("John", "Smith Jr", (["john"], [], ["smith"], "jr")),
        ("John", "Van Dyck III", (["john"], [], ["van", "dyck"], "iii")),
        ("Junior", "Smith", (["junior"], [], ["smith"], "")),
        ("L.D.", "Gonzales", (["l"], ["d"], ["gonzales"], "")),
        ("Ann", "Ward-Medina", (["ann"], [], ["ward", "medina"], "")),
        ("", "", ([], [], [], "")),
    ],
)
def test_a_name_however_the_fields_were_filled(first: str, last: str, parsed: object) -> None:
    assert normalise.parsed_name(first, None, last, None) == parsed


@pytest.mark.parametrize(
    ("one", "other"),
    [("smith", "smyth"), ("meyer", "maier"), ("philips", "filips"), ("catherine", "katherin"), ("schmidt", "smidt"), ("jackson", "jacson"),
     ("wright", "rigt"), ("hughes", "huges"), ("knight", "nigt"), ("miller", "miler"), ("ellis", "alis"),
     ("christopherson", "christophers")],
)  # fmt: skip
def test_names_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert normalise.sound(one) == normalise.sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("smith", "miller"), ("harris", "hart"), ("ellis", "evans"), ("adams", "hadams"), ("aaron", "allan"), ("lee", "ray")]
)
def test_names_that_sound_different_have_two(one: str, other: str) -> None:
    assert normalise.sound(one) != normalise.sound(other)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Ann@ACME.com", "ann@acme.com"),
        ("ann+news+june@acme.com", "ann@acme.com"),
        ("+news@acme.com", "+news@acme.com"),
        ("a.n.n+news@GoogleMail.com", "ann@gmail.com"),
    ],
)
def test_a_mailbox_is_its_address_without_what_its_owner_may_add(address: str, mailbox: str) -> None:
    assert normalise.mailbox(address) == mailbox


@pytest.mark.req("SE4")
@pytest.mark.parametrize("address", ["info@acme.com", "sales-emea-west@acme.com", "no-reply@acme.com", "billing2@acme.com"])
def test_a_mailbox_of_a_job_whatever_is_added_to_it(address: str) -> None:
    assert normalise.is_role_mailbox(address)
    assert not normalise.is_role_mailbox(f"ann-{address}")


def test_the_domain_of_a_mail_provider_is_no_company_s() -> None:
    assert (normalise.company_domain("ann@acme.com"), normalise.company_domain("ann@gmail.com")) == ("acme.com", "")


@pytest.mark.parametrize(
    ("postcode", "key"), [("SW1A 1AA", "sw1a1aa"), ("12345-6789", "12345"), ("123456", "123456"), ("ABCD 12345", "abcd12345"), (None, "")]
)
def test_a_postcode_without_spaces_and_without_the_four_of_a_zip(postcode: str | None, key: str) -> None:
    assert normalise.postcode_key(postcode) == key


def test_a_profile_is_every_field_in_comparable_form() -> None:
    ada = Person(
        first_name="Ada", middle_name="Augusta", last_name="King Noel", suffix="Jr", job_title="Chief Analyst",
        emails=("Ada@ACME.com", "ada@acme.com"), phones=(Phone("020 7946 0018", "+442079460018"), Phone("ask")),
        companies=("Acme Inc", "ACME"), street="12 High Street", city="New York", region="New York", postcode="12345-6789",
        birth_date="1815-12-10",
    )  # fmt: skip

    assert profile_of(ada) == Profile(
        given="ada", middle=("augusta",), surnames=("king", "noel"), surname="kingnoel", generation="jr", title="chief analyst",
        personal=("ada@acme.com",), mailboxes=("ada@acme.com",), domains=("acme.com",), phones=(("079460018", ""),), numbers=("079460018",),
        companies=("acme",), house="12", street="high st", city="new york", region="new york", postcode="12345",
        born="18151210",
    )  # fmt: skip
    assert profile_of(ada).surname == "kingnoel"
    assert profile_of(Person()) == Profile()


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
