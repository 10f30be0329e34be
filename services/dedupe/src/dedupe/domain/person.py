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
    """A person in comparable form, everything that a comparison needs worked out. Empty means unknown, which is never evidence."""

    given: str = ""
    middle: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    surname: str = ""
    """The surnames in one word."""
    generation: str = ""
    personal: tuple[str, ...] = ()
    """The addresses that are one person's own."""
    shared: tuple[str, ...] = ()
    """Addresses that several people read (SE4)."""
    mailboxes: tuple[str, ...] = ()
    """What the personal addresses reach."""
    domains: tuple[str, ...] = ()
    """Company domains; those of free mail providers say nothing."""
    given_in_address: tuple[str, ...] = ()
    """What stands beside the surname in a personal address: a given name or its initial."""
    surname_in_address: tuple[str, ...] = ()
    """What stands beside the given name there."""
    phones: tuple[tuple[str, str], ...] = ()
    """Numbers with their extensions."""
    numbers: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    house: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    born: str = ""
    """Year, month and day in eight digits; what can not be read as a day as it is."""
    title: str = ""


def profile_of(person: Person) -> Profile:
    """The comparable form of a person."""
    given_names, middle, surnames, generation = normalise.parsed_name(
        person.first_name, person.middle_name, person.last_name, person.suffix
    )
    given, surname = given_names[0] if given_names else "", "".join(surnames)
    house, street = normalise.street_parts(person.street)
    phones = dict.fromkeys(normalise.phone_key(phone.typed, phone.e164) for phone in person.phones)
    emails = normalise.distinct(normalise.folded(email) for email in person.emails)
    personal = tuple(email for email in emails if not normalise.is_role_mailbox(email))
    return Profile(
        given=given,
        middle=tuple(middle),
        surnames=tuple(surnames),
        surname=surname,
        generation=generation,
        personal=personal,
        shared=tuple(email for email in emails if email not in personal),
        mailboxes=normalise.distinct(normalise.mailbox(email) for email in personal),
        domains=normalise.distinct(normalise.company_domain(email) for email in emails),
        given_in_address=normalise.distinct(normalise.beside(name, email) for email in personal for name in {surname, *surnames}),
        surname_in_address=normalise.distinct(normalise.beside(given, email) for email in personal),
        phones=tuple((number, extension) for number, extension in phones if number),
        numbers=normalise.distinct(number for number, _ in phones),
        companies=normalise.distinct(normalise.company_core(name) for name in person.companies),
        house=house,
        street=street,
        city=" ".join(normalise.words(person.city)),
        region=" ".join(normalise.words(person.region)),
        postcode=normalise.postcode_key(person.postcode),
        born=person.birth_date.replace("-", ""),
        title=" ".join(normalise.words(person.job_title)),
    )
