"""What a member is to know: that they look after somebody from now on, or no longer (OS5).

What one member did at once, however many contacts it was about, is one notice for whoever it concerns. Nobody is told what they did
themself, and an import tells nobody: it comes with owners, it does not change them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contacts.domain.revisions import Revision

NoticeKind = Literal["assigned", "unassigned"]


@dataclass(frozen=True)
class Notice:
    """`by` is who did it, None where nobody did."""

    member_id: str
    kind: NoticeKind
    contact_ids: tuple[str, ...]
    by: str | None
    at: datetime
    reason: str | None = None


def notices_of(revisions: Iterable[Revision]) -> list[Notice]:
    """One for each member and kind, whatever was done together."""
    told: dict[tuple[str, NoticeKind], list[Revision]] = {}
    for revision in revisions:
        for member_id, kind in _concerned(revision):
            told.setdefault((member_id, kind), []).append(revision)
    return [
        Notice(
            member_id=member_id,
            kind=kind,
            contact_ids=tuple(dict.fromkeys(one.after.id for one in about)),
            by=about[-1].cause.actor_id,
            at=about[-1].cause.at,
            reason=about[-1].cause.reason,
        )
        for (member_id, kind), about in told.items()
    ]


def _concerned(revision: Revision) -> Iterator[tuple[str, NoticeKind]]:
    before = revision.before.owner_id if revision.before else None
    after = revision.after.owner_id
    imported = revision.cause.origin == "import" or (revision.before is None and revision.after.source.type == "import")
    if before == after or imported:
        return
    if before is not None and before != revision.cause.actor_id:
        yield before, "unassigned"
    if after is not None and after != revision.cause.actor_id:
        yield after, "assigned"
