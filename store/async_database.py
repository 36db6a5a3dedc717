"""The async driver: the same operations, each in one hop on a connection's own thread (T-034…T-038).

One writer with a queue, two readers that can be interrupted. Whatever runs inside the thread is the sync driver itself, so there is
one loop, one transaction rule and one error table.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Generic, Literal, ParamSpec, TypeVar, cast, get_args

import aiosqlite

from store.database import Database
from store.errors import StoreError

if TYPE_CHECKING:
    import sqlite3

    from store.operation import Operation

P = ParamSpec("P")
T = TypeVar("T")
Reader = Literal["panes", "search"]

INTERRUPT_AGAIN_S = 0.01


class _Thread(aiosqlite.Connection):
    """A connection thread that holds a `Database` and runs whole functions (T-035).

    Leans on one private name of aiosqlite, `_execute`, guarded by a contract test; its "connection" need only have `close`.
    """

    def __init__(self, database: Callable[[], Database]) -> None:
        super().__init__(cast("Callable[[], sqlite3.Connection]", database), 64)

    @property
    def database(self) -> Database:
        return cast("Database", self._conn)

    def call(self, function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> asyncio.Task[T]:
        """Queue `function` for the thread at once; the task ends with its result or error."""
        done: Coroutine[None, None, T] = self._execute(function, *arguments, **options)  # type: ignore[no-untyped-call]  # theirs
        return asyncio.ensure_future(done)


class _Read(Generic[T]):
    """A read in its thread, from being queued to its result in `task`, which can be made to stop and does not hurt the next one."""

    def __init__(self, thread: _Thread, operation: Operation[T]) -> None:
        self._database = thread.database
        self._operation = operation
        self._lock = threading.Lock()
        self._wanted = True
        self._running = False
        self.task = thread.call(self._run)

    def _run(self) -> T:
        with self._lock:
            if not self._wanted:
                raise StoreError("interrupted", "the read was cancelled before it began")
            self._running = True
        try:
            return self._database.run(self._operation)
        finally:
            with self._lock:
                self._running = False

    async def stop(self) -> None:
        """Interrupt it and wait until it has ended, with whatever result."""
        self._wanted = False
        while not self.task.done():
            with self._lock:  # before and after it the thread may be busy with somebody else's read
                if self._running:
                    self._database.interrupt()  # again and again: between two statements it hits nothing
            await asyncio.wait((self.task,), timeout=INTERRUPT_AGAIN_S)
        if not self.task.cancelled():
            self.task.exception()  # seen


class AsyncDatabase:
    """One database file for one event loop: `await open()` … `await close()`, or `async with`.

    Open it outside the app and always close it: an open one keeps the interpreter alive.
    """

    def __init__(self, path: str, *, busy_timeout_ms: int = 5000) -> None:
        self.path = path
        self._busy_timeout_ms = busy_timeout_ms
        self._writer: _Thread | None = None
        self._readers: dict[Reader, _Thread] = {}
        self._pending: set[asyncio.Task[object]] = set()
        self._reading: set[_Read[object]] = set()
        self.closing: list[Callable[[], None]] = []
        """What is called when everything is closed: for what belongs to this database and is used by its threads."""

    async def open(self) -> None:
        """Start the threads. The file itself is opened by the first operation, so this is quick and cannot fail for its sake."""
        if self._writer is None:
            self._writer = await _Thread(self._maker(reader=False))  # type: ignore[assignment]  # awaits to itself
            for name in get_args(Reader):
                self._readers[name] = await _Thread(self._maker(reader=True))  # type: ignore[assignment]  # awaits to itself

    def _maker(self, *, reader: bool) -> Callable[[], Database]:
        return lambda: Database(self.path, busy_timeout_ms=self._busy_timeout_ms, bulk=True, reader=reader)

    async def run(self, operation: Operation[T], *, reader: Reader = "panes") -> T:
        """Do `operation` and give its result.

        A write is done completely once submitted: a cancelled caller must assume that it may have happened. Cancelling a read
        interrupts it and waits until its connection is idle. Raises what the sync driver raises, and `closed`.
        """
        if self._writer is None:
            raise StoreError("closed", "the database has been closed")
        if operation.writes:
            return await self._write(self._writer, operation)
        return await self._read(_Read(self._readers[reader], operation))

    async def _write(self, thread: _Thread, operation: Operation[T]) -> T:
        task = thread.call(thread.database.run, operation)
        self._pending.add(cast("asyncio.Task[object]", task))
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._pending.discard(task)
        if not task.cancelled():
            task.exception()  # seen, even if nobody waits any more

    async def _read(self, read: _Read[T]) -> T:
        self._reading.add(cast("_Read[object]", read))
        try:
            return await asyncio.shield(read.task)
        except asyncio.CancelledError:
            await read.stop()
            raise
        finally:
            self._reading.discard(cast("_Read[object]", read))

    async def data_version(self) -> int:
        """A number that moves when another connection, ours included, has changed the file (T-086)."""
        if not self._readers:
            raise StoreError("closed", "the database has been closed")
        thread = self._readers["panes"]
        return await thread.call(thread.database.data_version)

    async def close(self) -> None:
        """Let submitted writes finish, interrupt the readers, close all. May be called any number of times (T-034)."""
        writer, self._writer = self._writer, None
        readers, self._readers = self._readers, {}
        if writer is None:
            return
        if self._pending:
            await asyncio.wait(self._pending)
        for read in tuple(self._reading):
            await read.stop()
        for thread in (*readers.values(), writer):
            await thread.close()
        while self.closing:
            self.closing.pop()()

    async def __aenter__(self) -> AsyncDatabase:
        await self.open()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()
