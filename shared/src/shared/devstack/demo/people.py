"""About two thousand people as a CRM holds them after some years of imports, forms, mailboxes and hurried typing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from shared.devstack.demo import team, words
from shared.devstack.demo.accounts import Account
from shared.devstack.demo.phones import phone, retyped

COUNT = 2_000
DUPLICATES = 160
PRIVATE_MAIL = ("postbox.example", "inbox.example", "mymail.example")


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    city: str
    region: str
    postcode: str
    country: str


@dataclass(frozen=True, slots=True)
class Person:
    """One row: what somebody typed or a program brought, mess included."""

    number: int
    first_name: str
    last_name: str
    job_title: str
    role: str
    emails: tuple[tuple[str, str], ...]
    phones: tuple[tuple[str, str], ...]
    account: Account
    linked: bool
    """Linked to the account; otherwise the company is a text only."""
    owner_id: str | None
    source: str
    tags: tuple[str, ...]
    address: Address | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def mail_address(self) -> str | None:
        """The key of the first address, as other programs know the person by it."""
        return self.emails[0][0].strip().lower() if self.emails else None


def people(seed: int, accounts: Sequence[Account]) -> tuple[Person, ...]:
    """`COUNT` rows, `DUPLICATES` of them about somebody who has another row."""
    dice = Random(f"{seed}:people")
    originals = list(_originals(accounts, dice))
    again = dice.sample(originals, DUPLICATES)
    rows = [*originals, *(_again(person, number, dice) for number, person in enumerate(again, start=len(originals) + 1))]
    dice.shuffle(rows)
    return tuple(rows)


def _originals(accounts: Sequence[Account], dice: Random) -> Iterator[Person]:
    taken: set[str] = set()
    while len(taken) < COUNT - DUPLICATES:
        person = _original(len(taken) + 1, dice.choice(accounts), dice)
        key = f"{person.name.lower()}@{person.account.domain}"
        if key not in taken:
            taken.add(key)
            yield person


def _original(number: int, account: Account, dice: Random) -> Person:
    first, last = dice.choice(words.GIVEN_NAMES), dice.choice(words.SURNAMES)
    title, role = dice.choice(words.JOB_TITLES)
    return Person(
        number=number,
        first_name=_as_typed(first, dice),
        last_name=_as_typed(last, dice),
        job_title=title if dice.random() < 0.85 else "",
        role=role,
        emails=tuple(_emails(number, first, last, account, dice)),
        phones=tuple(_phones(account.country, dice)),
        account=account,
        linked=dice.random() < 0.88,
        owner_id=_owner(account, dice),
        source=dice.choices(("manual", "api", "import", "form", "mailbox", "integration"), (45, 40, 6, 4, 3, 2))[0],
        tags=tuple(sorted(dice.sample(words.TAGS, dice.choice((0, 0, 1, 1, 2))))),
        address=_address(account.country, dice) if dice.random() < 0.4 else None,
    )


def _emails(number: int, first: str, last: str, account: Account, dice: Random) -> Iterator[tuple[str, str]]:
    if dice.random() < 0.05:
        return
    ascii_first, ascii_last = _ascii(first), _ascii(last)
    local = dice.choice((f"{ascii_first}.{ascii_last}", f"{ascii_first[0]}{ascii_last}", f"{ascii_first}_{ascii_last}"))
    yield _address_as_typed(f"{local}{number if dice.random() < 0.1 else ''}@{account.domain}", dice), "work"
    if dice.random() < 0.18:
        yield f"{ascii_first}.{ascii_last}{number}@{dice.choice(PRIVATE_MAIL)}", "personal"
    if dice.random() < 0.04:
        yield f"invoices.{ascii_last}{number}@{account.domain}", "billing"


def _phones(country: str, dice: Random) -> Iterator[tuple[str, str]]:
    if dice.random() < 0.15:
        return
    yield phone(country, dice), "work"
    if dice.random() < 0.25:
        yield phone(country, dice), "mobile"
    if dice.random() < 0.02:
        yield dice.choice(("ext. 4412", "ask reception", "555")), "work"


def _owner(account: Account, dice: Random) -> str | None:
    chance = dice.random()
    if chance < 0.06:
        return None
    if chance < 0.09:
        return team.FORMER.member_id
    return account.owner_id if chance < 0.85 else dice.choice(team.doing("sales")).member_id


def _address(country: str, dice: Random) -> Address:
    city, region, postcode = dice.choice(words.CITIES[country])
    number, street = dice.randrange(1, 240), f"{dice.choice(words.STREETS)} Street"
    return Address(f"{number} {street}", city, region, postcode, country)


def _again(person: Person, number: int, dice: Random) -> Person:
    """The same human once more: by nickname, from a private address, with the number typed otherwise, or from an import."""
    first = words.NICKNAMES.get(person.first_name.title(), person.first_name)
    private = f"{_ascii(first)}.{_ascii(person.last_name)}{number}@{dice.choice(PRIVATE_MAIL)}"
    return replace(
        person,
        number=number,
        first_name=first,
        last_name=_misspelt(person.last_name, dice),
        emails=((private, "personal"),) if dice.random() < 0.6 else (),
        phones=tuple((retyped(typed, dice), purpose) for typed, purpose in person.phones[:1]),
        linked=dice.random() < 0.4,
        owner_id=dice.choice(team.doing("sales")).member_id if dice.random() < 0.5 else None,
        source=dice.choice(("import", "import", "form", "mailbox")),
        tags=(),
    )


def _as_typed(name: str, dice: Random) -> str:
    chance = dice.random()
    if chance < 0.04:
        return name.upper()
    if chance < 0.09:
        return name.lower()
    return f" {name}" if chance < 0.10 else name


def _address_as_typed(address: str, dice: Random) -> str:
    local, _, domain = address.partition("@")
    return dice.choices((address, f"{local.title()}@{domain}", f"{local}@{domain.upper()}", f"{address} "), (85, 6, 5, 4))[0]


def _misspelt(name: str, dice: Random) -> str:
    if dice.random() < 0.6 or len(name) < 5:
        return name
    place = dice.randrange(1, len(name) - 2)
    return f"{name[:place]}{name[place + 1]}{name[place]}{name[place + 2 :]}"


def _ascii(name: str) -> str:
    return "".join(character for character in name.lower().replace("ś", "s") if character.isascii() and character.isalpha())
