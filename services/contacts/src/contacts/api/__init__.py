"""HTTP in: people, accounts and members, and how refusals are answered."""

from contacts.api import (
    accounts,
    addresses,
    contacts,
    creating,
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
    creating.router, lists.router, settings.router, review.router, merges.router, notices.router, owners.router, contacts.router,
    history.router, splitting.router, erasure.router, addresses.router, accounts.router, members.router,
)  # fmt: skip
"""What has a path of its own comes before the contacts: it would otherwise be one's. They are tried in turn, so the busiest are first."""

__all__ = ["answer_refusals", "routers"]
