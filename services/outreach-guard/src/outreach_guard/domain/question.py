"""What is asked before somebody is approached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    LETTER = "letter"


class Purpose(StrEnum):
    SALES = "sales"
    SUPPORT = "support"
    BILLING = "billing"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class Question:
    """May `sender_id` approach this contact, this way, for this purpose? `thread_id` names the conversation a reply belongs to."""

    contact_id: str
    channel: Channel
    purpose: Purpose
    sender_id: str
    thread_id: str | None = None
