"""Addresses, numbers, names and custom values: what is one and the same, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.domain import emails, phones
from contacts.domain.refusals import Refused
from contacts.domain.text import folded
from tests.support.contacts_builders import person


def read(reading: Callable[[str], str], typed: str) -> str | None:
    try:
        return reading(typed)
    except emails.InvalidAddressError:
        return None


@pytest.mark.req("CR6")
def test_case_and_space_never_make_a_second_person() -> None:
    [email] = person(emails=["Ann@ACME.com "]).emails

    assert (email.typed, email.normalised) == ("Ann@ACME.com", "ann@acme.com")


@pytest.mark.req("CR6")
@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ann.lee+news@acme.co.uk", "ann.lee+news@acme.co.uk"),
        ("info@Bücher.example", "info@xn--bcher-kva.example"),
        ("INFO@XN--BCHER-KVA.example", "info@xn--bcher-kva.example"),
        ("o'neil@acme.test", "o'neil@acme.test"),
        ("Zoë@acme.com", "zoë@acme.com"),
    ],
)
def test_an_address_has_one_key_in_all_its_spellings(typed: str, key: str) -> None:
    assert emails.normalised(typed) == key


@given(st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,8})?@[a-z]{2,10}\.(com|org|co\.uk)", fullmatch=True))
def test_the_key_of_a_key_is_itself(address: str) -> None:
    key = emails.normalised(address.upper())

    assert emails.normalised(key) == key == address


@given(
    st.text("aB9._+-@ <>\"'(x)né\u0130,:[", max_size=12),
    st.sampled_from(["acme.com", "", "a.b", "xn--zz.com", "ab--c.com", "x.onion", "a.c1"]),
)
def test_a_plain_address_is_read_as_any_other(mailbox: str, domain: str) -> None:
    """The short way for most of them ends where the long one does."""
    typed = f"{mailbox}@{domain}".strip()

    assert read(emails.normalised, typed) == read(emails._taken_apart, typed)


@pytest.mark.req("CR8")
@pytest.mark.parametrize("typed", ["ann", "ann@", "@acme.com", "ann@acme", "ann lee@acme.com", "ann@@acme.com", "ann@10.0.0.1", "a@b..com"])
def test_what_can_not_be_an_address_is_refused_by_its_place(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        person(emails=["good@acme.com", typed])

    assert [error.field for error in refused.value.errors] == ["emails.1"]


def test_a_refusal_never_quotes_what_was_typed() -> None:
    with pytest.raises(Refused) as refused:
        person(emails=["secret name@acme"])

    assert "secret" not in f"{refused.value} {refused.value.errors}"


@pytest.mark.req("SE4")
def test_a_mailbox_of_a_job_is_marked_as_shared() -> None:
    shared, tagged, own = person(emails=["Info@acme.com", "info+news@acme.com", "ann.info@acme.com"]).emails

    assert (shared.shared, tagged.shared, own.shared) == (True, True, False)


def test_an_address_nobody_can_have_is_looked_up_and_finds_nothing() -> None:
    assert emails.lookup_key("Ann@ACME.com ") == "ann@acme.com"
    assert emails.lookup_key(" Nobody ") == "nobody"


@pytest.mark.req("CR7")
def test_a_number_keeps_its_typed_form_beside_the_key() -> None:
    phone, other = person(phones=["(415) 555-1234", {"typed": "(415) 555-9999", "purpose": "home", "primary": True}]).phones

    assert (phone.typed, phone.e164, phone.valid, phone.purpose) == ("(415) 555-1234", "+14155551234", True, "work")
    assert (phone.primary, other.primary, other.purpose) == (False, True, "home")


@pytest.mark.req("CR7")
@pytest.mark.parametrize("typed", ["call the office", "12", "+999 1234"])
def test_a_number_that_can_not_be_read_is_kept_and_flagged(typed: str) -> None:
    [phone] = person(phones=[typed]).phones

    assert (phone.typed, phone.e164, phone.valid) == (typed, None, False)


@pytest.mark.req("CR7")
def test_the_region_reads_numbers_without_a_country_code() -> None:
    assert phones.read("020 7946 0958", "GB") == ("+442079460958", True)
    assert phones.read("+44 20 7946 0958", "US") == ("+442079460958", True)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("020 7946 0958", "2079460958"),
        ("(415) 555-1234", "4155551234"),
        ("1 415 555 1234", "4155551234"),
        (" +1 415 555 1234", "14155551234"),
        ("+44 20 7946 0958", "442079460958"),
        ("0000", "0000"),
        ("1" * 400, "1" * 400),
    ],
)
def test_the_digits_of_a_number_that_every_way_of_writing_it_has(text: str, digits: str) -> None:
    assert phones.search_digits(text, "US") == digits


def test_a_region_is_one_that_has_numbers() -> None:
    assert phones.is_region("GB")
    assert not phones.is_region("XX")


@pytest.mark.parametrize(("text", "plain"), [("  Zoë  ØRSTED ", "zoe orsted"), ("Straße", "strasse"), ("ŁUKASZ", "lukasz"), ("İz", "iz")])
def test_text_is_compared_without_case_accents_and_extra_space(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize("key", ["$where", "a.b", "", "nul\0", "k" * 101])
def test_a_custom_field_with_a_dangerous_name_is_refused_by_its_name(key: str) -> None:
    with pytest.raises(Refused) as refused:
        person(custom={"size": 3, key: "x"})

    assert [error.field for error in refused.value.errors] == [f"custom.{key[:100]}"]


@pytest.mark.parametrize("value", [[1], {"$gt": 1}, 2**54, float("inf"), float("nan"), "x" * 10_001])
def test_a_custom_field_holds_a_bounded_scalar(value: object) -> None:
    with pytest.raises(Refused) as refused:
        person(custom={"size": value})

    assert [error.field for error in refused.value.errors] == ["custom.size"]


@pytest.mark.req("CR2")
def test_custom_fields_keep_their_types() -> None:
    values = {"text": "x", "whole": 3, "part": 0.5, "yes": True}

    kept = person(custom={**values, "empty": None}).custom

    assert kept == values
    assert [type(value) for value in kept.values()] == [str, int, float, bool]
