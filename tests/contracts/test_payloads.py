"""What other services send is taken as it is meant, and everybody a payload names is found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.calendar import CallLogged, MeetingScheduled
from shared.contracts.campaigns import EnrolmentEnrolled
from shared.contracts.consent import ConsentObjectionRecorded
from shared.contracts.deals import DealContactUnlinked, DealStageChanged, DealWon
from shared.contracts.documents import DocumentSent
from shared.contracts.finance import EstimateSent, InvoiceSent, PaymentSucceeded
from shared.contracts.forms import SubmissionSubmitted
from shared.contracts.mail import DeliveryBounced, MailboxSynced, MessageReceived
from shared.contracts.parties import Party, Upstream
from shared.contracts.tickets import TicketCreated, TicketPriorityChanged, TicketStatusChanged
from shared.contracts.workspace import MemberAdded

ADA = "ada@kestrel.example"
KIM = "kim@kestrel.example"


@pytest.mark.parametrize(
    ("model", "data", "people"),
    [
        (EnrolmentEnrolled, {"parties": [{"contact_id": "con_1"}]}, [Party(contact_id="con_1")]),
        (EnrolmentEnrolled, {"parties": [{"phone": "+14155550134"}] * 2}, [Party(phone="+14155550134")]),
        (TicketCreated, {"requester": {"email": ADA}}, [Party(email=ADA, role="requester")]),
        (TicketCreated, {"requester": ADA}, [Party(email=ADA, role="requester")]),
        (DealWon, {"contacts": [{"contact_id": "con_1", "role": "buyer"}]}, [Party(contact_id="con_1", role="buyer")]),
        (
            DealContactUnlinked,
            {"parties": [{"contact_id": "con_2"}], "contacts": [{"contact_id": "con_1"}]},
            [Party(contact_id="con_2"), Party(contact_id="con_1")],
        ),
        (InvoiceSent, {"recipient_email": ADA}, [Party(email=ADA, role="recipient")]),
        (EstimateSent, {"recipient_email": f"Ada <{ADA}>"}, [Party(email=ADA, role="recipient")]),
        (DocumentSent, {"recipient_email": ADA}, [Party(email=ADA, role="recipient")]),
        (DeliveryBounced, {"address": ADA}, [Party(email=ADA, role="recipient")]),
        (
            MessageReceived,
            {"from": f"Ada Lindqvist <{ADA}>", "to": [{"email": "omar@northwind.example"}], "cc": [KIM]},
            [Party(email=ADA, role="from"), Party(email="omar@northwind.example", role="to"), Party(email=KIM, role="cc")],
        ),
        (MeetingScheduled, {"attendees": [ADA, {"contact_id": "con_2"}]}, [Party(email=ADA), Party(contact_id="con_2")]),
        (
            SubmissionSubmitted,
            {"answers": {"mapped": {"email": ADA, "phone": 4155550134}}},
            [Party(email=ADA, phone="4155550134", role="submitter")],
        ),
        (SubmissionSubmitted, {"answers": {"mapped": {"first_name": "Ada"}}}, []),
        (PaymentSucceeded, {"invoice_id": "inv_1"}, []),
        (MemberAdded, {"email": ADA}, []),
        (MailboxSynced, {"address": ADA}, []),
    ],
)
def test_everybody_a_payload_names_is_found(model: type[Upstream], data: dict[str, Any], people: list[Party]) -> None:
    assert list(model.model_validate(data).people()) == people


@pytest.mark.parametrize("amount", ["18500.10", 18500.10, 18500.1, "18500.1"])
def test_money_is_exact_whether_sent_as_text_or_number(amount: object) -> None:
    assert DealWon.model_validate({"amount": amount}).amount == Decimal("18500.1")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e400", "1e-400", "much", True, {"value": 1}])
def test_what_is_no_amount_is_no_money(amount: object) -> None:
    with pytest.raises(ValidationError):
        DealWon.model_validate({"amount": amount})


@pytest.mark.parametrize("moment", ["2025-03-03T09:00:00Z", "2025-03-03T10:00:00+01:00", "2025-03-03T09:00:00", "2025-03-03 09:00"])
def test_a_moment_is_utc_however_it_is_told(moment: str) -> None:
    assert MeetingScheduled.model_validate({"start": moment}).start == datetime(2025, 3, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("day", ["2025-03-03", "2025-03-03T23:59:00Z"])
def test_a_day_is_the_one_a_moment_names(day: str) -> None:
    assert InvoiceSent.model_validate({"due_date": day}).due_date == date(2025, 3, 3)


@pytest.mark.parametrize("duration", [450, 450.0, "PT7M30S"])
def test_a_duration_is_seconds_or_iso_8601(duration: object) -> None:
    call = CallLogged.model_validate({"duration": duration})

    assert call.duration == timedelta(minutes=7, seconds=30)
    assert call.model_dump(mode="json")["duration"] == 450


def test_null_is_absent_even_where_a_list_is_meant() -> None:
    nothing = {"parties": None, "contacts": None, "backfill": None, "visibility": None, "amount": None}

    assert DealWon.model_validate(nothing) == DealWon()


def test_a_number_is_a_fine_identifier() -> None:
    assert TicketCreated.model_validate({"number": 2044, "assignee_id": 7}) == TicketCreated(number="2044", assignee_id="7")


@pytest.mark.parametrize("priority", ["urgent", "apocalyptic"])
def test_a_word_nobody_has_heard_of_is_read_like_any_other(priority: str) -> None:
    assert TicketCreated.model_validate({"priority": priority}).priority == priority


def test_what_an_aggregate_changed_to_is_what_it_is() -> None:
    assert TicketStatusChanged.model_validate({"status": "new", "previous": "new", "current": "open"}).status == "open"
    assert TicketPriorityChanged.model_validate({"previous": "low", "current": "high"}).priority == "high"
    assert DealStageChanged.model_validate({"from": "stg_1", "to": "stg_2"}).stage_id == "stg_2"
    assert TicketStatusChanged(current="closed").status == "closed"
    assert DealStageChanged(current="stg_2").stage_id == "stg_2"


def test_without_the_word_current_the_field_itself_counts() -> None:
    assert TicketStatusChanged.model_validate({"status": "open"}).status == "open"


def test_a_consent_given_as_bare_text_grants_no_channel() -> None:
    submission = SubmissionSubmitted.model_validate({"consents": ["Yes, call me."]})

    assert [(consent.text, consent.channel) for consent in submission.consents] == [("Yes, call me.", None)]


@pytest.mark.parametrize("size", [2**63, -(2**63) - 1, 1.5, "big"])
def test_a_number_no_database_holds_is_refused(size: object) -> None:
    with pytest.raises(ValidationError):
        DocumentSent.model_validate({"version": size})


@pytest.mark.parametrize(
    "written",
    [
        "ann@acme.com",
        "Ann Lee <ann@acme.com>",
        "Lee, Ann <ann@acme.com>",
        "Ann@Home <ann@acme.com>",
        "Ann [Acme] <ann@acme.com>",
        "<ann@acme.com>",
    ],
)
def test_an_address_is_found_in_whatever_is_written_around_it(written: str) -> None:
    assert MessageReceived.model_validate({"from": written}).sender == "ann@acme.com"


def test_of_several_addresses_in_one_text_none_is_taken_for_the_sender() -> None:
    assert MessageReceived.model_validate({"from": "ann@acme.com, bob@acme.com"}).sender == "ann@acme.com, bob@acme.com"


@pytest.mark.parametrize("odd", [["email"], {"is": "email"}, 2.5])
def test_a_stop_is_read_whatever_its_words_are(odd: object) -> None:
    said = ConsentObjectionRecorded.model_validate({"channel": odd, "decided_by": odd, "parties": [{"email": "ann@acme.com"}]})

    assert (said.channel, said.decided_by) == ("?", "?")
