"""Finding people by any part of what they are known by; `SEARCHED` says what that is.

A contact is found through grams: every three letters in a row of its words, and the first one and two letters of each word for
queries too short to have three. A query looks one gram up and verifies the candidates word by word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from contacts.domain import phones
from contacts.domain.contact import Contact
from contacts.domain.text import folded

GRAM = 3
MAX_VALUE = 200
MAX_GRAMS = 1_000
MAX_WORDS = 8
MAX_PROBES = 8
"""Bounds on what one document adds to the index and one query asks of it."""

OVERFULL = "+"
"""The key of what has more grams than fit. Every search looks at it as well, so that nothing is hidden by how much else there is."""


@dataclass(frozen=True)
class Match:
    """Which field made a contact be found, and its value as the person reads it."""

    field: str
    value: str


@dataclass(frozen=True)
class Searched:
    """Something people are known by: its name in a match, the contact's fields it is read from, and how."""

    name: str
    fields: tuple[str, ...]
    values: Callable[[Contact], Iterable[str | None]]


def _field(name: str) -> Searched:
    """A simple field, found as it is."""
    return Searched(name, (name,), lambda contact: [getattr(contact, name)])


SEARCHED = (
    Searched("name", ("first_name", "middle_name", "last_name", "suffix"), lambda contact: [full_name(contact)]),
    Searched("email", ("emails",), lambda contact: [email.normalised for email in contact.emails]),
    Searched("phone", ("phones",), lambda contact: [phone.e164 or phone.typed for phone in contact.phones]),
    _field("company"),
    Searched("company", ("accounts",), lambda contact: [link.name for link in contact.current_links]),
)
"""The one place that says what a search finds: index, matches and the API's description follow from it."""

NAMES = tuple(dict.fromkeys(known.name for known in SEARCHED))


@dataclass(frozen=True)
class Query:
    """The words that must all occur."""

    words: tuple[str, ...]

    @property
    def grams(self) -> tuple[str, ...]:
        """Some of what a contact must have in its index to be found: of every word, spread evenly over it."""
        each = max(1, MAX_PROBES // max(1, len(self.words)))
        return tuple(dict.fromkeys(gram for word in self.words for gram in _spread(_grams_of(word), each)))

    @property
    def patterns(self) -> tuple[str, ...]:
        """A regular expression for each word; nothing of what was typed has a meaning in it."""
        return tuple(re.escape(word) if len(word) >= GRAM else rf"(?:^|\s){re.escape(word)}" for word in self.words)


def query(text: str, region: str) -> Query:
    """A number in any format is one word of digits; everything else is folded and split. Of accents alone nothing is left: no words."""
    if phones.is_number_like(text):
        return Query((phones.search_digits(text, region),))
    words = sorted(set(folded(text[:MAX_VALUE]).split()), key=len, reverse=True)
    return Query(tuple(words[:MAX_WORDS]))


def search_text(values: Iterable[str]) -> str:
    """What the query's words are looked for in: a folded value a line."""
    return _lines(folded(value[:MAX_VALUE]) for value in values if value)


def grams(text: str) -> list[str]:
    """The keys under which this text is found."""
    found: dict[str, None] = {}
    for word in text.split():
        for length in range(1, GRAM):
            found[f"^{word[:length]}"] = None
        for start in range(len(word) - GRAM + 1):  # one by one: every contact that is written passes here
            found[word[start : start + GRAM]] = None
        if len(found) > MAX_GRAMS:
            return [OVERFULL, *list(found)[: MAX_GRAMS - 1]]
    return list(found)


def searchable(contact: Contact) -> Iterator[Match]:
    """Every value a contact can be found by."""
    return (Match(known.name, value) for known in SEARCHED for value in known.values(contact) if value)


def found_by(contact: Contact, wanted: Query) -> list[Match]:
    """The values in which any of the words occurs."""
    patterns = [re.compile(pattern) for pattern in wanted.patterns]
    return [match for match in searchable(contact) if any(pattern.search(_comparable(match.field, match.value)) for pattern in patterns)]


def text_of(contact: Contact) -> str:
    return _lines(_comparable(known.name, value[:MAX_VALUE]) for known in SEARCHED for value in known.values(contact) if value)


def full_name(contact: Contact) -> str:
    return " ".join(part for part in (contact.first_name, contact.middle_name, contact.last_name, contact.suffix) if part)


def name_key(contact: Contact) -> str:
    """What a list by name is sorted by: the last name first, as in a register."""
    return folded(" ".join(part[:MAX_VALUE] for part in (contact.last_name, contact.first_name) if part))


def _lines(words: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(words))


def _comparable(name: str, value: str) -> str:
    return (name == "phone" and phones.digits(value)) or folded(value)


def _grams_of(word: str) -> list[str]:
    return _trigrams(word) if len(word) >= GRAM else [f"^{word}"]


def _spread(grams: list[str], count: int) -> list[str]:
    step = -(-len(grams) // count)
    return grams[::step]


def _trigrams(word: str) -> list[str]:
    return [word[start : start + GRAM] for start in range(len(word) - GRAM + 1)]
