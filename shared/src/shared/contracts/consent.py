"""What the consent service says: what people allowed, took back or objected to, and addresses nobody may write to."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, JsonValue

from shared.contracts.parties import Upstream

SOURCE = "/services/consent"
TOPIC = "crm.consent"


def _word(value: object) -> object:
    return value if isinstance(value, str | int) else "?"


Word = Annotated[str | None, BeforeValidator(_word, json_schema_input_type=str | None)]
"""What is no word is one that nobody knows: it grants nothing, and costs nobody their stop."""


class Decision(Upstream):
    """What was decided about a channel and a purpose. A stop that names none stops all; a grant that names none grants none."""

    channel: Word = Field(None, description="email, phone, sms, letter")
    purpose: Word = Field(None, description="sales, support, billing, announcement")
    basis: Word = Field(None, description="consent, contract, legal_obligation, legitimate_interest")
    scope: Word = Field(None, description="marketing, all, ...")
    evidence: JsonValue = Field(None, description="where it was said: a form, a message, a call")
    decided_by: Word = Field(None, description="contact: the person themself; else the member or system that did")


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
