"""The error table (storage.md section 13): what SQLite or the system says, as an error a person can act on.

Imported only when something went wrong. An unmapped SQLite error is `internal`: a defect of ours.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat

from store.errors import Corrupt, InputError, LimitError, StoreError, Unavailable
from store.files import VERSION
from store.locking import locked

SPACES = {ord(c): " " for c in "\t\r\n"}
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
ROOM = 65536  # less than this is as good as none
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def retryable(error: BaseException) -> bool:
    """Whether running the whole operation again may succeed (T-045)."""
    return isinstance(error, sqlite3.Error) and _name(error).startswith(BUSY)


def from_sqlite(error: sqlite3.Error, path: str, verb: str) -> StoreError:
    """The StoreError for what SQLite raised while doing `verb` on the database at `path`."""
    name = _name(error)
    if name.startswith(BUSY):
        return locked()
    if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and _full(path)):
        return disk_full(path)
    if name.startswith("SQLITE_IOERR"):
        return Unavailable(
            "io-error",
            f"reading or writing {path} failed ({name})",
            hint="check the disk; the database was not changed",
        )
    if name == "SQLITE_READONLY_DBMOVED":
        return moved(path)
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return read_only(path)
    if name.startswith("SQLITE_CANTOPEN"):
        return cannot_open(path)
    if name == "SQLITE_NOTADB":
        return Corrupt("not-a-database", f"{path} is not a prontodb database ({_first_bytes(path)}); it was left alone")
    if name.startswith("SQLITE_CORRUPT"):
        return Corrupt("corrupt", f"{path} is damaged; nothing was written", hint="keep the file and restore a backup")
    if name == "SQLITE_INTERRUPT":
        return Unavailable("interrupted", "the read was cancelled")
    if name == "SQLITE_TOOBIG" or isinstance(error, sqlite3.DataError):
        return LimitError("too-large", "the value is larger than SQLite can store (1 GB)")
    if name == "SQLITE_NOMEM":
        return Unavailable("out-of-memory", "not enough memory for this value")
    return StoreError(
        "internal",
        f"a defect of ours: {verb} failed with {name or type(error).__name__} (SQLite {sqlite3.sqlite_version})",
        hint="please report this line",
    )


def from_os_error(error: OSError, path: str) -> StoreError:
    """The StoreError for what the system answered about `path`."""
    if error.errno in FULL:
        return disk_full(path)
    if error.errno in (errno.EROFS,):
        return read_only(path)
    if error.errno in (errno.EACCES, errno.EPERM):
        return no_permission(path)
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return Unavailable("too-many-files", "too many open files", hint="close some programs, or raise `ulimit -n`")
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR):
        return cannot_open(path)
    return Unavailable("io-error", f"{path}: {error.strerror or error}")


def cannot_open(path: str) -> StoreError:
    """Why a file cannot be opened, found out by looking."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        parent = _nearest_parent(path)
        if parent != os.path.dirname(path):
            return Unavailable(
                "no-directory", f"there is no directory {os.path.dirname(path)}", hint=f"{parent} exists"
            )
        return no_permission(parent)
    except NotADirectoryError:
        above = os.path.dirname(path)
        while not os.path.lexists(above):
            above = os.path.dirname(above)
        return Unavailable("no-directory", f"{above} is not a directory")
    except OSError:
        return no_permission(path)
    if stat.S_ISDIR(found.st_mode):
        return Unavailable("is-directory", f"{path} is a directory, not a database file")
    return no_permission(path)


def no_permission(path: str) -> StoreError:
    """Mode and owner of what is in the way."""
    where = path if os.path.lexists(path) else _nearest_parent(path)
    try:
        found = os.stat(where)
        about = f" (mode {stat.S_IMODE(found.st_mode):04o}, owner {found.st_uid})"
    except OSError:
        about = ""
    return Unavailable(
        "no-permission", f"no permission for {where}{about}", hint="change its mode, or choose another database"
    )


def read_only(path: str) -> StoreError:
    """A database, directory or file system that cannot be written."""
    return Unavailable(
        "read-only",
        f"{path} cannot be written; nothing was changed",
        hint="copy the .db and -wal files elsewhere together",
    )


def forbids_writing(error: BaseException) -> bool:
    """Whether SQLite or the system said that this file, or the place it is in, is not to be written."""
    if isinstance(error, OSError):
        return error.errno in FORBIDDEN
    return _name(error).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"))


def older(path: str, version: int) -> StoreError:
    """T-142: a database of an earlier schema that cannot be brought up to date where it is."""
    return Unavailable(
        "older-database",
        f"{path} was written by an older prontodb (schema {version}, this one needs {VERSION}) and cannot be written here",
        hint="copy the .db and -wal files together to where they can be written; the first command there brings them up to date",
    )


def not_text() -> StoreError:
    """What was given holds lone surrogates, such as undecodable bytes of a command line: no database could take them."""
    return InputError(
        "not-text", "what was given is not text: it holds half a surrogate pair", hint="write it as UTF-8"
    )


def moved(path: str) -> StoreError:
    """T-014: what we hold open is no longer what the path names."""
    return Unavailable("database-moved", f"{path} was replaced or deleted while open; nothing was written")


def disk_full(path: str) -> StoreError:
    """Free bytes and where."""
    where = _nearest_parent(path)
    try:
        found = os.statvfs(where)
        free = f"{found.f_bavail * found.f_frsize} bytes free on {where}"
    except OSError:
        free = f"no room on {where}"
    return Unavailable("disk-full", f"the disk is full: {free}", hint="free space elsewhere: even deleting needs room")


def _name(error: BaseException) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def _full(path: str) -> bool:
    """Whether an I/O error was for want of room: SQLite does not tell ENOSPC and EFBIG from a broken disk."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    try:
        found = os.statvfs(os.path.dirname(path))
        largest = max(os.stat(p).st_size for p in (path, path + "-wal") if os.path.exists(p))
    except (OSError, ValueError):
        return False
    return found.f_bavail * found.f_frsize < ROOM or (limit != resource.RLIM_INFINITY and largest + ROOM > limit)


def _nearest_parent(path: str) -> str:
    parent = os.path.dirname(path) or "/"
    while parent != "/" and not os.path.isdir(parent):
        parent = os.path.dirname(parent)
    return parent


def _first_bytes(path: str) -> str:
    try:
        with open(path, "rb") as file:
            head = file.read(16)
    except OSError:
        return "unreadable"
    if head.startswith(b"SQLite format 3\0"):
        return "an SQLite header with damaged contents"
    return "text" if head.isascii() and head.decode().translate(SPACES).isprintable() else "binary data"
