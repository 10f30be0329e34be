"""What speaks for and against two profiles being one person: findings by field, none where either side is unknown.

A finding names what was seen, never the value itself, so that reasons can be stored and published without personal data. What a
finding is worth is the ruleset's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedupe.domain.names import full_names
from dedupe.domain.person import Profile
from dedupe.domain.spelling import (
    addresses_alike,
    companies_alike,
    domain_of_company,
    one_off,
    same_street,
    sounds_alike,
    streets_alike,
    typed_alike,
)

Finding = tuple[str, str]
"""In this field, that was seen."""


def findings(a: Profile, b: Profile) -> list[Finding]:
    """Everything the two profiles say about each other, in the order people would look."""
    seen = [*_names(a, b), *_emails(a, b), *_phones(a, b), *_company(a, b), *_title(a, b), *_place(a, b), *_birth(a, b)]
    seen.extend(_in_concert(dict(reversed(seen))))
    return seen


def _names(a: Profile, b: Profile) -> Iterator[Finding]:
    given, surname = _given(a.given, b.given), _surname(a, b)
    crossed = ("", "")
    if given in _UNLIKE or surname in _UNLIKE:
        crossed = _given(a.given, b.surname), _given(b.given, a.surname)
    if _UNLIKE.isdisjoint(crossed):
        yield "name", "swapped" if "same" in crossed else "swapped_alike"
    else:
        yield from _in_their_places(a, b, given, surname)
    if a.middle and b.middle:
        yield "middle_name", _middle(a.middle, b.middle)
    if a.generation or b.generation:
        yield "suffix", "same" if a.generation == b.generation else "other" if a.generation and b.generation else "one_sided"


def _in_their_places(a: Profile, b: Profile, given: str, surname: str) -> Iterator[Finding]:
    if given == "other" and (a.given in b.middle or b.given in a.middle):
        given = "middle"
    if given in {"other", "initial"} and (_in_address(a.given, b, a) or _in_address(b.given, a, b)):
        given = f"{given}_by_email"
    if surname == "other" and (any(_in_address(s, b, a) for s in a.surnames) or any(_in_address(s, a, b) for s in b.surnames)):
        surname = "other_by_email"
    if given:
        yield "first_name", given
    if surname:
        yield "last_name", surname


_UNLIKE = frozenset({"other", ""})


def _given(a: str, b: str) -> str:
    if not a or not b:
        return ""
    if a == b:
        return "same"
    ours, theirs = full_names(a), full_names(b)
    if len(a) == 1 or len(b) == 1:
        return "initial" if {name[0] for name in ours} & {name[0] for name in theirs} else "other"
    if ours & theirs:
        return "nickname"
    return _spelled(a, b, ours, theirs)


def _spelled(a: str, b: str, ours: frozenset[str], theirs: frozenset[str]) -> str:
    if typed_alike(a, b):
        return "close"
    if len(ours) > 1 and any(typed_alike(name, b) for name in ours if name != a):
        return "nickname"
    if len(theirs) > 1 and any(typed_alike(name, a) for name in theirs if name != b):
        return "nickname"
    return "alike" if sounds_alike(a, b) else "other"


def _surname(a: Profile, b: Profile) -> str:
    ours, theirs = a.surname, b.surname
    if not ours or not theirs:
        return ""
    if ours == theirs:
        return "same"
    if len(ours) == 1 or len(theirs) == 1:
        return "initial" if ours[0] == theirs[0] else "other"
    if typed_alike(ours, theirs):
        return "close"
    if any(x == y or (len(x) > 4 and typed_alike(x, y)) for x in a.surnames for y in b.surnames if len(x) > 2):
        return "part"
    return "alike" if sounds_alike(ours, theirs) else "other"


def _in_address(name: str, other: Profile, ours: Profile) -> bool:
    """Whether the other one's own address is made of this name; an address both have says nothing about whose name it is."""
    return len(name) > 2 and any(name in email.partition("@")[0] for email in other.personal if email not in ours.personal)


def _middle(a: Sequence[str], b: Sequence[str]) -> str:
    pairs = [(x, y) for x in a for y in b]
    if any(x == y and len(x) > 1 for x, y in pairs):
        return "same"
    if any(x[0] == y[0] and (len(x) == 1 or len(y) == 1 or typed_alike(x, y)) for x, y in pairs):
        return "initial"
    return "other"


def _emails(a: Profile, b: Profile) -> Iterator[Finding]:
    found = ""
    if a.personal and b.personal:
        found = "same" if not set(a.personal).isdisjoint(b.personal) else _other_address(a, b)
        yield "email", found
    if a.shared and found not in {"same", "same_mailbox"} and not set(a.shared).isdisjoint(b.shared):
        yield "email", "same_role_mailbox"


