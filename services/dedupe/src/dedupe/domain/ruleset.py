"""What each finding is worth, and how a person would say it: the one table to read, to argue about, and to version.

Weights are bits of evidence (I. P. Fellegi and A. B. Sunter, A Theory for Record Linkage, 1969): +1 doubles the odds that two records are
one person, -1 halves them, and a field that either side lacks says nothing. They are fitted from labelled records within what the findings
can mean (weights.py), and where two agree on a value, how rare that value is counts too (commonness.py). A score is the probability the
summed bits stand for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from dedupe.domain.commonness import NOTHING_COUNTED, Commonness
from dedupe.domain.weights import DUPLICATES, PRIOR, SIZE, WEIGHTS

VERSION = "2026.2"

SUSPECTED = 0.5
"""A pair at or above it is shown to people, unless a workspace says otherwise."""

CERTAIN = 0.95
"""A pair at or above it is wrong less than once in fifty times; a workspace may want to be surer."""

FEWEST_DUPLICATES, MOST_DUPLICATES = 1 / 24, 1.0
"""Pairs per contact, between which scores follow how many there are: an estimate beyond says more about the scores than about people."""


@dataclass(frozen=True, slots=True)
class Rules:
    """By what the pairs of a workspace are scored. `revision` grows whenever its thresholds or counts are set anew."""

    certain: float = CERTAIN
    suspected: float = SUSPECTED
    commonness: Commonness = NOTHING_COUNTED
    revision: int = 0
    prior: float = field(init=False)
    """Bits before anything is compared: the more people there are, the more often two share a blocking key by chance."""

    def __post_init__(self) -> None:
        duplicates = min(max(self.commonness.duplicates, FEWEST_DUPLICATES), MOST_DUPLICATES)
        object.__setattr__(self, "prior", PRIOR + SIZE * math.log2(self.commonness.size) + DUPLICATES * math.log2(duplicates))

    @property
    def version(self) -> str:
        """What goes with every score."""
        return f"{VERSION}/{self.revision}"


DEFAULT = Rules()


@dataclass(frozen=True, slots=True)
class Rule:
    """The weight of a finding in bits, and how a person would say it. `rare_by` are the fields on whose rarity it depends as well."""

    weight: float
    text: str
    rare_by: tuple[str, ...] = ()


_RARE_BY: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("name", "swapped"): ("given", "surname"),
    ("first_name", "same"): ("given",),
    ("first_name", "nickname"): ("given",),
    ("first_name", "close"): ("given",),
    ("last_name", "same"): ("surname",),
    ("last_name", "close"): ("surname",),
    ("email", "same"): ("mailboxes",),
    ("email", "same_mailbox"): ("mailboxes",),
    ("phone", "same"): ("numbers",),
    ("company", "same"): ("companies",),
    ("company", "alike"): ("companies",),
    ("company", "same_domain"): ("companies",),
    ("birth_date", "same"): ("born",),
    ("postcode", "same"): ("postcode",),
    ("city", "same"): ("city",),
}
_TEXTS: Mapping[tuple[str, str], str] = {
    ("name", "swapped"): "Same name with first and last name swapped",
    ("name", "swapped_alike"): "Similar name with first and last name swapped",
    ("first_name", "same"): "Same first name",
    ("first_name", "nickname"): "One first name is short for the other",
    ("first_name", "close"): "First names differ by a typing error",
    ("first_name", "alike"): "Similar first names",
    ("first_name", "middle"): "The first name is the other's middle name",
    ("first_name", "initial"): "One first name is an initial that fits",
    ("first_name", "initial_by_email"): "One first name is an initial, the email address completes it",
    ("first_name", "other"): "Different first names",
    ("first_name", "other_by_email"): "Different first names, but one is in the other's email address",
    ("last_name", "same"): "Same last name",
    ("last_name", "close"): "Last names differ by a typing error",
    ("last_name", "part"): "Last names have a part in common",
    ("last_name", "alike"): "Similar last names",
    ("last_name", "initial"): "One last name is an initial that fits",
    ("last_name", "other"): "Different last names",
    ("last_name", "other_by_email"): "Different last names, but one is in the other's email address",
    ("middle_name", "same"): "Same middle name",
    ("middle_name", "initial"): "Middle initials agree",
    ("middle_name", "other"): "Different middle names",
    ("suffix", "same"): "Same generation (Jr, Sr, III)",
    ("suffix", "one_sided"): "Only one is a Jr, Sr or III: often father and son",
    ("suffix", "other"): "Different generations (Jr, Sr, III)",
    ("email", "same"): "Same email address",
    ("email", "same_mailbox"): "Email addresses of the same mailbox",
    ("email", "alike"): "Email addresses differ by a typing error",
    ("email", "same_local_part"): "Email addresses alike before the @",
    ("email", "same_role_mailbox"): "Only a shared address (such as info@) in common",
    ("email", "other_at_company"): "Different addresses of their own at one company",
    ("email", "other_company"): "Email addresses at different companies",
    ("email", "other"): "Different email addresses",
    ("phone", "same"): "Same phone number",
    ("phone", "alike"): "Phone numbers differ by one digit",
    ("phone", "same_switchboard"): "Same switchboard",
    ("phone", "other_extension"): "Different extensions of one switchboard",
    ("phone", "other"): "Different phone numbers",
    ("company", "same"): "Same company",
    ("company", "alike"): "Similar company",
    ("company", "same_domain"): "The email domain is the other's company",
    ("company", "other"): "Different companies",
    ("company", "other_domain"): "The email domain is another company's",
    ("job_title", "same"): "Same job title",
    ("job_title", "other"): "Different job titles",
    ("address", "same"): "Same address",
    ("address", "alike"): "Same street, house numbers differ by one digit",
    ("address", "same_street"): "Same street",
    ("address", "part"): "Addresses have a part in common",
    ("address", "other"): "Different addresses",
    ("postcode", "same"): "Same postcode",
    ("postcode", "alike"): "Postcodes differ by one digit",
    ("postcode", "other"): "Different postcodes",
    ("city", "same"): "Same city",
    ("city", "alike"): "City names differ by a typing error",
    ("city", "other"): "Different cities",
    ("birth_date", "same"): "Same birth date",
    ("birth_date", "alike"): "Birth dates differ by a typing error",
    ("birth_date", "two_parts"): "Two of year, month and day of birth agree",
    ("birth_date", "other"): "Different birth dates",
    ("household", "mailbox"): "Another first name at the same mailbox: a household or a shared mailbox",
    ("household", "phone"): "Another first name at the same phone: a household or a shared desk",
    ("household", "address"): "Another first name at the same address: a household",
    ("household", "twins"): "Another first name, same last name and birth date: twins",
    ("together", "name_and_contact"): "Same name and the same address or number",
    ("together", "name_and_birth_nearly"): "Same name and nearly the same birth date",
    ("together", "neither_name_nor_birth"): "Only a part of the name and of the birth date agree",
    ("together", "name_and_birth_other"): "Another name with another birth date counts once",
    ("together", "home_and_initial"): "The first name is unknown at the same address: may be of the family",
    ("together", "home_and_birth"): "Same address and birth date",
}
RULES: Mapping[tuple[str, str], Rule] = {
    finding: Rule(WEIGHTS[finding], text, _RARE_BY.get(finding, ())) for finding, text in _TEXTS.items()
}
