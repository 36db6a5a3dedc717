"""Standard input, kept on disk from its first byte until it is stored: nothing piped is lost (T-110…T-113, P-072).

    NAME.part   still being read; its reader holds an flock on it
    NAME.full   read to the end, not yet stored; the lock is held on
    NAME.pipe   saved for the user, who was told this path (P-072)

`store.spool_files` says what the names mean. A `.part` or `.full` whose lock is free lost its process: an orphan, which a later
command adopts by storing it. Storing, messages and standard output are the caller's.
"""

from __future__ import annotations

import errno
import os
from time import time

from store.errors import LimitError, Unavailable
from store.named import NamedTuple
from store.spool_files import (
    FULL,
    PART,
    PIPE,
    append,
    drop,
    link_free,
    names_in,
    own_file,
    parse_name,
    scope_of,
    spool_name,
    unlink,
    write_new,
)
from store.stdin import LARGE_PIECE, has_pipe, peek, pieces_of, receive_in_memory
from store.workspace import make_directory, make_file, sync_directory, write_all

__all__ = ["Kept", "NoPlace", "Orphan", "Received", "Spool", "has_pipe", "peek", "receive_in_memory"]

KEPT_FOR_S = 86400
ATTEMPTS = 16  # at a new file: a directory that vanishes or an adopter that is quicker costs one each


class NoPlace(Unavailable):
    """Neither spool nor temporary directory could take the content: standard output is the last rung (T-113)."""


class Received(NamedTuple):
    """What standard input held. path: the file that guards it, None if there is none. fd: holds that file's lock."""

    content: bytes
    path: str | None = None
    fd: int = -1


class Kept(NamedTuple):
    """One `.pipe` file. kept_at: seconds since the epoch. suffix: the sanitised address it was meant for."""

    path: str
    size: int
    kept_at: int
    suffix: str


