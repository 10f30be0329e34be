"""Invented contacts in any number, some of them twice: `python -m bench.dedupe_people COUNT > contacts.csv`, the same ones every time.

Names are met as unevenly as people's are (a few very often, most hardly ever), companies and towns grow in number with the contacts, and a
quarter of the rows is somebody again, as imports and forms would have them. For speed and memory; quality is measured on labelled records.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, product

from shared.devstack.demo.words import COMPANY_FIRST, COMPANY_SECOND, GIVEN_NAMES, NICKNAMES, SURNAMES

Columns = dict[str, str]

COLUMNS = (
    "id", "given_name", "surname", "email", "phone", "company", "title", "address", "city", "postcode", "birth_date",
)  # fmt: skip
AGAIN = 0.25
REMEMBERED = 5_000
"""Of so many before somebody is met again: nobody has to keep a million people in memory."""
TOWN_ENDINGS = ("ville", "ton", "stad", "ford", "mouth", "burg", "ham", "wick", "heim", "by")
ENDINGS = ("son", "sen", "man", "ski", "ova", "ini", "ez", "er", "ley", "field", "well", "worth", "stein", "mann", "ard", "eau", "yan")
STREETS = ("High", "Church", "Mill", "Station", "Park", "Victoria", "Green", "Bridge", "King", "Queen", "Manor", "Spring", "North")
TITLES = ("", "", "Sales Manager", "CFO", "Engineer", "Head of Purchasing", "Consultant", "Office Manager")


def people(count: int, seed: int = 7) -> Iterator[Columns]:
    """`count` contacts."""
    invented, known = _Inventor(random.Random(seed), count), deque[Columns](maxlen=REMEMBERED)
    for number in range(count):
        again = bool(known) and invented.chosen.random() < AGAIN
        person = invented.again(invented.chosen.choice(known)) if again else invented.somebody(number)
        if not again:
            known.append(person)
        yield {**person, "id": f"c{number:07}"}


class _Inventor:
    def __init__(self, chosen: random.Random, count: int) -> None:
        self.chosen = chosen
        self._given = _Uneven(GIVEN_NAMES)
        stems = [f"{name[:4].rstrip('aeiou')}{ending}" for name, ending in product(SURNAMES, ENDINGS)]
        chosen.shuffle(stems)
        self._surnames = _Uneven([*SURNAMES, *dict.fromkeys(stems)])
        self._companies = max(200, count // 15)
        self._towns = _Uneven([f"{stem}{ending}" for stem, ending in product(SURNAMES, TOWN_ENDINGS)])

    def somebody(self, number: int) -> Columns:
        chosen = self.chosen
        first, last, company = self._given.drawn(chosen), self._surnames.drawn(chosen), self._company()
        town = chosen.random() < 0.5 and self._towns.drawn(chosen)
        return {
            "given_name": first,
            "surname": last,
            "email": self._email(first, last, company, number),
            "phone": f"+1 {chosen.randrange(201, 990)} {chosen.randrange(2_000_000, 9_999_999)}" if chosen.random() < 0.6 else "",
            "company": company,
            "title": chosen.choice(TITLES),
            "address": f"{chosen.randrange(1, 400)} {chosen.choice(STREETS)} Street" if town and chosen.random() < 0.7 else "",
            "city": town or "",
            "postcode": f"{sum(map(ord, town)) * 37 % 90_000 + 10_000 + chosen.randrange(9)}" if town else "",
            "birth_date": self._birth_date() if chosen.random() < 0.1 else "",
        }

    def again(self, person: Mapping[str, str]) -> Columns:
        """The same person as somebody else would have written them down."""
        chosen, other = self.chosen, dict(person)
        if chosen.random() < 0.3:
            other["given_name"] = NICKNAMES.get(person["given_name"], person["given_name"][:1])
        if chosen.random() < 0.2:
            place = chosen.randrange(1, len(person["surname"]))
            other["surname"] = person["surname"][:place] + person["surname"][place + 1 :]
        if chosen.random() < 0.3:
            other["company"] = self._company()
        for column in ("email", "phone", "address", "city", "postcode", "birth_date"):
            if chosen.random() < 0.3:
                other[column] = ""
        return other

    def _birth_date(self) -> str:
        return (date(1940, 1, 1) + timedelta(days=self.chosen.randrange(23_000))).isoformat()

    def _company(self) -> str:
        number = self.chosen.randrange(self._companies)
        first, second = COMPANY_FIRST[number % len(COMPANY_FIRST)], COMPANY_SECOND[number // len(COMPANY_FIRST) % len(COMPANY_SECOND)]
        return f"{first} {SURNAMES[number // 7 % len(SURNAMES)]} {second}" if self.chosen.random() < 0.85 else ""

    def _email(self, first: str, last: str, company: str, number: int) -> str:
        kind = self.chosen.random()
        if kind < 0.15:
            return ""
        domain = f"{company.replace(' ', '')}.example" if company and kind < 0.7 else "gmail.com"
        local = f"{first}.{last}" if kind < 0.5 else f"{first[:1]}{last}" if kind < 0.7 else f"{first}{last}{number % 1000}"
        return f"{local}@{domain}".lower().encode("ascii", "ignore").decode()


class _Uneven:
    """Values of which the first are drawn most, as names are."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = values
        self._weights = list(accumulate(1 / (place + 10) for place in range(len(values))))

    def drawn(self, chosen: random.Random) -> str:
        return chosen.choices(self._values, cum_weights=self._weights)[0]


def main(count: int) -> None:
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(people(count))


if __name__ == "__main__":
    main(int(sys.argv[1]))
