"""Real parts for every test: an embedded MongoDB and broker, those named by MONGODB_URI and KAFKA_BOOTSTRAP_SERVERS,
or with --containers the images of production in Docker.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from shared.devstack.embedded import Mongod, Tansu

if TYPE_CHECKING:
    from shared.mongo import Database
    from tests.support.stack import Stack


settings.register_profile("any machine", deadline=None)  # a time says how busy the machine is, not whether the code is right
settings.load_profile("any machine")

# Errors that tests cause on purpose, drawn with frames and local variables, took a tenth of the workers' time.
PLAIN = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], PLAIN])

OF_THE_PRODUCT = ("tests/browser/", "tests/system/")
USES = {"lasting_kafka": "kafka", "mongodb_uri": "mongodb"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--containers", action="store_true", help="broker and database in Docker")


def pytest_configure(config: pytest.Config) -> None:
    for marker in USES.values():
        config.addinivalue_line("markers", f"{marker}: uses a real one (set by what the test asks for)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test is selected by the part it needs: `-m kafka` is what another broker could break.

    Those of the running product come first, because they take longest; on a lasting broker last, because of what they leave on its topics.
    """
    lasting = "KAFKA_BOOTSTRAP_SERVERS" in os.environ
    for item in items:
        for fixture, marker in USES.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)
    items.sort(key=lambda item: item.nodeid.startswith(OF_THE_PRODUCT) == lasting)


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """A file's tests go to one worker, because they share a broker and a database, and all of the product's to another: all of its
    processes for each worker would be more than a machine has to give.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "product" if nodeid.startswith(OF_THE_PRODUCT) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The product's tests are the longest chain of a run, so the other workers, and what they start, make way for them."""
    if "PYTEST_XDIST_WORKER" in os.environ and not item.nodeid.startswith(OF_THE_PRODUCT) and os.nice(0) == 0:
        os.nice(5)


@pytest.fixture(scope="session")
def mongodb_uri(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A replica set for the whole run."""
    given = os.environ.get("MONGODB_URI")
    if given:
        yield given
    elif request.config.getoption("containers"):
        from tests.support.containers import mongodb_container

        with mongodb_container() as uri:
            yield uri
    else:
        with Mongod.start(tmp_path_factory.mktemp("mongod")) as mongod:
            yield mongod.uri


@pytest.fixture(scope="session")
def lasting_kafka(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The one broker of the run where it is not the embedded one."""
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given is None and request.config.getoption("containers"):
        from tests.support.containers import kafka_container

        with kafka_container() as bootstrap:
            os.environ["KAFKA_BOOTSTRAP_SERVERS"] = bootstrap  # what the settings of tests go by
            yield bootstrap
            del os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    else:
        yield given


@contextmanager
def _broker(lasting: str | None, folder: Path) -> Iterator[str]:
    if lasting:
        yield lasting
        return
    with Tansu.start(folder) as broker:
        yield broker.bootstrap


@pytest.fixture(scope="module")
def kafka_bootstrap(lasting_kafka: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker; a fresh embedded one per module, because the embedded one tires of many groups."""
    with _broker(lasting_kafka, tmp_path_factory.mktemp("broker")) as bootstrap:
        yield bootstrap


@pytest.fixture(scope="session")
async def product(mongodb_uri: str, lasting_kafka: str | None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """All services and the gateway as processes, once for all who leave them as they are."""
    from tests.support.stack import running_stack

    with _broker(lasting_kafka, tmp_path_factory.mktemp("broker")) as bootstrap:
        async with running_stack(tmp_path_factory.mktemp("product"), mongodb_uri, bootstrap) as stack:
            yield stack


@pytest.fixture(scope="module")
def stack(product: Stack) -> Stack:
    """The running product, from two workspaces that nobody but the module's tests is in."""
    return product.elsewhere()


@pytest.fixture(scope="module")
async def lasting_database(mongodb_uri: str) -> AsyncIterator[Database]:
    """Of a random name, dropped afterwards."""
    from shared.mongo import Database

    lasting = Database.connect(mongodb_uri, f"test_{uuid.uuid4().hex[:12]}")
    yield lasting
    await lasting.drop()
    lasting.close()


@pytest.fixture
async def database(lasting_database: Database) -> AsyncIterator[Database]:
    """Without a document. Collections and indexes stay for the module, because making them takes a second."""
    from tests.support.database import empty

    yield lasting_database
    await empty(lasting_database)
