"""The invented platform is believable: the same at every start, in order, and without contradictions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise

import phonenumbers
import pytest
from email_validator import validate_email

from shared.contracts import finance, tickets
from shared.contracts.envelope import Event, read
from shared.devstack.demo import chronicle, team
from shared.devstack.demo.__main__ import known_people
from shared.devstack.demo.accounts import accounts
from shared.devstack.demo.payloads import contact_of_febrl, febrl_rows
from shared.devstack.demo.people import COUNT, people

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
COMPANIES = accounts(1)
PEOPLE = people(1, COMPANIES)
KNOWN = known_people(PEOPLE, {person.number: f"c{person.number}" for person in PEOPLE})


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return list(_told())


def _told() -> Iterator[Event]:
    seen: Counter[str] = Counter()
    yield from chronicle.events_of(chronicle.founding(COMPANIES, NOW), team.WORKSPACE, seen)
    yield from chronicle.events_of(chronicle.history(KNOWN, NOW, seed=1), team.WORKSPACE, seen)


def _by_subject(events: list[Event]) -> dict[str, list[Event]]:
    grouped = defaultdict(list)
    for event in events:
        grouped[event.subject].append(event)
    return grouped


def test_everything_is_told_the_same_way_at_every_start(events: list[Event]) -> None:
    assert list(_told()) == events


def test_there_is_enough_to_look_at(events: list[Event]) -> None:
    assert 10_000 < len(events) < 16_000
    assert len({event.topic for event in events}) == 12


def test_every_event_reads_as_what_it_was_written_as(events: list[Event]) -> None:
    for event in events[::23]:
        assert read(event.to_json()) == event


def test_an_aggregate_moves_forward_without_a_gap(events: list[Event]) -> None:
    for history in _by_subject(events).values():
        assert [event.sequence for event in history] == list(range(1, len(history) + 1))
        assert all(earlier.time <= later.time for earlier, later in pairwise(history))


def test_nothing_is_told_that_has_not_happened_yet(events: list[Event]) -> None:
    assert max(event.time for event in events) <= NOW


def test_a_ticket_begins_with_its_creation_and_each_status_follows_the_one_before(events: list[Event]) -> None:
    stories = [history for subject, history in _by_subject(events).items() if subject.startswith("tck-")]
    for history in stories:
        assert isinstance(history[0].data, tickets.TicketCreated)
        status = history[0].data.status
        for event in history:
            if isinstance(event.data, tickets.TicketStatusChanged):
                assert event.data.previous == status
                status = event.data.current


def test_an_invoice_is_sent_before_it_is_overdue_and_paid_to_the_last_cent(events: list[Event]) -> None:
    stories = [history for subject, history in _by_subject(events).items() if subject.startswith("inv-")]
    for history in stories:
        kinds = [type(event.data) for event in history]
        if finance.InvoiceOverdue in kinds:
            assert kinds.index(finance.InvoiceSent) < kinds.index(finance.InvoiceOverdue)
        paid = [event.data for event in history if isinstance(event.data, finance.InvoicePaid)]
        assert all(invoice.balance_due == 0 for invoice in paid)


def test_an_invoice_is_paid_by_payments_that_add_up_to_it(events: list[Event]) -> None:
    paid: Counter[str] = Counter()
    totals = {}
    for event in events:
        if isinstance(event.data, finance.PaymentSucceeded):
            paid[str(event.data.invoice_id)] += int(event.data.amount * 100) if event.data.amount else 0
        if isinstance(event.data, finance.InvoicePaid) and event.data.total is not None:
            totals[event.subject] = int(event.data.total * 100)
    assert totals
    assert {invoice: paid[invoice] for invoice in totals} == totals


def test_some_people_have_reasons_to_be_left_alone_and_some_have_none(events: list[Event]) -> None:
    last = {subject: history[-1].data for subject, history in _by_subject(events).items()}
    unpaid = [data for data in last.values() if isinstance(data, finance.InvoiceOverdue)]
    open_tickets = [data for data in last.values() if isinstance(data, tickets.Ticket) and data.status not in {"resolved", "closed"}]
    assert len(unpaid) > 10
    assert [ticket for ticket in open_tickets if ticket.priority == "urgent"]
    touched = {party.contact_id or party.email for event in events for party in getattr(event.data, "parties", ())}
    assert [person for person in KNOWN if person.contact_id not in touched and person.email and person.email not in touched]


def test_what_goes_on_begins_new_stories_and_tells_each_in_order() -> None:
    clock = iter(NOW + timedelta(seconds=second) for second in range(10_000))
    told = chronicle.goes_on(KNOWN, 1, "run", lambda: next(clock))
    watched = list(islice(chronicle.events_of(told, team.WORKSPACE, Counter()), 400))

    for history in _by_subject(watched).values():
        assert [event.sequence for event in history] == list(range(1, len(history) + 1))
        if history[0].subject.startswith("tck-"):
            assert isinstance(history[0].data, tickets.TicketCreated)
    assert all(earlier.time < later.time for earlier, later in pairwise(watched))


def test_no_address_can_reach_anybody_and_no_number_is_anybodys() -> None:
    addresses = [typed for person in PEOPLE for typed, _ in person.emails]
    assert all(validate_email(typed.strip(), check_deliverability=False).domain.endswith(".example") for typed in addresses)
    assert len({typed.strip().lower() for typed in addresses}) == len(addresses)
    numbers = [typed for person in PEOPLE for typed, _ in person.phones if sum(character.isdigit() for character in typed) > 6]
    readable = sum(phonenumbers.is_valid_number(phonenumbers.parse(typed, "US")) for typed in numbers)
    assert readable > 0.9 * len(numbers)


def test_the_invented_team_has_as_many_people_and_companies_as_the_readme_says() -> None:
    assert (len(PEOPLE), len(COMPANIES)) == (COUNT, 300)
    assert len({company.domain for company in COMPANIES}) == 300


def test_febrl_has_five_thousand_records_and_all_but_six_can_be_contacts() -> None:
    bodies = [contact_of_febrl(row) for row in febrl_rows()]

    assert len(bodies) == 5_000
    assert bodies.count(None) == 6
    dates = [body["birth_date"] for body in bodies if body and "birth_date" in body]
    assert all(date.fromisoformat(day) for day in dates)
    assert all("national_id" not in row for row in islice(febrl_rows(), 5))
