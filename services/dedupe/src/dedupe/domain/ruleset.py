"""What each finding is worth: the one table to read, to argue about, and to version.

Weights are bits of evidence (Fellegi and Sunter): +1 doubles the odds that two records are one person, -1 halves them, and a field
that either side lacks says nothing. They were set by hand from what the findings mean, checked against labelled records, and rounded:
finer numbers would describe the labelled file and not people. A score is the probability the summed bits stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dedupe.domain.commonness import NOTHING_COUNTED, Commonness

VERSION = "2026.2"

PRIOR = -3.0
"""Bits before anything is compared: one in nine of those that share a blocking key is the same person."""

SUSPECTED = 0.5
"""A pair at or above it is shown to people, unless a workspace says otherwise."""

CERTAIN = 0.95
"""A pair at or above it is wrong about once in two hundred times; a workspace may want to be surer."""


@dataclass(frozen=True, slots=True)
class Rules:
    """By what the pairs of a workspace are scored. `revision` grows whenever its thresholds or counts are set anew."""

    certain: float = CERTAIN
    suspected: float = SUSPECTED
    commonness: Commonness = NOTHING_COUNTED
    revision: int = 0

    @property
    def version(self) -> str:
        """What goes with every score."""
        return f"{VERSION}/{self.revision}"


DEFAULT = Rules()


@dataclass(frozen=True, slots=True)
class Rule:
    """The weight of a finding in bits, and how a person would say it."""

    weight: float
    text: str


RULES: Mapping[tuple[str, str], Rule] = {
    ("name", "swapped"): Rule(2.5, "Same name with first and last name swapped"),
    ("first_name", "same"): Rule(1.5, "Same first name"),
    ("first_name", "nickname"): Rule(0.5, "One first name is short for the other"),
    ("first_name", "close"): Rule(1.0, "First names differ by a typing error"),
    ("first_name", "initial"): Rule(-0.5, "One first name is an initial that fits"),
    ("first_name", "initial_by_email"): Rule(2.0, "One first name is an initial, the email address completes it"),
    ("first_name", "other"): Rule(-4.0, "Different first names"),
    ("first_name", "other_by_email"): Rule(-1.0, "Different first names, but one is in the other's email address"),
    ("last_name", "same"): Rule(2.0, "Same last name"),
    ("last_name", "close"): Rule(2.0, "Last names differ by a typing error"),
    ("last_name", "part"): Rule(1.0, "Last names have a part in common"),
    ("last_name", "initial"): Rule(0.0, "One last name is an initial that fits"),
    ("last_name", "other"): Rule(-4.0, "Different last names"),
    ("last_name", "other_by_email"): Rule(-0.5, "Different last names, but one is in the other's email address"),
    ("middle_name", "same"): Rule(2.0, "Same middle name"),
    ("middle_name", "initial"): Rule(2.5, "Middle initials agree"),
    ("middle_name", "other"): Rule(-3.5, "Different middle names"),
    ("suffix", "same"): Rule(2.5, "Same generation (Jr, Sr, III)"),
    ("suffix", "one_sided"): Rule(-4.0, "Only one is a Jr, Sr or III: often father and son"),
    ("suffix", "other"): Rule(-9.0, "Different generations (Jr, Sr, III)"),
    ("email", "same"): Rule(7.5, "Same email address"),
    ("email", "same_mailbox"): Rule(5.0, "Email addresses of the same mailbox"),
    ("email", "alike"): Rule(3.0, "Email addresses differ by a typing error"),
    ("email", "same_local_part"): Rule(0.0, "Email addresses alike before the @"),
    ("email", "same_role_mailbox"): Rule(-1.0, "Only a shared address (such as info@) in common"),
    ("email", "other_at_company"): Rule(-6.0, "Different addresses of their own at one company"),
    ("email", "other_company"): Rule(-1.0, "Email addresses at different companies"),
    ("email", "other"): Rule(-1.0, "Different email addresses"),
    ("phone", "same"): Rule(5.0, "Same phone number"),
    ("phone", "alike"): Rule(2.0, "Phone numbers differ by one digit"),
    ("phone", "same_switchboard"): Rule(0.5, "Same switchboard"),
    ("phone", "other_extension"): Rule(-1.5, "Different extensions of one switchboard"),
    ("phone", "other"): Rule(-1.0, "Different phone numbers"),
    ("company", "same"): Rule(4.5, "Same company"),
    ("company", "alike"): Rule(4.0, "Similar company"),
    ("company", "same_domain"): Rule(4.5, "The email domain is the other's company"),
    ("company", "other"): Rule(-2.0, "Different companies"),
    ("company", "other_domain"): Rule(-2.0, "The email domain is another company's"),
    ("job_title", "same"): Rule(2.5, "Same job title"),
    ("job_title", "other"): Rule(-1.0, "Different job titles"),
    ("address", "same"): Rule(3.5, "Same address"),
    ("address", "alike"): Rule(3.0, "Same street, house numbers differ by one digit"),
    ("address", "same_street"): Rule(3.0, "Same street"),
    ("postcode", "same"): Rule(1.0, "Same postcode"),
    ("postcode", "alike"): Rule(2.0, "Postcodes differ by one digit"),
    ("postcode", "other"): Rule(-2.0, "Different postcodes"),
    ("city", "same"): Rule(2.0, "Same city"),
    ("city", "other"): Rule(-1.0, "Different cities"),
    ("birth_date", "same"): Rule(10.0, "Same birth date"),
    ("birth_date", "alike"): Rule(3.5, "Birth dates differ by a typing error"),
    ("birth_date", "other"): Rule(-1.5, "Different birth dates"),
    ("household", "mailbox"): Rule(-4.0, "Another first name at the same mailbox: a household or a shared mailbox"),
    ("household", "phone"): Rule(-4.0, "Another first name at the same phone: a household or a shared desk"),
    ("household", "address"): Rule(-1.0, "Another first name at the same address: a household"),
    ("household", "twins"): Rule(-6.0, "Another first name, same last name and birth date: twins"),
}  # fmt: skip