def _other_address(a: Profile, b: Profile) -> str:
    ours, theirs = a.mailboxes, b.mailboxes
    if not set(ours).isdisjoint(theirs):
        return "same_mailbox"
    if any(addresses_alike(x, y) for x in ours for y in theirs):
        return "alike"
    if not {_local(x) for x in ours}.isdisjoint(map(_local, theirs)):
        return "same_local_part"
    if not set(a.domains).isdisjoint(b.domains):
        return "other_at_company"
    return "other_company" if a.domains and b.domains else "other"


def _local(mailbox: str) -> str:
    return mailbox.partition("@")[0].replace(".", "").replace("_", "").replace("-", "")


def _phones(a: Profile, b: Profile) -> Iterator[Finding]:
    if not a.phones or not b.phones:
        return
    extensions = [(x, y) for number, x in a.phones for other, y in b.phones if number == other]
    if any(x == y for x, y in extensions):
        yield "phone", "same"
    elif extensions:
        yield "phone", "other_extension" if all(x and y for x, y in extensions) else "same_switchboard"
    else:
        alike = any(one_off(number, other) for number, _ in a.phones for other, _ in b.phones)
        yield "phone", "alike" if alike else "other"


def _company(a: Profile, b: Profile) -> Iterator[Finding]:
    if not set(a.companies).isdisjoint(b.companies):
        yield "company", "same"
    elif any(companies_alike(x, y) for x in a.companies for y in b.companies):
        yield "company", "alike"
    elif _works_at(a.companies, b.domains) or _works_at(b.companies, a.domains):
        yield "company", "same_domain"
    elif a.companies and b.companies:
        yield "company", "other"
    elif (a.companies and not set(b.domains) <= set(a.domains)) or (b.companies and not set(a.domains) <= set(b.domains)):
        # A domain both have is no conflict between them, whatever it has to do with the company one of them names.
        yield "company", "other_domain"


def _works_at(companies: Sequence[str], domains: Sequence[str]) -> bool:
    return any(domain_of_company(domain, company) for company in companies for domain in domains)


def _title(a: Profile, b: Profile) -> Iterator[Finding]:
    if a.title and b.title:
        yield "job_title", "same" if a.title == b.title else "other"


def _place(a: Profile, b: Profile) -> Iterator[Finding]:
    if a.street and b.street:
        yield "address", _address(a, b)
    if a.postcode and b.postcode:
        same = a.postcode == b.postcode
        yield "postcode", "same" if same else "alike" if one_off(a.postcode, b.postcode) else "other"
    if a.city and b.city:
        yield "city", "same" if a.city == b.city else "alike" if typed_alike(a.city, b.city) else "other"


def _address(a: Profile, b: Profile) -> str:
    if not same_street(a.street, b.street):
        return "part" if streets_alike(a.street, b.street) else "other"
    if a.house == b.house:
        return "same"
    return "alike" if a.house and b.house and one_off(a.house, b.house) else "same_street"


def _birth(a: Profile, b: Profile) -> Iterator[Finding]:
    if a.born and b.born:
        yield "birth_date", _dates(a.born, b.born)


def _dates(a: str, b: str) -> str:
    if a == b:
        return "same"
    if one_off(a, b):
        return "alike"
    if len(a) != 8 or len(b) != 8:
        return "other"
    year, month, day = a[:4] == b[:4], a[4:6] == b[4:6], a[6:] == b[6:]
    if year and a[4:6] == b[6:] and a[6:] == b[4:6]:
        return "alike"
    return "two_parts" if year + month + day == 2 else "other"


def _in_concert(found: dict[str, str]) -> Iterator[Finding]:
    """What fields say together and none of them alone: of a family, a shared desk, or somebody of the same name."""
    given, surname, birth = found.get("first_name"), found.get("last_name"), found.get("birth_date")
    home = found.get("address") in {"same", "alike"}
    if given == "other":
        yield from _household(found, home=home, family=surname in _KEPT)
    if "name" in found or (given in _AGREEING and surname in _KEPT):
        if found.get("email") in _SAME_MAILBOX or found.get("phone") == "same":
            yield "together", "name_and_contact"
        if birth in _NEARLY:
            yield "together", "name_and_birth_nearly"
    elif "other" in {given, surname}:
        if birth in _NEARLY:
            yield "together", "neither_name_nor_birth"
        elif birth == "other":
            yield "together", "name_and_birth_other"
    elif home and (given == "initial" or (surname and not given)):
        yield "together", "home_and_initial"
    if home and birth == "same":
        yield "together", "home_and_birth"


def _household(found: dict[str, str], *, home: bool, family: bool) -> Iterator[Finding]:
    """Another given name where all else agrees is another person of the same household, desk or family."""
    if found.get("email") in _SAME_MAILBOX:
        yield "household", "mailbox"
    if found.get("phone") == "same":
        yield "household", "phone"
    if home and family:
        yield "household", "address"
    if family and found.get("birth_date") == "same":
        yield "household", "twins"


_SAME_MAILBOX = frozenset({"same", "same_mailbox"})
_AGREEING = frozenset({"same", "close", "nickname", "initial_by_email", "alike"})
_KEPT = frozenset({"same", "close", "part", "alike"})
_NEARLY = frozenset({"alike", "two_parts"})
