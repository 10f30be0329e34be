"""Why something is not stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from contacts.domain.contact import Contact
from contacts.domain.erasure import Tombstone


class AddressTakenError(Exception):
    """Some other contact owns an address: `taken` is the id of each of the owners -> its addresses that were asked for."""

    def __init__(self, owners: Sequence[Contact], asked: Collection[str]) -> None:
        self.owners = owners
        self.taken = {owner.id: [address for address in owner.owned_addresses if address in asked] for owner in owners}
        super().__init__(f"addresses are owned by {len(owners)} other contacts")


class StaleVersionError(Exception):
    """The contact was changed by somebody else in the meantime."""


class TooLargeError(Exception):
    """The contact has grown beyond what an event can carry."""


class KeyUsedError(Exception):
    """The request's key was used before: `Contacts.earlier` says with which result."""


class ErasedError(Exception):
    """The contact was erased: there is its tombstone and nothing else."""

    def __init__(self, tombstone: Tombstone) -> None:
        self.tombstone = tombstone
        super().__init__()
