"""The floor: bare `sqlite3` with our schema and pragmas, doing what cannot be avoided. And stores to measure on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from store.database import PRAGMAS, Database
from store.model import Actor, Address
from store.operations.apply import apply_writes
from store.streams.events import Write

BY = Actor()
NOW = 1_760_000_000_000
VALUE = b"some words that a note might hold, " * 4
ONE_TABLE = (
    "CREATE TABLE entries(context TEXT, namespace TEXT, key TEXT, value, updated_at INTEGER,"
    " PRIMARY KEY(context, namespace, key))"
)
UPSERT = (
    "INSERT INTO entries VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET value = excluded.value, updated_at = excluded.updated_at"
)


def connect(path: Path) -> sqlite3.Connection:
    """A bare connection to `path` with the store's pragmas."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    connection.executescript(PRAGMAS)
    return connection


def new_raw(path: Path) -> sqlite3.Connection:
    """A fresh bare database with one table and its unique index."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(PRAGMAS + ONE_TABLE)
    return connection


def address(number: int, spaces: int = 10) -> Address:
    """The address of entry `number` of a store made by `fill`."""
    return Address("", "app", f"space{number % spaces}", f"key{number:07d}")


def writes(count: int, start: int = 0, spaces: int = 10) -> list[Write]:
    """`count` writes of about 140 bytes into `spaces` namespaces."""
    return [Write(address(number, spaces), VALUE, None, "") for number in range(start, start + count)]


def fill(path: Path, count: int, spaces: int = 10) -> None:
    """A store of `count` entries at `path`, made once."""
    if path.exists():
        return
    with Database(str(path), bulk=True) as database:
        for start in range(0, count, 100_000):
            some = min(100_000, count - start)
            database.run(apply_writes(writes(some, start, spaces), by=BY, now_ms=NOW))
