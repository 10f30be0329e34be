"""How text is compared: without case, accents or extra space."""

from __future__ import annotations

import unicodedata

_undecomposed = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})


def folded(text: str) -> str:
    """`  Zoë  ØRSTED ` becomes `zoe orsted`."""
    if text.isascii():  # most are, and nothing in them is to be taken apart
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.translate(_undecomposed).split())
