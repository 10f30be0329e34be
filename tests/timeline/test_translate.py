"""How events read on a timeline."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

import shared.contracts.all  # noqa: F401 - registers every type
from shared.contracts import accounts, calendar, contacts, deals, finance, forms, mail, tickets, timeline, workspace
from shared.contracts.catalogue import EventData, models
from shared.contracts.parties import Party
from tests.support.timeline_builders import contact_created, contact_erased, contact_merged, event
from timeline.domain import Ref
from timeline.translate import LINES, entries_from, entry_from
from timeline.translate.lines import Lines, together

ADA = Party(email="Ada@acme.com")

NOT_ON_A_TIMELINE = {
    contacts.ContactErased,  # it is to be forgotten
    *(model for model in models().values() if issubclass(model, contacts.Job | workspace.Member | mail.Mailbox)),  # about no contact
}


def sentence(data: EventData) -> str:
    entry = entry_from(event(data, "x1"), "US")
    assert entry is not None
    return entry.sentence


@pytest.mark.req("DP3")
def test_every_type_that_is_about_somebody_has_a_line() -> None:
    assert set(models().values()) - set(LINES) == NOT_ON_A_TIMELINE, "a table in timeline/translate has a line for it"


def test_a_type_that_two_tables_have_is_refused() -> None:
    with pytest.raises(TypeError, match=re.escape(deals.DealWon.TYPE)):
        together(Lines("deal", deals.Deal).table, Lines("sale", deals.DealWon).table)


def test_a_table_says_which_words_stand_under_its_sentences_and_what_goes_along() -> None:
    line = Lines("form", forms.Submission, text="form_name", shows=("form_id",)).table[forms.SubmissionSubmitted]
    submitted = forms.SubmissionSubmitted(form_id="f1", form_name="Contact us")

    assert (line.text(submitted), line.details(submitted)) == ("Contact us", {"form_id": "f1"})
    assert line.text(forms.SubmissionSubmitted()) == ""


def test_a_field_that_no_type_of_a_table_has_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="form_nmae"):
        Lines("form", forms.Submission, text="form_nmae")


def test_the_first_words_of_a_message_stand_under_its_sentence() -> None:
    entry = entry_from(event(mail.MessageReceived(subject="Hello", snippet="Are you there?"), "m1"), "US")

    assert entry is not None
    assert (entry.sentence, entry.text) == ('Email "Hello" received', "Are you there?")


def test_a_payment_is_about_its_invoice_too() -> None:
    paid = entry_from(event(finance.PaymentSucceeded(invoice_id="i7"), "p1"), "US")

    assert paid is not None
    assert paid.refs == (Ref("payment", "p1"), Ref("invoice", "i7"))


@pytest.mark.parametrize(
    ("data", "reads"),
    [
        (deals.DealCreated(title="Renewal", amount=Decimal("1200.50"), currency="EUR"), 'Deal "Renewal" opened, 1200.50 EUR'),
        (
            deals.DealStageChanged.model_validate({"title": "Renewal 2027", "from": "Proposal", "to": "Negotiation"}),
            'Deal "Renewal 2027" moved from Proposal to Negotiation',
        ),
        (deals.DealLost(title="Renewal", reason="price"), 'Deal "Renewal" lost: price'),
        (deals.DealReopened(), "Deal reopened"),
        (tickets.TicketCreated(number="31", subject="It hums"), 'Ticket #31 "It hums" created'),
        (tickets.TicketStatusChanged(number="31", previous="open", current="on_hold"), "Ticket #31 went from open to on hold"),
        (tickets.TicketCommentAdded(number="31", public=True, author_type="contact"), "Customer replied on ticket #31"),
        (
            finance.InvoiceOverdue(number="INV-7", days_overdue=1, balance_due=Decimal("80"), currency="USD"),
            "Invoice INV-7 overdue by 1 day, 80 USD unpaid",
        ),
        (finance.InvoiceWrittenOff(number="INV-7"), "Invoice INV-7 written off"),
        (
            finance.PaymentFailed(amount=Decimal("80"), currency="USD", failure_code="card_expired"),
            "Payment of 80 USD failed: card expired",
        ),
        (forms.SubmissionSubmitted(form_name="Contact us"), 'Form "Contact us" submitted'),
        (mail.MessageReceived(subject="Hello", automated=True), 'Email "Hello" received (automated)'),
        (mail.DeliveryBounced(kind="hard", code="550"), "Email bounced (hard), code 550"),
        (
            calendar.CallLogged.model_validate({"direction": "inbound", "duration": 300, "outcome": "no_answer"}),
            "Inbound call, 5 min: no answer",
        ),
        (
            calendar.MeetingScheduled.model_validate({"title": "Demo", "start": "2026-06-01T12:00:00Z"}),
            'Meeting "Demo" scheduled for 2026-06-01 12:00 UTC',
        ),
        (accounts.AccountRenamed(name="Acme"), 'Account renamed to "Acme"'),
        (timeline.TaskCreated(task_id="t", contact_id="c", title="Call"), 'Task "Call" created'),
        (timeline.NoteAdded(note_id="n", contact_id="c", text="secret"), "Note added"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, EventData) else "",
)
def test_reads(data: EventData, reads: str) -> None:
    assert sentence(data) == reads


@pytest.mark.parametrize("model", LINES, ids=lambda model: model.__name__)
def test_a_payload_with_nothing_but_what_it_must_have_reads_as_a_sentence(model: type[EventData]) -> None:
    needed: dict[str, Any] = {
        "contact": {"id": "c1", "version": 1},
        "contact_ids": ("a", "b"),
        "merged_ids": ("b",),
        "restored_ids": ("b",),
    }
    needed |= {"email": {"typed": "a@acme.com", "normalised": "a@acme.com"}, "link": {"account_id": "a1"}, "score": 1.0}
    words = {field.alias or name: "x" for name, field in model.model_fields.items() if field.is_required() and name not in needed}
    data = model.model_validate(
        {**words, **{name: needed[name] for name, field in model.model_fields.items() if name in needed and field.is_required()}}
    )

    said = sentence(data)

    assert said == said.strip()
    assert "None" not in said
    assert "  " not in said


def test_a_number_worth_showing_goes_along() -> None:
    entry = entry_from(event(finance.InvoiceSent(number="INV-7", total=Decimal("80.10"), currency="USD"), "i7"), "US")

    assert entry is not None
    assert entry.details == {"number": "INV-7", "total": "80.10", "currency": "USD"}
    assert entry.refs == (Ref("invoice", "i7"),)


@pytest.mark.req("MB3")
def test_backfill_and_visibility_are_kept() -> None:
    entry = entry_from(event(mail.MessageReceived(parties=(ADA,), backfill=True, visibility="mailbox"), "m1"), "US")

    assert entry is not None
    assert (entry.backfill, entry.visibility) == (True, "mailbox")


@pytest.mark.req("MB2")
def test_a_message_is_about_sender_and_recipients() -> None:
    message = mail.MessageSent.model_validate({"from": "Me <me@us.com>", "to": ["Ada@acme.com"], "cc": ["bob@acme.com"]})

    assert entries_from([event(message, "m1")], "US")[0].keys == ("email:ada@acme.com", "email:bob@acme.com", "email:me@us.com")


def test_a_merge_is_on_the_timeline_of_all_it_is_about() -> None:
    assert entries_from([contact_merged("a", "b")], "US")[0].keys == ("contact:a", "contact:b")


def test_what_is_about_nobody_makes_no_entry() -> None:
    about_nobody = [
        event(mail.MailboxConnected(provider="gmail"), "m1"),
        event(tickets.TicketCreated(number="1"), "t1"),
        contact_erased("c1"),
    ]
    assert entries_from([*about_nobody, contact_created("c1")], "US")[0].kind == "contact"
    assert entries_from(about_nobody, "US") == []
