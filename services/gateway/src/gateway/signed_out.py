"""Who signed out, for as long as a copy of their cookie could still be good.

A cookie holds by itself until it expires, so the end of one is written down: an empty file for each sign-in that was ended, in the folder
that all gateways share. That costs a request one look at the file system and survives a restart; a gateway with a folder of its own does
not hear of it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from gateway.session import SESSION_SECONDS, Session


class SignedOut:
    """The sign-ins that were ended. Those whose last cookie has expired are forgotten."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now

    def end(self, session: Session) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._forget_the_expired()
        self._mark(session).touch()

    def ended(self, session: Session) -> bool:
        return self._mark(session).exists()

    def _mark(self, session: Session) -> Path:
        return self._folder / hashlib.sha256(session.sign_in.encode()).hexdigest()[:32]

    def _forget_the_expired(self) -> None:
        for mark in self._folder.iterdir():
            try:
                if mark.stat().st_mtime < self._now() - SESSION_SECONDS:
                    mark.unlink()
            except FileNotFoundError:
                continue  # another gateway was faster
