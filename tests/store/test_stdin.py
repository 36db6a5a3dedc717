"""Is anything piped in? (P-050, P-060, P-062)"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.spool import has_pipe, peek


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for fd in ends:
        try:
            os.close(fd)
        except OSError:
            pass  # the test closed it


def opened(path: Path | str) -> int:
    return os.open(path, os.O_RDONLY)


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero", "/"])
def test_devices_and_directories_are_no_pipes(path: str):
    """P-060: /dev/null counts as empty, and no device is read without being told."""
    fd = opened(path)
    assert (has_pipe(fd), peek(fd, 0)) == (False, False)
    os.close(fd)


def test_a_terminal_is_no_pipe():
    """P-050: an implicit pipe is not a terminal, even one with typed-ahead text."""
    master, terminal = os.openpty()
    os.write(master, b"typed\n")
    assert (has_pipe(terminal), peek(terminal, 0)) == (False, False)
    os.close(master)
    os.close(terminal)


def test_closed_input(pipe: tuple[int, int]):
    """P-060: unattached stdin counts as empty."""
    os.close(pipe[0])
    assert (has_pipe(pipe[0]), peek(pipe[0], 0)) == (False, False)


@pytest.mark.parametrize(("offset", "expected"), [(0, True), (3, True), (4, False), (9, False)])
def test_a_redirected_file_counts_by_what_is_left(tmp_path: Path, offset: int, expected: bool):
    """P-060: a redirected file works like a pipe; looking at it does not move its offset."""
    (tmp_path / "f").write_bytes(b"four")
    fd = opened(tmp_path / "f")
    os.lseek(fd, offset, os.SEEK_SET)
    assert (has_pipe(fd), peek(fd, 0)) == (expected, expected)
    assert os.lseek(fd, 0, os.SEEK_CUR) == offset
    os.close(fd)


def test_a_file_that_claims_to_be_empty():
    """The files of /proc have size 0 and content all the same."""
    fd = opened("/proc/self/status")
    assert os.fstat(fd).st_size == 0
    assert has_pipe(fd)
    os.close(fd)


def test_a_pipe_that_has_content(pipe: tuple[int, int]):
    """P-062: seen without being taken."""
    os.write(pipe[1], b"x")
    assert (has_pipe(pipe[0]), peek(pipe[0], 0)) == (True, True)
    assert os.read(pipe[0], 9) == b"x"


def test_a_pipe_may_take_a_moment(pipe: tuple[int, int]):
    """P-062: 200 ms to show its first byte."""
    writer = threading.Timer(0.03, os.write, (pipe[1], b"x"))
    writer.start()
    assert peek(pipe[0], 60_000)
    writer.join()


def test_a_silent_pipe_is_given_up(pipe: tuple[int, int]):
    """P-062: no first byte in time is no content, though it is a pipe."""
    start = time.monotonic()
    assert not peek(pipe[0], 60)
    assert time.monotonic() - start >= 0.05
    assert has_pipe(pipe[0])


def test_a_pipe_that_ends_without_content(pipe: tuple[int, int]):
    """P-062, P-076: known at once, without waiting for the rest of the time."""
    os.close(pipe[1])
    start = time.monotonic()
    assert not peek(pipe[0], 30_000)
    assert time.monotonic() - start < 15


def test_a_named_pipe(tmp_path: Path):
    """P-060: `< fifo` is a pipe like any other."""
    os.mkfifo(tmp_path / "fifo")
    read_end = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    write_end = os.open(tmp_path / "fifo", os.O_WRONLY)
    assert has_pipe(read_end)
    assert not peek(read_end, 0)
    os.write(write_end, b"x")
    assert peek(read_end, 0)
    os.close(read_end)
    os.close(write_end)


def test_a_socket():
    """Some programs start others with a socket pair as standard input."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert has_pipe(ours.fileno())
        assert not peek(ours.fileno(), 0)
        theirs.send(b"x")
        assert peek(ours.fileno(), 0)
