"""What the person themself decided. Nothing here guesses in our favour: of several records the strictest holds."""

from __future__ import annotations

from outreach_guard.domain.checks import Case, Check, sources
from outreach_guard.domain.dealings import THREADS_AT_HAND, Address, Consent, Submission, Thread
from outreach_guard.domain.findings import Evidence, Finding
from outreach_guard.domain.policy import CAUTION, HOLD, INFO, Limit, Rule
from outreach_guard.domain.question import Channel, Purpose, Question
from outreach_guard.domain.rules.conversation import conversations
from outreach_guard.domain.scope import MARKETING, PURPOSES, Scope

STOPPED = Rule("consent.stopped", sales=HOLD, support=HOLD, billing=HOLD, announcement=HOLD, absolute=True)
UNSUBSCRIBED = Rule("consent.unsubscribed", sales=HOLD, support=INFO, billing=INFO, announcement=HOLD, absolute=True)
NOTHING_KNOWN = Rule("consent.unknown", sales=CAUTION, support=INFO, billing=INFO, announcement=HOLD)

THREAD_DAYS = Limit("consent.thread_days", "days after which a thread is none to reply in", 30, 0, THREADS_AT_HAND.days)
"""A reply is an exception to a stop, so this can only be made less."""

REFUSED = {"objected", "suppressed", "complained"}
TAKEN_BACK = {"withdrawn", "unsubscribed"}
LIFTED = "they lift it themself"


def consent(case: Case) -> list[Finding]:
    question, records = case.question, case.all(Consent)
    about = [record for record in records if record.stops(question.channel, question.purpose)]
    stops = [_evidence(record, case) for record in about if _is_stop(record, question.purpose)]
    stops += [Evidence("email", entry.id, "complained", entry.complained_at) for entry in case.all(Address) if entry.complained_at]
    marketing = [_evidence(record, case) for record in about if record.state in TAKEN_BACK]
    if question.channel is Channel.EMAIL:
        addresses = [entry for entry in case.all(Address) if entry.unsubscribed_at]
        marketing += [Evidence("email", entry.id, "unsubscribed", entry.unsubscribed_at) for entry in addresses]
    grants: list[Scope] = [record for record in records if record.state == "granted"]
    grants += [grant for form in case.all(Submission) if not form.gone for grant in form.grants]
    granted = any(grant.grants(question.channel, question.purpose) for grant in grants)
    return [*_erased(case), *_stopped(stops, case), *_unsubscribed(marketing), *_unknown(granted, question)]


def _is_stop(record: Consent, purpose: Purpose) -> bool:
    """Taking back consent to marketing is an unsubscription; taking it back for everything, or for this very purpose, is a stop."""
    withdrawn = record.state == "withdrawn" and (record.stopped_purposes == PURPOSES or purpose not in MARKETING)
    return record.state in REFUSED or withdrawn


def _erased(case: Case) -> list[Finding]:
    card = case.card
    if card.erased_at is None:
        return []
    evidence = (Evidence("contact", card.id, "erased", card.erased_at),)
    return [Finding(STOPPED, "This person's data was erased.", "never", evidence)]


def _stopped(stops: list[Evidence], case: Case) -> list[Finding]:
    if not stops:
        return []
    reply = case.question.purpose is Purpose.SUPPORT and _replies(case)
    sentence = "They asked not to be approached; this is a reply in a thread they began." if reply else "They asked not to be approached."
    return [Finding(STOPPED, sentence, LIFTED, tuple(stops), excepted=reply)]


def _replies(case: Case) -> bool:
    """Whether this answers in a thread they began, as long as the thread is alive."""
    since = case.now - case.span(THREAD_DAYS)
    alive = [thread for thread in case.all(Thread) if thread.waiting or thread.moved_at > since]
    return any(talk.thread_id == case.question.thread_id and talk.started_by_contact for talk in conversations(alive))


def _unsubscribed(evidence: list[Evidence]) -> list[Finding]:
    if not evidence:
        return []
    return [Finding(UNSUBSCRIBED, "They unsubscribed from marketing.", LIFTED, tuple(evidence))]


def _unknown(granted: bool, question: Question) -> list[Finding]:
    if granted:
        return []
    sentence = f"Nothing is known about their consent to {question.purpose} by {question.channel}."
    return [Finding(NOTHING_KNOWN, sentence, "they consent")]


def _evidence(record: Consent, case: Case) -> Evidence:
    if record.mark:
        address = next((email.typed for email in case.card.emails if email.mark == record.mark), "an address they had")
        return Evidence("email", address, record.state or "", record.at)
    scope = " ".join([record.purpose or record.scope or "every purpose", "by", record.channel or "every channel"])
    return Evidence("consent", record.id, f"{record.state}: {scope}", record.at)


CHECKS = (
    Check(
        "consent",
        consent,
        "They consented.",
        sources("consent", "forms", "mail"),
        rules=(STOPPED, UNSUBSCRIBED, NOTHING_KNOWN),
        limits=(THREAD_DAYS,),
        when_unknown=HOLD,
    ),
)
