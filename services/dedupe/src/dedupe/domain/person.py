"""A person as the match sees them: the raw fields, and their comparable profile, computed once and kept in the index."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.domain import normalise


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as typed, and in E.164 where it could be read."""

    typed: str
    e164: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody, saved or only typed so far; nothing is mandatory."""

    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    job_title: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    companies: tuple[str, ...] = ()
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    birth_date: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person in comparable form. Empty means unknown, which is never evidence."""

    given: str = ""
    middle: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    generation: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    companies: tuple[str, ...] = ()
    house: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    born: str = ""
    title: str = ""

    @property
    def surname(self) -> str:
        return "".join(self.surnames)

    @property
    def personal(self) -> tuple[str, ...]:
        """The addresses that are one person's own."""
        return tuple(email for email in self.emails if not normalise.is_role_mailbox(email))

    @property
    def domains(self) -> tuple[str, ...]:
        """Company domains; those of free mail providers say nothing."""
        return normalise.distinct(normalise.company_domain(email) for email in self.emails)


def profile_of(person: Person) -> Profile:
    """The comparable form of a person."""
    given, middle, surnames, generation = normalise.parsed_name(person.first_name, person.middle_name, person.last_name, person.suffix)
    house, street = normalise.street_parts(person.street)
    phones = dict.fromkeys(normalise.phone_key(phone.typed, phone.e164) for phone in person.phones)
    return Profile(
        given=given[0] if given else "",
        middle=tuple(middle),
        surnames=tuple(surnames),
        generation=generation,
        emails=normalise.distinct(normalise.folded(email) for email in person.emails),
        phones=tuple((number, extension) for number, extension in phones if number),
        companies=normalise.distinct(normalise.company_core(name) for name in person.companies),
        house=house,
        street=street,
        city=" ".join(normalise.words(person.city)),
        region=" ".join(normalise.words(person.region)),
        postcode=normalise.postcode_key(person.postcode),
        born=person.birth_date,
        title=" ".join(normalise.words(person.job_title)),
    )
