"""When two addresses are one, and whether an address can be one at all.

The typed form is what people see; the normalised one is the key for uniqueness, search and matching. Whether a domain answers is not
asked: a name server that is slow or down must not stop somebody from saving a person.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

ROLE_MAILBOXES = frozenset(
    {
        "accounting", "accounts", "admin", "billing", "booking", "bookings", "careers", "contact", "customerservice", "enquiries",
        "finance", "hello", "help", "helpdesk", "hr", "info", "inquiries", "invoice", "invoices", "jobs", "mail", "marketing", "media",
        "newsletter", "noreply", "no-reply", "office", "orders", "postmaster", "press", "purchasing", "reception", "recruiting",
        "sales", "service", "shop", "support", "team", "webmaster",
    }
)  # fmt: skip
"""Mailboxes of a job, not of a person: several people may share one."""

LONGEST = 400
"""Characters; an address has 254 at most, and taking apart what is longer costs its length squared."""

LONGEST_PLAIN = 254
"""Characters of an address of which each is a byte."""

_plain_mailbox = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_public_domain = re.compile(r"\.(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,}$")


class InvalidAddressError(ValueError):
    """What was typed can't be an email address."""


def normalised(typed: str) -> str:
    """`Ann@ACME.com ` becomes `ann@acme.com`, an international domain its ASCII form. Raises InvalidAddressError."""
    if len(typed) > LONGEST:
        raise InvalidAddressError("not an email address: too long")
    address = typed.strip()
    mailbox, _, domain = address.rpartition("@")
    if address.isascii() and len(address) <= LONGEST_PLAIN and _plain_mailbox.fullmatch(mailbox):
        return f"{mailbox.lower()}@{_plain_domain(domain)}"
    return _taken_apart(address)


@lru_cache(maxsize=5_000)
def _plain_domain(domain: str) -> str:
    """Its form in a key. Many people share one, and to take it apart costs more than all else that is checked of an address."""
    return _taken_apart(f"a@{domain}").removeprefix("a@")


def _taken_apart(typed: str) -> str:
    try:
        address = validate_email(typed, check_deliverability=False, globally_deliverable=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidAddressError("not an email address") from error
    domain = (address.ascii_domain or address.domain).lower()
    if not _public_domain.search(domain):
        raise InvalidAddressError("not an email address: the domain is incomplete")
    return f"{unicodedata.normalize('NFKC', address.local_part).lower()}@{domain}"


def lookup_key(address: str) -> str:
    """The key of an address somebody else wrote: one that no contact can have finds nothing instead of failing."""
    try:
        return normalised(address)
    except InvalidAddressError:
        return address[:LONGEST].strip().lower()


def is_role_address(key: str) -> bool:
    return key.partition("@")[0].partition("+")[0] in ROLE_MAILBOXES
