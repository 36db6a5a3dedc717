"""The spool: nothing that was piped is lost (T-003, T-110…T-113, P-054, P-060, P-062, P-072)."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store import spool as spool_module
from store.errors import LimitError, Unavailable
from store.spool import NoPlace, Received, Spool, receive_in_memory
from store.workspace import make_file

LIMIT = 10_485_760
NOW = 1_725_982_345


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the spool will be; not made yet."""
    return tmp_path / "state" / "spool"


@pytest.fixture
def spool(directory: Path) -> Spool:
    return Spool(str(directory), database="/db/main.db")


@contextmanager
def piped(content: bytes) -> Iterator[int]:
    """The reading end of a pipe that gives `content` and ends, however long it is."""
    read_end, write_end = os.pipe()

    def write() -> None:
        try:
            os.set_blocking(write_end, True)
            view = memoryview(content)
            while view:
                view = view[os.write(write_end, view) :]
        except BrokenPipeError:
            pass
        finally:
            os.close(write_end)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield read_end
    finally:
        os.close(read_end)
        writer.join()


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """No file may grow over `size` bytes: a real write error at a known place."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names(directory: Path) -> list[str]:
    return sorted(os.listdir(directory)) if directory.exists() else []


def receive(spool: Spool, content: bytes, *, limit: int = LIMIT, suffix: str = "app_notes_x") -> Received:
    with piped(content) as fd:
        return spool.receive(fd, limit=limit, suffix=suffix, now_s=NOW)


def abandon(received: Received) -> None:
    """What the death of the process does: the lock goes, the file stays."""
    os.close(received.fd)


def let_go(spool: Spool) -> list[bytes]:
    """The contents of all orphans, which stay."""
    orphans = spool.orphans()
    contents = [orphan.content() for orphan in orphans]
    for orphan in orphans:
        orphan.release()
    return contents


# Receiving


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"test content\n",
        bytes(range(256)),
        b"\0\xff\r\n",
        os.urandom(65536),
        os.urandom(65537),
        os.urandom(3_000_000),
    ],
    ids=len,
)
def test_received_bytes_are_exact_and_guarded(spool: Spool, directory: Path, content: bytes):
    """T-110: the same bytes in memory and in NAME.full, 0600 in 0700; `done` leaves nothing."""
    received = receive(spool, content)
    assert received.content == content
    assert received.path is not None
    assert Path(received.path).read_bytes() == content
    assert [name.rpartition(".")[2] for name in names(directory)] == ["full"]
    assert [stat.S_IMODE(os.stat(path).st_mode) for path in (received.path, directory)] == [0o600, 0o700]
    spool.done(received)
    assert names(directory) == []
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(received.fd)


def test_it_is_on_disk_while_it_is_read(spool: Spool, directory: Path):
    """T-110: each piece is in NAME.part before the next one is waited for."""
    read_end, write_end = os.pipe()
    results: list[Received] = []
    reader = threading.Thread(target=lambda: results.append(spool.receive(read_end, limit=LIMIT, suffix="a_b")))
    reader.start()
    for part, so_far in ((b"first", b"first"), (b"second", b"firstsecond")):
        os.write(write_end, part)
        wait_for(lambda so_far=so_far: [path.read_bytes() for path in directory.glob("*_a_b.part")] == [so_far])
    os.close(write_end)
    reader.join()
    os.close(read_end)
    assert results[0].content == b"firstsecond"
    spool.done(results[0])


@pytest.mark.parametrize("size", [0, 1, 70_000, 200_000])
def test_limit_is_exact(spool: Spool, directory: Path, size: int):
    """P-054, P-077: at the limit stored; one byte more is an error with `maximum size`, never truncated, nothing kept."""
    for taker in (
        lambda fd, limit: spool.receive(fd, limit=limit).content,
        lambda fd, limit: receive_in_memory(fd, limit=limit),
    ):
        with piped(b"z" * size) as fd:
            assert taker(fd, size) == b"z" * size
        with piped(b"z" * (size + 1)) as fd, pytest.raises(LimitError, match="maximum size") as caught:
            taker(fd, size)
        assert caught.value.code == "too-large"
    assert not [name for name in names(directory) if name.endswith(".part")]


def test_empty_input_leaves_no_file(spool: Spool, directory: Path):
    """P-076: nothing came, nothing to guard."""
    assert receive(spool, b"") == Received(b"")
    assert names(directory) == []


def test_closed_input_is_empty(spool: Spool, directory: Path):
    """P-060: unattached stdin counts as empty; our own file must not take its place."""
    read_end, write_end = os.pipe()
    os.close(write_end)
    os.close(read_end)
    assert spool.receive(read_end, limit=LIMIT) == Received(b"")
    assert receive_in_memory(read_end, limit=LIMIT) == b""
    assert names(directory) == []


def test_a_redirected_file_is_read_from_where_it_stands(spool: Spool, tmp_path: Path):
    """P-060: a regular file works like a pipe, and its offset says that it was read."""
    path = tmp_path / "input"
    path.write_bytes(b"headbody")
    fd = os.open(path, os.O_RDONLY)
    os.lseek(fd, 4, os.SEEK_SET)
    received = spool.receive(fd, limit=LIMIT)
    assert (received.content, os.lseek(fd, 0, os.SEEK_CUR)) == (b"body", 8)
    os.close(fd)
    spool.done(received)


def test_a_pipe_in_non_blocking_mode(spool: Spool):
    """Whoever shares the pipe may have switched it to non-blocking: that means wait, not fail."""
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)

    def write() -> None:
        for piece in (b"one", b"two"):
            time.sleep(0.02)
            os.write(write_end, piece)
        os.close(write_end)

    writer = threading.Thread(target=write)
    writer.start()
    received = spool.receive(read_end, limit=LIMIT)
    writer.join()
    os.close(read_end)
    assert received.content == b"onetwo"
    spool.done(received)


def test_input_that_cannot_be_read(spool: Spool, directory: Path, tmp_path: Path):
    """A directory as standard input is an error in words, and leaves nothing."""
    fd = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(Unavailable) as caught:
        spool.receive(fd, limit=LIMIT)
    os.close(fd)
    assert caught.value.code == "io-error"
    assert names(directory) == []


def test_interrupted_after_some_input(spool: Spool, directory: Path, monkeypatch: pytest.MonkeyPatch):
    """T-112: what came before the interruption is an orphan; before anything came there is none."""

    def broken(fd: int, limit: int, *, after: int) -> Iterator[bytes]:
        yield from [b"some "] * after
        raise KeyboardInterrupt

    for after in (0, 2):
        monkeypatch.setattr(spool_module, "pieces_of", lambda fd, limit, after=after: broken(fd, limit, after=after))
        with pytest.raises(KeyboardInterrupt):
            spool.receive(0, limit=LIMIT)
        assert len(names(directory)) == after // 2
    assert let_go(spool) == [b"some some "]


# A spool that cannot be used


@pytest.mark.parametrize("where", ["", "file", "file/spool", "/dev/null/spool", "/proc/spool"])
def test_an_unusable_directory_prevents_nothing(tmp_path: Path, where: str):
    """T-110: then the content is in memory only."""
    (tmp_path / "file").write_text("")
    place = where if not where or where.startswith("/") else f"{tmp_path}/{where}"
    spool = Spool(place)
    received = receive(spool, b"content")
    assert received == Received(b"content", None, -1)
    spool.done(received)
    assert (spool.orphans(), spool.kept(), spool.expire_kept(NOW)) == ([], [], [])


def test_a_disk_that_fills_up_while_reading(spool: Spool, directory: Path):
    """T-110: the content is complete in memory, and the stump that nobody could use is gone."""
    content = os.urandom(500_000)
    with file_size_limit(100_000):
        received = receive(spool, content)
    assert received == Received(content, None, -1)
    assert names(directory) == []


def test_a_directory_emptied_while_reading(spool: Spool, directory: Path):
    """Somebody removed the state directory: the content is still returned."""
    read_end, write_end = os.pipe()
    results: list[Received] = []
    reader = threading.Thread(target=lambda: results.append(spool.receive(read_end, limit=LIMIT)))
    reader.start()
    os.write(write_end, b"kept")
    wait_for(lambda: len(names(directory)) == 1)
    for name in names(directory):
        os.unlink(directory / name)
    os.close(write_end)
    reader.join()
    os.close(read_end)
    assert results == [Received(b"kept", None, -1)]


def test_never_through_a_link(spool: Spool, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """T-110: exclusive, no-follow. A planted name is not written to; another is taken."""
    directory.mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    planted = iter([b"\0\0\0\0", b"\1\1\1\1"])
    monkeypatch.setattr("store.spool_files.os.urandom", lambda size: next(planted))
    first = f"{NOW}_00000000-{spool_module.scope_of('/db/main.db', '')}_app_notes_x.part"
    (directory / first).symlink_to(victim)
    received = receive(spool, b"secret")
    assert victim.read_text() == "untouched"
    assert received.path is not None
    assert "_01010101-" in received.path
    spool.done(received)


# Orphans


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.002)


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
    assert spool_module.scope_of("/db/main.db", "org1") == "ba4a66c3"


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


@pytest.mark.parametrize("adopter", ["has removed it", "holds it"])
def test_a_new_file_taken_for_an_orphan(spool: Spool, directory: Path, monkeypatch: pytest.MonkeyPatch, adopter: str):
    """Between creation and lock a file looks like an empty orphan: its maker notices and takes another."""
    import fcntl

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


# Keeping what no database took


def test_keep_makes_the_pipe_file_of_the_specification(spool: Spool, directory: Path):
    """P-072: `{ts}_{hash8}_{suffix}.pipe` in the spool, 0600, exact bytes; the `.full` file becomes it."""
    received = receive(spool, b"test content\n")
    path = spool.keep(received, "invalid_address", NOW)
    assert path == f"{directory}/{NOW}_a1fff0ff_invalid_address.pipe"
    assert Path(path).read_bytes() == b"test content\n"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert os.stat(path).st_nlink == 1
    assert names(directory) == [os.path.basename(path)]
    assert spool.rung(path) == "spool directory"
    assert spool.orphans() == []


@pytest.mark.parametrize("make", [bytes, Received], ids=["bytes", "not spooled"])
def test_keep_of_content_in_memory(spool: Spool, directory: Path, make: Callable[[bytes], bytes | Received]):
    """P-078, T-110: a masked stream, or content whose spooling failed, is written now."""
    path = spool.keep(make(b"masked"), "stream", NOW)
    digest = hashlib.sha256(b"masked").hexdigest()[:8]
    assert path == f"{directory}/{NOW}_{digest}_stream.pipe"
    assert Path(path).read_bytes() == b"masked"
    assert names(directory) == [os.path.basename(path)]


def test_keep_is_durable_before_the_path_is_told(spool: Spool, directory: Path, monkeypatch: pytest.MonkeyPatch):
    """T-113: fsync of the file, then of the directory that has its name."""
    synced: list[object] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        status = os.fstat(fd)
        synced.append(names(directory) if stat.S_ISDIR(status.st_mode) else status.st_size)
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    received = receive(spool, b"test content\n")
    assert synced == []  # T-110: none while reading
    path = spool.keep(received, "x", NOW)
    assert synced[0] == 13
    assert os.path.basename(path) in synced[1]  # type: ignore[operator]


def test_keep_overwrites_nothing(spool: Spool, directory: Path):
    """P-068 in files: a taken name gets `_2`, `_3`."""
    paths = [spool.keep(receive(spool, b"same"), "x", NOW) for _ in range(3)]
    assert [path.rpartition("_x")[2] for path in paths] == [".pipe", "_2.pipe", "_3.pipe"]
    assert [Path(path).read_bytes() for path in paths] == [b"same"] * 3


def test_keep_without_hard_links(spool: Spool, directory: Path, monkeypatch: pytest.MonkeyPatch):
    """On a file system without links the file is moved, still onto nothing."""

    def no_links(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    paths = [spool.keep(receive(spool, b"same"), "x", NOW) for _ in range(2)]
    assert [path.rpartition("_x")[2] for path in paths] == [".pipe", "_2.pipe"]
    assert names(directory) == sorted(os.path.basename(path) for path in paths)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    return path


def test_second_rung(tmp_path: Path, temporary: Path):
    """T-113: without a spool directory the system's temporary directory, 0600 and exact, never over a planted name."""
    (tmp_path / "file").write_text("")
    spool = Spool(f"{tmp_path}/file/spool")
    planted = temporary / f"{NOW}_6ae8a755_x.pipe"
    planted.symlink_to(tmp_path / "file")
    path = spool.keep(receive(spool, b"test content"), "x", NOW)
    assert path == f"{temporary}/{NOW}_6ae8a755_x_2.pipe"
    assert Path(path).read_bytes() == b"test content"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert spool.rung(path) == "temporary directory"
    assert (tmp_path / "file").read_text() == ""


