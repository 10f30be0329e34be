"""How rare what two agree on is, and what that does to a score."""

from __future__ import annotations

import pytest

from dedupe.domain.commonness import FEWEST, RARE, SMALLEST, UNCOUNTED, Commonness, Counting
from dedupe.domain.match import bits_between, compare
from dedupe.domain.person import Profile, profile_of
from dedupe.domain.ruleset import Rules
from tests.support.dedupe_builders import person

SMITHS = [Profile(given="ann", surname="smith") for _ in range(FEWEST)]


def rules(contacts: int, *, smiths: int = RARE, duplicates: float = 0.1) -> Rules:
    return Rules(commonness=Commonness(contacts, {"given": {"ann": 50}, "surname": {"smith": smiths}}, duplicates))


def named(surname: str) -> Profile:
    return Profile(surname=surname)


def test_one_in_so_many_contacts_has_a_value() -> None:
    counted = Commonness(1 << 16, {"surname": {"smith": 1 << 6}})

    assert counted.rarity("surname", named("smith"), named("smith")) == 10
    assert counted.rarity("surname", named("smith"), named("smyth")) == 10
    assert counted.rarity("surname", named("zyx"), named("zyx")) == 15


def test_of_many_values_the_commonest_that_both_have_counts() -> None:
    counted = Commonness(1 << 16, {"numbers": {"desk": 1 << 6}})

    both, desk, own = Profile(numbers=("desk", "own")), Profile(numbers=("desk",)), Profile(numbers=("own",))
    assert [counted.rarity("numbers", both, other) for other in (both, desk, own)] == [10, 10, 15]


def test_without_counts_nothing_is_known_to_be_rare_or_common() -> None:
    common, rare = (Commonness().rarity("surname", named(name), named(name)) for name in ("smith", "zyx"))

    assert 2**common == 2**rare == pytest.approx(SMALLEST / UNCOUNTED)


def test_few_contacts_are_counted_and_say_nothing_yet() -> None:
    few = Commonness.of(SMITHS[:-1])

    assert (few.contacts, few.counts) == (FEWEST - 1, {})
    assert Commonness.of(SMITHS).counts["surname"] == {"smith": FEWEST}


def test_counting_in_portions_ends_in_the_same() -> None:
    first, second = Counting(), Counting()
    first.add(SMITHS[:300])
    second.add(SMITHS[300:])
    first.extend(second)

    assert first.counted() == Commonness.of(SMITHS)


def test_a_common_name_says_less_than_a_rare_one() -> None:
    both = profile_of(person("Ann Smith"))

    scores = [compare(both, both, rules(100_000, smiths=smiths)).score for smiths in (RARE, 50, 2_000)]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


def test_the_same_name_says_less_in_a_larger_workspace_where_it_is_as_common() -> None:
    both = profile_of(person("Ann Smith"))

    assert compare(both, both, rules(10_000, smiths=100)).bits > compare(both, both, rules(1_000_000, smiths=10_000)).bits


def test_where_there_are_more_duplicates_the_same_evidence_is_likelier_one() -> None:
    both = profile_of(person("Ann Smith"))

    assert compare(both, both, rules(10_000, duplicates=0.5)).score > compare(both, both, rules(10_000, duplicates=0.05)).score


def test_bits_are_those_of_the_match() -> None:
    one, other = profile_of(person("Ann Smith", "ann@acme.com", company="Acme")), profile_of(person("A Smyth", company="ACME Inc"))

    assert bits_between(one, other, rules(10_000)) == compare(one, other, rules(10_000)).bits
