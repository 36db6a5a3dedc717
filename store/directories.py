"""Files below one directory, reached by descriptors only: nothing is written or read through a link."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from store.errors import Refused, StoreError, Unavailable
from store.failures import from_os_error
from store.workspace import write_all

if TYPE_CHECKING:
    from collections.abc import Iterator

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
UNFINISHED = ".~prontodb-"
"""What the name of a file begins with while it is being written."""


@contextmanager
def closing(fd: int) -> Iterator[int]:
    """Close a descriptor at the end."""
    try:
        yield fd
    finally:
        os.close(fd)


@contextmanager
def opened(above: int, name: str) -> Iterator[int]:
    """The directory `name` in `above`; never a link."""
    with closing(os.open(name, DIRECTORY, dir_fd=above)) as fd:
        yield fd


@contextmanager
def below(above: int, name: str) -> Iterator[int]:
    """The directory `name` in `above`, made if new; never a link."""
    try:
        os.mkdir(name, 0o700, dir_fd=above)
    except FileExistsError:
        pass
    with opened(above, name) as fd:
        yield fd


def write_whole(directory: int, name: str, content: bytes) -> None:
    """Whole or not at all: a temporary name, then a rename, which replaces a link instead of following it (P-009)."""
    temporary = f"{UNFINISHED}{os.getpid()}-{os.urandom(6).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(temporary, flags, 0o600, dir_fd=directory)
    try:
        with closing(fd):
            write_all(fd, content)
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        os.unlink(temporary, dir_fd=directory)
        raise


def read_whole(directory: int, name: str, limit: int) -> tuple[bytes, os.stat_result]:
    """A file and what the file system says about it. Raises OSError: ELOOP for a link, EFBIG for more than `limit` bytes.

    `O_NONBLOCK` keeps a fifo that took the file's place from holding us.
    """
    fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    with open(fd, "rb") as file:
        content = file.read(limit + 1)
        if len(content) > limit:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), name)
        return content, os.fstat(fd)


def told(error: OSError, path: str) -> StoreError:
    """What went wrong, as one of ours: `is-link` where a link or a file stands where a directory should."""
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        where = f"{error.filename} below {path}" if error.filename and error.filename != path else path
        return Refused(
            "is-link",
            f"{where} is a link or a file, not a directory; nothing goes through it",
            hint="name the directory itself",
        )
    found = from_os_error(error, path)
    if found.code == "is-directory":
        return Unavailable(
            "is-directory", f"{path} is a directory, not a file", hint="--format tree goes with a directory"
        )
    return found
