"""The store inside a process against raw sqlite3 (T-202…T-210)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bench.measure import Result, compare, times
from bench.raw import BY, NOW, UPSERT, VALUE, address, connect, fill, new_raw, writes
from store.async_database import AsyncDatabase
from store.database import Database
from store.operations.apply import apply_writes
from store.operations.entries import READ, get, set_entry
from store.operations.expiry import create_cache, sweep
from store.operations.listing import PAGES, page
from store.operations.namespaces import namespaces


def run(directory: Path, fast: bool) -> Iterator[Result]:
    """All rows of this file, on stores made in `directory`."""
    entries = 20_000 if fast else 100_000
    path = directory / f"store-{entries}.db"
    fill(path, entries)
    rounds = 9 if fast else 25
    with Database(str(path)) as database:
        yield from _points(database, path, directory, rounds)
        yield from _reads(database, path, rounds)
    yield from _bulk(directory, entries, 3 if fast else 7)
    yield from _sweep(directory, 1_000 if fast else 10_000, 5 if fast else 9)
    yield _bytes_per_entry(path, entries)


def _points(database: Database, path: Path, directory: Path, rounds: int) -> Iterator[Result]:
    here = address(4711)
    raw = connect(path)
    yield compare(
        "T-202 get operation",
        times(200, lambda: database.run(get(here))),
        times(200, lambda: raw.execute(READ, here).fetchall()),
        2,
        rounds=rounds,
        note="against one prepared SELECT",
    )
    raw.close()
    bare = new_raw(directory / "raw-set.db")
    clock = count(NOW)  # SQLite writes nothing when nothing differs
    yield compare(
        "T-203 set with history",
        times(20, lambda: database.run(set_entry(here, VALUE, by=BY, now_ms=next(clock)))),
        times(20, lambda: bare.execute(UPSERT, ("app", "s", "k", VALUE, next(clock)))),
        2,
        rounds=rounds,
        note="against one upsert, FULL",
    )
    bare.close()
    with asyncio.Runner() as runner:
        threads = AsyncDatabase(str(path))
        runner.run(threads.open())

        async def several() -> None:
            for _ in range(20):
                await threads.run(set_entry(here, VALUE, by=BY, now_ms=NOW))

        yield compare(
            "T-204 async set, alone",
            lambda: runner.run(several()),
            times(20, lambda: database.run(set_entry(here, VALUE, by=BY, now_ms=NOW))),
            2,
            rounds=rounds,
            note="against the sync driver",
        )
        runner.run(threads.close())


def _reads(database: Database, path: Path, rounds: int) -> Iterator[Result]:
    raw = connect(path)
    space = database.run(namespaces("", now_ms=NOW))[0].id
    sql = PAGES[False, False][0]
    deep = address(15_000).key
    yield compare(
        "T-207 page of 100, deep",
        times(20, lambda: database.run(page(space, now_ms=NOW, after=deep, limit=100))),
        times(20, lambda: raw.execute(sql, (space, NOW, deep, 100)).fetchall()),
        1.5,
        rounds=rounds,
        note="against the same SELECT",
    )
    yield compare(
        "T-208 tree with live counts",
        times(20, lambda: database.run(namespaces("", now_ms=NOW))),
        times(20, lambda: raw.execute("SELECT * FROM namespaces").fetchall()),
        None,
        rounds=rounds,
        note="floor is microseconds for 10 namespaces: a figure",
    )
    raw.close()


def _bulk(directory: Path, entries: int, rounds: int) -> Iterator[Result]:
    rows = [("app", w.address.namespace, w.address.key, w.value.decode(), NOW) for w in writes(entries)]
    ours, bare = directory / "bulk.db", directory / "raw-bulk.db"
    many = writes(entries)

    def clear() -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{ours}{suffix}").unlink(missing_ok=True)

    def store() -> None:
        clear()
        with Database(str(ours), bulk=True) as database:
            database.run(apply_writes(many, by=BY, now_ms=NOW))

    def floor() -> None:
        raw = new_raw(bare)
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(UPSERT, rows)
        raw.execute("COMMIT")
        raw.close()

    async def through_threads() -> None:
        clear()
        async with AsyncDatabase(str(ours)) as database:
            await database.run(apply_writes(many, by=BY, now_ms=NOW))

    yield compare(f"T-206 {entries} entries with history", store, floor, 3, rounds=rounds, note="against executemany")
    yield compare(
        f"T-205 async bulk of {entries}",
        lambda: asyncio.run(through_threads()),
        store,
        1.3,
        rounds=rounds,
        note="against the sync driver",
    )


def _sweep(directory: Path, number: int, rounds: int) -> Iterator[Result]:
    """Two equal stores, one swept by us, one by a single DELETE on the same tables and indexes."""
    stores = [Database(str(directory / name), bulk=True) for name in ("sweep.db", "raw-sweep.db")]
    for store in stores:
        store.run(create_cache("", "app", "space0", 900, by=BY, now_ms=NOW))
    raw = connect(directory / "raw-sweep.db")

    def refill() -> None:
        for store in stores:
            store.run(apply_writes(writes(number, spaces=1), by=BY, now_ms=NOW))

    yield compare(
        f"T-209 sweep of {number} expired",
        lambda: stores[0].run(sweep("", by=BY, now_ms=NOW + 1_000_000)),
        lambda: raw.execute("DELETE FROM entries WHERE expires_at IS NOT NULL AND expires_at <= ?", (NOW + 1_000_000,)),
        2,
        rounds=rounds,
        before=refill,
        note="against one DELETE by the expiry index",
    )
    for store in stores:
        store.close()
    raw.close()


def _bytes_per_entry(path: Path, entries: int) -> Result:
    payload = len(VALUE) + len(address(0).key) + len("app.space0")
    return Result("T-210 bytes on disk per entry", path.stat().st_size / entries, payload, 2, note="bytes, not seconds")
