"""What people decided about being approached.

A stop is filed by lasting keys, which need no address to be kept: it reaches everybody it could mean, whatever becomes of their contact.
A grant is filed like everything else, and goes when its person is erased.
"""

from __future__ import annotations

from collections.abc import Iterator

from outreach_guard.domain.facts import Kind, Told, latest
from outreach_guard.translate.saying import mark_of, say
from shared.contracts import consent, forms, mail
from shared.contracts.envelope import Event
from shared.parties import keys_of, lasting_keys_of


def decision(event: Event, data: consent.Decision, region: str) -> Iterator[Told]:
    """What the event leaves open is open: nothing is taken over from what the record said before."""
    fields = {"channel": data.channel, "purpose": data.purpose, "scope": data.scope, "at": event.time}
    kind, keys = Kind.CONSENT, lasting_keys_of(data.people(), region)
    match data:
        case consent.ConsentGranted():
            fields["state"], keys = "granted", keys_of(data.people(), region)
        case consent.ConsentWithdrawn():
            fields["state"] = "withdrawn"
        case consent.ConsentObjectionRecorded():
            fields["state"] = "objected"
        case consent.SuppressionAdded():
            kind, fields["state"] = Kind.SUPPRESSION, "suppressed"
        case consent.SuppressionLifted():
            kind, fields["state"] = Kind.SUPPRESSION, "void"
    yield say(event, kind, event.subject, fields, parties=keys)


def by_mail(event: Event, data: mail.DeliveryComplained | mail.DeliveryUnsubscribed, region: str) -> Iterator[Told]:
    """A complaint is a stop without bounds; who unsubscribed wants no more mail of the kind."""
    fields = {"state": "complained", "at": event.time, "mark": mark_of(data.address or "")}
    if isinstance(data, mail.DeliveryUnsubscribed):
        fields |= {"state": "unsubscribed", "channel": "email"}
    fact_id = f"{fields['state']}:{event.subject}"
    yield Told(Kind.SUPPRESSION, fact_id, event.id, latest(event.time), fields, linked=lasting_keys_of(data.people(), region))


def submission(event: Event, data: forms.Submission, region: str) -> Iterator[Told]:
    """Consent in a form counts where it names its channel and purpose; a bare text is evidence of nothing in particular."""
    if not isinstance(data, forms.SubmissionSubmitted):
        yield say(event, Kind.SUBMISSION, event.subject, {"gone": True}, parties=keys_of(data.people(), region))
        return
    named = [entry for entry in data.consents if entry.granted and entry.channel and entry.purpose]
    grants = [{"channel": entry.channel, "purpose": entry.purpose} for entry in named]
    yield say(event, Kind.SUBMISSION, event.subject, {"grants": grants}, parties=keys_of(data.people(), region))
