"""The sync driver: runs operations on `sqlite3`. Owns connections, transactions, retries; operations know none of it.

Also holds the loop that both drivers share: `drive_reading`, `drive_writing`.
"""

from __future__ import annotations

import os
from time import monotonic, sleep

from store import files
from store.files import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from typing import TypeVar

    from store.locking import WriterLock
    from store.operation import Operation, Rows, Statement

    T = TypeVar("T")
else:
    from store.files import sqlite3

PRAGMAS = (
    "PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA trusted_schema=OFF;PRAGMA cell_size_check=ON;"
    "PRAGMA secure_delete=ON;PRAGMA journal_size_limit=8388608;"
)
BULK_PRAGMAS = "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
MEMORY = ":memory:"


class Database:
    """One database file, opened when first needed and always to be closed: `with Database(path) as database:`.

    `path`: a file, or ":memory:". While the file does not exist, reading operations see an empty store and create nothing;
    the first writing operation creates it (T-012). `bulk` gives it a larger cache, `reader` forbids writing on its connection;
    `waiting(holder)` is told once when the writer lock has been busy for a second. For one thread.
    """

    def __init__(
        self,
        path: str,
        *,
        busy_timeout_ms: int = 5000,
        bulk: bool = False,
        reader: bool = False,
        waiting: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path if path == MEMORY else files.real_path(os.path.abspath(path))
        self.busy_timeout_ms = busy_timeout_ms
        self._bulk = bulk
        self._reader = reader
        self._link: Link | None = None
        self._waiting = waiting

    def run(self, operation: Operation[T]) -> T:
        """Do `operation` and give its result; a writing one is committed and durable before this returns (T-001).

        Raises what the operation raises, and the errors of storage.md section 13.
        """
        if self._link is None or (self._link.empty and (operation.writes or os.path.exists(self.path))):
            self.close()
            self._link = open_link(
                self.path,
                operation.writes,
                self.busy_timeout_ms,
                bulk=self._bulk,
                reader=self._reader,
                waiting=self._waiting,
            )
        return self._link.run(operation)

    def data_version(self) -> int:
        """A number that moves when another connection has changed the file (T-086); 0 while nothing is open.

        Raises `database-moved` when the path names another file by now (T-014).
        """
        if self._link is None or self._link.empty:
            return 0
        self._link.refuse_moved()
        version: int = self._link.connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def interrupt(self) -> None:
        """Make a running statement fail with `interrupted`. The one call that may come from another thread (T-036)."""
        link = self._link
        if link is not None:
            try:
                link.connection.interrupt()
            except sqlite3.ProgrammingError:
                pass  # closed a moment ago

    def close(self) -> None:
        """Close the connection. May be called any number of times."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class Link:
    """An open connection with what writing on it needs. `empty`: stands for a file that does not exist yet."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: str,
        new_lock: Callable[[], WriterLock] | None,
        *,
        timeout: float = 5.0,
        empty: bool,
    ) -> None:
        self.connection = connection
        self.path = path
        self.empty = empty
        self._new_lock = new_lock
        self._lock: WriterLock | None = None
        self._identity = None if new_lock is None else _identity(path)
        self._timeout = timeout

    def run(self, operation: Operation[T]) -> T:
        """Run `operation` with retries until the deadline (T-045), in a transaction of its own."""
        deadline = monotonic() + self._timeout
        while True:
            try:
                return self._write(operation, deadline) if operation.writes else _read(self.connection, operation)
            except sqlite3.Error as error:
                from store.failures import from_sqlite, retryable

                if not retryable(error) or monotonic() >= deadline:
                    raise from_sqlite(error, self.path, operation.name) from None
                sleep(0.002)
            except OSError as error:
                from store.failures import from_os_error

                raise from_os_error(error, self.path) from None
            except UnicodeEncodeError:
                from store.failures import not_text

                raise not_text() from None

    def _write(self, operation: Operation[T], deadline: float) -> T:
        if self._new_lock is None:
            return _transaction(self.connection, operation)
        if self._lock is None:
            self._lock = self._new_lock()
        self._lock.acquire(operation.name, deadline)
        try:
            self.refuse_moved()
            return _transaction(self.connection, operation)
        finally:
            self._lock.release()

    def refuse_moved(self) -> None:
        """Raise `database-moved` if the path no longer names the file that is open here (T-014)."""
        if self._identity is not None and _identity(self.path) != self._identity:
            from store.failures import moved

            raise moved(self.path)

    def close(self) -> None:
        """Close the connection. SQLite checkpoints only if it is the last one, under an exclusive lock of its own."""
        self.connection.close()


