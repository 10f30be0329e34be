"""What speaks for and against two profiles being one person: findings by field, none where either side is unknown.

A finding names what was seen, never the value itself, so that reasons can be stored and published without personal data. What a
finding is worth is the ruleset's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedupe.domain import normalise
from dedupe.domain.names import full_names
from dedupe.domain.person import Profile
from dedupe.domain.spelling import addresses_alike, companies_alike, domain_of_company, one_off, same_street, typed_alike


@dataclass(frozen=True, slots=True)
class Finding:
    """In this field, that was seen."""

    field: str
    comparison: str


def findings(a: Profile, b: Profile) -> list[Finding]:
    """Everything the two profiles say about each other, in the order people would look."""
    seen = [*_names(a, b), *_emails(a, b), *_phones(a, b), *_company(a, b), *_title(a, b), *_place(a, b), *_birth(a, b)]
    return [*seen, *_in_concert(seen)]


def _names(a: Profile, b: Profile) -> Iterator[Finding]:
    given, surname = _given(a.given, b.given), _surname(a, b)
    if given in {"other", ""} or surname in {"other", ""}:
        crossed = _given(a.given, b.surname), _given(b.given, a.surname)
        if not {"other", ""} & set(crossed):
            yield Finding("name", "swapped")
            return
    if given in {"other", "initial"} and (_in_address(a.given, b, a) or _in_address(b.given, a, b)):
        given = f"{given}_by_email"
    if surname == "other" and (any(_in_address(s, b, a) for s in a.surnames) or any(_in_address(s, a, b) for s in b.surnames)):
        surname = "other_by_email"
    if given:
        yield Finding("first_name", given)
    if surname:
        yield Finding("last_name", surname)
    if a.middle and b.middle:
        yield Finding("middle_name", _middle(a.middle, b.middle))
    if a.generation or b.generation:
        yield Finding("suffix", "same" if a.generation == b.generation else "other" if a.generation and b.generation else "one_sided")


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
    mistyped = any(typed_alike(name, b) for name in ours) or any(typed_alike(name, a) for name in theirs)
    return "close" if typed_alike(a, b) else "nickname" if mistyped else "other"


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
    return "other"


def _in_address(name: str, other: Profile, ours: Profile) -> bool:
    """Whether the other one's own address is made of this name; an address both have says nothing about whose name it is."""
    return len(name) > 2 and any(name in email.partition("@")[0] for email in other.personal if email not in ours.emails)


def _middle(a: Sequence[str], b: Sequence[str]) -> str:
    pairs = [(x, y) for x in a for y in b]
    if any(x == y and len(x) > 1 for x, y in pairs):
        return "same"
    if any(x[0] == y[0] and (len(x) == 1 or len(y) == 1 or typed_alike(x, y)) for x, y in pairs):
        return "initial"
    return "other"


def _emails(a: Profile, b: Profile) -> Iterator[Finding]:
    ours, theirs = a.personal, b.personal
    found = ""
    if ours and theirs:
        found = "same" if set(ours) & set(theirs) else _other_address(a, b)
        yield Finding("email", found)
    if found not in {"same", "same_mailbox"} and set(a.emails) & set(b.emails):
        yield Finding("email", "same_role_mailbox")


def _other_address(a: Profile, b: Profile) -> str:
    ours, theirs = {normalise.mailbox(email) for email in a.personal}, {normalise.mailbox(email) for email in b.personal}
    if ours & theirs:
        return "same_mailbox"
    if any(addresses_alike(x, y) for x in ours for y in theirs):
        return "alike"
    if {x.partition("@")[0] for x in ours} & {y.partition("@")[0] for y in theirs}:
        return "same_local_part"
    if set(a.domains) & set(b.domains):
        return "other_at_company"
    return "other_company" if a.domains and b.domains else "other"


def _phones(a: Profile, b: Profile) -> Iterator[Finding]:
    if not a.phones or not b.phones:
        return
    extensions = [(x, y) for number, x in a.phones for other, y in b.phones if number == other]
    if any(x == y for x, y in extensions):
        yield Finding("phone", "same")
    elif extensions:
        yield Finding("phone", "other_extension" if all(x and y for x, y in extensions) else "same_switchboard")
    else:
        alike = any(one_off(number, other) for number, _ in a.phones for other, _ in b.phones)
        yield Finding("phone", "alike" if alike else "other")


def _company(a: Profile, b: Profile) -> Iterator[Finding]:
    if set(a.companies) & set(b.companies):
        yield Finding("company", "same")
    elif any(companies_alike(x, y) for x in a.companies for y in b.companies):
        yield Finding("company", "alike")
    elif _works_at(a.companies, b.domains) or _works_at(b.companies, a.domains):
        yield Finding("company", "same_domain")
    elif a.companies and b.companies:
        yield Finding("company", "other")
    elif (a.companies and not set(b.domains) <= set(a.domains)) or (b.companies and not set(a.domains) <= set(b.domains)):
        # A domain both have is no conflict between them, whatever it has to do with the company one of them names.
        yield Finding("company", "other_domain")


def _works_at(companies: Sequence[str], domains: Sequence[str]) -> bool:
    return any(domain_of_company(domain, company) for company in companies for domain in domains)


def _title(a: Profile, b: Profile) -> Iterator[Finding]:
    if a.title and b.title:
        yield Finding("job_title", "same" if a.title == b.title else "other")


def _place(a: Profile, b: Profile) -> Iterator[Finding]:
    """Another street is no finding: people move, and have an address at home and one at work."""
    if a.street and b.street and same_street(a.street, b.street):
        if a.house == b.house:
            yield Finding("address", "same")
            return
        if a.house and b.house and one_off(a.house, b.house):
            yield Finding("address", "alike")
            return
        yield Finding("address", "same_street")
    if a.postcode and b.postcode:
        same = a.postcode == b.postcode
        yield Finding("postcode", "same" if same else "alike" if one_off(a.postcode, b.postcode) else "other")
    elif a.city and b.city:
        yield Finding("city", "same" if a.city == b.city or typed_alike(a.city, b.city) else "other")


def _birth(a: Profile, b: Profile) -> Iterator[Finding]:
    if not a.born or not b.born:
        return
    if a.born == b.born:
        yield Finding("birth_date", "same")
        return
    (year, *day), (other_year, *other_day) = a.born.split("-"), b.born.split("-")
    turned = year == other_year and day == other_day[::-1]
    yield Finding("birth_date", "alike" if turned or one_off(a.born, b.born) else "other")


def _in_concert(seen: Sequence[Finding]) -> Iterator[Finding]:
    """Another given name where all else agrees is another person of the same household, desk or family."""
    found = {finding.field: finding.comparison for finding in reversed(seen)}
    if found.get("first_name") != "other":
        return
    if found.get("email") in {"same", "same_mailbox"}:
        yield Finding("household", "mailbox")
    if found.get("phone") == "same":
        yield Finding("household", "phone")
    if found.get("address") in {"same", "alike"}:
        yield Finding("household", "address")
    if found.get("birth_date") == "same" and found.get("last_name") in {"same", "close"}:
        yield Finding("household", "twins")
