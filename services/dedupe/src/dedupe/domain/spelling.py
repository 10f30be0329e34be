"""When two spellings are one word: the string comparisons the evidence is built from."""

from __future__ import annotations

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_set_ratio


def typed_alike(a: str, b: str) -> bool:
    """One typing error apart, or two in a long word; words of two letters are never alike."""
    shorter = min(len(a), len(b))
    if shorter < 3:
        return False
    allowed = 1 if shorter < 6 else 2
    return OSA.distance(a, b, score_cutoff=allowed) <= allowed or (shorter > 4 and JaroWinkler.similarity(a, b) >= 0.94)


def one_off(a: str, b: str) -> bool:
    """At most one character wrong, missing, too many or swapped with its neighbour."""
    return bool(OSA.distance(a, b, score_cutoff=1) <= 1)


def sounds_alike(a: str, b: str) -> bool:
    """More than a typing error apart, and still likely the same word."""
    return min(len(a), len(b)) > 3 and bool(JaroWinkler.similarity(a, b, score_cutoff=0.88) >= 0.88)


def streets_alike(a: str, b: str) -> bool:
    """One is a part of the other, or its parts stand in another order: a house's name, a suburb, or a building beside the street."""
    return min(len(a), len(b)) > 4 and bool(token_set_ratio(a, b, score_cutoff=85) >= 85)


def same_street(a: str, b: str) -> bool:
    return a == b or bool(JaroWinkler.similarity(a, b) >= 0.9)


def addresses_alike(a: str, b: str) -> bool:
    """Two email addresses of which one is mistyped. Digits at the end are no mistake: ann1@ and ann2@ are two mailboxes."""
    local, _, domain = a.partition("@")
    other_local, _, other_domain = b.partition("@")
    if domain != other_domain:
        return local == other_local and bool(OSA.distance(domain, other_domain, score_cutoff=2) <= 2)
    numbered = local[-1:].isdigit() or other_local[-1:].isdigit()
    return not numbered and min(len(local), len(other_local)) > 5 and one_off(local, other_local)


def companies_alike(a: str, b: str) -> bool:
    """One company name is mistyped, cut off, has its words shortened, or is made of initials."""
    short, long = sorted((a.replace(" ", ""), b.replace(" ", "")), key=len)
    if len(short) < 3:
        return False
    mistyped = JaroWinkler.similarity(short, long) >= 0.93 or OSA.distance(short, long, score_cutoff=2) <= 2
    if len(short) > 5 and (mistyped or long.startswith(short)):
        return True
    ours, theirs = a.split(), b.split()
    if len(ours) == len(theirs) > 1:
        return all(x[:3] == y[:3] or one_off(x, y) for x, y in zip(ours, theirs, strict=True))
    fewer, more = sorted((ours, theirs), key=len)
    return len(fewer) == 1 and len(more) > 2 and fewer[0] == "".join(word[0] for word in more)


def domain_of_company(domain: str, company: str) -> bool:
    """`riverfinancial72.com` is River Financial's: providers of company domains add digits and cut long names."""
    host = domain.partition(".")[0].replace("-", "").rstrip("0123456789")
    name = company.replace(" ", "")
    return len(host) > 4 and (name.startswith(host) or host.startswith(name) or bool(OSA.distance(host, name, score_cutoff=2) <= 2))
