"""What people decided about being approached."""

from __future__ import annotations

from collections.abc import Iterator

from outreach_guard.domain.facts import Kind, Told
from outreach_guard.translate.saying import say, stated
from shared.contracts import consent, forms
from shared.contracts.envelope import Event
from shared.parties import keys_of


def decision(event: Event, data: consent.Decision, region: str) -> Iterator[Told]:
    fields = {**stated(data, "channel", "purpose"), "at": event.time}
    if data.purpose is None and data.scope == "marketing":
        fields["purpose"] = "marketing"
    kind = Kind.CONSENT
    match data:
        case consent.ConsentGranted():
            fields["state"] = "granted"
        case consent.ConsentWithdrawn():
            fields["state"] = "withdrawn"
        case consent.ConsentObjectionRecorded():
            fields["state"] = "objected"
        case consent.SuppressionAdded():
            kind, fields["state"] = Kind.SUPPRESSION, "suppressed"
        case consent.SuppressionLifted():
            kind, fields["state"] = Kind.SUPPRESSION, "void"
    yield say(event, kind, event.subject, fields, parties=keys_of(data.people(), region))


def submission(event: Event, data: forms.Submission, region: str) -> Iterator[Told]:
    """Consent in a form counts where it names its channel and purpose; a bare text is evidence of nothing in particular."""
    if not isinstance(data, forms.SubmissionSubmitted):
        yield say(event, Kind.SUBMISSION, event.subject, {"gone": True}, parties=keys_of(data.people(), region))
        return
    named = [entry for entry in data.consents if entry.granted and entry.channel and entry.purpose]
    grants = [{"channel": entry.channel, "purpose": entry.purpose} for entry in named]
    yield say(event, Kind.SUBMISSION, event.subject, {"grants": grants}, parties=keys_of(data.people(), region))
