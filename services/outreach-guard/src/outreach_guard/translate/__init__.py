"""What the platform's events say, in the guard's own terms: the only place where a foreign field name appears.

Payloads are often a part of their aggregate, so only what an event states is told; `learn` keeps the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from outreach_guard.domain.facts import Told
from outreach_guard.translate import business, conversation, decisions, people
from shared.contracts import (
    accounts,
    calendar,
    campaigns,
    consent,
    contacts,
    deals,
    dedupe,
    documents,
    finance,
    forms,
    mail,
    tickets,
    workspace,
)
from shared.contracts.catalogue import EventData
from shared.contracts.envelope import Event

CONTACTS = contacts.TOPIC
"""Heard apart from the rest, because contacts also say who is who."""

Reader = Callable[[Event, Any, str], Iterator[Told]]

READERS: Mapping[type[EventData], Reader] = {
    contacts.ContactChanged: people.contact,
    contacts.ContactErased: people.erasure,
    workspace.Member: people.member,
    accounts.Account: people.account,
    dedupe.Pair: people.pair,
    tickets.Ticket: business.ticket,
    deals.Deal: business.deal,
    finance.Invoice: business.invoice,
    finance.Estimate: business.estimate,
    documents.Document: business.document,
    mail.Message: conversation.message,
    mail.DeliveryComplained: decisions.by_mail,
    mail.DeliveryUnsubscribed: decisions.by_mail,
    mail.Delivery: conversation.delivery,
    calendar.Talk: conversation.talk,
    campaigns.Enrolment: conversation.enrolment,
    consent.Decision: decisions.decision,
    forms.Submission: decisions.submission,
}

TOPICS = (
    accounts.TOPIC, calendar.TOPIC, campaigns.TOPIC, consent.TOPIC, deals.TOPIC, dedupe.TOPIC, documents.TOPIC, finance.TOPIC,
    forms.TOPIC, mail.TOPIC, tickets.TOPIC, workspace.TOPIC,
)  # fmt: skip


def told_by(event: Event, region: str) -> list[Told]:
    """What this event says about the aggregates a verdict depends on. `region` reads phone numbers without a country code."""
    reader = next((READERS[model] for model in type(event.data).__mro__ if model in READERS), None)
    return [replace(told, at=event.time) for told in reader(event, event.data, region)] if reader else []
