"""What the outreach guard says: how the verdict about a contact changed, and what became of each question before sending."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.catalogue import EventData
from shared.contracts.values import Instant, Value

SOURCE = "/services/outreach-guard"
TOPIC = "crm.outreach"


class VerdictReason(Value):
    """The line of one check."""

    check: str = Field(description="email, account, owner, recent_activity, open_tickets, ...")
    rule: str = Field(description="the row of the policy that decided, ok where none did")
    severity: str = Field(description="ok, info, caution, hold, unknown")
    sentence: str | None = None


class VerdictChanged(EventData, type="crm.outreach.verdict.changed.v1"):
    """Whether one may write to a contact is answered differently than before."""

    contact_id: str
    channel: str = Field(description="email, phone, sms, letter")
    purpose: str = Field(description="sales, support, billing, announcement")
    previous: str | None = Field(None, alias="from", description="clear, caution, hold; absent the first time")
    current: str = Field(alias="to", description="clear, caution, hold")
    reasons: tuple[VerdictReason, ...] = ()
    policy_version: str | None = None


class Preflight(EventData):
    """One question before sending."""

    preflight_id: str
    contact_id: str
    channel: str = Field(description="email, phone, sms, letter")
    purpose: str = Field(description="sales, support, billing, announcement")
    sender_id: str | None = None
    thread_id: str | None = None
    verdict: str = Field(description="clear, caution, hold")
    reasons: tuple[VerdictReason, ...] = ()
    policy_version: str | None = None


class PreflightGranted(Preflight, type="crm.outreach.preflight.granted.v1"):
    """One may send until the permit expires or is voided."""

    expires_at: Instant | None = None


class PreflightRefused(Preflight, type="crm.outreach.preflight.refused.v1"):
    """One must not send."""


class PreflightOverridden(Preflight, type="crm.outreach.preflight.overridden.v1"):
    """Somebody who may answered for a hold from business context."""

    overridden_by: str
    reason: str
    expires_at: Instant | None = None


class PreflightVoided(Preflight, type="crm.outreach.preflight.voided.v1"):
    """A permit is worth nothing any more, because something relevant happened."""

    reason: str | None = None
    voided_by: str | None = Field(None, description="id of the event that voided it")
