"""What the drawer's form holds and becomes for the services, and where a refusal belongs in a form."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway import fields
from gateway.fields import FIELDS, Field
from gateway.kinds import Typed

REACHED = {"email": "Email", "phone": "Phone", "company": "Company"}
"""What the drawer asks for once, where a contact has a list of them."""
LABELS = {**fields.LABELS, **REACHED}
_PLACES = {"emails": "email", "phones": "phone", "accounts": "company"}


def one(form: Typed, name: str) -> str:
    """The only value of a control, as it was typed."""
    return next(iter(form.get(name, ())), "")


@dataclass(frozen=True)
class NewContact:
    """The drawer's form as it was typed. `once` makes a form sent twice one contact."""

    typed: Typed = dataclasses.field(default_factory=dict)
    custom: tuple[Field, ...] = ()
    once: str = dataclasses.field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def fields(self) -> tuple[Field, ...]:
        return (*(field for field in FIELDS if field.in_drawer), *self.custom)

    def text(self, name: str) -> str:
        return one(self.typed, name).strip()

    def again(self) -> NewContact:
        """For another try: a changed form is another request."""
        return replace(self, once=uuid.uuid4().hex)

    @property
    def worth_checking(self) -> bool:
        """Whether enough is typed to look for somebody."""
        return worth_checking(
            name=f"{self.text('first_name')}{self.text('last_name')}", emails=self.text("email"), phones=self.text("phone")
        )

    def faults(self) -> dict[str, str]:
        """What can't be read at all, by field."""
        return {field.name: sentence(fault) for field in self.fields if (fault := _fault(field, self.typed))}

    def value(self, field: Field) -> Any:
        """What was typed into a field, as the API takes it; nothing where it can't be read."""
        return None if _fault(field, self.typed) else field.how.read(field.typed(self.typed))

    def draft(self, account_id: str | None = None) -> dict[str, Any]:
        """As the contacts service takes it; a company that is an account is linked, any other is kept as text."""
        draft: dict[str, Any] = {}
        for field in self.fields:
            if (value := self.value(field)) not in (None, [], False):
                part = field.patch(value)
                draft |= {"custom": {**draft.get("custom", {}), **part["custom"]}} if field.custom else part
        if email := self.text("email"):
            draft["emails"] = [{"typed": email, "primary": True}]
        if phone := self.text("phone"):
            draft["phones"] = [{"typed": phone, "primary": True}]
        if account_id:
            draft["accounts"] = [{"account_id": account_id, "primary": True}]
        elif company := self.text("company"):
            draft["company"] = company
        return draft

    def candidate(self) -> dict[str, Any]:
        """As the dedupe service takes it: what tells people apart."""
        return {name: value for name, value in self.draft().items() if name != "custom"}


def worth_checking(*, name: str = "", emails: str = "", phones: str = "") -> bool:
    """An address, a number, or a name of some length."""
    return "@" in emails or sum(character.isdigit() for character in phones) >= 6 or len(name) >= 3


def _fault(field: Field, typed: Typed) -> str:
    try:
        field.how.read(field.typed(typed))
    except ValueError as error:
        return str(error)
    return ""


def errors_by_path(body: Any) -> dict[str, str]:
    """Problem details' errors by the path of their field, the first of each."""
    said: dict[str, str] = {}
    for error in (body.get("errors") or ()) if isinstance(body, Mapping) else ():
        said.setdefault(str(error.get("field") or "").removeprefix("body."), sentence(str(error.get("message") or "")))
    return said


def errors_of(path: str, errors: Mapping[str, str]) -> str:
    """What is wrong with a field or with something in it: `emails.0` is about the emails."""
    return next((message for at, message in errors.items() if at == path or at.startswith(f"{path}.")), "")


def errors_in_drawer(body: Any) -> dict[str, str]:
    """The same by the names of the drawer's controls."""
    placed: dict[str, str] = {}
    for path, message in errors_by_path(body).items():
        first, _, rest = path.partition(".")
        placed.setdefault(path if first == "custom" and rest else _PLACES.get(first, first), message)
    return placed


def first_problem(body: Any) -> str:
    """One sentence of a refusal, for where there is no field to put it at."""
    said = body if isinstance(body, Mapping) else {}
    messages = [str(error.get("message")) for error in said.get("errors") or () if error.get("message")]
    return sentence(str(said.get("detail") or next(iter(messages), "") or said.get("title") or "This was not accepted"))


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
