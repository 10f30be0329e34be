"""A session whose transactions take as few turns of a thread as they can.

Motor runs every call in a thread, also one that sends nothing, and a turn costs about as much as the command it is for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from motor.frameworks.asyncio import run_on_executor
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

Result = TypeVar("Result")

Write = Callable[[ClientSession], object]

TRY_AGAIN_S = 120.0


class BufferedMotorClientSession(AsyncIOMotorClientSession):
    """Writes that nothing in the transaction reads wait for the commit and go out in one turn with it.

    Motor knows its sessions by the end of the class's name.
    """

    def __init__(self, client: AsyncIOMotorClient[Any]) -> None:
        super().__init__(client.delegate.start_session(), client)
        self._buffer: list[Write] = []

    async def __aenter__(self) -> Self:
        return self

    async def run(self, work: Callable[[Self], Coroutine[Any, Any, Result]]) -> Result:
        """`work` in a transaction, again on a conflict. Motor's `with_transaction` does not see one that the commit meets."""
        until = time.monotonic() + TRY_AGAIN_S
        while True:
            try:
                async with self.start_transaction():
                    return await work(self)
            except PyMongoError as error:
                if not error.has_error_label("TransientTransactionError") or time.monotonic() > until:
                    raise

    def start_transaction(self, *args: Any, **options: Any) -> Any:
        self._buffer = []  # an attempt before this one may have left something
        return super().start_transaction(*args, **options)

    def at_commit(self, write: Write) -> None:
        """Called in a thread, in the order they came; what one raises the commit raises, and nothing is saved."""
        self._buffer.append(write)

    async def commit_transaction(self) -> None:
        await run_on_executor(self.get_io_loop(), self._write_and_commit)  # type: ignore[no-untyped-call]

    def _write_and_commit(self) -> None:
        buffer, self._buffer = self._buffer, []  # a commit that is repeated finds nothing to write
        try:
            for write in buffer:
                write(self.delegate)
        except BaseException:
            self.delegate.abort_transaction()
            raise
        self.delegate.commit_transaction()
