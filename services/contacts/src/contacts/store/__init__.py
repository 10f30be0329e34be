"""What this service asks of its storage, in the words of the domain. Every call is about one workspace."""

from contacts.store.asked import Earlier, EarlierMerge, Entry, Once, Order, Page, Position, ReviewWanted, Told, Unowned, Wanted
from contacts.store.contacts import Changing, Contacts, Erasing, Handling
from contacts.store.directory import Directory, Notices
from contacts.store.errors import AddressTakenError, ErasedError, KeyUsedError, StaleVersionError, TooLargeError
from contacts.store.merges import Merges
from contacts.store.review import Queue, Reviews
from contacts.store.standing import all_standing, standing

__all__ = [
    "AddressTakenError", "Changing", "Contacts", "Directory", "Earlier", "EarlierMerge", "Entry", "ErasedError", "Erasing",
    "Handling", "KeyUsedError", "Merges", "Notices", "Once", "Order", "Page", "Position", "Queue", "ReviewWanted",
    "Reviews", "StaleVersionError", "Told", "TooLargeError", "Unowned", "Wanted", "all_standing", "standing",
]  # fmt: skip