def test_second_rung_takes_over_from_a_spool_that_broke(
    spool: Spool, directory: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
):
    """T-113: the file in the spool could not be made durable; the copy could, and the first is not left to be adopted."""
    received = receive(spool, b"content")
    real = os.fsync

    def fsync(fd: int) -> None:
        if os.fstat(fd).st_ino == os.fstat(received.fd).st_ino:
            raise OSError(5, "Input/output error")
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    path = spool.keep(received, "x", NOW)
    assert Path(path).parent == temporary
    assert names(directory) == []


def test_last_rung(tmp_path: Path, temporary: Path):
    """T-113: nowhere to put it: an error that names both places, so that the caller writes it to standard output."""
    (tmp_path / "file").write_text("")
    temporary.rmdir()
    with pytest.raises(NoPlace) as caught:
        Spool(f"{tmp_path}/file").keep(b"secret content", "x", NOW)
    assert (caught.value.code, caught.value.exit_code) == ("no-spool", 1)
    assert "spool directory" in caught.value.message
    assert "temporary directory" in caught.value.message
    assert "standard output" in caught.value.hint
    assert "secret" not in f"{caught.value.message}{caught.value.hint}"


def test_last_rung_leaves_an_orphan_behind(
    spool: Spool, temporary: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
):
    """T-003: what is still in the spool stays there and can be adopted."""
    received = receive(spool, b"content")

    def fsync(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(NoPlace, match="No space left"):
            spool.keep(received, "x", NOW)
    assert names(temporary) == []
    assert let_go(spool) == [b"content"]


def test_a_spool_file_too_large_to_write_goes_to_the_next_rung(spool: Spool, directory: Path, temporary: Path):
    """T-113 with a real write error: no stump stays on any rung."""
    with file_size_limit(1000), pytest.raises(NoPlace):
        spool.keep(b"z" * 5000, "x", NOW)
    assert (names(directory), names(temporary)) == ([], [])


# The `.pipe` files afterwards


def test_kept_files_are_listed_and_go_after_a_day(spool: Spool, directory: Path):
    """P-072: newest first for the recovery screen; removed by later runs after 24 hours, not a second before."""
    ages = {100: "old", 50_000: "middle", 90_000: "new"}
    for seconds, suffix in ages.items():
        path = spool.keep(suffix.encode(), suffix, seconds)
        os.utime(path, (seconds, seconds))
    assert [(kept.suffix, kept.kept_at, kept.size) for kept in spool.kept()] == [
        ("new", 90_000, 3),
        ("middle", 50_000, 6),
        ("old", 100, 3),
    ]
    assert spool.expire_kept(100 + 86399) == []
    assert [os.path.basename(path) for path in spool.expire_kept(100 + 86400)] == [
        f"100_{hashlib.sha256(b'old').hexdigest()[:8]}_old.pipe"
    ]
    assert [kept.suffix for kept in spool.kept()] == ["new", "middle"]


def test_a_clock_that_jumped_does_not_make_files_old(spool: Spool, directory: Path):
    """T-094: the later of name and file time counts; a time to come is not old."""
    path = spool.keep(b"x", "x", 100)
    assert os.stat(path).st_mtime > 100_000
    assert spool.expire_kept(100 + 86400) == []
    os.utime(path, (100, 100))
    os.rename(path, path.replace("100_", "9999999999_"))
    assert spool.expire_kept(NOW) == []


def test_expiry_spares_everything_else(spool: Spool, directory: Path, tmp_path: Path):
    """P-072, T-112: orphans are never removed for age, nor what is not a file of ours."""
    abandon(receive(spool, b"orphan"))
    (tmp_path / "victim").write_text("x")
    (directory / "1_a1b2c3d4_x.pipe").symlink_to(tmp_path / "victim")
    for name in names(directory):
        os.utime(directory / name, (100, 100))
    assert spool.expire_kept(NOW + 10 * 86400) == []
    assert (tmp_path / "victim").exists()
    assert let_go(spool) == [b"orphan"]
