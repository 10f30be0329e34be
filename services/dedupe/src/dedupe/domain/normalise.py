"""Raw fields to comparable ones: case, accents, order, legal forms and typing habits must never make a second person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

from dedupe.domain.names import CREDENTIALS, GENERATIONS, HONORIFICS
from dedupe.domain.vocabulary import FREE_MAIL, LEGAL_FORMS, ROLE_MAILBOXES, SHORTENED, STREET_WORDS

_UNFOLDED = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_APOSTROPHES = re.compile(r"['’`´.]")
_WORDS = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")

_LEGAL_PHRASES = re.compile(r"\b(?:s r o|sp z o o|d o o|s p a|s r l|s a r l|s a s|s a|n v|b v|a s|l l c|gmbh (?:and )?co kg)$")
_EXTENSION = re.compile(r"(?:[;,]?\s*(?:ext(?:ension)?|x|#|durchwahl)[\s.=:]*)(\d{1,6})\s*$", re.IGNORECASE)
_PHONE_DIGITS = 9
LONGEST_TEXT = 1_000
LONGEST_PHONE = 100
"""Characters of one field; what lies beyond tells nobody apart, and folding costs its length squared."""
_SHORTEST_PHONE = 6


def folded(text: str | None) -> str:
    """Lower case, no accents, Latin letters, one space between words: `  Élodie  MÜLLER` is `elodie muller`, `Иван` is `ivan`."""
    if not text:
        return ""
    text = text[:LONGEST_TEXT]
    if text.isascii():
        return " ".join(text.lower().split())
    text = text.casefold().translate(_UNFOLDED)
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    if not plain.isascii():  # another script, in which such marks may be letters
        plain = anyascii(unicodedata.normalize("NFKC", text)).lower()
    return " ".join(plain.split())


def words(text: str | None) -> list[str]:
    """The folded words of a text; an apostrophe or a full stop joins (O'Brien, s.r.o), everything else separates."""
    return _WORDS.findall(_APOSTROPHES.sub("", folded(text)))


def parsed_name(first: str | None, middle: str | None, last: str | None, suffix: str | None) -> tuple[list[str], list[str], list[str], str]:
    """(given names, middle names, surnames, generation), however the fields were filled.

    `Dr. Ann`, `Miller, Ann Jr` in one field, and a whole name typed as first name are the habits of imports and web forms.
    """
    generation = next((GENERATIONS[word] for word in words(suffix) if word in GENERATIONS), "")
    if first and not last and "," in first:
        last, first = first.split(",", 1)
    elif last and not first and "," in last:
        last, first = last.split(",", 1)
    given, surnames = _plain(_name_words(first)), _plain(_name_words(last))
    for part in (surnames, given):
        if len(part) > 1 and part[-1] in GENERATIONS:
            generation = generation or GENERATIONS[part[-1]]
            part.pop()
    if not surnames and len(given) > 1:
        given, surnames = given[:-1], given[-1:]
    elif not given and len(surnames) > 1:
        given, surnames = surnames[:1], surnames[1:]
    return given[:1], given[1:] + _plain(_name_words(middle)), surnames, generation


def _name_words(text: str | None) -> list[str]:
    # "L. D." are two initials while "O'Brien" is one word: a full stop separates here.
    return words(text.replace(".", " ")) if text else []


def _plain(parts: list[str]) -> list[str]:
    kept = [word for word in parts if word not in HONORIFICS and word not in CREDENTIALS]
    return kept or parts


def mailbox(address: str) -> str:
    """The mailbox an address reaches: without a +tag, and at Gmail without dots. Weaker evidence than the address itself."""
    local, _, domain = folded(address).partition("@")
    local = local.split("+", 1)[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def beside(name: str, address: str) -> str:
    """What else than `name` is in the address before the @: `charles` beside `lopez` in charles_lopez91@. Nothing without the name."""
    letters = "".join(_LETTERS.findall(address.partition("@")[0].partition("+")[0]))
    return letters.replace(name, "", 1) if len(name) > 2 and name in letters else ""


def is_role_mailbox(address: str) -> bool:
    """info@, billing@ and the like: read by several people (SE4)."""
    local = address.partition("@")[0]
    return re.split(r"[-._+\d]", local, maxsplit=1)[0] in ROLE_MAILBOXES or local in ROLE_MAILBOXES


def company_domain(address: str) -> str:
    """The domain of an address when it is a company's own, else nothing."""
    domain = address.partition("@")[2]
    return "" if domain in FREE_MAIL else domain


def phone_key(typed: str, e164: str | None = None) -> tuple[str, str]:
    """(the last nine digits, the extension). Nine digits are what `+44 20 7946 0018` and `020 7946 0018` have in common."""
    typed = typed[:LONGEST_PHONE]
    extension = _EXTENSION.search(typed)
    number = e164 or (typed[: extension.start()] if extension else typed)
    digits = re.sub(r"\D", "", number).lstrip("0")
    return (digits[-_PHONE_DIGITS:] if len(digits) >= _SHORTEST_PHONE else "", extension.group(1).lstrip("0") if extension else "")


def company_core(name: str | None) -> str:
    """What distinguishes a company: no legal form, no `the`, no domain ending, `&` as `and`."""
    if not name:
        return ""
    text = folded(name).replace("&", " and ").replace("+", " and ")
    text = re.sub(r"\.(?:com|net|org|io|de|fr|it|co\.uk|eu|biz)$", "", text.strip())
    parts = _LEGAL_PHRASES.sub("", " ".join(_WORDS.findall(re.sub(r"['’.]", "", text)))).split()
    while len(parts) > 1 and parts[-1] in LEGAL_FORMS:
        parts.pop()
    return " ".join(SHORTENED.get(word, word) for word in (parts[1:] if len(parts) > 1 and parts[0] == "the" else parts))


def street_parts(street: str | None) -> tuple[str, str]:
    """(house number, street): `5086 S. Church Way #4` is `5086` and `s church wy`; a flat or suite is left out, people omit it."""
    parts = [STREET_WORDS.get(word, word) for word in words((street or "").replace("#", " apt ").replace(".", " "))]
    if "apt" in parts[1:]:
        cut = parts.index("apt", 1)
        parts = parts[:cut] + parts[cut + 2 :]
    number = next((word for word in parts if word[0].isdigit()), "")
    return number, " ".join(word for word in parts if word != number)


def postcode_key(postcode: str | None) -> str:
    """Without spaces, and a US ZIP+4 without the four."""
    text = "".join(words(postcode)) if postcode else ""
    return text[:5] if len(text) == 9 and text.isdigit() else text


@lru_cache(maxsize=1 << 16)  # names repeat
def sound(word: str) -> str:
    """A rough phonetic key: first letter, then the consonants by sound. Typing errors in vowels and doubled letters vanish."""
    word = word.replace("ph", "f").replace("sch", "s").replace("ck", "k").replace("gh", "g").replace("wr", "r").replace("kn", "n")
    key = ""
    for letter in word.translate(_SOUNDS):
        if letter != "." and (not key or key[-1] != letter):
            key += letter
    first = word[:1].translate(_FIRST_SOUNDS)
    return (first + key[(0 if word[:1] in "aeiouyhw" else 1) :])[:5]


_SOUNDS = str.maketrans("abcdefghijklmnopqrstuvwxyz", ".pk" + "t.fk" + "..kk" + "lnn" + ".pkrst" + ".f.s.s")
_FIRST_SOUNDS = str.maketrans("eiouyckqzvj", "aaaaakkksfk")


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """In the order given, each once, nothing empty."""
    return tuple(dict.fromkeys(value for value in values if value))
