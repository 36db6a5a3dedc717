"""Files at the edge of the inbox: the `.pipe` files of P-072, and the files a user saves content to. Blocking: call in a thread.

Whatever goes wrong is a StoreError whose message holds the path and never the content. Nothing is ever overwritten.
"""

from __future__ import annotations

import os
import stat
from typing import NoReturn

from store.errors import LimitError, NotFound, Refused, Unavailable
from store.workspace import make_file, sync_directory, write_all

LARGEST = 256 * 1024 * 1024
"""Bytes of a `.pipe` file that are read; P-054 keeps them far smaller."""

PIECE = 1 << 20


def read_head(path: str, limit: int) -> bytes:
    """The first `limit` bytes of a `.pipe` file. Raises `not-found`, `io-error`."""
    fd, _ = _open(path)
    try:
        return os.pread(fd, limit, 0)
    except OSError as error:
        _fail(path, error)
    finally:
        os.close(fd)


def read_whole(path: str) -> bytes:
    """All of a `.pipe` file. Raises as `read_head`, and `too-large`."""
    fd, size = _open(path)
    try:
        if size > LARGEST:
            raise LimitError(
                "too-large", f"{path} is larger than {LARGEST} bytes", hint="use `prontodb set <address> - <` it"
            )
        pieces = []
        while piece := os.read(fd, PIECE):
            pieces.append(piece)
        return b"".join(pieces)
    except OSError as error:
        _fail(path, error)
    finally:
        os.close(fd)


def remove(path: str) -> None:
    """Remove a `.pipe` file; fine if it is gone. Raises `io-error`."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        _fail(path, error)


def restore(path: str, content: bytes, kept_at_ms: int) -> None:
    """Put a removed `.pipe` file back, durably and with its age. Raises `exists`, `io-error`."""
    _write_new(path, content)
    touch(path, kept_at_ms)


def touch(path: str, kept_at_ms: int) -> None:
    """Let a `.pipe` file be as old as if it had been written at `kept_at_ms`. Raises `not-found`, `io-error`."""
    try:
        os.utime(path, (kept_at_ms / 1000, kept_at_ms / 1000), follow_symlinks=False)
    except OSError as error:
        _fail(path, error)


def full_path(text: str) -> str:
    """What a typed path means: `~` is the home directory, the rest is read from the working directory."""
    return os.path.abspath(os.path.expanduser(text))


def short_path(path: str) -> str:
    """`path` with the home directory as `~`."""
    home = os.path.expanduser("~")
    return "~" + path[len(home) :] if path.startswith(home + "/") else path


def trouble(text: str) -> str:
    """Why nothing can be saved to the typed path, "" if it seems possible."""
    if not text.strip():
        return "write a path"
    if "\0" in text:
        return "a path holds no NUL"
    path = full_path(text)
    directory = os.path.dirname(path)
    if os.path.isdir(path):
        return "this is a directory; add a file name"
    if os.path.lexists(path):
        return "exists already and will not be overwritten"
    if not os.path.isdir(directory):
        return "there is no such directory"
    if not os.access(directory, os.W_OK | os.X_OK):
        return "this directory cannot be written to"
    return ""


def save(text: str, content: bytes) -> str:
    """Write `content` to a new file at the typed path, mode 0600, durably; the whole path.

    Raises `exists`, `no-directory`, `io-error`.
    """
    path = full_path(text)
    _write_new(path, content)
    return path


def _write_new(path: str, content: bytes) -> None:
    try:
        fd = make_file(path)
    except (OSError, ValueError) as error:
        _fail(path, error)
    try:
        try:
            write_all(fd, content)
            os.fsync(fd)
        finally:
            os.close(fd)
        sync_directory(os.path.dirname(path))
    except OSError as error:
        try:
            os.unlink(path)
        except OSError:
            pass  # what matters is the first error
        _fail(path, error)


def _open(path: str) -> tuple[int, int]:
    """A descriptor on a regular file of ours, and its size. Raises `not-found`, `io-error`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        _fail(path, error)
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        os.close(fd)
        raise Refused("not-a-file", f"{path} is not a file of yours")
    return fd, found.st_size


def _fail(path: str, error: OSError | ValueError) -> NoReturn:
    if isinstance(error, FileExistsError):
        raise Refused("exists", f"{path} exists already and was not overwritten", hint="choose another name") from None
    if isinstance(error, FileNotFoundError):
        if os.path.isdir(os.path.dirname(path)):
            raise NotFound("not-found", f"{path} is no longer there") from None
        raise Unavailable("no-directory", f"there is no directory {os.path.dirname(path)}") from None
    said = error.strerror if isinstance(error, OSError) else str(error)
    raise Unavailable("io-error", f"{path}: {said}") from None
