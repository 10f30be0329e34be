"""The companies the team works with."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from shared.devstack.demo import team, words

COUNT = 300


@dataclass(frozen=True, slots=True)
class Account:
    """A company as the accounts service knows it."""

    account_id: str
    name: str
    domain: str
    country: str
    owner_id: str


def accounts(seed: int) -> tuple[Account, ...]:
    """`COUNT` companies of different names."""
    dice = Random(f"{seed}:accounts")
    pairs = [(first, second) for first in words.COMPANY_FIRST for second in words.COMPANY_SECOND]
    return tuple(_account(number, pair, dice) for number, pair in enumerate(dice.sample(pairs, COUNT), start=1))


def _account(number: int, pair: tuple[str, str], dice: Random) -> Account:
    country = dice.choice(words.COUNTRIES)
    name = f"{pair[0]} {pair[1]}"
    return Account(
        account_id=f"acc-{number:04d}",
        name=f"{name} {dice.choice(words.LEGAL_FORMS[country])}",
        domain=f"{pair[0]}{pair[1]}.example".lower(),
        country=country,
        owner_id=dice.choice(team.doing("sales")).member_id,
    )
