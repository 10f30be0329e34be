"""Contact cards, and those they refer to: members, accounts, and contacts that may be the same person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import phonenumbers
import phonenumbers.timezone

from outreach_guard.domain.facts import Kind, Told
from outreach_guard.translate.saying import mark_of, merged_away, say, stated
from shared.contracts import accounts, contacts, dedupe, workspace
from shared.contracts.envelope import Event
from shared.parties import contact_key


def contact(event: Event, data: contacts.ContactChanged, region: str) -> Iterator[Told]:
    told = data.contact
    yield say(event, Kind.CONTACT, told.id, _card(told), parties=[contact_key(told.id)])


def erasure(event: Event, data: contacts.ContactErased, region: str) -> Iterator[Told]:
    yield say(event, Kind.CONTACT, data.contact_id, {"erased_at": event.time}, parties=[contact_key(data.contact_id)])


def member(event: Event, data: workspace.Member, region: str) -> Iterator[Told]:
    yield say(event, Kind.MEMBER, event.subject, {**stated(data, "name"), **_active(data)})


def _card(contact: contacts.Contact) -> dict[str, Any]:
    current = sorted((link for link in contact.accounts if link.ended_at is None), key=lambda link: not link.primary)
    return {
        "emails": [
            {
                "typed": email.typed,
                "normalised": email.normalised,
                "mark": mark_of(email.normalised),
                "purpose": email.purpose,
                "primary": email.primary,
                "valid": email.state != "invalid",
                "reason": email.reason,
                "since": email.since,
            }
            for email in contact.emails
        ],
        "account_ids": [link.account_id for link in current],
        "owner_id": contact.owner_id,
        "visibility": contact.visibility,
        "team": sorted(contact.team),
        "review": contact.review.state,
        "zones": _zones(contact),
        "deleted_at": contact.deleted_at,
        "merged_into": contact.merged_into,
    }


def _zones(contact: contacts.Contact) -> list[str]:
    """Where the contact may be: by their own word, else by their number."""
    named = contact.custom.get("timezone")
    if isinstance(named, str) and named:
        return [named]
    numbers = sorted((phone for phone in contact.phones if phone.e164 and phone.valid), key=lambda phone: not phone.primary)
    return list(_zones_of(numbers[0].e164)) if numbers and numbers[0].e164 else []


@lru_cache(maxsize=50_000)
def _zones_of(e164: str) -> Sequence[str]:
    try:
        return tuple(phonenumbers.timezone.time_zones_for_number(phonenumbers.parse(e164)))
    except phonenumbers.NumberParseException:
        return ()


def _active(data: workspace.Member) -> dict[str, Any]:
    match data:
        case workspace.MemberAdded() | workspace.MemberReactivated():
            return {"active": True}
        case workspace.MemberDeactivated():
            return {"active": False}
    return {}


def account(event: Event, data: accounts.Account, region: str) -> Iterator[Told]:
    fields = stated(data, "name")
    if "domains" in data.model_fields_set:
        fields["domains"] = [domain.strip().lower().removeprefix("@") for domain in data.domains]
    if isinstance(data, accounts.AccountDeleted):
        fields["gone"] = True
    yield say(event, Kind.ACCOUNT, event.subject, fields)
    if isinstance(data, accounts.AccountMerged):
        survivor = data.survivor_id or event.subject
        for merged_id in set(data.merged_ids) - {survivor}:
            yield merged_away(event, Kind.ACCOUNT, merged_id, {"merged_into": survivor})


def pair(event: Event, data: dedupe.Pair, region: str) -> Iterator[Told]:
    state = {dedupe.PairSuspected: "suspected", dedupe.PairConfirmed: "confirmed"}.get(type(data), "dismissed")
    fields = {"members": list(data.contact_ids), "score": data.score, "certain": data.certain, "state": state, "at": event.time}
    yield say(event, Kind.PAIR, event.subject, fields, parties=[contact_key(contact_id) for contact_id in data.contact_ids])
