"""`python -m tests.outreach_guard.stored_examples`: adds facts as the guard stores them, where the newest form has none of a kind yet.

An example that is there stays as it is: it stands for what is in somebody's database and must be read for ever.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path

from bson.json_util import RELAXED_JSON_OPTIONS, dumps, loads

from outreach_guard.domain.facts import Kind
from outreach_guard.mongo_store.documents import FIRST_FORM, LIFTS, context_document, fact_document
from shared.contracts import calendar, campaigns, consent, finance, forms
from shared.contracts.envelope import Event
from shared.mongo import Document
from tests.support.guard_builders import (
    ADA,
    BOB,
    THEM,
    account_created,
    ago,
    ahead,
    bounced,
    contact_saved,
    deal_created,
    event,
    facts_of,
    invoice,
    mail_received,
    member_added,
    objected,
    pair_suspected,
    ticket_comment,
    ticket_created,
)

EXAMPLES = Path(__file__).parent / "stored"
NEWEST = FIRST_FORM + len(LIFTS)
_OPTIONS = RELAXED_JSON_OPTIONS.with_options(tz_aware=True, tzinfo=UTC)


def story() -> list[Event]:
    """Something of every kind, and against nearly every check. Not to be changed, as the examples of every form tell it:
    of a new kind something that changes no answer comes last.
    """
    return [
        member_added(sequence=0),
        account_created("a1", "Acme", "other.com", sequence=0),
        account_created("a2", "Globex", "acme.com", sequence=0),
        contact_saved(sequence=0, review={"state": "pending"}),
        bounced(),
        mail_received(at=ago(days=2)),
        ticket_created(priority="urgent", sla_due_at=ago(days=1), assignee_id=BOB),
        ticket_comment("agent", at=ago(days=1)),
        deal_created(BOB),
        invoice(finance.InvoiceOverdue),
        objected(channel="email"),
        event(consent.SuppressionAdded(parties=THEM, channel="email"), "s1"),
        event(forms.SubmissionSubmitted(parties=THEM, consents=({"channel": "email", "purpose": "sales"},)), "f1"),
        pair_suspected(),
        event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=BOB, next_at=ahead(days=1), channel="email"), "e1"),
        event(calendar.MeetingScheduled(parties=THEM, title="Review", start=ahead(days=1), end=ahead(days=1, hours=1)), "me1"),
    ]


def stored(events: Iterable[Event]) -> list[Document]:
    """As the database has them: whom they are about and what surrounds the card is filled in."""
    documents = [{**fact_document(fact, None), "contact_ids": [ADA]} for fact in facts_of(events).values()]
    surrounding = [document for document in documents if document["answering"]]
    return [
        {**document, "context": context_document(document, surrounding)} if document["kind"] == Kind.CONTACT else document
        for document in documents
        if document not in surrounding
    ] + [{**document, "contact_ids": []} for document in surrounding]


def read(path: Path) -> list[Document]:
    documents: list[Document] = loads(path.read_text("utf-8"), json_options=_OPTIONS)
    return documents


def main() -> None:
    documents, written = stored(story()), 0
    for kind in Kind:
        path = EXAMPLES / kind / f"form-{NEWEST}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            of_kind = [document for document in documents if document["kind"] == kind]
            path.write_text(dumps(of_kind, json_options=_OPTIONS, indent=2, ensure_ascii=False) + "\n", "utf-8")
            written += 1
    sys.stdout.write(f"{written} examples added\n")


if __name__ == "__main__":
    main()
