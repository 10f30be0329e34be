"""Ids for contacts, events and requests: 128 random bits, written as a UUID.

From a generator that is seeded by the system once per process: asking the system for every id costs a system call, which on some virtual
machines is dearer than the rest of a request. An id is no secret, and nothing is protected by its being hard to guess.
"""

from __future__ import annotations

import random
import uuid

_bits = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311 - see above


def new_id() -> str:
    return str(uuid.UUID(int=_bits.getrandbits(128), version=4))
