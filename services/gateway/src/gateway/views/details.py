"""The details of a contact: a line per field, with what its control begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from gateway.fields import Field, fields_of, steps
from gateway.kinds import Typed
from gateway.saving import base
from gateway.views import words
from gateway.views.values import Glossary
from gateway.views.viewing import WORDS

Json = Mapping[str, Any]
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """One field as it is, or as somebody typed it and could not save it. `theirs` is what it is now, where it was changed meanwhile."""

    field: Field
    typed: Typed
    text: str
    base: str
    options: Options = ()
    problem: str = ""
    theirs: str | None = None
    moved_to: str = ""
    saved: bool = False

    @property
    def id(self) -> str:
        """For elements: the name, with what an id may not hold replaced."""
        return identifier(self.field.name)

    @property
    def leads_there(self) -> bool:
        """Whether the text is an address a page may link to; a script is none."""
        return self.field.kind == "url" and self.text.startswith(("https:", "http:"))

    @property
    def empty(self) -> bool:
        return not self.text

    @property
    def unsaved(self) -> bool:
        return bool(self.problem or self.theirs is not None)

    @property
    def names(self) -> Mapping[str, str]:
        """What ids are called, for entries that are shown by name."""
        return dict(self.options)

    def one(self, part: str = "") -> str:
        return next(iter(self.typed.get(part, ())), "")


def identifier(name: str) -> str:
    """A name as an element's id; two names that are alike but for signs stay two."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "_-") else f"-{ord(letter):x}-" for letter in name)
    return f"f-{plain}"


@dataclass(frozen=True)
class Around:
    """What a line needs to know besides the contact: what the workspace decided, what members are called, who can be responsible."""

    settings: Json
    members: Mapping[str, str]
    owners: Mapping[str, str]
    zone: ZoneInfo

    def line(self, of: Field, contact: Json, **more: Any) -> Line:
        value = of.of(contact)
        shown = {"typed": of.how.written(value), "base": base(value)} | more
        return Line(field=of, text=self.text(of, value), options=self.options(of, contact, shown["typed"]), **shown)

    def text(self, of: Field, value: Any) -> str:
        if of.kind == "person" and value:
            return self.members.get(str(value), str(value))
        return ", ".join(Glossary(self.members, self.zone).lines(of.name, value))

    def lines(self, contact: Json) -> tuple[Line, ...]:
        """All of them; a field that is out of use only where it still says something."""
        made = (self.line(field, contact) for field in fields_of(self.settings, contact))
        return tuple(line for line in made if line.field.enabled or line.text)

    def options(self, of: Field, contact: Json, typed: Typed) -> Options:
        """What there is to choose from, and whatever is chosen: a member who left, an option that is no longer one."""
        chosen = [value for value in typed.get("", ()) if value]
        match of.kind:
            case "status":
                offered = {name: words.plain(name) for name in steps(self.settings, contact.get("status"))}
            case "visibility":
                offered = WORDS
            case "person" | "people":
                offered = {**self.owners}
            case "choice" | "multi_choice":
                offered = {option: option for option in of.options}
            case _:
                return ()
        return tuple(({value: self.members.get(value, value) for value in chosen if value not in offered} | offered).items())
