"""The database file itself: where it really is, whether it may be used, how it comes to be (T-010…T-016)."""

from __future__ import annotations

import os
import stat

from store.errors import Corrupt, Unavailable
from store.workspace import make_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
else:
    try:
        import _sqlite3 as sqlite3  # what `sqlite3` wraps: `datetime` and other company cost a tenth of a `get` (T-200)
    except ImportError:  # another Python than CPython
        import sqlite3

APPLICATION_ID = 0x50444231  # "PDB1"
VERSION = 2
"""Of the schema; the migrations that lead to it are in store/schema.py."""
MINIMUM_SQLITE = (3, 37)
NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "fuse")


def real_path(path: str) -> str:
    """`path` with links resolved; the one name a database has for lock, spool and connections (T-011).

    Raises `dangling-link`, `is-directory`, `not-a-file`, `two-names`.
    """
    real = os.path.realpath(path)
    try:
        found = os.lstat(real)
    except FileNotFoundError:
        if os.path.islink(path):
            raise Unavailable("dangling-link", f"{path} is a link to {real}, which does not exist") from None
        return real
    except OSError as error:
        from store.failures import from_os_error

        raise from_os_error(error, real) from None
    if stat.S_ISDIR(found.st_mode):
        raise Unavailable("is-directory", f"{real} is a directory, not a database file")
    if not stat.S_ISREG(found.st_mode):
        raise Unavailable("not-a-file", f"{real} is not a regular file")
    if found.st_nlink > 1:
        raise Unavailable(
            "two-names",
            f"{real} has {found.st_nlink} hard links; opening it under two names would corrupt it",
            hint="copy it to a file of its own",
        )
    return real


def uri(path: str, options: str) -> str:
    """`path` as an SQLite URI."""
    return "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23") + "?" + options


def create(path: str) -> None:
    """Make an empty database at `path`, complete or not at all. The caller holds the writer lock (T-012)."""
    from store.schema import migration_script

    refuse_lone_log(path)
    new = path + ".new"
    for leftover in (new, new + "-wal", new + "-shm", new + "-journal"):
        try:
            os.unlink(leftover)
        except FileNotFoundError:
            pass
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_RDWR | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(uri(new, "mode=rw"), uri=True, isolation_level=None)
    try:
        mode = "TRUNCATE" if on_network(path) else "WAL"
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.executescript(migration_script(0))
    finally:
        connection.close()
    os.rename(new, path)
    directory = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def refuse_lone_log(path: str) -> None:
    """Raise `database-moved` if `path` is missing but its log holds something (T-004).

    SQLite would play that log into a new file of this name and destroy it; and a read must not take the loss for an empty store.
    """
    for log in (path + "-wal", path + "-journal"):
        try:
            lone = os.stat(log).st_size > 0 and not os.path.exists(path)  # in this order: somebody may be creating it
        except OSError:
            continue  # there is none, or it cannot be seen: then opening says why
        if lone:
            raise Unavailable(
                "database-moved",
                f"{path} is gone, but its log {log} is still there; nothing was created",
                hint="put the .db file back beside it; to start afresh on purpose, move the log away",
            )


def make_parents(path: str) -> None:
    """Make the directories above `path`, 0700 each (P-107, P-115)."""
    make_directory(os.path.dirname(path))


def on_network(path: str) -> bool:
    """Whether the mount table says that `path` lies on a file system where WAL cannot work (T-015)."""
    try:
        with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as table:
            mounts = [line.split(" ")[1:3] for line in table]
    except OSError:
        return False
    under = [m for m in mounts if path.startswith(m[0].rstrip("/") + "/")]
    kind = max(under, key=lambda m: len(m[0]))[1] if under else ""
    return kind.startswith(NETWORK_FILE_SYSTEMS)


def check(connection: sqlite3.Connection, path: str) -> int:
    """The schema version of an opened file. Raises `foreign-database`, `newer-database` (T-013)."""
    found: int = connection.execute("PRAGMA application_id").fetchone()[0]
    if found != APPLICATION_ID:
        raise Corrupt("foreign-database", f"{path} is an SQLite database of another program; it was left alone")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if 0 < version <= VERSION:
        return version
    if version <= 0:
        raise Corrupt("foreign-database", f"{path} has a schema of no prontodb ({version}); it was left alone")
    raise Corrupt(
        "newer-database",
        f"{path} was written by a newer prontodb (schema {version}, this one knows {VERSION})",
        hint="upgrade prontodb",
    )


def upgrade(connection: sqlite3.Connection) -> None:
    """Run the migrations that the open database lacks, in one transaction (T-140). The caller holds the writer lock."""
    from store.schema import migration_script

    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < VERSION:  # nobody was faster
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(migration_script(version))


def refuse_empty(path: str) -> None:
    """Raise `empty-database` for a file of no bytes: something emptied it, and starting afresh must be meant (T-013)."""
    if os.stat(path).st_size == 0:
        raise Corrupt(
            "empty-database",
            f"{path} is empty: a database was there, or the file was made by something else",
            hint="restore a backup, or remove the empty file to start afresh on purpose",
        )


def require_sqlite() -> None:
    """Raise `old-sqlite` below 3.37, which lacks STRICT tables (T-020)."""
    if tuple(map(int, sqlite3.sqlite_version.split(".")[:2])) < MINIMUM_SQLITE:
        raise Unavailable("old-sqlite", f"SQLite {sqlite3.sqlite_version} is too old; prontodb needs 3.37 or newer")
