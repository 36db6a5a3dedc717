"""The sync driver and its files: creation, refusal, locking, transactions (storage.md sections 2, 4, 5, 13)."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import store.database
from store.database import Database
from store.errors import StoreError
from store.files import APPLICATION_ID
from store.locking import WriterLock
from store.model import Actor, Address
from store.operation import Statement, writing
from store.operations import entries

if TYPE_CHECKING:
    from store.operation import Steps

_sqlite3: Any = import_module("_sqlite3")  # what the driver uses (store/files.py)
BY = Actor()
HERE = Address("", "app", "notes", "k")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "main.db"


def put(path: Path, value: bytes = b"v", **options: object) -> None:
    with Database(str(path), **options) as database:  # type: ignore[arg-type]
        database.run(entries.set_entry(HERE, value, by=BY, now_ms=1))


def read(path: Path) -> bytes | None:
    with Database(str(path)) as database:
        entry = database.run(entries.get(HERE))
    return entry and entry.value


def refused(path: Path, *, write: bool = True) -> str:
    """The code of the error that using `path` gives."""
    with pytest.raises(StoreError) as error:
        put(path) if write else read(path)
    assert error.value.exit_code == 1
    return error.value.code


def test_reading_what_does_not_exist_creates_nothing(path: Path) -> None:
    assert read(path) is None
    assert not path.parent.exists()


def test_files_are_0600_and_directories_0700(path: Path) -> None:
    """T-010, P-115: also the log and the shared memory, while they exist."""
    with Database(str(path)) as database:
        database.run(entries.set_entry(HERE, b"v", by=BY, now_ms=1))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"main.db": 0o600, "main.db-wal": 0o600, "main.db-shm": 0o600, "main.db.lock": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {file.name for file in path.parent.iterdir()} == {"main.db", "main.db.lock"}  # T-017: no log left behind


def test_pragmas_are_those_of_the_specification(path: Path) -> None:
    """T-030, T-031."""
    with Database(str(path)) as database:
        database.run(entries.set_entry(HERE, b"v", by=BY, now_ms=1))
        assert database._link
        ask = database._link.connection.execute
        found = {name: ask(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "secure_delete")}
        assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
        assert ask("PRAGMA application_id").fetchone()[0] == APPLICATION_ID


def test_a_leftover_of_a_dead_creator_is_no_obstacle(path: Path) -> None:
    """T-012."""
    path.parent.mkdir()
    Path(f"{path}.new").write_bytes(b"half made")
    put(path)
    assert read(path) == b"v"
    assert not Path(f"{path}.new").exists()


def test_foreign_newer_empty_and_text_files_are_left_alone(path: Path) -> None:
    """T-004, T-013: each with its code, and not a byte changed."""
    path.parent.mkdir()
    path.write_bytes(b"")
    assert refused(path) == refused(path, write=False) == "empty-database"
    path.write_text("just some text, long enough to be no header at all\n" * 100)
    assert refused(path) == refused(path, write=False) == "not-a-database"
    path.unlink()
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE theirs(a)")
    foreign.close()
    before = path.read_bytes()
    assert refused(path) == refused(path, write=False) == "foreign-database"
    assert path.read_bytes() == before
    path.unlink()
    put(path)
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version=99")
    newer.close()
    assert refused(path) == "newer-database"


def test_paths_that_cannot_be_a_database(path: Path) -> None:
    """T-011."""
    path.mkdir(parents=True)
    assert refused(path) == "is-directory"
    link = path.parent / "dangling.db"
    link.symlink_to(path.parent / "nowhere.db")
    assert refused(link) == "dangling-link"
    fifo = path.parent / "fifo.db"
    os.mkfifo(fifo)
    assert refused(fifo) == "not-a-file"
    first = path.parent / "one.db"
    put(first)
    os.link(first, path.parent / "two.db")
    assert refused(first) == "two-names"
    below = path.parent / "file"
    below.write_text("x")
    assert refused(below / "main.db") == "no-directory"
    with pytest.raises(StoreError, match=f"{below} is not a directory"):
        put(below / "deep" / "main.db")


def test_a_link_and_its_target_are_one_database(path: Path) -> None:
    """T-011: lock and log lie beside the real file."""
    put(path)
    link = path.parent.parent / "link.db"
    link.symlink_to(path)
    put(link, b"through the link")
    assert read(path) == b"through the link"
    assert not Path(f"{link}.lock").exists()


def test_a_replaced_file_is_noticed_before_writing(path: Path) -> None:
    """T-014: SQLite would write into the orphan."""
    put(path, b"1")
    with Database(str(path)) as database:
        database.run(entries.get(HERE))
        path.rename(path.with_name("moved.db"))
        with pytest.raises(StoreError) as error:
            database.run(entries.set_entry(HERE, b"2", by=BY, now_ms=2))
        assert error.value.code == "database-moved"
        with pytest.raises(StoreError) as error:
            database.data_version()  # what a browser polls
        assert error.value.code == "database-moved"
        entry = database.run(entries.get(HERE))  # reading what was open does no harm
        assert entry is not None
        assert entry.value == b"1"
    assert read(path.with_name("moved.db")) == b"1"
    assert not path.exists()


def test_the_lock_names_its_holder(path: Path) -> None:
    """T-042."""
    put(path)
    lock = WriterLock(f"{path}.lock", busy_timeout_ms=10)
    lock.acquire("stream", time.monotonic())
    try:
        with pytest.raises(StoreError) as error:
            put(path, busy_timeout_ms=50)
    finally:
        lock.release()
    assert error.value.code == "locked"
    assert f"process {os.getpid()} (stream)" in error.value.message
    put(path, b"after")
    assert read(path) == b"after"


def test_readers_do_not_wait_for_the_writer_lock(path: Path) -> None:
    """T-040."""
    put(path)
    lock = WriterLock(f"{path}.lock", busy_timeout_ms=10)
    lock.acquire("stream", time.monotonic())
    try:
        assert read(path) == b"v"
    finally:
        lock.release()


def test_a_program_that_does_not_know_our_lock_is_waited_for(path: Path) -> None:
    """T-314: it holds BEGIN EXCLUSIVE for a while, then for ever."""
    put(path)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, other.execute, ("COMMIT",)).start()
    put(path, b"waited")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError) as error:
        put(path, b"in vain", busy_timeout_ms=200)
    other.execute("ROLLBACK")
    other.close()
    assert error.value.code == "locked"
    assert read(path) == b"waited"


@pytest.mark.parametrize(
    ("name", "busy", "code"),
    [
        ("SQLITE_BUSY_RECOVERY", 3, ""),
        ("SQLITE_PROTOCOL", 3, ""),
        ("SQLITE_BUSY", 10**6, "locked"),
        ("SQLITE_IOERR", 1, "io-error"),
    ],
)
def test_a_busy_file_is_tried_again_while_it_is_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str, busy: int, code: str
) -> None:
    """T-045: until the deadline, for what SQLite gives up at once; a fake, because no two processes meet in it on demand.

    The clock moves only while the driver sleeps, so that a slow machine changes nothing.
    """
    put(path)
    tries = 0
    slept: list[float] = []
    real = _sqlite3.connect

    def connect(*arguments: object, **options: object) -> sqlite3.Connection:
        nonlocal tries
        tries += 1
        if tries > busy:
            return real(*arguments, **options)
        error = sqlite3.OperationalError("busy")
        error.sqlite_errorname = name
        raise error

    monkeypatch.setattr(_sqlite3, "connect", connect)
    monkeypatch.setattr(store.database, "sleep", slept.append)
    monkeypatch.setattr(store.database, "monotonic", lambda: sum(slept))
    with Database(str(path), busy_timeout_ms=300) as database:
        if code:
            with pytest.raises(StoreError) as error:
                database.run(entries.get(HERE))
            assert error.value.code == code
        else:
            assert database.run(entries.get(HERE)) is not None
    assert tries == {"": busy + 1, "io-error": 1}.get(code, len(slept) + 1)
    assert (sum(slept) >= 0.3) == (code == "locked")
    assert sum(slept) < 0.8, "not later than half a second after the deadline (T-314)"


@writing
def breaks(after: int) -> Steps[None]:
    """Writes `after` rows and then fails."""
    for number in range(after):
        yield Statement("INSERT INTO namespaces(meta, context, name) VALUES ('', 'torn', ?)", (str(number),))
    raise KeyboardInterrupt


def test_a_failing_operation_leaves_nothing(path: Path) -> None:
    """T-002, T-044: BaseException included, and the connection stays usable."""
    with Database(str(path)) as database:
        with pytest.raises(KeyboardInterrupt):
            database.run(breaks(3))
        database.run(entries.set_entry(HERE, b"v", by=BY, now_ms=1))
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM namespaces WHERE context = 'torn'").fetchone() == (0,)
    raw.close()


def test_a_statement_of_ours_that_is_wrong_is_internal_not_a_traceback(path: Path) -> None:
    """T-160: anything unmapped is said to be a defect of ours, without data."""

    @writing
    def wrong() -> Steps[None]:
        yield Statement("INSERT INTO nowhere VALUES (?)", ("hunter2",))

    with Database(str(path)) as database, pytest.raises(StoreError) as error:
        database.run(wrong())
    assert error.value.code == "internal"
    assert "hunter2" not in str(error.value)


def test_damage_is_reported_not_repaired(path: Path) -> None:
    """T-004, T-154."""
    with Database(str(path)) as database:
        for number in range(300):
            database.run(entries.set_entry(HERE._replace(key=f"k{number}"), b"v" * 200, by=BY, now_ms=1))
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)
    assert refused(path) == "corrupt"
    assert path.read_bytes() == bytes(content)


def child(program: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run Python text in a process of its own that can import what we can."""
    paths = os.pathsep.join(p for p in sys.path if p)
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, env=environment, check=False
    )


