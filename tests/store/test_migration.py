"""Databases of earlier versions open, are brought up to date and hold what they held (T-013, T-140 to T-143).

tests/data/version_1.db was made on 2026-11-21 by prontodb 0.1.0, the last with schema version 1, in an empty workspace:

    prontodb set app.ui.theme light; prontodb set app.ui.theme dark; prontodb set app.ui.theme__prod blue
    prontodb set app.ui.gone away; prontodb del app.ui.gone
    prontodb set 'app:ui:list[0]' first; prontodb set 'app:ui:list[1]' second; prontodb set 'app:ui:list[0]' 'first again'
    prontodb set deep.ui.widgets.button 'grün ✓'
    printf 'a\\0b\\377\\n' | prontodb set app.bytes.raw; prontodb set app.keys.mail hunter2 --secret
    prontodb create-cache app.cache 3600 max_items=5 evict_on_read=0; prontodb set app.cache.k kept
    prontodb create-cache app.empty 60; printf 'piped' | prontodb set bad..address
    printf 'ns=streamed; a=1; b=2;' | prontodb stream; prontodb reset nowhere
    prontodb admin secret app.vault on; prontodb set app.vault.pin 1234; prontodb --meta acme set app.ui.theme theirs
    prontodb undo; cp "$PRONTO_HOME/databases/main.db" tests/data/version_1.db

A later version adds the database of its time beside it, with a paragraph like this.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest

from store.async_database import AsyncDatabase
from store.backup import make_archive, read_archive, restore
from store.database import Database
from store.errors import StoreError
from store.files import VERSION
from store.locking import WriterLock
from store.model import Actor, Address, Entry
from store.operations import entries, history, namespaces, recovery, scratch
from store.operations.changes import undo
from store.schema import MIGRATIONS
from tests.conftest import Program
from tests.store.drivers import driver
from tests.store.old_databases import VERSIONS, make_of, old_database, rows_of
from tests.store.test_database import child

MADE_AT = 1_795_260_366_000
"""When the database of version 1 was finished, in ms."""
VALUES = {
    "app:ui:theme": b"dark",
    "app:ui:theme__prod": b"blue",
    "app:ui:list__i_0": b"first again",
    "app:ui:list__i_1": b"second",
    "app:bytes:raw": b"a\0b\xff\n",
    "app:keys:mail": b"hunter2",
    "app:cache:k": b"kept",
    "app:streamed:a": b"1",
    "app:streamed:b": b"2",
}
FILE_DRIVERS = ("sync-file", "async-file")


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A database of each earlier version in turn, where the drivers look for it."""
    return old_database(request.param, tmp_path / "main.db")


def fresh(directory: Path) -> Path:
    """A database that was never anything but today's."""
    path = directory / "fresh.db"
    with Database(str(path)) as database:
        database.run(entries.set_entry(Address("", "a", "b", "c"), b"v", by=Actor(), now_ms=1))
    return path


def look(db: Any, text: str) -> Entry | None:
    found: Entry | None = db.run(entries.get(Address("", *text.split(":"))))
    return found


@pytest.mark.parametrize("kind", FILE_DRIVERS)
def test_a_read_brings_it_up_to_date_and_loses_nothing(kind: str, old: Path, tmp_path: Path) -> None:
    """T-013, T-140, T-143: every row is what it was, and the schema is, to the letter, that of a new database."""
    before = rows_of(old)
    assert all(before.values()), "there is something of everything to lose"
    with driver(kind, tmp_path) as db:
        assert {text: found.value for text in VALUES if (found := look(db, text))} == VALUES
        assert look(db, "app:ui:gone") is None
    assert rows_of(old) == before
    assert make_of(old) == make_of(fresh(tmp_path))


