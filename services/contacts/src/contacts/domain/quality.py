"""How much a person found in a mailbox is worth a look: somebody we talk with, a stranger's one mail, a machine, or one of our own.

The hint follows from how much mail went to and fro, also before the person was a contact, and from who works here. Both come in any
order, so it is worked out from counts and never from the last message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from contacts.domain.contact import Frozen
from contacts.domain.emails import is_role_address

Traffic = Literal["two_way", "one_off", "automated"]
Hint = Traffic | Literal["colleague"]
HINTS: tuple[Hint, ...] = ("two_way", "one_off", "automated", "colleague")

MACHINES = frozenset(
    {
        "alert", "alerts", "auto", "automailer", "bounce", "bounces", "daemon", "do-not-reply", "donotreply", "mailer", "mailer-daemon",
        "news", "newsletter", "newsletters", "no-reply", "no.reply", "no_reply", "noreply", "notification", "notifications", "notify",
        "postmaster", "robot", "unsubscribe", "updates",
    }
)  # fmt: skip
"""Mailboxes nobody reads the answers of."""

FREE_MAIL = frozenset(
    {
        "aol.com", "free.fr", "gmail.com", "gmx.at", "gmx.ch", "gmx.de", "gmx.net", "googlemail.com", "hotmail.co.uk", "hotmail.com",
        "hotmail.fr", "icloud.com", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "orange.fr",
        "outlook.com", "proton.me", "protonmail.com", "qq.com", "t-online.de", "web.de", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr",
        "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
    }
)  # fmt: skip
"""A member's address there says nothing of whoever else has one."""


class Correspondent(Frozen):
    """Mail to and from one address: what people wrote, what machines sent, what we wrote."""

    address: str
    received: int = 0
    automated: int = 0
    sent: int = 0

    @property
    def traffic(self) -> Traffic | None:
        """None where there was no mail."""
        if self.sent and self.received and not _is_machine(self.address):
            return "two_way"
        if not (self.received or self.automated):
            return None
        if _is_machine(self.address) or is_role_address(self.address) or not self.received:
            return "automated"
        return "one_off"


@dataclass(frozen=True)
class Ours:
    """The addresses of the people who work here, the domains they have in common, and the mailboxes that are read: address -> its id."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    mailboxes: Mapping[str, str] = field(default_factory=dict)

    def has(self, address: str | None) -> bool:
        return address is not None and (address in self.addresses or address in self.mailboxes or domain_of(address) in self.domains)


class Quality(Frozen):
    """`preselected` says whether a reviewer who approves a whole page means this one too."""

    hint: Hint
    text: str
    preselected: bool


def ours(addresses: frozenset[str], mailboxes: Mapping[str, str]) -> Ours:
    domains = {domain_of(address) for address in (*addresses, *mailboxes)} - FREE_MAIL - {""}
    return Ours(addresses, frozenset(domains), mailboxes)


def quality(traffic: Traffic | None, address: str | None, us: Ours) -> Quality | None:
    """None where nothing speaks for or against somebody."""
    if traffic is None:
        return None
    if us.has(address):
        return Quality(hint="colleague", text="The address, or its domain, is that of your own members.", preselected=False)
    return _QUALITIES[traffic]


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


_QUALITIES: Mapping[Traffic, Quality] = {
    "two_way": Quality(hint="two_way", text="You write to each other.", preselected=True),
    "one_off": Quality(hint="one_off", text="Wrote to you; nobody here has answered yet.", preselected=False),
    "automated": Quality(
        hint="automated", text="Newsletters, automatic replies, or the address of a job: nobody to talk with.", preselected=False
    ),
}


def _is_machine(address: str) -> bool:
    mailbox = address.partition("@")[0].partition("+")[0]
    return mailbox in MACHINES or mailbox.startswith(("bounce", "noreply", "no-reply", "donotreply"))
