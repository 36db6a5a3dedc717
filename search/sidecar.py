"""The file of a search index beside its database: `NAME.db.search` (docs/decisions/0009-search-index.md).

It holds nothing that cannot be made again, so it may be deleted at any time, and whatever is wrong with it never stops a search.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from functools import cache

SUFFIX = ".search"
BUSY_MS = 100
"""Another search is bringing the same index up to date: better look through everything than wait for long."""
PRAGMAS = (
    "PRAGMA synchronous=NORMAL;PRAGMA trusted_schema=OFF;PRAGMA cell_size_check=ON;PRAGMA secure_delete=ON;"
    "PRAGMA cache_size=-32768;PRAGMA temp_store=MEMORY;"
)
VERSION = 1
DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_SCHEMA")


class Unusable(Exception):
    """The index cannot serve this search; looking through everything can."""


@cache
def has_trigrams() -> bool:
    """Whether this SQLite can index trigrams: FTS5 of 3.34 or newer (S-216)."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='trigram case_sensitive 1')")
        return True
    except sqlite3.Error:
        return False
    finally:
        connection.close()


def sidecar_path(database: str) -> str:
    """Where the index of the database at `database` lies."""
    return database + SUFFIX


def forget(database: str) -> bool:
    """Remove the index of the database at `database`; whether there was one. For `restore`, `clear_history` and the like.

    Whoever searches next makes a new one. Raises OSError.
    """
    found = False
    path = sidecar_path(database)
    for name in (
        path,
        path + "-journal",
    ):  # in this order: a journal without its file is dropped, a file without it is damaged
        try:
            os.unlink(name)
            found = True
        except FileNotFoundError:
            pass
    return found


def connect(database: str) -> sqlite3.Connection:
    """A connection to the index of the database at `database`, which is made, empty, if it is missing.

    A file of ours is regular, belongs to us and nobody else may read it (0600, T-010); anything else is left alone. No index is
    made for the database of another user: they could not use it, and we would keep a copy of their values.
    Raises Unusable, and sqlite3.Error when what lies there is no sound database.
    """
    path = sidecar_path(database)
    if not has_trigrams():
        raise Unusable("this SQLite has no trigrams")
    try:
        if os.stat(database).st_uid != os.geteuid():
            raise Unusable("somebody else's database")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            found = os.lstat(path)
            ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and found.st_nlink == 1
            if not ours or stat.S_IMODE(found.st_mode) & 0o077:
                raise Unusable("not a file of ours") from None
    except OSError as error:
        raise Unusable(error.strerror) from None
    # The browser's search thread uses it, another closes it (T-034).
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000, check_same_thread=False)
    try:
        connection.executescript(PRAGMAS)
        return connection
    except BaseException:
        connection.close()
        raise


def identity(database: str) -> tuple[int, int] | None:
    """What distinguishes the index that lies there now from one that was removed and made again (T-014)."""
    try:
        found = os.stat(sidecar_path(database))
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault, so that a new one helps."""
    return (getattr(error, "sqlite_errorname", None) or "").startswith(DAMAGED)
