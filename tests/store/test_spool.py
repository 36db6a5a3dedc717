"""The spool: what was piped is on disk before it is stored, and survives its process (T-003, T-110…T-112, P-054, P-060)."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import spool as spool_module
from store.errors import LimitError, Unavailable
from store.spool import Received, Spool, receive_in_memory
from store.spool_files import scope_of
from tests.store.spools import LIMIT, NOW, file_size_limit, let_go, names, piped, receive, wait_for


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the spool will be; not made yet."""
    return tmp_path / "state" / "spool"


@pytest.fixture
def spool(directory: Path) -> Spool:
    return Spool(str(directory), database="/db/main.db")


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
    os.write(write_end, b"first")
    wait_for(lambda: [path.read_bytes() for path in directory.glob("*_a_b.part")] == [b"first"])
    os.write(write_end, b"second")
    wait_for(lambda: [path.read_bytes() for path in directory.glob("*_a_b.part")] == [b"firstsecond"])
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


@pytest.mark.parametrize("where", ["", "file", "file/spool", "/dev/null/spool", "/proc/spool", "/proc"])
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
    first = f"{NOW}_00000000-{scope_of('/db/main.db', '')}_app_notes_x.part"
    (directory / first).symlink_to(victim)
    received = receive(spool, b"secret")
    assert victim.read_text() == "untouched"
    assert received.path is not None
    assert "_01010101-" in received.path
    spool.done(received)
