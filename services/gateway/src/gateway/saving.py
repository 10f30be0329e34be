"""How one change from the page is saved: over the version it is made to, and never over what somebody else did to the same thing.

A form says what it was filled from. As long as that part of the contact is still so, the change is made to the contact of now, whatever
else became of it; where it is not, nobody's work is overwritten: theirs is shown beside what was typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from gateway import forms
from gateway.clients import Answer, UnansweredError
from gateway.desk import Desk

Json = Mapping[str, Any]
Wish = Callable[[Json], Json | None]
"""What the API is to be sent for a contact of now; None where what the form was filled from is no longer so."""

ATTEMPTS = 5
"""So many others may change the contact in between."""
SILENT = "The contacts service does not answer. Nothing was saved; try again in a moment."


@dataclass(frozen=True)
class Outcome:
    """What became of a change. Without a problem and a conflict it is saved, and `contact` is as it is now."""

    contact: Json = field(default_factory=dict)
    conflict: bool = False
    problem: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    taken: Json = field(default_factory=dict)
    """Who has an address of it already, in the service's words: `matches`, and `hidden` ones."""
    moved_to: str = ""

    @property
    def saved(self) -> bool:
        return not (self.conflict or self.problem)

    @property
    def status_code(self) -> int:
        return 200 if self.saved else 409 if self.conflict else 422


def path_of(contact_id: str, *rest: str) -> str:
    return "/".join(["/v1/contacts", quote(contact_id, safe=""), *rest])


async def saved(desk: Desk, contact_id: str, wish: Wish, *, reason: str = "") -> Outcome:
    """The wish, sent for the version it was made to; again when only something else changed. With a `reason`, an address somebody else
    has is shared."""
    anyway = {"anyway": {"reason": reason}} if reason else {}
    try:
        answer = await desk.ask(desk.services.contacts, "GET", path_of(contact_id))
        if not answer.ok:
            return refused(answer)
        contact: Json = answer.body
        for _ in range(ATTEMPTS):
            body = wish(contact)
            if body is None:
                return Outcome(contact, conflict=True)
            headers = {"if-match": f'"{contact["version"]}"'}
            answer = await desk.ask(desk.services.contacts, "PATCH", path_of(contact_id), body={**body, **anyway}, headers=headers)
            if answer.ok:
                return Outcome(answer.body)
            if not is_stale(answer):
                break
            contact = answer.body["current"]
    except UnansweredError:
        return Outcome(problem=SILENT)
    return refused(answer, contact)


def refused(answer: Answer, contact: Json | None = None) -> Outcome:
    """Why the service would not."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    moved_to = str(body.get("survivor_id") or "") if answer.status == 307 else ""
    problem = "This contact was merged into another one meanwhile." if moved_to else forms.first_problem(body)
    taken = {name: body[name] for name in ("matches", "hidden") if body.get(name)}
    return Outcome(contact or {}, False, problem, forms.errors_by_path(body), taken, moved_to)


def is_stale(answer: Answer) -> bool:
    return answer.status == 409 and isinstance(answer.body, Mapping) and isinstance(answer.body.get("current"), Mapping)


def base(value: Any) -> str:
    """A value as a form carries it, to say later what it was filled from."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def carried(text: str) -> Any:
    """The value again; nothing for a text that is none of ours."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def as_read(value: Any, carried: str) -> bool:
    """Whether a value is still what the form was filled from. A form that carries nothing was filled from nothing."""
    return base(value) == (carried or base(None))
