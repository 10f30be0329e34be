"""What the guard was told about one aggregate, as a set of registers that each keep the newest thing said.

Events arrive late, twice and in any order, and many carry a part of their aggregate only. So every field is a register of its own:
the value with the greatest stamp wins, whatever came first. Folding the same events in any order gives the same fact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

Value = Any
"""What a document can hold: text, number, moment, or lists and dicts of them."""


class Kind(StrEnum):
    """`member` and `account` are about nobody themselves: they are what contact cards refer to."""

    MEMBER = "member"
    ACCOUNT = "account"
    CONTACT = "contact"
    TICKET = "ticket"
    DEAL = "deal"
    INVOICE = "invoice"
    THREAD = "thread"
    TOUCH = "touch"
    ADDRESS = "address"
    CONSENT = "consent"
    SUPPRESSION = "suppression"
    SUBMISSION = "submission"
    PAIR = "pair"
    STEP = "step"
    MEETING = "meeting"


UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""When something was told that was kept without its time: long ago."""


class Register(NamedTuple):
    """A value and its stamp. Two events with the same order are told apart by their ids, so the outcome never depends on arrival.

    `at` is when it was told, by which it is forgotten when its person is erased.
    """

    value: Value
    order: int
    event_id: str
    at: datetime = UNKNOWN

    @property
    def stamp(self) -> tuple[int, str]:
        return self.order, self.event_id


Registers = Mapping[str, Register]


@dataclass(frozen=True, slots=True)
class Told:
    """What one event says about one aggregate. `parties` replaces who it is about; `linked` and `unlinked` change that one by one.

    `beside` are others whom the words are about too: they forget with them.
    """

    kind: Kind
    id: str
    event_id: str
    order: int
    fields: Mapping[str, Value] = field(default_factory=dict)
    orders: Mapping[str, int] = field(default_factory=dict)
    parties: Collection[str] | None = None
    linked: Collection[str] = ()
    unlinked: Collection[str] = ()
    beside: Collection[str] = ()
    at: datetime = UNKNOWN

    @property
    def fact_id(self) -> str:
        return f"{self.kind}:{self.id}"

    def registers(self) -> dict[str, Register]:
        return {name: Register(value, self.orders.get(name, self.order), self.event_id, self.at) for name, value in self.fields.items()}

    def links(self) -> dict[str, Register]:
        said = {**dict.fromkeys(self.linked, True), **dict.fromkeys(self.unlinked, False)}
        return {key: Register(value, self.order, self.event_id) for key, value in said.items()}

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*(self.parties or ()), *self.linked, *self.unlinked, *self.beside))


@dataclass(frozen=True, slots=True)
class Fact:
    """Everything heard about one aggregate. `contact_ids` is who it is about by now, which is no part of what was heard.

    `named` says when each key was last told; what was told up to `forgotten` was about somebody who was erased, and is not kept.
    """

    kind: Kind
    id: str
    registers: Registers = field(default_factory=dict)
    parties: Register | None = None
    links: Registers = field(default_factory=dict)
    named: Mapping[str, datetime] = field(default_factory=dict)
    forgotten: datetime | None = None
    contact_ids: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def fact_id(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def state(self) -> dict[str, Value]:
        return {name: register.value for name, register in self.registers.items()}

    @property
    def keys(self) -> frozenset[str]:
        """The party keys: the newest whole list, and what was linked or unlinked after it."""
        listed = set(self.parties.value) if self.parties else set()
        newer = {key: link.value for key, link in self.links.items() if self.parties is None or link.stamp > self.parties.stamp}
        return frozenset((listed | {key for key, linked in newer.items() if linked}) - {key for key, linked in newer.items() if not linked})


def learn(fact: Fact | None, told: Told) -> Fact:
    """The fact after hearing one thing more. Hearing it again, or after something newer, changes nothing."""
    fact = fact or Fact(told.kind, told.id)
    if fact.kind is Kind.CONTACT and _is_erased(fact.registers):
        return fact
    if fact.forgotten is not None and told.at <= fact.forgotten and not told.names:
        return fact  # about whoever the fact was about then, and that one is erased
    registers = _newest(fact.registers, told.registers())
    if fact.kind is Kind.CONTACT and _is_erased(registers):
        return Fact(fact.kind, fact.id, {"erased_at": registers["erased_at"]})
    parties = fact.parties
    if told.parties is not None:
        said = Register(sorted(told.parties), told.order, told.event_id)
        parties = said if parties is None or said.stamp > parties.stamp else parties
    named = {**fact.named, **{key: max(told.at, fact.named.get(key, told.at)) for key in told.names}}
    return replace(fact, registers=registers, parties=parties, links=_newest(fact.links, told.links()), named=named)


def _newest(known: Registers, said: Registers) -> Registers:
    newer = {name: register for name, register in said.items() if name not in known or register.stamp > known[name].stamp}
    return {**known, **newer}


def _is_erased(registers: Registers) -> bool:
    """Erased is for ever, and nothing personal is kept or taken in again, however late it arrives."""
    return "erased_at" in registers


def latest(moment: datetime) -> int:
    """The order of a register that keeps the latest moment rather than the newest version."""
    return round(moment.timestamp() * 1_000_000)


def earliest(moment: datetime) -> int:
    """The order of a register that keeps the earliest moment."""
    return -latest(moment)
