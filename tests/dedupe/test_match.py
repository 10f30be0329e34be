"""What makes two records one person, and what does not."""

from __future__ import annotations

import pytest

from dedupe.domain.match import Advice, advice_for
from dedupe.domain.ruleset import RULES
from tests.support.dedupe_builders import match, person, seen

ADA = person("Ada Lovelace", "ada.lovelace@example.org", phone="(415) 555-1234", company="Analytical Engines Inc.")


# ---- one person -------------------------------------------------------------------------------------------------------------


@pytest.mark.req("CR6")
def test_the_same_email_in_another_case_is_the_same_person() -> None:
    found = match(ADA, person("Ada Lovelace", "Ada.Lovelace@EXAMPLE.org"))

    assert found.certain
    assert found.advice is Advice.UPDATE


def test_an_email_alone_is_enough_to_say_who_it_is() -> None:
    assert match(person("", "ada@example.org"), person("", "ada@example.org")).advice is Advice.UPDATE


@pytest.mark.req("CD4")
@pytest.mark.parametrize(
    "typed",
    [
        person(phone="+1 415 555 1234"),
        person("Ada Lovelace", phone="415-555-1234"),
        person("Ada Lovelace", company="Analytical Engines"),
    ],
)
def test_a_phone_or_a_name_with_a_company_warns_and_never_says_update(typed: object) -> None:
    found = match(ADA, typed)  # type: ignore[arg-type]

    assert found.suspected or found.same_address_or_number
    assert found.advice is Advice.REVIEW


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Bill Gates", company="Initech"), person("William Gates", company="Initech LLC")),
        (person("José Muñoz", company="Initech"), person("Jose Munoz", company="INITECH")),
        (person("Ann O'Brien", phone="0171 555 777 8"), person("ANN OBRIEN", phone="+44 171 5557778")),
        (person("Lovelace Ada", company="Initech"), person("Ada Lovelace", company="Initech")),
        (person(first_name="Lovelace, Ada", company="Initech"), person("Ada Lovelace", company="Initech")),
        (person("Dr. Ada Lovelace", company="Initech"), person("Ada Lovelace", company="Initech", suffix="PhD")),
        (person("Jon Smiht", company="River Financial Inc"), person("Jon Smith", company="River Fin")),
        (person("Ada Lovelace", company="Crystal Textiles Co"), person("Ada Lovelace", "ada@crystaltextiles.com")),
        (
            person("Ada Lovelace", street="12 High Street", postcode="90210"),
            person("Ada Lovelace", street="12 High St.", postcode="90210-1234"),
        ),
        (person("Ada Byron", birth_date="1815-12-10"), person("Ada Lovelace", birth_date="1815-12-10")),
    ],
    ids=["nickname", "accents", "apostrophe", "swapped", "comma", "title", "typing errors", "domain of the company", "address", "born"],
)
def test_habits_of_writing_do_not_make_a_second_person(one: object, other: object) -> None:
    assert match(one, other).suspected  # type: ignore[arg-type]


def test_gmail_dots_and_tags_are_the_same_mailbox_but_weaker_than_the_same_address() -> None:
    exact = match(person("Ada", "adalovelace@gmail.com"), person("Ada", "adalovelace@gmail.com"))
    dotted = match(person("Ada", "adalovelace@gmail.com"), person("Ada", "ada.lovelace+crm@gmail.com"))

    assert dotted.suspected
    assert dotted.score < exact.score
    assert "email:same_mailbox" in seen(person("Ada", "a.da@gmail.com"), person("Ada", "ada@googlemail.com"))


def test_dots_matter_everywhere_but_at_gmail() -> None:
    assert "email:same_mailbox" not in seen(person("Ada", "a.da@example.org"), person("Ada", "ada@example.org"))


# ---- two people ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("John Smith", suffix="Sr", street="1 Elm St", postcode="10"), person("John Smith Jr", street="1 Elm St", postcode="10")),
        (person("John Smith", "js@web.de"), person("Mary Smith", "js@web.de")),
        (person("John Smith", phone="4155551234"), person("Mary Smith", phone="4155551234")),
        (person("John Smith", street="1 Elm St", postcode="10001"), person("Mary Smith", street="1 Elm St", postcode="10001")),
        (person("Ann Lee", birth_date="1990-01-01"), person("Sue Lee", birth_date="1990-01-01")),
        (person("John Smith", "john@acme.com", company="Acme"), person("John Smith", "john@globex.com", company="Globex")),
        (person("John Smith", "jsmith@acme.com"), person("John Smith", "johnny77@acme.com")),
        (person("Ruth Chavira", phone="4769313867"), person("Mary West", phone="4769313867")),
        (person("Ann Lee", phone="809-627-0222 ext. 5077"), person("Bob Ray", phone="+1 809 627 0222 x12")),
        (person("Ann Lee", company="Acme"), person("Bob Ray", company="Acme")),
    ],
    ids=["father and son", "couple, one mailbox", "couple, one phone", "couple, one address", "twins", "namesakes at two companies",
         "namesakes at one company", "recycled phone", "extensions", "colleagues"],
)  # fmt: skip
def test_people_who_share_something_stay_two(one: object, other: object) -> None:
    assert not match(one, other).suspected  # type: ignore[arg-type]


@pytest.mark.req("SE4")
@pytest.mark.parametrize("address", ["info@acme.com", "billing@acme.com", "support-emea@acme.com", "Sales@Acme.com"])
def test_a_role_address_alone_never_makes_a_match(address: str) -> None:
    for found in (match(person("", address), person("", address)), match(person("Ann Lee", address), person("Bob Ray", address))):
        assert not found.suspected
        assert not found.same_address_or_number


@pytest.mark.req("SE4")
def test_a_role_address_does_not_hide_one_of_their_own() -> None:
    one, other = person("Ann Lee", "info@acme.com", "ann@acme.com"), person("Ann Lee", "info@acme.com", "ann@acme.com")

    assert match(one, other).certain


# ---- reasons ------------------------------------------------------------------------------------------------------------------


def test_nothing_known_is_no_evidence() -> None:
    assert match(person("Ada Lovelace"), person()).reasons == ()


def test_the_order_of_the_two_makes_no_difference() -> None:
    other = person("Augusta Byron", "ada.lovelace@example.org", phone="4155551299", company="Babbage & Co")

    assert match(ADA, other) == match(other, ADA)


def test_reasons_name_what_was_seen_and_never_the_value() -> None:
    reasons = match(person("Ada Lovelace", "ada@web.de"), person("Ada Lovelace", "ada@web.de")).reasons

    assert [reason.text for reason in reasons] == [
        "Same email address",
        "Same last name",
        "Same first name",
        "Same name and the same address or number",
    ]


def test_every_rule_has_words_and_every_conflict_counts_against() -> None:
    assert all(rule.text for rule in RULES.values())
    assert all(rule.weight < 0 for (_, comparison), rule in RULES.items() if comparison in {"other", "one_sided", "other_extension"})


def test_two_who_could_be_updated_need_somebody_to_choose() -> None:
    same = match(ADA, ADA)

    assert advice_for([]) is Advice.CREATE
    assert advice_for([same]) is Advice.UPDATE
    assert advice_for([same, same]) is Advice.REVIEW
