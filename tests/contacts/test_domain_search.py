"""Finding people by any part of what they are known by."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.domain.contact import Contact
from contacts.domain.search import MAX_GRAMS, MAX_PROBES, MAX_WORDS, OVERFULL, found_by, grams, name_key, query, text_of
from tests.support.contacts_builders import person, with_accounts

ADA = person(
    "Ada",
    last_name="Løvelace",
    emails=["ada.l@analytical.example"],
    phones=["(415) 555-1234", "+44 20 7946 0958"],
    company="Difference Engines Ltd",
    accounts=[{"account_id": "a"}],
    around=with_accounts(a="Babbage & Sons"),
)


def finds(words: str, contact: Contact = ADA, region: str = "US") -> bool:
    """As the database does it: one gram from the index, unless it could not hold them all, and every word verified."""
    wanted, text = query(words, region), text_of(contact)
    keys = set(grams(text))
    return (OVERFULL in keys or set(wanted.grams) <= keys) and all(re.search(pattern, text) for pattern in wanted.patterns)


@pytest.mark.parametrize(
    "words",
    ["Ada", "LOVELACE", "løve", "vela", "ada lovelace", "lovelace ada", "ada.l@analytical.example", "analytical", "l@ana",
     "engine", "babbage", "ada babbage", "ad", "a", "lo", "& sons"],
)  # fmt: skip
def test_any_part_finds(words: str) -> None:
    assert finds(words)


@pytest.mark.parametrize(
    "words",
    ["4155551234", "(415) 555-1234", "415.555.1234", "+1 415 555 1234", "555-1234", "5551234", "020 7946 0958", "+44 20 7946 0958",
     "7946 0958", "0044 20 7946 0958"],
)  # fmt: skip
def test_a_phone_in_any_format_finds(words: str) -> None:
    assert finds(words)


@pytest.mark.parametrize(
    "words", ["Adam", "ada byron", "lovelace@", "415 555 9999", "da", "velace ada x", ".*", "a.a", "^ada", "sons ltd byron"]
)
def test_what_does_not_occur_does_not_find(words: str) -> None:
    assert not finds(words)


def test_the_field_that_matched_is_named() -> None:
    assert [(match.field, match.value) for match in found_by(ADA, query("ada", "US"))] == [
        ("name", "Ada Løvelace"),
        ("email", "ada.l@analytical.example"),
    ]
    assert [match.field for match in found_by(ADA, query("(415) 555", "US"))] == ["phone"]
    assert [match.value for match in found_by(ADA, query("babbage", "US"))] == ["Babbage & Sons"]


def test_a_number_that_can_not_be_read_is_found_as_it_was_typed() -> None:
    contact = person("x", phones=["12 34", "Call the Office"])

    assert [match.value for match in found_by(contact, query("1234", "US"))] == ["12 34"]
    assert [match.value for match in found_by(contact, query("office", "US"))] == ["Call the Office"]
    assert finds("call the office", contact)


def test_values_beside_each_other_are_not_one() -> None:
    contact = person("Ada", company="Lab", accounts=[{"account_id": "a"}], around=with_accounts(a="Acme"))

    assert text_of(contact).splitlines() == ["ada", "lab", "acme"]
    assert [match.field for match in found_by(contact, query("lab", "US"))] == ["company"]


def test_a_word_is_found_by_its_beginning_and_every_three_letters() -> None:
    assert grams("adam lo") == ["^a", "^ad", "ada", "dam", "^l", "^lo"]


def test_one_or_two_letters_find_only_what_begins_with_them() -> None:
    assert [match.field for match in found_by(ADA, query("ad", "US"))] == ["name", "email"]
    assert found_by(ADA, query("da", "US")) == []


def test_three_digits_are_a_part_of_a_number() -> None:
    assert query("415", "US").words == query("4-1-5", "US").words == ("415",)


def test_of_many_words_the_longest_are_looked_for() -> None:
    words = [chr(ord("z") - length) * length for length in range(1, MAX_WORDS + 4)]

    assert query(" ".join(words), "US").words == tuple(reversed(words[-MAX_WORDS:]))


def test_a_query_asks_a_bounded_number_of_keys() -> None:
    words = [chr(ord("a") + number) * 3 + "bcdefghijklmnop" for number in range(12)]

    assert [len(query(" ".join(words[:count]), "US").grams) <= MAX_PROBES for count in (1, 2, 5, 12)] == [True] * 4


def test_a_former_company_finds_nobody() -> None:
    left = ADA.model_copy(update={"accounts": tuple(link.model_copy(update={"ended_at": ADA.created_at}) for link in ADA.accounts)})

    assert not finds("babbage", left)


@given(st.text(min_size=1, max_size=60))
def test_a_query_is_never_a_pattern(words: str) -> None:
    for word, pattern in zip(query(words, "US").words, query(words, "US").patterns, strict=True):
        assert re.search(pattern, f"x {word}") is not None


@given(st.text(alphabet="abcdeé øß", min_size=1, max_size=30), st.data())
def test_every_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    contact = person("x", last_name=name or None)
    word = data.draw(st.sampled_from(text_of(contact).split()))
    start = data.draw(st.integers(0, max(0, len(word) - 3)))

    assert finds(word[start : start + 3] if len(word) >= 3 else word, contact)


def test_an_endless_value_adds_a_bounded_number_of_keys() -> None:
    monster = person(
        "x", emails=[f"{'abcdefghij' * 6}{number}@acme.com" for number in range(50)], company="".join(map(chr, range(200, 690)))
    )

    assert len(grams(text_of(monster))) <= MAX_GRAMS
    assert len(grams("".join(map(chr, range(200, 1_900))))) == MAX_GRAMS
    assert OVERFULL not in grams("".join(map(chr, range(200, 1_200))))


def test_nothing_is_hidden_by_how_much_else_there_is() -> None:
    addresses = [f"{sha256(bytes([number])).hexdigest()}@acme.com" for number in range(50)]
    contact = person("x", emails=addresses, company="Difference Engines Ltd")

    assert finds("ngines lt", contact)
    assert all(finds(address, contact) and finds(address[40:], contact) for address in addresses)
    assert not finds("analytical", contact)


def test_a_list_by_name_is_sorted_as_a_register() -> None:
    people = [person("Zoe", last_name="Adams"), person("Ada", last_name="Østergaard"), person("Bob"), person("Ada", last_name="adams")]

    assert [name_key(contact) for contact in sorted(people, key=name_key)] == ["adams ada", "adams zoe", "bob", "ostergaard ada"]
