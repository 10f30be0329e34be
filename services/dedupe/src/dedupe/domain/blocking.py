"""Which people are worth comparing: two that share no key are never looked at.

Each key joins two or three independent facts, so that a block stays small however many contacts a workspace has; the few that do
not (a very common name, a switchboard) are left out by the store once they are crowded.
"""

from __future__ import annotations

from dedupe.domain import normalise
from dedupe.domain.names import full_names
from dedupe.domain.person import Profile


def blocking_keys(profile: Profile) -> frozenset[str]:
    """Every key a person can be found by."""
    return frozenset(_contact_keys(profile) + _name_keys(profile) + _work_keys(profile) + _place_keys(profile) + _birth_keys(profile))


def _contact_keys(profile: Profile) -> list[str]:
    keys = [f"email:{normalise.mailbox(email)}" for email in profile.personal]
    keys += [f"phone:{number}" for number, _ in profile.phones]
    locals_ = {email.partition("@")[0] for email in profile.personal}
    keys += [f"local:{local}" for local in locals_ if len(local) >= 6]
    return keys


def _name_keys(profile: Profile) -> list[str]:
    """Given name and surname by sound, in either order, the given name by all it may be short for."""
    if not profile.given or not profile.surnames:
        return []
    given, surname = normalise.sound(profile.given), normalise.sound(profile.surname)
    both = {(normalise.sound(name), surname) for name in full_names(profile.given)}
    both |= {(normalise.sound(name), given) for name in full_names(profile.surname)}
    return ["name:" + "|".join(sorted(sounds)) for sounds in both]


def _work_keys(profile: Profile) -> list[str]:
    """A part of the name within a company, known by its name or its mail domain."""
    places = {company.replace(" ", "")[:8] for company in profile.companies}
    places |= {domain.partition(".")[0].replace("-", "")[:8] for domain in profile.domains}
    parts = {f"s:{normalise.sound(name)}" for name in profile.surnames if len(name) > 1}
    parts |= {f"g:{normalise.sound(name)}" for name in full_names(profile.given) if len(name) > 1}
    return [f"work:{place}|{part}" for place in places for part in parts]


def _place_keys(profile: Profile) -> list[str]:
    keys = []
    if profile.postcode:
        keys += [f"near:{profile.postcode}|{normalise.sound(name)}" for name in (*profile.surnames, profile.given) if len(name) > 1]
    if profile.house and profile.street:
        word = normalise.sound(max(profile.street.split(), key=len))
        keys.append(f"home:{profile.house}|{word}|{profile.given[:1]}")
        keys.append(f"home:{profile.house}|{word}|{profile.postcode or profile.city}")
    return keys


def _birth_keys(profile: Profile) -> list[str]:
    if not profile.born:
        return []
    initials = {name[:1] for name in (profile.given, *profile.surnames) if name}
    keys = [f"born:{profile.born}|{initial}" for initial in initials]
    if profile.postcode:
        keys.append(f"born:{profile.born}|{profile.postcode}")
    return keys