def open_link(
    path: str,
    writes: bool,
    busy_timeout_ms: int,
    *,
    bulk: bool = False,
    reader: bool = False,
    waiting: Callable[[str], None] | None = None,
) -> Link:
    """Open the database at `path` (already real). `reader` forbids writing on this connection.

    Creates the file if `writes`; otherwise a missing file gives an empty store in memory. Raises storage.md section 13.
    """
    files.require_sqlite()
    timeout = busy_timeout_ms / 1000
    if path == MEMORY:
        return Link(_in_memory(), path, None, empty=False)
    if not (writes or os.path.exists(path)):
        files.refuse_lone_log(path)
        return Link(_in_memory(), path, None, empty=True)

    def new_lock() -> WriterLock:
        from store.locking import WriterLock  # only writers need it (T-040, T-211)

        return WriterLock(path + ".lock", busy_timeout_ms=busy_timeout_ms, waiting=waiting)

    pragmas = PRAGMAS + (BULK_PRAGMAS if bulk else "") + ("PRAGMA query_only=ON" if reader else "")
    deadline = monotonic() + timeout
    while True:
        try:
            connection = _open(path, new_lock, pragmas, deadline)
            return Link(connection, path, new_lock, timeout=timeout, empty=False)
        except sqlite3.Error as error:
            from store.failures import from_sqlite, retryable

            if not retryable(error) or monotonic() >= deadline:  # T-045
                raise from_sqlite(error, path, "open") from None
            sleep(0.002)
        except OSError as error:
            from store.failures import from_os_error

            raise from_os_error(error, path) from None


def _open(path: str, new_lock: Callable[[], WriterLock], pragmas: str, deadline: float) -> sqlite3.Connection:
    """One try at opening: a connection to a file that exists, is ours, has today's tables and is set up by `pragmas`."""
    if not os.path.exists(path):
        _create(path, new_lock(), deadline)
    files.refuse_empty(path)
    connection = connect(path, max(0.0, deadline - monotonic()))
    try:
        version = files.check(connection, path)
        if version < VERSION:
            _migrate(connection, path, version, new_lock(), deadline)
        connection.executescript(pragmas)
        return connection
    except BaseException:
        connection.close()
        raise


def _create(path: str, lock: WriterLock, deadline: float) -> None:
    files.make_parents(path)
    lock.acquire("create", deadline)
    try:
        if not os.path.exists(path):
            files.create(path)
    finally:
        lock.release()


def connect(path: str, timeout: float) -> sqlite3.Connection:
    """A connection to the existing file at `path`, of which only the header is known to be readable. `timeout`: seconds."""
    connection = sqlite3.connect(
        files.uri(path, "mode=rw"), uri=True, isolation_level=None, timeout=timeout, cached_statements=256
    )
    try:
        connection.execute("PRAGMA schema_version").fetchone()
        return connection
    except sqlite3.OperationalError as error:
        connection.close()
        name = error.sqlite_errorname
        if not name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")) or _size(path + "-wal"):
            raise
    # T-016: a WAL database that cannot be locked may still be read as it is, if nothing waits in its log.
    return sqlite3.connect(files.uri(path, "immutable=1"), uri=True, isolation_level=None, cached_statements=256)


def _migrate(connection: sqlite3.Connection, path: str, found: int, lock: WriterLock, deadline: float) -> None:
    """Bring a file of version `found` up to date, all or nothing (T-140). Raises `older-database` where nothing can be written."""
    try:
        lock.acquire("migrate", deadline)
        try:
            files.upgrade(connection)
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            lock.release()
    except (sqlite3.Error, OSError) as error:
        from store.failures import forbids_writing, older

        if forbids_writing(error):
            raise older(path, found) from None
        raise


def _in_memory() -> sqlite3.Connection:
    from store.schema import migration_script

    connection = sqlite3.connect(MEMORY, isolation_level=None, cached_statements=256)
    connection.executescript(migration_script(0) + "PRAGMA foreign_keys=ON;")
    return connection


def _read(connection: sqlite3.Connection, operation: Operation[T]) -> T:
    connection.execute("BEGIN")
    try:
        return _steps(connection, operation)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")  # nothing to keep, and no COMMIT that could checkpoint


def _transaction(connection: sqlite3.Connection, operation: Operation[T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = _steps(connection, operation)
        connection.execute("COMMIT")
        return result
    except BaseException:
        if connection.in_transaction:  # after SQLITE_FULL, SQLite has already rolled back (T-044)
            connection.execute("ROLLBACK")
        raise


def _steps(connection: sqlite3.Connection, operation: Operation[T]) -> T:
    steps = operation.begin()
    try:
        statement = next(steps)
        while True:
            statement = steps.send(_execute(connection, statement))
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        steps.close()


def _execute(connection: sqlite3.Connection, statement: Statement) -> Rows:
    if statement.many:
        connection.executemany(statement.sql, statement.parameters)
        return []
    return connection.execute(statement.sql, statement.parameters).fetchall()  # type: ignore[arg-type]  # one row


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
