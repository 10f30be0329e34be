"""What the contact card alone can say: address, account, owner, review, duplicates, hour of the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach_guard.domain.card import EmailAddress
from outreach_guard.domain.dealings import Address, Pair
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.findings import Evidence, Finding, day, people
from outreach_guard.domain.question import Channel, Question

FREE_MAIL = frozenset(
    {
        "aol.com", "free.fr", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.com",
        "mail.ru", "me.com", "msn.com", "orange.fr", "outlook.com", "proton.me", "protonmail.com", "qq.com", "t-online.de", "web.de",
        "yahoo.com", "yandex.ru", "163.com",
    }
)  # fmt: skip
"""Domains that say nothing about where somebody works."""

EVENING, MORNING, SUNDAY = 21, 8, 6
HALF_HOUR = timedelta(minutes=30)
LONGEST_QUIET = timedelta(days=3)


def email(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    card = dossier.card
    if card.deleted_at or card.erased_at:
        word, clears = ("erased", "never") if card.erased_at else ("deleted", "the contact is restored")
        return [_unusable(f"This contact was {word}.", clears, Evidence("contact", card.id, word, card.erased_at or card.deleted_at))]
    if question.channel is not Channel.EMAIL:
        return []
    address = card.address_for(question.purpose)
    if address is None:
        return [_unusable("There is no email address.", "an address is added")]
    bad = _why_unusable(address, dossier)
    return [bad] if bad else []


def _why_unusable(address: EmailAddress, dossier: Dossier) -> Finding | None:
    clears = "a valid address is made the one to use, or a reply proves this one"
    if not address.valid:
        text = f"invalid: {address.reason}" if address.reason else "invalid"
        return _unusable(f"{address.typed} is marked invalid.", clears, Evidence("email", address.normalised, text, address.since))
    bounced = next((entry for entry in dossier.all(Address) if entry.id == address.normalised and not entry.usable), None)
    if bounced:
        text = f"hard bounce: {bounced.reason}" if bounced.reason else "hard bounce"
        return _unusable(f"Mail to {address.typed} bounced.", clears, Evidence("email", address.normalised, text, bounced.usable_since))
    return None


def _unusable(sentence: str, clears_when: str, *evidence: Evidence) -> Finding:
    return Finding("email.unusable", sentence, clears_when, evidence)


def account(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    card = dossier.card
    known = {entry.id: entry for entry in card.context.accounts}
    linked = [account_id for account_id in card.account_ids if account_id not in known or not known[account_id].gone]
    if not linked:
        return [Finding("account.missing", "No account is linked.", "the contact is linked to its account")]
    address = card.address_for(question.purpose)
    if address is None or address.domain in FREE_MAIL:
        return []
    own = {*linked, *(known[account_id].merged_into for account_id in linked if account_id in known)}
    claimants = [entry for entry in card.context.accounts if not entry.gone and address.domain in entry.domains]
    if not claimants or any(entry.id in own for entry in claimants):
        return []
    names = ", ".join(entry.name or entry.id for entry in claimants)
    evidence = tuple(Evidence("account", entry.id, f"{entry.name or entry.id} has the domain {address.domain}") for entry in claimants)
    return [Finding("account.mismatch", f"{address.domain} belongs to {names}.", f"the contact is linked to {names}", evidence)]


def owner(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    card = dossier.card
    if card.owner_id is None:
        return [Finding("owner.missing", "Nobody owns this contact.", "an owner is set")]
    member = card.context.owner if card.context.owner and card.context.owner.id == card.owner_id else None
    name = member.name if member and member.name else card.owner_id
    evidence = (Evidence("member", card.owner_id, name),)
    found = []
    if member is None or member.active is None:
        found.append(Finding("owner.unknown", f"Nothing is known about the owner {name}.", "the owner is known", evidence, unknown=True))
    elif not member.active:
        found.append(Finding("owner.inactive", f"The owner {name} is no longer active.", "an active member owns the contact", evidence))
    if card.owner_id != question.sender_id:
        clears = f"{name} sends it, or hands the contact over"
        found.append(Finding("owner.other", f"The owner is {name}.", clears, evidence, people([card.owner_id])))
    return found


def review(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    state, evidence = dossier.card.review, (Evidence("contact", dossier.card.id, f"review: {dossier.card.review}"),)
    if state == "pending":
        sentence = "Nobody has reviewed where this contact came from."
    elif state == "rejected":
        sentence = "This contact was rejected on review."
    else:
        return []
    return [Finding("review.pending", sentence, "a reviewer approves the contact", evidence)]


def duplicates(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    """A pair whose members were merged is one contact by now."""
    pairs = [pair for pair in dossier.all(Pair) if pair.certain and pair.state in {"suspected", "confirmed"} and len(pair.contact_ids) > 1]
    if not pairs:
        return []
    likely = {contact_id: pair for pair in pairs for contact_id in sorted(pair.contact_ids - {dossier.card.id})}
    evidence = tuple(Evidence("contact", contact_id, f"score {pair.score:.2f}", pair.at) for contact_id, pair in likely.items())
    whom = "another contact" if len(likely) == 1 else f"{len(likely)} other contacts"
    sentence = f"Probably the same person as {whom}."
    return [Finding("duplicates.suspected", sentence, "they are merged, or the pair is dismissed", evidence)]


def quiet_hours(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    if question.channel not in {Channel.PHONE, Channel.SMS}:
        return []
    zones = _zones(dossier.card.zones)
    if not zones:
        clears = "the contact has a number or a time zone that tells where they are"
        return [Finding("quiet_hours.unknown", "It is not known what time it is for this contact.", clears, unknown=True)]
    quiet = [zone for zone in zones if _is_quiet(now.astimezone(zone))]
    if not quiet:
        return []
    there = now.astimezone(quiet[0])
    good = _next_good(now, zones)
    evidence = (Evidence("zone", str(quiet[0]), f"{there:%a %H:%M} there", now),)
    clears_when = f"it is {day(good)}" if good else "it is neither evening, night nor Sunday there"
    return [Finding("quiet_hours.now", f"It is {there:%A %H:%M} for this contact.", clears_when, evidence)]


def _zones(names: tuple[str, ...]) -> list[ZoneInfo]:
    """Those this machine knows; an unknown one leaves the question open rather than answered."""
    try:
        return [ZoneInfo(name) for name in names]
    except (ZoneInfoNotFoundError, ValueError):
        return []


def _is_quiet(there: datetime) -> bool:
    return there.hour >= EVENING or there.hour < MORNING or there.weekday() == SUNDAY


def _next_good(now: datetime, zones: list[ZoneInfo]) -> datetime | None:
    """The next full or half hour that is fine wherever the contact may be. Zones far apart can have none."""
    moment = now.replace(minute=0, second=0, microsecond=0)
    while moment < now + LONGEST_QUIET:
        moment += HALF_HOUR
        if moment > now and not any(_is_quiet(moment.astimezone(zone)) for zone in zones):
            return moment
    return None
