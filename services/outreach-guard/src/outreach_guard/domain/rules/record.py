"""How far the record itself can be relied on: whether somebody reviewed it, and whether it is one person's only one."""

from __future__ import annotations

from outreach_guard.domain.checks import Case, Check, sources
from outreach_guard.domain.dealings import Pair
from outreach_guard.domain.findings import Evidence, Finding
from outreach_guard.domain.policy import CAUTION, HOLD, Rule

PENDING = Rule("review.pending", sales=HOLD, support=CAUTION, billing=CAUTION, announcement=HOLD)
SUSPECTED = Rule("duplicates.suspected", sales=CAUTION, support=CAUTION, billing=HOLD, announcement=CAUTION)


def review(case: Case) -> list[Finding]:
    state, evidence = case.card.review, (Evidence("contact", case.card.id, f"review: {case.card.review}"),)
    if state == "pending":
        sentence = "Nobody has reviewed where this contact came from."
    elif state == "rejected":
        sentence = "This contact was rejected on review."
    else:
        return []
    return [Finding(PENDING, sentence, "a reviewer approves the contact", evidence)]


def duplicates(case: Case) -> list[Finding]:
    """A pair whose members were merged is one contact by now."""
    pairs = [pair for pair in case.all(Pair) if pair.certain and pair.state in {"suspected", "confirmed"} and len(pair.contact_ids) > 1]
    if not pairs:
        return []
    likely = {contact_id: pair for pair in pairs for contact_id in sorted(pair.contact_ids - {case.card.id})}
    evidence = tuple(Evidence("contact", contact_id, f"score {pair.score:.2f}", pair.at) for contact_id, pair in likely.items())
    whom = "another contact" if len(likely) == 1 else f"{len(likely)} other contacts"
    sentence = f"Probably the same person as {whom}."
    return [Finding(SUSPECTED, sentence, "they are merged, or the pair is dismissed", evidence)]


CHECKS = (
    Check("review", review, "The source is reviewed.", sources(), rules=(PENDING,)),
    Check("duplicates", duplicates, "No duplicate is suspected.", sources("dedupe"), rules=(SUSPECTED,)),
)
