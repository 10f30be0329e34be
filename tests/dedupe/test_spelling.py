"""Which spellings are one word, and how far a mistake may go before they are two."""

from __future__ import annotations

import pytest

from dedupe.domain.spelling import addresses_alike, companies_alike, domain_of_company, one_off, same_street, typed_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [("ann", "anm"), ("clark", "clarke"), ("smith", "smiht"), ("barker", "parkar"), ("lovelace", "lovelase"), ("smith", "smithee")],
)
def test_a_mistake_or_two_in_a_long_word_leave_it_the_same(one: str, other: str) -> None:
    assert typed_alike(one, other)
    assert typed_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("al", "ai"), ("al", "ali"), ("clark", "blurk"), ("ann", "amy"), ("barker", "harsom"), ("barker", "parkot")]
)
def test_two_short_words_or_more_mistakes_are_two_words(one: str, other: str) -> None:
    assert not typed_alike(one, other)


@pytest.mark.parametrize("other", ["12345", "12346", "1234", "123455", "12354"])
def test_one_character_may_be_wrong_missing_too_many_or_swapped(other: str) -> None:
    assert one_off("12345", other)


@pytest.mark.parametrize("other", ["12367", "123", "1234567"])
def test_two_characters_are_too_many(other: str) -> None:
    assert not one_off("12345", other)


@pytest.mark.parametrize(("other", "same"), [("church wy", True), ("chruch wy", True), ("church", True), ("station rd", False)])
def test_a_street_is_the_same_with_a_mistake_in_it(other: str, same: bool) -> None:
    assert same_street("church wy", other) is same


@pytest.mark.parametrize("other", ["annlea@acme.com", "ann.lee@acme.com", "nanlee@acme.com", "annlee@acne.com", "annlee@akne.com"])
def test_an_address_with_a_mistake_before_or_behind_the_at(other: str) -> None:
    assert addresses_alike("annlee@acme.com", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("annlee@acme.com", "annlex@acne.com"),
        ("annlee@acme.com", "annlee@globex.com"),
        ("annlee@acme.com", "annlxx@acme.com"),
        ("annle@acme.com", "annla@acme.com"),
        ("annlee@acme.com", "annle@acme.com"),
    ],
    ids=["mistakes on both sides", "another domain", "two mistakes", "short", "one of them short"],
)
def test_addresses_of_two_people(one: str, other: str) -> None:
    assert not addresses_alike(one, other)
    assert not addresses_alike(other, one)


@pytest.mark.parametrize(("one", "other"), [("annlee1", "annlee2"), ("annlees", "annlee2"), ("annlee12", "annlee1")])
def test_digits_at_the_end_make_two_mailboxes(one: str, other: str) -> None:
    assert not addresses_alike(f"{one}@acme.com", f"{other}@acme.com")
    assert not addresses_alike(f"{other}@acme.com", f"{one}@acme.com")


def test_digits_elsewhere_in_an_address_do_not() -> None:
    assert addresses_alike("4annlee@acme.com", "4annlea@acme.com")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("analytical engines", "analytical engnies"),
        ("globex", "glovax"),
        ("river financial", "river fin"),
        ("river financial", "riverfinancial"),
        ("acme lab", "acne lab"),
        ("difference engines", "diff eng"),
        ("international business machines", "ibm"),
        ("iberian business machines", "ibm"),
        ("international paper", "international papyrus"),
        ("crystal textiles works", "crystaltex"),
    ],
    ids=[
        "mistyped",
        "two mistakes",
        "cut off",
        "a space",
        "a mistake in a word",
        "shortened words",
        "initials",
        "initials of any",
        "a long name's end",
        "cut off without spaces",
    ],
)
def test_one_company_in_two_spellings(one: str, other: str) -> None:
    assert companies_alike(one, other)
    assert companies_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("analytical engines", "babbage sons"),
        ("ab", "abc"),
        ("acme", "acne"),
        ("north star", "north lab"),
        ("business machines", "bm"),
        ("business machines", "bma"),
        ("international business machines", "ibx"),
        ("river", "riverbank"),
    ],
)
def test_two_companies(one: str, other: str) -> None:
    assert not companies_alike(one, other)
    assert not companies_alike(other, one)


@pytest.mark.parametrize(
    ("domain", "company"),
    [
        ("riverfinancial.com", "river financial"),
        ("riverfinancial72.com", "river financial"),
        ("river-financial.com", "river financial"),
        ("riverfinancialgroup.com", "river financial"),
        ("riverfin.co.uk", "river financial"),
        ("river-fin72.com", "river financial"),
        ("riverfinansial.com", "river financial"),
        ("rwverfinansial.com", "river financial"),
        ("globe.com", "globe trotters"),
    ],
)
def test_the_domain_of_a_company(domain: str, company: str) -> None:
    assert domain_of_company(domain, company)


@pytest.mark.parametrize(
    ("domain", "company"),
    [("riverfinancial.com", "babbage sons"), ("glob.com", "glob trotters"), ("xwverfinansial.com", "river financial")],
)
def test_the_domain_of_another(domain: str, company: str) -> None:
    assert not domain_of_company(domain, company)
