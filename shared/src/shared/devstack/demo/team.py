"""The invented company at work: Tidewell Instruments sells, calibrates and repairs measuring instruments."""

from __future__ import annotations

from dataclasses import dataclass

WORKSPACE = "tidewell"
FEBRL = "febrl"
DOMAIN = "tidewell.example"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team, with a login of the development issuer."""

    member_id: str
    name: str
    role: str
    does: str
    also_in: tuple[tuple[str, str], ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"

    @property
    def workspaces(self) -> dict[str, str]:
        return {WORKSPACE: self.role, **dict(self.also_in)}


MEMBERS = (
    Member("m-ines", "Ines Caldeira", "admin", "runs it", also_in=((FEBRL, "admin"),)),
    Member("m-tobias", "Tobias Renner", "manager", "sales"),
    Member("m-grace", "Grace Whitlock", "member", "sales"),
    Member("m-dmitri", "Dmitri Volkov", "member", "sales"),
    Member("m-aoife", "Aoife Brannigan", "member", "support"),
    Member("m-rahul", "Rahul Deshmukh", "member", "finance"),
    Member("m-lotte", "Lotte Vermeer", "viewer", "audits"),
)

FORMER = Member("m-victor", "Victor Lindholm", "member", "sales")
"""Left the company; contacts still name him as their owner."""


def doing(what: str) -> tuple[Member, ...]:
    return tuple(member for member in MEMBERS if member.does == what)
