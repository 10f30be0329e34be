"""Child processes that never outlive us: they are ended by pid, and the kernel ends them when we are killed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """Something of the stack does not come up; the text tells a person what to do."""


def free_port(preferred: int = 0) -> int:
    """The preferred port of 127.0.0.1 if nobody listens there, else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise StartError("No free port on 127.0.0.1: is networking available here?")


def listening(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """To run in the child before exec. Linux only; elsewhere a killed parent leaves its children behind."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:  # it died between fork and here
            os.kill(os.getpid(), signal.SIGKILL)

    return arm


class Child:
    """One running process with its output in a file. Its own session: Ctrl-C reaches us alone, and we stop in order."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        on_orphaned: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                start_new_session=True,
                preexec_fn=_die_with_parent(on_orphaned),  # noqa: PLW1509 - only a system call in there
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    @property
    def running(self) -> bool:
        return self.exit_code is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; one who is gone already is left alone."""
        if self.running:
            self._process.send_signal(number)

    def stop(self, timeout: float = 15.0) -> None:
        """Ask, wait, then kill."""
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self._process.wait()

    def last_words(self, lines: int = 5) -> str:
        """The end of its output, for a message to a person."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])