@pytest.mark.parametrize("kind", FILE_DRIVERS)
def test_what_it_knew_works_on(kind: str, old: Path, tmp_path: Path) -> None:
    """T-143: metas, caches, secrets, history, undo and cached pipes mean what they meant."""
    with driver(kind, tmp_path) as db:
        spaces = {(s.context, s.name): s for s in db.run(namespaces.namespaces("", now_ms=MADE_AT))}
        assert (spaces["app", "cache"].ttl_s, spaces["app", "cache"].max_items) == (3600, 5)
        assert not spaces["app", "cache"].evict_on_read
        assert spaces["app", "empty"].ttl_s == 60
        assert db.run(namespaces.namespace("", "app", "vault", now_ms=MADE_AT)).secret
        secret = look(db, "app:keys:mail")
        assert secret is not None
        assert secret.secret
        assert db.run(entries.get(Address("acme", "app", "ui", "theme"))).value == b"theirs"
        assert db.run(entries.get(Address("deep", "ui", "widgets", "button"))).value == "grün ✓".encode()
        (pipe,), cached = db.run(recovery.inbox("", now_ms=MADE_AT, most=1))
        assert (cached, pipe.intended, pipe.reason) == (1, "bad..address", "empty_part")
        done = db.run(history.history(""))
        assert (done[0].kind, done[0].target, done[-1].kind) == ("set", "app.ui.theme", "undo")
        assert [one.error for one in done if one.kind == "reset"] == ["not-found"]
        undone = db.run(undo(None, by=Actor(), now_ms=MADE_AT))
        assert (undone.kind, len(undone.addresses)) == ("stream", 2)
        assert look(db, "app:streamed:a") is None


@pytest.mark.parametrize("kind", FILE_DRIVERS)
def test_a_write_brings_it_up_to_date_as_well(kind: str, old: Path, tmp_path: Path) -> None:
    with driver(kind, tmp_path) as db:
        db.run(scratch.store("", "n", b"new", by=Actor(), now_ms=MADE_AT))
        assert db.run(scratch.fetch("", "n")) == b"new"
    assert rows_of(old)["commands"][-1][2] == "scratch-set"


def test_the_program_reads_it(old: Path, prontodb: Program) -> None:
    """T-013, by the real program: a `get` is enough."""
    done = prontodb("get", "app.ui.theme", "--database", str(old))
    assert (done.stdout, done.stderr, done.returncode) == (b"dark\n", b"", 0)
    assert make_of(old)[1] == (VERSION,)


def test_many_processes_open_it_at_once(old: Path, tmp_path: Path, prontodb: Program) -> None:
    """T-140: whoever is first migrates, the others wait and find it done; readers and writers alike."""

    def use(number: int) -> tuple[int, bytes]:
        words = ("set", f"app.new.k{number}", "v") if number % 2 else ("get", "app.ui.theme", "--raw")
        done = prontodb(*words, "--database", str(old), "--quiet")
        return done.returncode, done.stdout + done.stderr

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(use, range(8))) == [(0, b"dark"), (0, b"")] * 4
    assert make_of(old) == make_of(fresh(tmp_path))


def test_who_waited_for_a_migration_does_not_repeat_it(old: Path, tmp_path: Path) -> None:
    """T-140: both have seen the old version when the lock becomes free."""
    waiting = [Event(), Event()]

    def read(told: Event) -> bytes | None:
        with Database(str(old), busy_timeout_ms=60_000, waiting=lambda _holder: told.set()) as database:
            found = look(database, "app:ui:theme")
        return found and found.value

    lock = WriterLock(f"{old}.lock", busy_timeout_ms=10)
    lock.acquire("test", monotonic())
    with ThreadPoolExecutor(2) as pool:
        reads = [pool.submit(read, told) for told in waiting]
        seen = [told.wait(60) for told in waiting]
        lock.release()
        assert [done.result() for done in reads] == [b"dark", b"dark"]
    assert all(seen)
    assert make_of(old) == make_of(fresh(tmp_path))


async def test_the_three_connections_of_the_browser_open_it_at_once(old: Path, tmp_path: Path) -> None:
    """T-034, T-140."""
    address = Address("", "app", "ui", "theme")
    async with AsyncDatabase(str(old)) as database:
        found = await asyncio.gather(
            database.run(entries.get(address), reader="search"),
            database.run(scratch.store("", "n", b"v", by=Actor(), now_ms=MADE_AT)),
            database.run(entries.get(address), reader="panes"),
        )
    assert [entry.value for entry in (found[0], found[2]) if entry] == [b"dark", b"dark"]
    assert make_of(old) == make_of(fresh(tmp_path))


