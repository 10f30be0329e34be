"""The data directory of one stack: what lies where, who uses it, and what is remembered from one start to the next."""

from __future__ import annotations

import fcntl
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from shared.devstack.processes import StartError

NEEDED_BYTES = 1_500_000_000


@dataclass(frozen=True, slots=True)
class DataDirectory:
    path: Path

    def open(self) -> TextIO:
        """Make it and claim it. The lock lasts as long as the returned file is open."""
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            lock = (self.path / "lock").open("w")
        except OSError as error:
            raise StartError(f"{self.path} can not be written ({error.strerror}): choose another place with DATA_DIR=...") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartError(f"Another stack runs in {self.path}: stop it, or choose another place with DATA_DIR=...") from error
        self.stack_file.unlink(missing_ok=True)  # of a stack that was killed
        free = shutil.disk_usage(self.path).free
        if free < NEEDED_BYTES:
            raise StartError(f"Only {free // 1_000_000} MB are free for {self.path}, and 1500 are needed: make room, or set DATA_DIR=...")
        return lock

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def stack_file(self) -> Path:
        return self.path / "stack.json"

    @property
    def accounts_file(self) -> Path:
        return self.path / "accounts.json"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def rotate(self, name: str) -> None:
        """The last run's log stays beside the new one."""
        if self.log(name).exists():
            self.log(name).replace(self.logs / f"{name}.log.1")

    @property
    def watermark(self) -> datetime | None:
        """The last time when everything that was published had been handled by everybody."""
        text = self._watermark_file.read_text() if self._watermark_file.exists() else ""
        return datetime.fromisoformat(json.loads(text)["at"]) if text else None

    def remember_watermark(self, at: datetime) -> None:
        replace_text(self._watermark_file, json.dumps({"at": at.isoformat()}))

    @property
    def _watermark_file(self) -> Path:
        return self.path / "watermark.json"


def replace_text(path: Path, text: str, *, private: bool = False) -> None:
    """Whole or not at all: a reader never sees half a file."""
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600 if private else 0o644)
    partial.write_text(text)
    partial.replace(path)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text())
