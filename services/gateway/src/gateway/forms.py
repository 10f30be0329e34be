"""What the page's forms hold, what they become for the services, and where a refusal belongs in them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

LABELS = {
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email",
    "phone": "Phone",
    "company": "Company",
    "job_title": "Job title",
    "owner_id": "Owner",
    "status": "Status",
    "tags": "Tags",
}
DETAILS = ("first_name", "last_name", "job_title", "status", "owner_id")
_FIELDS = {"emails": "email", "phones": "phone", "accounts": "company"}


class Typed(BaseModel):
    """A form as it was typed; every field is there, so that it can be shown again."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, str_max_length=10_000)


class NewContact(Typed):
    """The drawer's form. `once` makes a form sent twice one contact."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    job_title: str = ""
    owner_id: str = ""
    tags: str = ""
    once: str = ""

    def again(self) -> NewContact:
        """For another try: a changed form is another request."""
        return self.model_copy(update={"once": uuid.uuid4().hex})

    @property
    def worth_checking(self) -> bool:
        """Whether enough is typed to look for somebody: an address, a number, or a name of some length."""
        digits = sum(character.isdigit() for character in self.phone)
        return "@" in self.email or digits >= 6 or len(f"{self.first_name}{self.last_name}".strip()) >= 3

    def draft(self, account_id: str | None) -> dict[str, Any]:
        """As the contacts service takes it; a company that is an account is linked, any other is kept as text."""
        names = ("first_name", "last_name", "job_title", "owner_id")
        draft: dict[str, Any] = {name: value for name in names if (value := getattr(self, name).strip())}
        if self.email.strip():
            draft["emails"] = [{"typed": self.email.strip(), "primary": True}]
        if self.phone.strip():
            draft["phones"] = [{"typed": self.phone.strip(), "primary": True}]
        if account_id:
            draft["accounts"] = [{"account_id": account_id, "primary": True}]
        elif self.company.strip():
            draft["company"] = self.company.strip()
        if tags := [tag.strip() for tag in self.tags.split(",") if tag.strip()]:
            draft["tags"] = tags
        return draft

    def candidate(self) -> dict[str, Any]:
        """As the dedupe service takes it."""
        return self.draft(None)


class Details(Typed):
    """The edit form of a contact's page, and the version it was filled from."""

    version: int
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    status: str = ""
    owner_id: str = ""

    def changes(self) -> dict[str, str | None]:
        """Every field of the form; an emptied one is null."""
        return {name: getattr(self, name).strip() or None for name in DETAILS}


def errors_by_field(body: Any) -> dict[str, str]:
    """Problem details' errors by the form's own field names; `emails.0` belongs at the email."""
    placed = dict.fromkeys(LABELS, "")
    for error in (body.get("errors") or ()) if isinstance(body, Mapping) else ():
        first = str(error.get("field", "")).partition(".")[0]
        name = _FIELDS.get(first, first)
        if name in placed and not placed[name]:
            message = str(error.get("message") or "")
            placed[name] = message[:1].upper() + message[1:]
    return placed


def first_problem(body: Any) -> str:
    """One sentence of a refusal, for where there is no field to put it at."""
    said = body if isinstance(body, Mapping) else {}
    messages = [str(error.get("message")) for error in said.get("errors") or () if error.get("message")]
    sentence = str(said.get("detail") or next(iter(messages), "") or said.get("title") or "This was not accepted")
    return sentence[:1].upper() + sentence[1:]
