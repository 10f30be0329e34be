"""How what the consent service says reads on a timeline."""

from __future__ import annotations

from shared.contracts.consent import (
    ConsentGranted,
    ConsentObjectionRecorded,
    ConsentWithdrawn,
    Decision,
    SuppressionAdded,
    SuppressionLifted,
)
from timeline.translate.lines import Lines


def what(decision: Decision) -> str:
    """`sales by email`, `anything by phone`, `anything`."""
    return f"{decision.purpose or 'anything'}{f' by {decision.channel}' if decision.channel else ''}"


consents = Lines("consent", Decision)
consents.say(ConsentGranted, lambda decision: f"Consent granted: {what(decision)}")
consents.say(ConsentWithdrawn, lambda decision: f"Consent withdrawn: {what(decision)}")
consents.say(ConsentObjectionRecorded, lambda decision: f"Objection recorded: {what(decision)}")
consents.say(SuppressionAdded, lambda decision: f"Not to be written to: {what(decision)}")
consents.say(SuppressionLifted, lambda decision: f"May be written to again: {what(decision)}")

TABLE = consents.table
