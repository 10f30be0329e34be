"""What the page's forms hold, what they become for the services, and where a refusal belongs in them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

_FIELDS = {"emails": "email", "phones": "phone", "accounts": "company"}


@dataclass(frozen=True)
class Shown:
    """What a field is called; whether a contact's page has it among the details, and whether the search finds by it."""

    label: str
    in_details: bool = False
    searched: bool = False


class Texts(BaseModel):
    """The simple texts of a contact. One more line here is in both forms, in what they send, and on the contact's page."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    first_name: Annotated[str, Shown("First name")] = ""
    last_name: Annotated[str, Shown("Last name")] = ""
    job_title: Annotated[str, Shown("Job title")] = ""


def shown(form: type[BaseModel]) -> dict[str, Shown]:
    """The fields of a form that people see."""
    return {name: how for name, field in form.model_fields.items() for how in field.metadata if isinstance(how, Shown)}


class Typed(Texts):
    """A form as it was typed; every field is there, so that it can be shown again."""

    model_config = ConfigDict(str_max_length=10_000)


class NewContact(Typed):
    """The drawer's form. `once` makes a form sent twice one contact."""

    email: Annotated[str, Shown("Email", searched=True)] = ""
    phone: Annotated[str, Shown("Phone", searched=True)] = ""
    company: Annotated[str, Shown("Company", searched=True)] = ""
    owner_id: Annotated[str, Shown("Owner")] = ""
    tags: Annotated[str, Shown("Tags")] = ""
    once: str = ""

    @property
    def further(self) -> list[str]:
        """The texts besides the name."""
        return [name for name in Texts.model_fields if name not in {"first_name", "last_name"}]

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
        names = (*Texts.model_fields, "owner_id")
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
    status: Annotated[str, Shown("Status")] = ""
    owner_id: Annotated[str, Shown("Owner")] = ""

    @property
    def inputs(self) -> dict[str, str]:
        """The labels of what is typed and not chosen."""
        return {name: how.label for name, how in shown(Details).items() if name != "owner_id"}

    def changes(self) -> dict[str, str | None]:
        """Every field of the form; an emptied one is null."""
        return {name: getattr(self, name).strip() or None for name in DETAILS}


LABELS = {name: how.label for form in (NewContact, Details) for name, how in shown(form).items()}
DETAILS = tuple(shown(Details))
SEARCHED = {"name": "Name"} | {name: how.label for name, how in shown(NewContact).items() if how.searched}
"""What the search finds by; the contacts service decides, and a test holds the two together."""


def known_by() -> str:
    """The same in words, for the hints of the search."""
    *most, last = (label.lower() for label in SEARCHED.values())
    return f"{', '.join(most)} or {last}"


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
