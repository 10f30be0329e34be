"""What is left of an entry where somebody it names was erased: nothing where it names nobody else, and else nothing that tells of them."""

from __future__ import annotations

from typing import Any

from shared.mongo import Document
from shared.parties import Known, mentions_in, said_at

ERASED = "[erased]"

kept_note = said_at("created_at")
_kept = said_at("at")


def kept_entry(document: Document, known: Known) -> Document | None:
    """The others keep the line, with its words but for addresses of whoever was erased."""
    kept = _kept(document, known)
    if kept is None or kept is document:
        return kept
    words = {name: _without(kept[name], known, kept) for name in ("sentence", "text", "details")}
    return {**kept, **words, "addresses": [mark for mark in kept.get("addresses", ()) if not known.is_mark_gone(mark, kept["at"])]}


def _without(value: Any, known: Known, document: Document) -> Any:
    match value:
        case str():
            return _redacted(value, known, document)
        case dict():
            return {name: _without(entry, known, document) for name, entry in value.items()}
        case list() | tuple():
            return [_without(entry, known, document) for entry in value]
    return value


def _redacted(text: str, known: Known, document: Document) -> str:
    for mention in reversed(list(mentions_in(text))):
        if known.is_gone(mention.key, document["at"]):
            text = f"{text[: mention.start]}{ERASED}{text[mention.end :]}"
    return text
