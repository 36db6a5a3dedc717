"""Spooled content whose process died: who adopts it, and who does not (T-003, T-112, P-074)."""

from __future__ import annotations

import fcntl
import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from store import spool as spool_module
from store.errors import LimitError
from store.spool import Spool
from store.spool_files import scope_of
from store.workspace import make_file
from tests.store.spools import LIMIT, NOW, abandon, let_go, names, piped, receive, wait_for


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the spool will be; not made yet."""
    return tmp_path / "state" / "spool"


@pytest.fixture
def spool(directory: Path) -> Spool:
    return Spool(str(directory), database="/db/main.db")


def child(action: Callable[[], None]) -> int:
    """A process that does `action` and is never let back into the tests."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
        finally:
            os._exit(9)
    return pid


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def test_kill_in_the_middle_of_reading(spool: Spool, directory: Path):
    """T-110, T-112: `kill -9` while reading leaves NAME.part with all that was read; a later command adopts it."""
    content = os.urandom(300_000)
    read_end, write_end = os.pipe()

    def read_for_ever() -> None:
        os.close(write_end)
        spool.receive(read_end, limit=LIMIT, suffix="app_notes_x", now_s=NOW)

    pid = child(read_for_ever)
    os.close(read_end)
    view = memoryview(content)
    while view:
        view = view[os.write(write_end, view) :]
    wait_for(lambda: sum(os.path.getsize(directory / name) for name in names(directory)) == len(content))
    assert spool.orphans() == []  # its process lives
    kill(pid)
    os.close(write_end)
    (orphan,) = spool.orphans()
    assert orphan.content() == content
    assert (orphan.partial, orphan.suffix, orphan.intended) == (True, "app_notes_x_partial", "app_notes_x")
    assert (orphan.received_at, orphan.size) == (NOW, len(content))
    orphan.done()
    assert names(directory) == []


def test_kill_between_reading_and_storing(spool: Spool, directory: Path):
    """T-003, T-111: read to its end, not stored, killed: NAME.full is adopted whole."""
    told, tell = os.pipe()

    def read_and_hang() -> None:
        received = receive(spool, b"critical data\n")
        os.write(tell, b"!" if received.path else b"?")
        signal.pause()

    pid = child(read_and_hang)
    assert os.read(told, 1) == b"!"
    assert spool.orphans() == []
    kill(pid)
    os.close(told)
    os.close(tell)
    (orphan,) = spool.orphans()
    assert (orphan.content(), orphan.partial, orphan.suffix) == (b"critical data\n", False, "app_notes_x")
    orphan.done()
    assert names(directory) == []


def test_an_orphan_is_adopted_by_one_process_only(spool: Spool, directory: Path):
    """T-112: held under its lock while it is being stored; released, it is there for the next; done, it is gone."""
    abandon(receive(spool, b"content"))
    (orphan,) = spool.orphans()
    assert Spool(str(directory), database="/db/main.db").orphans() == []
    orphan.release()
    (again,) = spool.orphans()
    again.done()
    assert spool.orphans() == []


def test_orphans_go_home(directory: Path):
    """P-074: content on its way to one database and meta is not adopted by another; what had no home is anybody's (P-073)."""
    home = Spool(str(directory), database="/db/main.db", meta="org1")
    abandon(receive(home, b"for org1"))
    abandon(receive(Spool(str(directory)), b"for nobody"))
    for database, meta in (("/db/main.db", ""), ("/db/main.db", "org2"), ("/db/other.db", "org1")):
        assert let_go(Spool(str(directory), database=database, meta=meta)) == [b"for nobody"]
    assert let_go(Spool(str(directory))) == [b"for nobody"]
    assert sorted(let_go(home)) == [b"for nobody", b"for org1"]


def test_home_is_the_same_for_every_process():
    """The digest in the name must not depend on the process, as `hash` does."""
    assert scope_of("/db/main.db", "org1") == "bfbf0bb9"


@pytest.mark.parametrize(
    ("name", "suffix", "intended", "received_at"),
    [
        ("1725982000_a1b2c3d4_app_x.full", "app_x", "app_x", 1725982000),
        ("1725982000_a1b2c3d4_missing.full", "missing", "", 1725982000),
        ("1725982000_a1b2c3d4_missing.part", "missing_partial", "", 1725982000),
        ("lost and found.full", "lost_and_found", "lost_and_found", 1_000_000),
        ("1_2_3.part", "1_2_3_partial", "1_2_3", 1_000_000),
    ],
)
def test_names_of_orphans(spool: Spool, directory: Path, name: str, suffix: str, intended: str, received_at: int):
    """T-112: a file with a foreign name is adopted too, under what of its name a key can hold."""
    directory.mkdir(parents=True)
    (directory / name).write_bytes(b"content")
    os.utime(directory / name, (1_000_000, 1_000_000))
    (orphan,) = spool.orphans()
    assert (orphan.suffix, orphan.intended, orphan.received_at) == (suffix, intended, received_at)
    orphan.release()


