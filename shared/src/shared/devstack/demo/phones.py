"""Phone numbers nobody has, written in every way people write them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from shared.devstack.demo import words


def phone(country: str, dice: Random) -> str:
    """A number from the range its country keeps for fiction, typed by somebody."""
    return dice.choice(STYLES[country])(*NUMBERS[country](dice))


def retyped(typed: str, dice: Random) -> str:
    """The same number as another program or person writes it."""
    digits = "".join(character for character in typed.partition("x")[0] if character.isdigit())
    if typed.startswith("+"):
        return dice.choice((f"+{digits}", f"+{digits[:2]} {digits[2:]}", typed.replace(" ", "-")))
    digits = digits.removeprefix("1") if len(digits) == 11 else digits
    return dice.choice((digits, f"{digits[:3]} {digits[3:6]} {digits[6:]}", f"{digits[:3]}.{digits[3:6]}.{digits[6:]}"))


NUMBERS: dict[str, Callable[[Random], tuple[str, str]]] = {
    "US": lambda dice: (dice.choice(words.US_AREA_CODES), f"555{dice.randrange(100, 200):04d}"),
    "GB": lambda dice: dice.choice((("20", f"79460{dice.randrange(1000):03d}"), ("113", f"4960{dice.randrange(1000):03d}"))),
    "DE": lambda dice: ("30", f"23125{dice.randrange(1000):03d}"),
    "FR": lambda dice: ("1", f"9900{dice.randrange(10_000):04d}"),
    "AU": lambda dice: (dice.choice("2378"), f"5550{dice.randrange(10_000):04d}"),
}

Style = Callable[[str, str], str]

STYLES: dict[str, tuple[Style, ...]] = {
    "US": (
        lambda area, rest: f"({area}) {rest[:3]}-{rest[3:]}",
        lambda area, rest: f"{area}-{rest[:3]}-{rest[3:]}",
        lambda area, rest: f"{area}.{rest[:3]}.{rest[3:]}",
        lambda area, rest: f"{area}{rest}",
        lambda area, rest: f"+1 {area} {rest[:3]} {rest[3:]}",
        lambda area, rest: f"1-{area}-{rest[:3]}-{rest[3:]}",
        lambda area, rest: f"({area}){rest[:3]}-{rest[3:]} x12",
    ),
    "GB": (
        lambda area, rest: f"+44 {area} {rest[:4]} {rest[4:]}",
        lambda area, rest: f"+44 (0){area} {rest[:4]} {rest[4:]}",
        lambda area, rest: f"+44{area}{rest}",
    ),
    "DE": (lambda area, rest: f"+49 {area} {rest}", lambda area, rest: f"+49 ({area}) {rest[:4]}-{rest[4:]}"),
    "FR": (lambda area, rest: f"+33 {area} {rest[:2]} {rest[2:4]} {rest[4:6]} {rest[6:]}", lambda area, rest: f"+33{area}{rest}"),
    "AU": (lambda area, rest: f"+61 {area} {rest[:4]} {rest[4:]}", lambda area, rest: f"+61{area}{rest}"),
}