class Orphan:
    """Content whose process died, held under its lock so that only one process adopts it; ended by `done` or `release`.

    path: the file. partial: it was not read to its end. suffix: for its key in the cache, `_partial` included (T-112).
    intended: the sanitised address, "" if there was none. received_at: seconds since the epoch. size: bytes.
    """

    __slots__ = ("_fd", "intended", "partial", "path", "received_at", "size", "suffix")

    def __init__(self, path: str, fd: int, size: int, received_at: int, suffix: str) -> None:
        self.path = path
        self.partial = path.endswith(PART)
        self.suffix = suffix + "_partial" if self.partial else suffix
        self.intended = "" if suffix == "missing" else suffix
        self.received_at = received_at
        self.size = size
        self._fd = fd

    def content(self) -> bytes:
        """All of it. Raises OSError."""
        pieces = []
        offset = 0
        while piece := os.pread(self._fd, LARGE_PIECE, offset):
            pieces.append(piece)
            offset += len(piece)
        return b"".join(pieces)

    def done(self) -> None:
        """It is stored: remove the file."""
        unlink(self.path)
        self.release()

    def release(self) -> None:
        """It could not be stored: leave it to a later command."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class Spool:
    """The spool `directory`, as seen by a command on one `database` (its real path, `Database.path`) under one meta.

    The directory need not exist; "" stands for none. Without a database (P-073) files belong to nobody and anybody may adopt
    them.
    """

    def __init__(self, directory: str, *, database: str = "", meta: str = "") -> None:
        self.directory = directory
        self._database = database
        self._meta = meta

    def receive(self, fd: int, *, limit: int, suffix: str = "missing", now_s: int | None = None) -> Received:
        """Read `fd` to its end, spooling every piece before the next is read (T-110). To be ended by `done` or `keep`.

        limit: bytes; one more is LimitError `too-large`, and nothing stays anywhere (P-054). suffix: the sanitised address.
        A spool directory that cannot be used, or fills up, prevents nothing: then `path` is None. A closed `fd` is empty
        input. Raises Unavailable `io-error` if `fd` cannot be read; what came until then stays, as an orphan.
        """
        try:
            os.fstat(fd)
        except OSError:
            return Received(b"")
        try:
            out, path = self._begin(suffix, now_s)
        except OSError:
            return Received(receive_in_memory(fd, limit=limit))
        pieces: list[bytes] = []
        try:
            for piece in pieces_of(fd, limit):
                pieces.append(piece)
                if out >= 0 and not append(out, piece):
                    drop(out, path)
                    out = -1
        except BaseException as error:
            if out >= 0 and pieces and not isinstance(error, LimitError):
                os.close(out)
            elif out >= 0:
                drop(out, path)
            raise
        if out < 0 or not pieces:
            if out >= 0:
                drop(out, path)
            return Received(b"".join(pieces))
        return _full(b"".join(pieces), path, out)

    def done(self, received: Received) -> None:
        """The content is stored, or refused for good: remove its file, then release the lock (T-111)."""
        if received.path is not None:
            drop(received.fd, received.path)

    def keep(self, received: Received | bytes, suffix: str, now_s: int) -> str:
        """Save content that no database took, durably, as `{ts}_{hash8}_{suffix}.pipe`; the path to tell the user (P-072).

        The spool directory first, the system's temporary directory if that fails; `rung` says which. Raises NoPlace when
        both fail (T-113): then the caller writes the content to standard output. Nothing is overwritten.
        """
        from store.operations.pipes import make_key

        if isinstance(received, bytes):
            received = Received(received)
        name = make_key(now_s, received.content, suffix)
        try:
            if received.path is None:
                received = self._write(received.content, suffix, now_s)
            path = self._settle(received, name)
        except OSError as error:
            spool_trouble = _reason(error)
        else:
            os.close(received.fd)
            return path
        try:
            import tempfile

            path = write_new(tempfile.gettempdir(), name, received.content)
        except OSError as error:
            if received.path is not None:
                os.close(received.fd)  # an orphan now, in case the directory recovers
            raise NoPlace(
                "no-spool",
                f"neither the spool directory ({spool_trouble}) nor the temporary directory ({_reason(error)})"
                " could take the content",
                hint="the content goes to standard output",
            ) from None
        self.done(received)
        return path

    def rung(self, path: str) -> str:
        """In words, where `keep` put `path` (T-113)."""
        return "spool directory" if os.path.dirname(path) == self.directory else "temporary directory"

    def orphans(self) -> list[Orphan]:
        """The orphans a command for this database and meta may adopt, oldest first, each locked until done or released.

        Costs one directory listing when there is none. Empty ones hold nothing and are removed at once.
        """
        names = names_in(self.directory, PART, FULL)
        if not names:
            return []
        scopes = ("", scope_of(self._database, self._meta))
        adopted = (self._adopt(name, scopes) for name in names)
        return sorted(filter(None, adopted), key=lambda orphan: (orphan.received_at, orphan.path))

    def kept(self) -> list[Kept]:
        """The `.pipe` files in the spool directory, newest first (P-072)."""
        found = []
        for name in names_in(self.directory, PIPE):
            path = f"{self.directory}/{name}"
            status = own_file(path)
            if status is not None:
                # The later of the two, so that neither a clock set back nor an old name makes it look old (T-094).
                modified_at = int(status.st_mtime)
                named_at, _, suffix = parse_name(name.removesuffix(PIPE), modified_at)
                found.append(Kept(path, status.st_size, max(named_at, modified_at), suffix))
        return sorted(found, key=lambda kept: (-kept.kept_at, kept.path))

    def expire_kept(self, now_s: int) -> list[str]:
        """Remove the `.pipe` files that are 24 hours old (P-072); their paths."""
        old = [kept.path for kept in self.kept() if now_s - kept.kept_at >= KEPT_FOR_S]
        for path in old:
            unlink(path)
        return old

    def _begin(self, suffix: str, now_s: int | None) -> tuple[int, str]:
        """A new `.part` file, locked. Raises OSError."""
        import fcntl

        if not self.directory:
            raise OSError(errno.ENOENT, "there is none")
        seconds = int(time()) if now_s is None else now_s
        scope = scope_of(self._database, self._meta)
        for _ in range(ATTEMPTS):
            path = f"{self.directory}/{spool_name(seconds, scope, suffix)}{PART}"
            try:
                fd = make_file(path)
            except FileExistsError:
                continue
            except FileNotFoundError:
                make_directory(self.directory)
                continue
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Between `open` and `flock` it looked like an orphan: an adopter may have removed it, being empty.
                if os.fstat(fd).st_nlink:
                    return fd, path
                os.close(fd)
            except BlockingIOError:
                os.close(fd)
            except OSError:
                drop(fd, path)
                raise
        raise OSError(errno.EAGAIN, "no file could be made", self.directory)

    def _write(self, content: bytes, suffix: str, now_s: int) -> Received:
        """Spool content that is only in memory. Raises OSError."""
        fd, path = self._begin(suffix, now_s)
        try:
            write_all(fd, content)
        except BaseException:
            drop(fd, path)
            raise
        return Received(content, path, fd)

    def _settle(self, received: Received, name: str) -> str:
        """Give the spooled file its `.pipe` name, durably. Raises OSError, leaving a file that guards the content."""
        os.fsync(received.fd)
        path = received.path or ""
        target = link_free(path, self.directory, name)
        try:
            sync_directory(self.directory)
        except OSError:
            if os.path.lexists(path):
                unlink(target)
            raise
        unlink(path)
        return target

    def _adopt(self, name: str, scopes: tuple[str, str]) -> Orphan | None:
        """The orphan in file `name`; None if its process lives, it is not for us, or it is gone."""
        import fcntl

        path = f"{self.directory}/{name}"
        status = own_file(path)
        if status is None:
            return None
        received_at, scope, suffix = parse_name(name[: -len(PART)], int(status.st_mtime))
        if scope not in scopes:
            return None
        try:
            fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its owner may have renamed or removed it before we had the lock.
            held, named = os.fstat(fd), os.lstat(path)
        except OSError:
            os.close(fd)
            return None
        if (held.st_dev, held.st_ino) != (named.st_dev, named.st_ino):
            os.close(fd)
            return None
        if held.st_size == 0:
            drop(fd, path)
            return None
        return Orphan(path, fd, held.st_size, received_at, suffix)


def _full(content: bytes, path: str, fd: int) -> Received:
    """Rename a complete `.part` file, whose lock `fd` holds."""
    full = path.removesuffix(PART) + FULL
    try:
        os.rename(path, full)
    except FileNotFoundError:  # somebody emptied the directory
        os.close(fd)
        return Received(content)
    except OSError:
        full = path  # as good a guard as the other name
    return Received(content, full, fd)


def _reason(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
