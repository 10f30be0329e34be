"""By what two people are found to be worth comparing, one way at a time."""

from __future__ import annotations

import pytest

from dedupe.domain.blocking import blocking_keys
from dedupe.domain.person import Person, profile_of
from tests.support.dedupe_builders import person


def meet(one: Person, other: Person) -> bool:
    return bool(blocking_keys(profile_of(one)) & blocking_keys(profile_of(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("", "ann@web.de"), person("", "Ann+crm@web.de")),
        (person("", "annlee@web.de"), person("", "annlee@yahoo.com")),
        (person(phone="4155551234"), person(phone="+1 415 555 1234 ext 7")),
        (person("Bill Meyer"), person("William Maier")),
        (person("Bill Meyer"), person("Meyer William")),
        (person("Ann Lee", company="River Financial Services"), person("Zoe Lee", "zoe@river-financial.com")),
        (person("Ann Lee", company="River Financial"), person("Anne Ray", company="Riverfinancial")),
        (person("Bill Lee", company="Acme"), person("William Ray", company="Acme")),
        (person("Ann Wu", company="Acme"), person("Zoe Wu", company="Acme")),
        (person("Xu Ray", company="Acme"), person("Xu Lee", company="Acme")),
        (person("Ann Wu", postcode="12345"), person("Zoe Wu", postcode="12345")),
        (person("Ann Lee", postcode="12345"), person("Ann Ray", postcode="12345")),
        (person("Ann Lee", street="12 High St", city="York"), person("Alma Ray", street="12 High St", city="Hull")),
        (person("Ann Lee", street="12 Old Church Way"), person("Alma Ray", street="12 Old Church Road")),
        (person("Ann Lee", street="12 High St", postcode="1"), person("Zoe Ray", street="12 High St", postcode="1")),
        (person("Ann Lee", street="12 High St", city="York"), person("Zoe Ray", street="12 High St", city="York")),
        (person("Ann Lee", street="12 High St", birth_date="1990-01-01"), person("Zoe Ray", street="9 High St", birth_date="1990-05-07")),
        (person("Chrlie Lopez", "charles_lopez@web.de"), person("Charles Lopez")),
        (person("E Teague", "edward.teague@web.de"), person("Edward Teague")),
        (person("Ann Lee"), person("Annette Leeds")),
        (person("Ann Lee", city="York"), person("Zoe Lee", city="York")),
        (person("Ann Lee", birth_date="1990-01-01"), person("Zoe Ray", birth_date="1990-01-01")),
        (person("Ann Lee", birth_date="1990-01-01"), person("Ann Ray", birth_date="1990-01-31")),
        (person("Ann Lee", birth_date="1990-01-01"), person("Zoe Lee", birth_date="1990-10-01")),
        (person("Ann Lee", birth_date="1990-01-01"), person("Zoe Lee", birth_date="1909-01-01")),
    ],
    ids=["mailbox", "before the @", "phone", "name by sound", "name swapped", "surname, company and domain",
         "given name, company in two spellings",
         "short form, company", "short surname, company", "short given name, company", "short surname, postcode", "given name, postcode",
         "house and initial", "longest word of the street", "house and postcode", "house and city", "street and year of birth",
         "given name completed by the address", "initial completed by the address", "how both names start", "surname and city",
         "birth date", "year and month of birth, given name", "year and day of birth, surname", "month and day of birth, surname"],
)  # fmt: skip
def test_two_who_share_this_are_compared(one: Person, other: Person) -> None:
    assert meet(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("", "info1@acme.com"), person("", "info1@globex.com")),
        (person("", "ann@web.de"), person("", "ann@yahoo.com")),
        (person("", "annlee@web.de"), person("", "bobray@web.de")),
        (person("Ann"), person("Ann")),
        (person("Ann Lee"), person("Ann Ray")),
        (person("A L", company="Acme"), person("A L", company="Acme")),
        (person("A L", postcode="12345"), person("Z L", postcode="12345")),
        (person("Ann Lee", company="Acme"), person("Ann Ray", company="Globex")),
        (person("Ann Lee", street="High St"), person("Alma Ray", street="High St")),
        (person("Ann Lee", street="12 High St", city="York"), person("Zoe Ray", street="12 High St", city="Hull")),
        (person("Ann Lee", street="1 Elm St", postcode="1", city="York"), person("Zoe Ray", street="1 Elm St", postcode="2", city="Hull")),
        (person("Ann Lee", birth_date="1990-01-01"), person("Zoe Ray", birth_date="1990-02-01")),
        (person("Ann Lee", birth_date="1990-01-01", postcode="1"), person("Zoe Ray", birth_date="1991-02-02", postcode="2")),
        (person("Ann Lee", street="12 High St", city="York"), person("Alma Ray", street="12 Elm St", city="York")),
    ],
    ids=["role mailbox", "few letters before the @", "mail provider", "given name alone", "half a name", "initials at a company",
         "initials at a postcode", "given name at two companies", "no house", "two cities", "two postcodes", "year and day of birth alone",
         "neither birth date nor postcode", "the number of another street"],
)  # fmt: skip
def test_two_who_share_no_more_than_this_are_not(one: Person, other: Person) -> None:
    name_alone = blocking_keys(profile_of(Person(first_name=one.first_name, last_name=one.last_name)))

    assert not blocking_keys(profile_of(one)) & blocking_keys(profile_of(other)) - name_alone


def test_a_given_name_or_a_surname_alone_is_no_key() -> None:
    assert blocking_keys(profile_of(person("Ann"))) == blocking_keys(profile_of(person(last_name="Lee"))) == frozenset()
