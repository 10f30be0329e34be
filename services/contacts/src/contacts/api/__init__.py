"""HTTP in: people, accounts and members, and how refusals are answered."""

from contacts.api import accounts, contacts, history, lists, members, settings, splitting
from contacts.api.answers import answer_refusals

routers = (settings.router, lists.router, contacts.router, history.router, splitting.router, accounts.router, members.router)
"""The settings first: their path would otherwise be a contact's."""

__all__ = ["answer_refusals", "routers"]
