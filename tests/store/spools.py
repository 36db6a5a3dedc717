"""Pipes to read from and spools to look into, for the tests of the spool."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store.spool import Received, Spool

LIMIT = 10_485_760
NOW = 1_725_982_345


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


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.002)
