"""Mail addresses as people and programs write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import idna

LONGEST_EMAIL = 400
LONGEST_TEXT = 1_000
"""Characters, of an address and of a text with addresses in it. Somebody else chooses what comes in, and normalising costs its length
squared."""

_bracketed = re.compile(r"<([^<>]*@[^<>]*)>")
_between = re.compile(r"[\s,;<>()\[\]]+")
_at = re.compile("@")
_SEPARATORS = r"\s,;:<>()\[\]{}\"'\\/|=&?#@"
_local_part = re.compile(rf"[^{_SEPARATORS}]+\Z")
_domain_part = re.compile(rf"[^{_SEPARATORS}]{{1,253}}")
LONGEST_LOCAL_PART = 64
_QUOTES = "\"'"
_LINK = "mailto:"


def email_key(address: str) -> str | None:
    """Case, space, quotes, what can't be seen, and how an international domain is written never make a second person.

    None for what is no address at all. The same key as the `normalised` form of a contact's addresses (the contacts service refuses more;
    here nobody is left to ask). A `+tag` belongs to the address.
    """
    if len(address) > LONGEST_EMAIL:
        return None
    local, at, domain = _linked(_unquoted(address.strip())).rpartition("@")
    local, domain = _visible(unicodedata.normalize("NFKC", local)).lower(), _domain(domain)
    return f"email:{_unquoted(local)}@{domain}" if at and local and domain else None


def emails_in(text: str) -> tuple[str, ...]:
    """The keys of all addresses in a text; what stands around those in angle brackets is a name, whatever it looks like."""
    if len(text) > LONGEST_TEXT:
        return ()
    text = unicodedata.normalize("NFKC", text)
    written = _bracketed.findall(text) or _between.split(text)
    keys = (email_key(part) for part in written if "@" in part and part.count('"') % 2 == 0)
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def _linked(text: str) -> str:
    """The address of a link; what follows it says what the mail is to be."""
    return text[len(_LINK) :].partition("?")[0] if text[: len(_LINK)].lower() == _LINK else text


def _domain(written: str) -> str:
    domain = written.partition("?")[0].strip().lower()  # of a link whose beginning was lost on the way
    if not domain.isascii():
        domain = visible if (visible := _visible(domain)).isascii() else domain
        with suppress(idna.IDNAError):
            domain = idna.encode(domain, uts46=True).decode()
    return domain.rstrip(".")


def _visible(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES else text


@dataclass(frozen=True, slots=True)
class Mention:
    """An address somewhere in a text: from where to where, and its key."""

    start: int
    end: int
    key: str


def mentions_in(text: str) -> Iterator[Mention]:
    """Addresses in a text of any length and kind, also one that is broken: around each @, as far as an address may reach."""
    for at in _at.finditer(text):
        before, behind = _local_part.search(text, max(0, at.start() - LONGEST_LOCAL_PART), at.start()), _domain_part.match(text, at.end())
        if before and behind:
            written = text[before.start() : behind.end()].rstrip(".")
            if key := email_key(written):
                yield Mention(before.start(), before.start() + len(written), key)
