"""The same two parts in Docker, as they run in production: `pytest --containers`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from testcontainers.core.container import DockerContainer

from shared.devstack.processes import free_port
from shared.devstack.replica_set import become_primary

MONGODB_IMAGE = "mongo:8.0"
KAFKA_IMAGE = "apache/kafka:4.2.0"
PATIENCE = 60.0


@contextmanager
def mongodb_container() -> Iterator[str]:
    """A one-node replica set. It must know itself by the address we use, so the port is the same inside and outside."""
    port = free_port()
    container = DockerContainer(MONGODB_IMAGE).with_command(f"--replSet rs0 --bind_ip_all --port {port}").with_bind_ports(port, port)
    with container:
        become_primary(f"127.0.0.1:{port}", within=PATIENCE)
        yield f"mongodb://127.0.0.1:{port}/?replicaSet=rs0"


@contextmanager
def kafka_container() -> Iterator[str]:
    """One KRaft node that advertises the port we reach it by."""
    port = free_port()
    container = DockerContainer(KAFKA_IMAGE).with_bind_ports(port, port)
    for name, value in _kafka_environment(port).items():
        container.with_env(name, value)
    with container:
        _wait_until_listening(container, port)
        yield f"127.0.0.1:{port}"


def _wait_until_listening(container: DockerContainer, port: int) -> None:
    """Asked inside, because outside Docker itself accepts connections before anybody listens."""
    deadline = time.monotonic() + PATIENCE
    while container.exec(["bash", "-c", f"</dev/tcp/127.0.0.1/{port}"]).exit_code != 0:
        if time.monotonic() > deadline:
            raise TimeoutError(f"Kafka did not listen within {PATIENCE:.0f} s")
        time.sleep(0.3)


def _kafka_environment(port: int) -> dict[str, str]:
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://localhost:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
