"""What the contact card says about itself and those it refers to: its address, account and owner."""

from __future__ import annotations

from outreach_guard.domain.card import EmailAddress
from outreach_guard.domain.checks import Case, Check, sources
from outreach_guard.domain.dealings import Address
from outreach_guard.domain.findings import Evidence, Finding, people
from outreach_guard.domain.policy import CAUTION, HOLD, INFO, Rule
from outreach_guard.domain.question import Channel

UNUSABLE = Rule("email.unusable", sales=HOLD, support=HOLD, billing=HOLD, announcement=HOLD)
ACCOUNT_MISSING = Rule("account.missing", sales=CAUTION, support=INFO, billing=HOLD, announcement=INFO)
ACCOUNT_MISMATCH = Rule("account.mismatch", sales=CAUTION, support=INFO, billing=HOLD, announcement=INFO)
OWNER_MISSING = Rule("owner.missing", sales=CAUTION, support=INFO, billing=INFO, announcement=INFO)
OWNER_INACTIVE = Rule("owner.inactive", sales=CAUTION, support=INFO, billing=INFO, announcement=INFO)
OWNER_OTHER = Rule("owner.other", sales=CAUTION, support=INFO, billing=INFO, announcement=INFO)

FREE_MAIL = frozenset(
    {
        "aol.com", "free.fr", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.com",
        "mail.ru", "me.com", "msn.com", "orange.fr", "outlook.com", "proton.me", "protonmail.com", "qq.com", "t-online.de", "web.de",
        "yahoo.com", "yandex.ru", "163.com",
    }
)  # fmt: skip
"""Domains that say nothing about where somebody works."""


def email(case: Case) -> list[Finding]:
    card = case.card
    if card.deleted_at or card.erased_at:
        word, clears = ("erased", "never") if card.erased_at else ("deleted", "the contact is restored")
        return [_unusable(f"This contact was {word}.", clears, Evidence("contact", card.id, word, card.erased_at or card.deleted_at))]
    if case.question.channel is not Channel.EMAIL:
        return []
    address = card.address_for(case.question.purpose, lambda address: _why_unusable(address, case) is None)
    bad = _why_unusable(address, case) if address else _unusable("There is no email address.", "an address is added")
    return [bad] if bad else []


def _why_unusable(address: EmailAddress, case: Case) -> Finding | None:
    clears = "a valid address is made the one to use, or a reply proves this one"
    if not address.valid:
        text = f"invalid: {address.reason}" if address.reason else "invalid"
        return _unusable(f"{address.typed} is marked invalid.", clears, Evidence("email", address.normalised, text, address.since))
    bounced = next((entry for entry in case.all(Address) if entry.id == address.normalised and not entry.usable), None)
    if bounced:
        text = f"hard bounce: {bounced.reason}" if bounced.reason else "hard bounce"
        return _unusable(f"Mail to {address.typed} bounced.", clears, Evidence("email", address.normalised, text, bounced.usable_since))
    return None


def _unusable(sentence: str, clears_when: str, *evidence: Evidence) -> Finding:
    return Finding(UNUSABLE, sentence, clears_when, evidence)


def account(case: Case) -> list[Finding]:
    card, context = case.card, case.context
    known = {entry.id: entry for entry in context.accounts}
    linked = [account_id for account_id in card.account_ids if account_id not in known or not known[account_id].gone]
    if not linked:
        return [Finding(ACCOUNT_MISSING, "No account is linked.", "the contact is linked to its account")]
    address = card.address_for(case.question.purpose, lambda address: address.valid)
    if address is None or address.domain in FREE_MAIL:
        return []
    own = {*linked, *(known[account_id].merged_into for account_id in linked if account_id in known)}
    claimants = [entry for entry in context.accounts if not entry.gone and address.domain in entry.domains]
    if not claimants or any(entry.id in own for entry in claimants):
        return []
    names = ", ".join(entry.name or entry.id for entry in claimants)
    evidence = tuple(Evidence("account", entry.id, f"{entry.name or entry.id} has the domain {address.domain}") for entry in claimants)
    return [Finding(ACCOUNT_MISMATCH, f"{address.domain} belongs to {names}.", f"the contact is linked to {names}", evidence)]


def owner(case: Case) -> list[Finding]:
    card, context = case.card, case.context
    if card.owner_id is None:
        return [Finding(OWNER_MISSING, "Nobody owns this contact.", "an owner is set")]
    member = context.owner if context.owner and context.owner.id == card.owner_id else None
    name = member.name if member and member.name else card.owner_id
    evidence = (Evidence("member", card.owner_id, name),)
    found = []
    if member is None or member.active is None:
        found.append(Finding(None, f"Nothing is known about the owner {name}.", "the owner is known", evidence))
    elif not member.active:
        found.append(Finding(OWNER_INACTIVE, f"The owner {name} is no longer active.", "an active member owns the contact", evidence))
    if card.owner_id != case.question.sender_id:
        clears = f"{name} sends it, or hands the contact over"
        found.append(Finding(OWNER_OTHER, f"The owner is {name}.", clears, evidence, people([card.owner_id])))
    return found


CHECKS = (
    Check("email", email, "There is nothing against the address.", sources("mail"), rules=(UNUSABLE,)),
    Check("account", account, "The account fits.", sources("accounts"), rules=(ACCOUNT_MISSING, ACCOUNT_MISMATCH)),
    Check("owner", owner, "The sender owns the contact.", sources("workspace"), rules=(OWNER_MISSING, OWNER_INACTIVE, OWNER_OTHER)),
)
