"""Ids for contacts, events and requests: 128 random bits, written as a UUID.

From a generator that is seeded by the system once per process: asking the system for every id costs a system call, which on some virtual
machines is dearer than the rest of a request. An id is no secret, and nothing is protected by its being hard to guess.
"""

from __future__ import annotations

import random

_bits = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311 - see above

_VERSION_4 = 0x4 << 76 | 0x2 << 62
_FREE = ~(0xF << 76 | 0x3 << 62)
"""The bits that do not say which kind of UUID it is."""


def new_id() -> str:
    """What `str(uuid.uuid4())` looks like, without the object in between: a request makes four."""
    digits = f"{_bits.getrandbits(128) & _FREE | _VERSION_4:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
