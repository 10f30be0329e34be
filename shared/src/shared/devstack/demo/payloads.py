"""Rows as the API takes them."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from importlib.resources import files
from io import StringIO
from typing import Any

from shared.devstack.demo.people import Address, Person

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
STATUSES = ("new", "qualified", "customer", "customer", "former")


REVIEWED = ("manual", "api")
"""Whoever comes from elsewhere waits for a review, and nobody looks after them before that."""


CAME_BY = {
    "import": "Row {number} of customers-2023.csv",
    "form": "Sign-up for the autumn webinar",
    "mailbox": "Question about an order",
    "integration": "Order {number} in the web shop",
}
"""What a reviewer reads of how they came."""


def contact_of(person: Person) -> dict[str, Any]:
    """An invented person."""
    link = {"account_id": person.account.account_id, "name": person.account.name, "role": person.role, "title": person.job_title or None}
    body: dict[str, Any] = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "job_title": person.job_title,
        "emails": [{"typed": typed, "purpose": purpose} for typed, purpose in person.emails],
        "phones": [{"typed": typed, "purpose": purpose} for typed, purpose in person.phones],
        "accounts": [link] if person.linked else [],
        "company": person.account.name if person.linked else person.account.name.rsplit(" ", 1)[0],
        "owner_id": person.owner_id if person.source in REVIEWED else None,
        "status": STATUSES[person.number % len(STATUSES)],
        "tags": list(person.tags),
        "address": _address(person.address) if person.address else None,
        "source": {"type": person.source, "id": f"{person.source}-2023:{person.number}"},
    }
    if person.source in CAME_BY:
        body["evidence"] = {"title": CAME_BY[person.source].format(number=person.number), "payload": _brought(person)}
    return {name: value for name, value in body.items() if value}


def _brought(person: Person) -> dict[str, str]:
    """As it came in, before anybody made a contact of it."""
    email, phone = (entries[0][0] if entries else "" for entries in (person.emails, person.phones))
    return {"name": person.name, "email": email, "phone": phone, "company": person.account.name, "title": person.job_title}


def _address(address: Address) -> dict[str, str]:
    parts = {
        "street": address.street,
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
        "country": address.country,
    }
    return {name: value for name, value in parts.items() if value}


def febrl_rows() -> Iterator[dict[str, str]]:
    """The records of Febrl 3 in their order (data/ORIGIN.md)."""
    packed = files("shared.devstack").joinpath("data", "febrl3.csv.gz").read_bytes()
    return csv.DictReader(StringIO(gzip.decompress(packed).decode()))


def contact_of_febrl(row: dict[str, str]) -> dict[str, Any] | None:
    """One record. Who has one name only has it as the first; the six without any can not be contacts.

    35 dates of birth are none (a month 45): the API would refuse them, so they are left out.
    """
    names = [name for name in (row["given_name"], row["surname"]) if name]
    if not names:
        return None
    parts = {"street": "address", "city": "city", "region": "state", "postcode": "postcode", "country": "country"}
    body = {
        "first_name": names[0],
        "last_name": names[1] if len(names) > 1 else None,
        "birth_date": row["birth_date"] if ISO_DATE.fullmatch(row["birth_date"]) else None,
        "address": {name: row[column] for name, column in parts.items() if row[column]},
        "source": {"type": "api", "id": f"febrl3:{row['id']}"},
    }
    return {name: value for name, value in body.items() if value}
