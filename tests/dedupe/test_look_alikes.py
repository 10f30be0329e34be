"""Who is shown beside the form, and in which order."""

from __future__ import annotations

import pytest

from dedupe.domain.look_alikes import MOST_SHOWN, Alike, look_alikes
from dedupe.domain.person import Person, profile_of
from dedupe.domain.ruleset import DEFAULT
from tests.support.dedupe_builders import indexed, match, person

ADA = person("Ada Lovelace", "ada@example.org", phone="4155551234")


def shown(*known: Person) -> list[str]:
    contacts = [indexed(f"c{at}", who) for at, who in enumerate(known)]
    return [each.contact.contact_id for each in look_alikes(profile_of(ADA), Alike(contacts), DEFAULT)]


def test_the_likeliest_come_first_and_of_two_alike_the_lesser_id() -> None:
    by_phone = person("Ada", phone="4155551234")

    assert shown(by_phone, ADA, ADA) == ["c1", "c2", "c0"]


@pytest.mark.req("CD3", "CD4")
def test_the_same_number_is_shown_even_where_all_else_speaks_against_it() -> None:
    stranger = person("Zoe Ray", "zoe@globex.com", phone="4155551234", birth_date="1990-01-01")

    assert not match(ADA, stranger).suspected
    assert shown(stranger, person("Zoe Ray")) == ["c0"]


def test_somebody_like_them_is_shown_without_an_address_or_number_in_common() -> None:
    who = person("Ada Lovelace", company="Acme")

    assert [each.match for each in look_alikes(profile_of(who), Alike([indexed("c1", who)]), DEFAULT)] == [match(who, who)]


def test_no_more_are_shown_than_people_read() -> None:
    assert len(shown(*[ADA] * (MOST_SHOWN + 1))) == MOST_SHOWN
