"""Why something is not stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contacts.domain.erasure import Tombstone


class AddressTakenError(Exception):
    """Some other contact owns an address: `owners` are contact id -> its addresses that were asked for."""

    def __init__(self, owners: Mapping[str, Sequence[str]]) -> None:
        self.owners = owners
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