def test_orphans_come_oldest_first(spool: Spool, directory: Path):
    """The order in which they were piped."""
    for seconds in (300, 5, 1000):
        with piped(b"%d" % seconds) as fd:
            abandon(spool.receive(fd, limit=LIMIT, now_s=seconds))
    assert let_go(spool) == [b"5", b"300", b"1000"]


def test_what_is_not_adopted(spool: Spool, directory: Path, tmp_path: Path):
    """T-112: `.pipe` files were told to the user; links, directories and other files are not ours."""
    directory.mkdir(parents=True)
    (tmp_path / "victim").write_text("x")
    (directory / "link.full").symlink_to(tmp_path / "victim")
    (directory / "directory.part").mkdir()
    os.mkfifo(directory / "fifo.full")
    (directory / "1_a1b2c3d4_x.pipe").write_text("x")
    (directory / "notes.txt").write_text("x")
    assert spool.orphans() == []
    assert len(names(directory)) == 5


def test_empty_orphans_are_removed(spool: Spool, directory: Path):
    """They hold nothing that could be lost."""
    directory.mkdir(parents=True)
    (directory / "1_a1b2c3d4_x.part").touch()
    assert spool.orphans() == []
    assert names(directory) == []


@pytest.mark.parametrize("meanwhile", ["renamed", "removed", "replaced"])
def test_an_orphan_whose_owner_was_quicker(
    spool: Spool, directory: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
):
    """T-112: between opening and locking its owner finished: what is locked is not what has the name, so hands off."""
    directory.mkdir(parents=True)
    path = directory / "1_a1b2c3d4_x.part"
    path.write_bytes(b"content")
    lock = fcntl.flock

    def flock(fd: int, operation: int) -> None:
        if meanwhile == "renamed":
            path.rename(directory / "1_a1b2c3d4_x.full")
        else:
            path.unlink()
        if meanwhile == "replaced":
            path.write_bytes(b"another")
        lock(fd, operation)

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", flock)
        assert spool.orphans() == []
    assert let_go(spool) == {"renamed": [b"content"], "removed": [], "replaced": [b"another"]}[meanwhile]


def test_no_descriptor_stays_open(spool: Spool, directory: Path):
    """Received, refused, abandoned, adopted, kept: what was opened is closed."""
    gc.collect()  # what tests before this one left open is closed now, not in the middle
    before = os.listdir("/proc/self/fd")
    spool.done(receive(spool, b"content"))
    with pytest.raises(LimitError):
        receive(spool, b"content", limit=3)
    receive(spool, b"")
    spool.keep(receive(spool, b"content"), "x", NOW)
    spool.keep(b"content", "x", NOW)
    abandon(receive(spool, b"one"))
    abandon(receive(spool, b"two"))
    let_go(spool)
    assert Spool(str(directory), database="/db/other.db").orphans() == []
    for orphan in spool.orphans():
        orphan.done()
    assert os.listdir("/proc/self/fd") == before


@pytest.mark.parametrize("adopter", ["has removed it", "holds it"])
def test_a_new_file_taken_for_an_orphan(spool: Spool, directory: Path, monkeypatch: pytest.MonkeyPatch, adopter: str):
    """Between creation and lock a file looks like an empty orphan: its maker notices and takes another."""
    holding: list[int] = []
    made: list[str] = []

    def make_and_lose(path: str) -> int:
        fd = make_file(path)
        made.append(path)
        if len(made) == 1 and adopter == "holds it":
            holding.append(os.open(path, os.O_RDWR))
            fcntl.flock(holding[0], fcntl.LOCK_EX)
        elif len(made) == 1:
            assert Spool(str(directory), database="/db/main.db").orphans() == []
        return fd

    directory.mkdir(parents=True)
    monkeypatch.setattr(spool_module, "make_file", make_and_lose)
    received = receive(spool, b"content")
    assert len(made) == 2
    assert received.path == made[1].replace(".part", ".full")
    assert Path(received.path).read_bytes() == b"content"
    for fd in holding:
        os.close(fd)
    spool.done(received)