LIMITED = """
import resource, signal, sys
from store.database import Database
from store.errors import StoreError
from store.model import Actor, Address
from store.operations import entries
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = sys.argv[1]
with Database(path) as database:
    database.run(entries.set_entry(Address("", "a", "b", "before"), b"safe", by=Actor(), now_ms=1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    try:
        database.run(entries.set_entry(Address("", "a", "b", "big"), b"x" * 1_000_000, by=Actor(), now_ms=1))
    except StoreError as error:
        print(error.code)
"""


def test_no_room_is_disk_full_and_the_database_is_sound(path: Path) -> None:
    """T-309, with a file-size limit in place of a full disk."""
    done = child(LIMITED, path)
    assert done.stdout == "disk-full\n", done.stderr
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("SELECT key FROM entries").fetchall() == [("before",)]
    raw.close()


def test_a_read_only_place_can_be_read_and_says_so_when_written(path: Path) -> None:
    """T-016. As an ordinary user: root ignores modes, so the child drops its rights."""
    put(path)
    os.chmod(path, 0o444)
    os.chmod(path.parent, 0o555)
    os.chmod(path.parent.parent, 0o755)
    program = (
        "import os, sys, resource, store.failures\nfrom pathlib import Path\nfrom tests.store import test_database as t\n"
        "if os.getuid() == 0:\n    os.setgid(65534); os.setuid(65534)\n"
        "p = Path(sys.argv[1])\nprint(t.read(p), t.refused(p))\n"
    )
    parents = [p for p in path.parents if p.is_relative_to("/tmp") and p != Path("/tmp")]
    for parent in parents[1:]:
        os.chmod(parent, 0o755)
    done = child(program, path)
    os.chmod(path.parent, 0o755)
    assert done.stdout in ("b'v' no-permission\n", "b'v' read-only\n"), done.stderr
