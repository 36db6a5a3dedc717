"""The async driver: threads, shielding, cancellation, closing (T-034…T-038, T-315)."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiosqlite
import pytest

from store.async_database import AsyncDatabase
from store.database import Database
from store.errors import StoreError
from store.model import Actor, Address
from store.operation import Statement, reading, writing
from store.operations import entries
from tests.threads import left_since

if TYPE_CHECKING:
    from store.operation import Steps

BY = Actor(face="browser")
PATIENCE_S = 60
"""How long anything may take that must happen at last."""
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n"


def at(key: str) -> Address:
    return Address("", "app", "notes", key)


@reading
def count_slowly(to: int) -> Steps[int]:
    """Takes about a second per ten million."""
    return int((yield Statement(SLOW, (to,)))[0][0])


@reading
def count_when_told(begun: threading.Event, told: threading.Event, to: int) -> Steps[int]:
    """Stands between two statements until it is told to go on."""
    yield Statement("SELECT 1")
    begun.set()
    told.wait(PATIENCE_S)
    return int((yield Statement(SLOW, (to,)))[0][0])


@writing
def write_slowly(key: str, to: int) -> Steps[None]:
    """Two writes with a slow statement between them."""
    yield Statement("INSERT INTO namespaces(meta, context, name) VALUES ('', ?, 'first')", (key,))
    yield Statement(SLOW, (to,))
    yield Statement("INSERT INTO namespaces(meta, context, name) VALUES ('', ?, 'second')", (key,))


@reading
def names(context: str) -> Steps[list[str]]:
    """The namespaces of a context as they are stored."""
    rows = yield Statement("SELECT name FROM namespaces WHERE context = ? ORDER BY name", (context,))
    return [row[0] for row in rows]


def test_contract_with_aiosqlite() -> None:
    """The one private name we lean on (T-035)."""
    assert asyncio.iscoroutinefunction(aiosqlite.Connection._execute)


async def test_reads_see_writes_and_survive_the_creation_of_the_file(tmp_path: Path) -> None:
    async with AsyncDatabase(str(tmp_path / "main.db")) as database:
        assert await database.run(entries.get(at("k"))) is None
        assert not (tmp_path / "main.db").exists()
        await database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
        for reader in ("panes", "search"):
            entry = await database.run(entries.get(at("k")), reader=reader)
            assert entry is not None
            assert entry.value == b"v"


async def test_a_cancelled_read_is_interrupted_and_its_reader_usable_at_once(tmp_path: Path) -> None:
    """T-036: the next query does not wait for the old one."""
    async with AsyncDatabase(str(tmp_path / "main.db")) as database:
        await database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
        task = asyncio.create_task(database.run(count_slowly(2_000_000_000)))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, PATIENCE_S)
        assert await asyncio.wait_for(database.run(count_slowly(10)), PATIENCE_S) == 10


async def test_cancelling_a_queued_read_does_not_hurt_the_running_one(tmp_path: Path) -> None:
    async with AsyncDatabase(str(tmp_path / "main.db")) as database:
        await database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
        begun, told = threading.Event(), threading.Event()
        running = asyncio.create_task(database.run(count_when_told(begun, told, 3_000_000)))
        await asyncio.to_thread(begun.wait, PATIENCE_S)
        queued = asyncio.create_task(database.run(count_slowly(5)))
        await asyncio.sleep(0)
        queued.cancel()
        told.set()
        assert await running == 3_000_000
        with pytest.raises(asyncio.CancelledError):
            await queued


async def test_an_interruption_that_comes_too_late_does_not_hurt_the_next_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-036: the event loop stands still just before it interrupts; meanwhile that read ends and the next one begins."""
    async with AsyncDatabase(str(tmp_path / "main.db")) as database:
        await database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
        begun, told, next_begun = threading.Event(), threading.Event(), threading.Event()
        cancelled = asyncio.create_task(database.run(count_when_told(begun, told, 5)))
        await asyncio.to_thread(begun.wait, PATIENCE_S)
        following = asyncio.create_task(database.run(count_when_told(next_begun, told, 3_000_000)))
        await asyncio.sleep(0)
        wait = asyncio.wait

        def stand_still() -> None:
            told.set()
            assert next_begun.wait(PATIENCE_S)
            time.sleep(0.05)  # into its statement, which takes longer

        async def wait_and_stand_still(*arguments: Any, **options: Any) -> Any:
            found = await wait(*arguments, **options)
            if not told.is_set():
                stand_still()
            return found

        monkeypatch.setattr(asyncio, "wait", wait_and_stand_still)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        assert await following == 3_000_000


