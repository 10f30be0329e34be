"""What a contact card refers to and others know about: its owner, its accounts, and who claims its addresses' domains.

A card `watches` subjects, members and accounts `answer` to them. Either may be heard of first, so both sides name the subject and the
store joins them whichever comes last.
"""

from __future__ import annotations

from collections.abc import Iterable

from outreach_guard.domain.card import Account, Card, Context, Member
from outreach_guard.domain.view import View


def watches(view: View) -> frozenset[str]:
    """The subjects a card needs to hear about."""
    if not isinstance(view, Card):
        return frozenset()
    owner = {f"member:{view.owner_id}"} if view.owner_id else set()
    accounts = {f"account:{account_id}" for account_id in view.account_ids}
    return frozenset(owner | accounts | {f"domain:{email.domain}" for email in view.emails})


def answers(view: View) -> frozenset[str]:
    """The subjects a member or an account is asked about."""
    match view:
        case Member():
            return frozenset({f"member:{view.id}"})
        case Account():
            return frozenset({f"account:{view.id}", *(f"domain:{domain}" for domain in view.domains)})
    return frozenset()


def context_of(watched: Iterable[str], known: Iterable[View], unreadable: Iterable[str] = ()) -> Context:
    """What these members and accounts say about a card that watches these subjects."""
    wanted = set(watched)
    related = sorted((view for view in known if answers(view) & wanted), key=lambda view: view.id)
    owner = next((view for view in related if isinstance(view, Member)), None)
    accounts = tuple(view for view in related if isinstance(view, Account))
    return Context(owner=owner, accounts=accounts, unreadable=tuple(sorted(unreadable)))
