"""What the person themself decided. Nothing here guesses in our favour: of several records the strictest holds."""

from __future__ import annotations

from datetime import datetime

from outreach_guard.domain.dealings import Address, Consent, Scope, Submission
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.findings import Evidence, Finding
from outreach_guard.domain.question import Channel, Purpose, Question
from outreach_guard.domain.rules.conversation import conversations

MARKETING = {Purpose.SALES, Purpose.ANNOUNCEMENT}
LIFTED = "they lift it themself"


def consent(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    records = dossier.all(Consent)
    limiting = [record for record in records if record.limits(question.channel, question.purpose)]
    addresses = dossier.all(Address) if question.channel is Channel.EMAIL else ()
    stops = [_evidence(record, "stop") for record in limiting if _is_stop(record, question.purpose)]
    stops += [Evidence("email", entry.id, "complained", entry.complained_at) for entry in addresses if entry.complained_at]
    marketing = [_evidence(record, "withdrawn") for record in limiting if record.state == "withdrawn"]
    marketing += [Evidence("email", entry.id, "unsubscribed", entry.unsubscribed_at) for entry in addresses if entry.unsubscribed_at]
    grants: list[Scope] = [record for record in records if record.state == "granted"]
    grants += [grant for form in dossier.all(Submission) if not form.gone for grant in form.grants]
    granted = any(grant.covers(question.channel, question.purpose) for grant in grants)
    return [*_erased(dossier), *_stopped(stops, dossier, question), *_unsubscribed(marketing), *_unknown(granted, question)]


def _is_stop(record: Consent, purpose: Purpose) -> bool:
    """Taking back consent to marketing is an unsubscription; taking it back for everything, or for this very purpose, is a stop."""
    withdrawn = record.state == "withdrawn" and (record.for_everything or purpose not in MARKETING)
    return record.state in {"objected", "suppressed"} or withdrawn


def _erased(dossier: Dossier) -> list[Finding]:
    card = dossier.card
    if card.erased_at is None:
        return []
    evidence = (Evidence("contact", card.id, "erased", card.erased_at),)
    return [Finding("consent.stopped", "This person's data was erased.", "never", evidence)]


def _stopped(stops: list[Evidence], dossier: Dossier, question: Question) -> list[Finding]:
    if not stops:
        return []
    reply = question.purpose is Purpose.SUPPORT and any(
        talk.thread_id == question.thread_id and talk.started_by_contact for talk in conversations(dossier)
    )
    sentence = "They asked not to be approached; this is a reply in a thread they began." if reply else "They asked not to be approached."
    return [Finding("consent.stopped", sentence, LIFTED, tuple(stops), excepted=reply)]


def _unsubscribed(evidence: list[Evidence]) -> list[Finding]:
    if not evidence:
        return []
    return [Finding("consent.unsubscribed", "They unsubscribed from marketing.", LIFTED, tuple(evidence))]


def _unknown(granted: bool, question: Question) -> list[Finding]:
    if granted:
        return []
    sentence = f"Nothing is known about their consent to {question.purpose} by {question.channel}."
    return [Finding("consent.unknown", sentence, "they consent")]


def _evidence(record: Consent, word: str) -> Evidence:
    scope = " ".join([record.purpose or "every purpose", "by", record.channel or "every channel"])
    return Evidence("consent", record.id, f"{record.state or word}: {scope}", record.at)
