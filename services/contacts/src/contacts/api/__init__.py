"""HTTP in: people, accounts and members, and how refusals are answered."""

from contacts.api import (
    accounts,
    addresses,
    contacts,
    erasure,
    history,
    lists,
    members,
    merges,
    notices,
    owners,
    review,
    settings,
    splitting,
)
from contacts.api.answers import answer_refusals

routers = (
    settings.router, review.router, merges.router, notices.router, owners.router, lists.router, contacts.router, history.router,
    splitting.router, erasure.router, addresses.router, accounts.router, members.router,
)  # fmt: skip
"""What has a path of its own comes first: it would otherwise be a contact's."""

__all__ = ["answer_refusals", "routers"]
