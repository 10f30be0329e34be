"""A notice in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.views import words

Json = Mapping[str, Any]

SAID = {"assigned": ("contacts", "You look after {what} now"), "unassigned": ("out", "You no longer look after {what}")}


@dataclass(frozen=True)
class Notice:
    """One thing to know; `people` are those it names, by id."""

    id: str
    icon: str
    sentence: str
    people: Mapping[str, str]
    more: int
    by: str
    when: str
    reason: str
    unread: bool


def notice(item: Json, members: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Notice:
    ids = [str(one) for one in item.get("contact_ids") or ()]
    people = {str(each["id"]): str(each.get("name") or "No name") for each in item.get("contacts") or ()}
    kind = str(item.get("kind") or "")
    icon, sentence = SAID.get(kind, ("info", words.plain(kind) + ": {what}"))
    at, by = words.moment(item.get("at")), str(item.get("by") or "")
    return Notice(
        id=str(item["id"]),
        icon=icon,
        sentence=sentence.format(what=words.count(len(ids), "contact")),
        people=people,
        more=len(ids) - len(people),
        by=members.get(by, by),
        when=words.when(at, now, zone) if at else "",
        reason=str(item.get("reason") or ""),
        unread=bool(item.get("unread")),
    )