async def test_closing_stops_a_read_that_is_between_two_statements(tmp_path: Path) -> None:
    """T-034: interrupted once it would go on to its end, which in a large store is far away."""
    database = AsyncDatabase(str(tmp_path / "main.db"))
    await database.open()
    await database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
    begun, told = threading.Event(), threading.Event()
    read = asyncio.create_task(database.run(count_when_told(begun, told, 50_000_000)))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.05)  # interrupted by now, in vain
    told.set()
    with pytest.raises(StoreError) as error:
        await read
    assert error.value.code == "interrupted"
    await closing


async def test_a_slow_scan_delays_neither_panes_nor_writer(tmp_path: Path) -> None:
    """T-034: two readers and a writer are three threads."""
    async with AsyncDatabase(str(tmp_path / "main.db")) as database:
        await database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
        scan = asyncio.create_task(database.run(count_slowly(2_000_000_000), reader="search"))
        await asyncio.sleep(0.05)
        await asyncio.wait_for(database.run(entries.set_entry(at("k"), b"w", by=BY, now_ms=2)), PATIENCE_S)
        entry = await asyncio.wait_for(database.run(entries.get(at("k"))), PATIENCE_S)
        assert entry is not None
        assert entry.value == b"w"
        scan.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scan


async def test_a_cancelled_write_happens_whole(tmp_path: Path) -> None:
    """T-036, T-315: never half of it, and the writer goes on."""
    async with AsyncDatabase(str(tmp_path / "main.db")) as database:
        for number in range(20):
            task = asyncio.create_task(database.run(write_slowly(f"c{number}", 20_000)))
            await asyncio.sleep(number * 0.0005)
            task.cancel()
            await asyncio.wait({task})
        await database.run(entries.set_entry(at("after"), b"v", by=BY, now_ms=1))
        for number in range(20):
            assert await database.run(names(f"c{number}")) in ([], ["first", "second"])
        done = [number for number in range(20) if await database.run(names(f"c{number}"))]
        assert done[-19:] == list(range(1, 20))  # once submitted it happens, whoever stops waiting


async def test_one_failing_task_does_not_undo_another(tmp_path: Path) -> None:
    """T-037."""

    @writing
    def fails() -> Steps[None]:
        yield Statement("INSERT INTO namespaces(meta, context, name) VALUES ('', 'f', 'x')")
        raise ValueError

    async with AsyncDatabase(str(tmp_path / "main.db")) as database:
        good = [database.run(entries.set_entry(at(f"k{n}"), b"v", by=BY, now_ms=1)) for n in range(10)]
        bad = [database.run(fails()) for _ in range(10)]
        pairs = [task for pair in zip(good, bad, strict=True) for task in pair]
        results = await asyncio.gather(*pairs, return_exceptions=True)
        assert [type(result).__name__ for result in results] == ["Written", "ValueError"] * 10
        assert await database.run(names("f")) == []
        for number in range(10):
            assert await database.run(entries.get(at(f"k{number}"))) is not None


async def test_data_version_moves_with_foreign_writes(tmp_path: Path) -> None:
    """T-086."""
    path = str(tmp_path / "main.db")
    async with AsyncDatabase(path) as database:
        await database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
        await database.run(entries.get(at("k")))
        before = await database.data_version()
        assert await database.data_version() == before
        with Database(path) as other:
            other.run(entries.set_entry(at("k"), b"w", by=BY, now_ms=2))
        assert await database.data_version() != before


async def test_close_finishes_writes_stops_reads_and_leaves_no_thread(tmp_path: Path) -> None:
    """T-034: in that order, twice without harm; afterwards it is a clear error."""
    before = set(threading.enumerate())
    path = str(tmp_path / "main.db")
    for _ in range(5):
        database = AsyncDatabase(path)
        await database.open()
        write = asyncio.create_task(database.run(write_slowly("closing", 200_000)))
        read = asyncio.create_task(database.run(count_slowly(2_000_000_000)))
        await asyncio.sleep(0.05)
        await asyncio.wait_for(database.close(), PATIENCE_S)
        await database.close()
        await asyncio.wait({write})
        with pytest.raises(StoreError):
            await read
        with pytest.raises(StoreError) as error:
            await database.run(entries.get(at("k")))
        assert error.value.code == "closed"
        with Database(path) as check:
            assert check.run(names("closing")) == ["first", "second"]
        (tmp_path / "main.db").unlink()
    assert left_since(before) == []
