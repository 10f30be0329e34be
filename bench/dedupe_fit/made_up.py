"""Made-up records of people about whom little is known, who make one mistake at a time: short ones, and households at one address.

Names are drawn from labelled records as often as they are met there, so that there are namesakes.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bench.dedupe_fit.examples import Records
from dedupe.domain.names import short_forms
from dedupe.domain.person import Person

Mistake = Callable[[Person], Person]


@dataclass(frozen=True)
class Drawn:
    """From what people are made."""

    given: list[str]
    surnames: list[str]
    homes: list[tuple[str, str, str]]
    """Street, city and postcode."""

    @classmethod
    def of(cls, named: Mapping[str, Person], housed: Mapping[str, Person]) -> Drawn:
        plain = [one for one in named.values() if one.first_name.isalpha() and one.last_name.isalpha()]
        streets = [one for one in housed.values() if " " in one.street and one.city and one.postcode]
        homes = [(one.street.partition(",")[0].partition(" ")[2], one.city, one.postcode) for one in streets]
        return cls([one.first_name for one in plain], [one.last_name for one in plain], [home for home in homes if home[0]])


class Maker:
    """Makes people and their duplicates, the same ones for the same seed."""

    def __init__(self, drawn: Drawn, seed: int) -> None:
        self._drawn = drawn
        self._random = random.Random(seed)  # not for secrets

    def short_records(self, people: int, duplicates: float) -> Records:
        """Names and a birth date."""
        made = [self._somebody(born=1.0) for _ in range(people)]
        return self._with_duplicates("short records", made, duplicates, [*self._names(), self._other_birth_date, self._other_birth_date])

    def households(self, people: int, duplicates: float, born: float) -> Records:
        """Families at one address, of whom a share have a birth date."""
        made: list[Person] = []
        while len(made) < people:
            surname, (street, city, postcode) = self._random.choice(self._drawn.surnames), self._random.choice(self._drawn.homes)
            house = self._random.randrange(1, 300)
            for _ in range(self._random.choice((1, 1, 2, 2, 3, 4, 5))):
                member = replace(self._somebody(born), street=f"{house} {street}", city=city, postcode=postcode if born else "")
                made.append(member if self._random.random() < 0.1 else replace(member, last_name=surname))
        mistakes = [*self._names(), self._other_birth_date, self._street, self._city, self._moved]
        return self._with_duplicates("households", made, duplicates, mistakes)

    def _somebody(self, born: float) -> Person:
        day = date(1930, 1, 1) + timedelta(self._random.randrange(27_000))
        return Person(
            first_name=self._random.choice(self._drawn.given),
            middle_name=self._random.choice(self._drawn.given)[0] if self._random.random() < 0.3 else "",
            last_name=self._random.choice(self._drawn.surnames),
            birth_date=day.isoformat() if self._random.random() < born else "",
        )

    def _with_duplicates(self, name: str, people: list[Person], duplicates: float, mistakes: list[Mistake]) -> Records:
        records: list[tuple[int, Person]] = []
        for number, person in enumerate(people):
            records.append((number, person))
            if self._random.random() < duplicates:
                copy = person
                for _ in range(self._random.choice((1, 1, 1, 2))):
                    copy = self._random.choice(mistakes)(copy)
                records.append((number, copy))
        self._random.shuffle(records)
        ids = [f"r{place:06}" for place in range(len(records))]
        people_by_id = {record: person for record, (_, person) in zip(ids, records, strict=True)}
        return Records(name, people_by_id, {record: f"p{number}" for record, (number, _) in zip(ids, records, strict=True)})

    def _names(self) -> list[Mistake]:
        return [self._given, self._given, self._surname, self._surname, self._short_form, self._initial, self._married, self._no_middle]

    def _given(self, one: Person) -> Person:
        return replace(one, first_name=self._mistyped(one.first_name))

    def _surname(self, one: Person) -> Person:
        return replace(one, last_name=self._mistyped(one.last_name))

    def _short_form(self, one: Person) -> Person:
        return replace(one, first_name=self._random.choice(short_forms(one.first_name.lower()) or [self._mistyped(one.first_name)]))

    def _initial(self, one: Person) -> Person:
        return replace(one, first_name=one.first_name[0]) if self._random.random() < 0.5 else self._given(one)

    def _married(self, one: Person) -> Person:
        return replace(one, last_name=self._random.choice(self._drawn.surnames)) if self._random.random() < 0.4 else self._surname(one)

    def _no_middle(self, one: Person) -> Person:
        return replace(one, middle_name="") if one.middle_name else self._surname(one)

    def _street(self, one: Person) -> Person:
        return replace(one, street=self._mistyped(one.street))

    def _city(self, one: Person) -> Person:
        return replace(one, city=self._mistyped(one.city))

    def _moved(self, one: Person) -> Person:
        street, city, postcode = self._random.choice(self._drawn.homes)
        return replace(one, street=f"{self._random.randrange(1, 300)} {street}", city=city, postcode=one.postcode and postcode)

    def _other_birth_date(self, one: Person) -> Person:
        if not one.birth_date:
            return self._surname(one)
        year, month, day = one.birth_date.split("-")
        match self._random.randrange(4):
            case 0 if int(day) <= 12:
                month, day = day, month
            case 0 | 1:
                day = f"{self._random.randrange(1, 29):02}"
            case 2:
                month = f"{self._random.randrange(1, 13):02}"
            case _:
                year = f"{year[:3]}{self._random.randrange(10)}"
        return replace(one, birth_date=f"{year}-{month}-{day}")

    def _mistyped(self, text: str) -> str:
        if len(text) < 3:
            return text
        at, letter = self._random.randrange(1, len(text) - 1), self._random.choice(string.ascii_lowercase)
        before, here, after = text[:at], text[at], text[at + 1 :]
        return self._random.choice(
            (before + after, before + letter + here + after, before + letter + after, before + after[:1] + here + after[1:])
        )
