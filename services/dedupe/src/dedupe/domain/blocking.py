"""Which people are worth comparing: two that share no key are never looked at.

Each key joins two or three independent facts, so that a block stays small however many contacts a workspace has; the few that do
not (a very common name, a switchboard) are left out by the store once they are crowded.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dedupe.domain import normalise
from dedupe.domain.names import full_names
from dedupe.domain.person import Profile


def blocking_keys(profile: Profile) -> frozenset[str]:
    """Every key a person can be found by."""
    given, surname = normalise.sound(profile.given), normalise.sound(profile.surname)
    return frozenset(
        chain(
            _contact_keys(profile),
            _name_keys(profile, given, surname),
            _work_keys(profile),
            _place_keys(profile, given, surname),
            _birth_keys(profile, given, surname),
        )
    )


def _contact_keys(profile: Profile) -> list[str]:
    keys = [f"email:{normalise.mailbox(email)}" for email in profile.personal]
    keys += [f"phone:{number}" for number in profile.numbers]
    locals_ = {email.partition("@")[0] for email in profile.personal}
    keys += [f"local:{local}" for local in locals_ if len(local) >= 6]
    return keys


def _name_keys(profile: Profile, given: str, surname: str) -> Iterator[str]:
    """Given name and surname by sound, in either order, the given name by all it may be short for or as the address completes it."""
    if not given or not surname:
        return
    sounds = {(normalise.sound(name), surname) for name in full_names(profile.given)}
    sounds |= {(normalise.sound(name), given) for name in full_names(profile.surname)}
    for in_address in profile.given_in_address:
        sounds |= {(normalise.sound(name), surname) for name in full_names(in_address)}
    sounds |= {(given, normalise.sound(in_address)) for in_address in profile.surname_in_address}
    for both in sounds:
        yield "name:" + "|".join(sorted(both))
    yield "start:" + "|".join(sorted((profile.given[:3], profile.surname[:3])))


def _work_keys(profile: Profile) -> list[str]:
    """A part of the name within a company, known by its name or its mail domain."""
    places = {company.replace(" ", "")[:8] for company in profile.companies}
    places |= {domain.partition(".")[0].replace("-", "")[:8] for domain in profile.domains}
    parts = {f"s:{normalise.sound(name)}" for name in profile.surnames if len(name) > 1}
    parts |= {f"g:{normalise.sound(name)}" for name in full_names(profile.given) if len(name) > 1}
    return [f"work:{place}|{part}" for place in places for part in parts]


def _place_keys(profile: Profile, given: str, surname: str) -> Iterator[str]:
    """Where somebody lives, with a part of their name, or as a street and a number or a birth year: names change, and are mistyped."""
    city = normalise.sound(profile.city.replace(" ", ""))
    names = {normalise.sound(name) for name in profile.surnames if len(name) > 1}
    if len(profile.given) > 1:
        names.add(given)
    if profile.postcode:
        for name in names:
            yield f"near:{profile.postcode}|{name}"
    if city and surname:
        yield f"town:{city}|{surname}"
    if not profile.street:
        return
    road = normalise.sound(max(profile.street.split(), key=len))
    if profile.house:
        yield f"home:{profile.house}|{road}|{profile.given[:1]}"
        if profile.postcode:
            yield f"home:{profile.house}|{road}|{profile.postcode[:2]}"
        if city:
            yield f"home:{profile.house}|{road}|{city}"
    if profile.born:
        yield f"home:{road}|{profile.born[:4]}"


def _birth_keys(profile: Profile, given: str, surname: str) -> list[str]:
    """The whole date; and two of its three parts with a name, for one part is easily mistaken."""
    born = profile.born
    if not born:
        return []
    keys = [f"born:{born}"]
    if len(born) == 8:
        parts = (born[:6], born[4:], f"{born[:4]}-{born[6:]}")
        keys += [f"born:{part}|{name}" for part in parts for name in {given, surname} if name]
    return keys
