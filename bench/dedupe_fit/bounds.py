"""What a weight may be, whatever labelled records say: what a person would expect of the finding."""

from __future__ import annotations

from collections.abc import Mapping

Finding = tuple[str, str]

MOST = 20.0
AGAINST = (-MOST, -0.5)
FOR = (0.0, MOST)

BOUNDS: Mapping[Finding, tuple[float, float]] = {
    **{(field, "other"): AGAINST for field in ("company", "address", "city", "postcode", "email", "phone", "job_title")},
    **{(field, "other"): AGAINST for field in ("first_name", "last_name", "middle_name", "suffix")},
    ("email", "other_company"): AGAINST,
    ("email", "other_at_company"): AGAINST,
    ("email", "same_role_mailbox"): AGAINST,
    ("company", "other_domain"): AGAINST,
    ("phone", "other_extension"): AGAINST,
    ("suffix", "one_sided"): AGAINST,
    # else it would grow with what a household takes off it
    ("email", "same"): (0.0, 8.5),
    ("email", "same_mailbox"): (-4.0, MOST),
    # files in which birth dates are replaced by others at random would teach that they mean little
    ("birth_date", "other"): (-MOST, -4.0),
    ("birth_date", "two_parts"): (-0.5, MOST),
    # and files without families that these are one person
    ("household", "mailbox"): (-MOST, -11.0),
    ("household", "phone"): (-MOST, -5.0),
    ("household", "twins"): (-MOST, -5.0),
    ("household", "address"): (-MOST, -2.0),
    ("together", "name_and_contact"): FOR,
    ("together", "name_and_birth_nearly"): FOR,
    ("together", "name_and_birth_other"): (0.0, 3.0),
    ("together", "home_and_birth"): FOR,
    ("together", "home_and_initial"): (-MOST, 0.0),
    ("together", "neither_name_nor_birth"): (-MOST, 0.0),
}
EXPECTED_RARITY = 0.6
"""Of a bit of rarity; less than all of it, because people's names and places go together."""
RARITY_BOUNDS = (0.4, 1.0)
SIZE_BOUNDS = (-1.2, -0.8)
"""A workspace of twice as many has four times as many pairs by chance and twice as many true ones: -1 bit, were all else equal."""
DUPLICATES_BOUNDS = (0.5, 1.0)
