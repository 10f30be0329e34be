"""What the consent service says: what people allowed, took back or objected to, and addresses nobody may write to."""

from __future__ import annotations

from pydantic import Field, JsonValue

from shared.contracts.parties import Upstream

SOURCE = "/services/consent"
TOPIC = "crm.consent"


class Decision(Upstream):
    """What was decided about a channel and a purpose. A stop that names none stops all; a grant that names none grants none."""

    channel: str | None = Field(None, description="email, phone, sms, letter")
    purpose: str | None = Field(None, description="sales, support, billing, announcement")
    basis: str | None = Field(None, description="consent, contract, legal_obligation, legitimate_interest")
    scope: str | None = Field(None, description="marketing, all, ...")
    evidence: JsonValue = Field(None, description="where it was said: a form, a message, a call")
    decided_by: str | None = Field(None, description="contact: the person themself; else the member or system that did")


class ConsentGranted(Decision, type="crm.consent.consent.granted.v1"):
    """Somebody allows it."""


class ConsentWithdrawn(Decision, type="crm.consent.consent.withdrawn.v1"):
    """Somebody allows it no more."""


class ConsentObjectionRecorded(Decision, type="crm.consent.consent.objection_recorded.v1"):
    """Somebody does not want it, whether or not they ever allowed it."""


class SuppressionAdded(Decision, type="crm.consent.suppression.added.v1"):
    """Nobody may write there."""


class SuppressionLifted(Decision, type="crm.consent.suppression.lifted.v1"):
    """One may write there again."""