def test_it_waits_for_the_writer_lock(old: Path) -> None:
    """T-040, T-140: a migration is a write; who finds the lock busy waits, then says who holds it, and changes nothing."""
    lock = WriterLock(f"{old}.lock", busy_timeout_ms=10)
    lock.acquire("backup", monotonic())
    try:
        with Database(str(old), busy_timeout_ms=50) as database, pytest.raises(StoreError) as error:
            look(database, "app:ui:theme")
    finally:
        lock.release()
    assert error.value.code == "locked"
    assert f"process {os.getpid()} (backup)" in error.value.message
    assert make_of(old)[1] == (1,)


def test_a_migration_that_fails_leaves_the_old_version(old: Path) -> None:
    """T-140: all pending ones and the version are one transaction."""
    with closing(sqlite3.connect(old)) as other:
        other.execute("CREATE TABLE scratch_values(in_the_way)")
    before = make_of(old)
    with Database(str(old)) as database, pytest.raises(StoreError) as error:
        look(database, "app:ui:theme")
    assert error.value.code == "internal"
    assert make_of(old) == before


READ_ONLY = """
import os, sys
from pathlib import Path
import store.failures, store.schema
from tests.store import test_migration as t
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
with t.Database(sys.argv[1]) as database:
    try:
        print(t.look(database, "app:ui:theme"))
    except t.StoreError as error:
        print(error.code, error.exit_code, "schema 1" in error.message, f"needs {t.VERSION}" in error.message, bool(error.hint))
"""


@pytest.mark.parametrize(("file_mode", "directory_mode"), [(0o444, 0o555), (0o444, 0o777), (0o666, 0o555)])
def test_one_that_cannot_be_written_is_refused_clearly(tmp_path: Path, file_mode: int, directory_mode: int) -> None:
    """T-142: both versions and the way out are named; not a byte is changed. As an ordinary user: root ignores modes."""
    old = old_database(1, tmp_path / "there" / "main.db")
    before = old.read_bytes()
    old.chmod(file_mode)
    old.parent.chmod(directory_mode)
    for above in [parent for parent in old.parent.parents if parent.is_relative_to("/tmp") and parent != Path("/tmp")]:
        above.chmod(0o755)
    done = child(READ_ONLY, old)
    old.parent.chmod(0o755)
    assert done.stdout == "older-database 1 True True True\n", done.stderr
    assert old.read_bytes() == before


@pytest.mark.parametrize("version", [0, -1, VERSION + 1])
def test_versions_that_nobody_made(old: Path, version: int) -> None:
    """T-004, T-142: a newer one is refused, one that cannot be is left alone."""
    with closing(sqlite3.connect(old)) as other:
        other.execute(f"PRAGMA user_version={version}")
    before = old.read_bytes()
    with Database(str(old)) as database, pytest.raises(StoreError) as error:
        look(database, "app:ui:theme")
    assert error.value.code == ("newer-database" if version > 0 else "foreign-database")
    assert old.read_bytes() == before


def test_a_backup_of_an_older_version_comes_back_as_todays(old: Path, tmp_path: Path) -> None:
    """T-152: its schema text is one of ours; under programs that have the database open, it is up to date at once."""
    archive = make_archive(str(old), {}, str(tmp_path / "backups"), 1)
    target = fresh(tmp_path)
    with Database(str(target)) as reader:
        assert reader.run(scratch.names("")) == []
        (tmp_path / "work").mkdir()
        restore(read_archive(archive, str(tmp_path / "work")), str(target))
        assert reader.run(scratch.names("")) == []
        assert look(reader, "app:ui:theme") is not None
    assert rows_of(target) == rows_of(old)
    assert make_of(target)[1] == (VERSION,)
    assert make_of(old)[1] == (1,), "a backup changes nothing"


def test_versions_and_migrations_belong_together() -> None:
    """T-143: a new version brings a migration, and a database of the version before it."""
    assert len(MIGRATIONS) == VERSION
    assert (*VERSIONS, VERSION) == tuple(range(1, VERSION + 1))
