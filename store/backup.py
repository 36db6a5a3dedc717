"""Backups: one archive with a sound copy of a database and its cursors, and the careful way back (P-130…P-133, T-150…T-152).

Nothing of an archive is trusted: names, kinds and digests of its members are checked before a byte is used; the database inside is
opened read-only, checked, and then copied through SQLite into the live one in a single transaction, on the same inode.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import sqlite3
import tarfile
import tempfile
from dataclasses import dataclass
from time import gmtime, monotonic, strftime
from typing import TYPE_CHECKING

from store import files
from store.database import MEMORY, connect
from store.errors import Corrupt, LimitError, Refused, Unavailable
from store.failures import from_os_error, from_sqlite
from store.locking import WriterLock
from store.schema import schema_script
from store.workspace import make_directory, sync_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FORMAT = 1
MANIFEST = "manifest.json"
PRE_RESTORE = ".pre-restore"
MOST_A_DAY = 100
LARGEST_MANIFEST = 1 << 20
CURSOR_MEMBER = re.compile(r"cursors/[A-Za-z][A-Za-z0-9]*/[A-Za-z][A-Za-z0-9_-]{0,63}\.cursor\Z")
ARCHIVE = re.compile(r"prontodb_.+_\d{8}(_n\d\d)?\.tar\.gz\Z")


@dataclass(frozen=True, slots=True)
class Archive:
    """A verified archive: the name of its database, where that was unpacked to, and the cursor records by member name."""

    database: str
    path: str
    cursors: Mapping[str, bytes]


def database_name(path: str) -> str:
    """What a database file is called in a backup: its name without the extension (P-130)."""
    return os.path.splitext(os.path.basename(path))[0]


def make_archive(path: str, cursors: Mapping[str, bytes], directory: str, now_s: int, *, timeout_ms: int = 5000) -> str:
    """Back the database `path` up into `directory` and give the archive's path; it is complete when its name exists.

    cursors: `<user>/<name>` to the record of P-090. Raises `no-database`, LimitError `too-many-backups` after a hundred a day.
    """
    path = files.real_path(os.path.abspath(path))
    if not os.path.exists(path):
        raise Unavailable("no-database", f"there is no database {path} to back up")
    try:
        make_directory(directory)
        with tempfile.TemporaryDirectory(prefix=".prontodb-backup-", dir=directory) as work:
            copy = os.path.join(work, "copy.db")
            copy_database(path, copy, timeout_ms)
            part = os.path.join(work, "archive")
            _write_archive(part, path, copy, cursors, now_s)
            target = _claim(part, directory, database_name(path), now_s)
        sync_directory(directory)
        return target
    except OSError as error:
        raise from_os_error(error, directory) from None


def list_archives(directory: str) -> list[tuple[str, int]]:
    """Path and size in bytes of every backup in `directory`, by name; none if it does not exist (P-132)."""
    try:
        names = sorted(name for name in os.listdir(directory) if ARCHIVE.match(name))
    except OSError:
        return []
    return [(path, os.path.getsize(path)) for name in names if os.path.isfile(path := os.path.join(directory, name))]


def read_archive(path: str, work: str) -> Archive:
    """Check the archive at `path` and unpack what it holds into the empty directory `work` (P-133).

    Raises `no-backup` if it is not there, Refused `bad-backup` for anything that is not exactly what `make_archive` writes.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            contents = dict(_members(archive))
    except FileNotFoundError:
        raise Unavailable("no-backup", f"backup not found: {path}") from None
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise _bad(path, f"it cannot be read ({type(error).__name__})") from None
    name, digests = _manifest(path, contents.pop(MANIFEST, None))
    if set(digests) != set(contents):
        raise _bad(path, "its members are not those of its manifest")
    for member, content in contents.items():
        if hashlib.sha256(content).hexdigest() != digests[member]:
            raise _bad(path, f"the checksum of {member} does not match")
    database = contents.pop(f"{name}.db", None)
    if database is None or any(not CURSOR_MEMBER.match(member) for member in contents):
        raise _bad(path, "it holds something else than one database and cursors")
    unpacked = os.path.join(work, "candidate.db")
    with open(unpacked, "xb", opener=_private) as file:
        file.write(database)
    _check_candidate(unpacked, path)
    return Archive(name, unpacked, contents)


def restore(archive: Archive, path: str, *, timeout_ms: int = 5000) -> str | None:
    """Make the database `path` what the archive holds; the path of the saved old one, None if there was none (T-152).

    Under the writer lock and in one transaction: other processes see the old content or the new, never a mixture.
    """
    path = files.real_path(os.path.abspath(path))
    files.make_parents(path)
    lock = WriterLock(path + ".lock", busy_timeout_ms=timeout_ms)
    deadline = monotonic() + timeout_ms / 1000
    lock.acquire("restore", deadline)
    saved = None
    try:
        if os.path.exists(path):
            saved = path + PRE_RESTORE
            fresh = saved + ".new"
            _unlink(fresh)
            copy_database(path, fresh, timeout_ms)
            os.rename(fresh, saved)
        else:
            files.create(path)
        source, live = sqlite3.connect(archive.path, isolation_level=None), connect(path, timeout_ms / 1000)
        try:
            files.upgrade(source)  # an older backup: programs that have the live one open expect today's tables
            source.backup(live, pages=-1, progress=_until(deadline))  # all pages in one step (T-150, T-151)
        finally:
            live.close()
            source.close()
        sync_directory(os.path.dirname(path))
    except sqlite3.Error as error:
        raise from_sqlite(error, path, "restore") from None
    except OSError as error:
        raise from_os_error(error, path) from None
    finally:
        lock.release()
    return saved


def copy_database(path: str, copy: str, timeout_ms: int) -> None:
    """A compact, checked copy of the database at `path`, 0600, without deleted bytes (T-150). `copy` must not exist."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_WRONLY, 0o600))
    try:
        files.refuse_empty(path)
        connection = connect(path, timeout_ms / 1000)
        try:
            files.check(connection, path)
            connection.execute("VACUUM INTO ?", (copy,))
        finally:
            connection.close()
        _quick_check(copy)
    except sqlite3.Error as error:
        raise from_sqlite(error, path, "backup") from None
    fd = os.open(copy, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _write_archive(part: str, path: str, copy: str, cursors: Mapping[str, bytes], now_s: int) -> None:
    name = database_name(path)
    members = {f"cursors/{cursor}.cursor": record for cursor, record in sorted(cursors.items())}
    with open(copy, "rb") as file:
        members = {f"{name}.db": file.read(), **members}
    manifest = {
        "format": FORMAT,
        "database": name,
        "files": {member: hashlib.sha256(content).hexdigest() for member, content in members.items()},
    }
    with (
        open(part, "xb", opener=_private) as out,
        tarfile.open(fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member, content in {MANIFEST: json.dumps(manifest, indent=2).encode(), **members}.items():
            info = tarfile.TarInfo(member)
            info.size, info.mode, info.mtime = len(content), 0o600, now_s
            archive.addfile(info, io.BytesIO(content))
    fd = os.open(part, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _claim(part: str, directory: str, name: str, now_s: int) -> str:
    """Give the finished archive the first free name of its day; a link fails where a rename would overwrite (P-130)."""
    stem = os.path.join(directory, f"prontodb_{name}_{strftime('%Y%m%d', gmtime(now_s))}")
    for number in range(MOST_A_DAY):
        target = f"{stem}.tar.gz" if number == 0 else f"{stem}_n{number:02d}.tar.gz"
        try:
            os.link(part, target)
            return target
        except FileExistsError:
            continue
    raise LimitError("too-many-backups", f"there are {MOST_A_DAY} backups of today in {directory}", hint="remove some")


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    """Every member's name and content; ValueError for links, devices, directories, strange and repeated names."""
    seen = set()
    for member in archive:
        name = member.name
        if not member.isreg() or name in seen or name.startswith("/") or ".." in name.split("/") or "\\" in name:
            raise ValueError(name)
        seen.add(name)
        if name == MANIFEST and member.size > LARGEST_MANIFEST:
            raise ValueError(name)
        file = archive.extractfile(member)
        assert file is not None  # it is a regular member
        yield name, file.read()


def _manifest(path: str, content: bytes | None) -> tuple[str, dict[str, str]]:
    """The database's name and the digest of each member."""
    if content is None:
        raise _bad(path, "it has no manifest")
    try:
        manifest = json.loads(content)
        database, members = manifest["database"], manifest["files"]
        good = manifest["format"] == FORMAT and isinstance(members, dict) and re.fullmatch(r"[^/\\\0]+", database)
    except (ValueError, KeyError, TypeError, RecursionError):
        good = None
    if not good or database in (".", ".."):
        raise _bad(path, "its manifest is not one of ours")
    return database, members


def _check_candidate(candidate: str, path: str) -> None:
    """T-152: ours, sound, and with exactly our tables: no trigger or view of somebody else's may run."""
    try:
        connection = sqlite3.connect(files.uri(candidate, "mode=ro"), uri=True)
        try:
            version = files.check(connection, path)
            if _schema(connection) != _schema(sqlite3.connect(MEMORY), schema_script(version)):
                raise _bad(path, "its database has tables that are not ours")
        finally:
            connection.close()
        _quick_check(candidate)
    except (sqlite3.Error, Corrupt) as error:
        raise _bad(path, f"its database is not sound ({error})") from None


def _schema(connection: sqlite3.Connection, script: str = "") -> list[tuple[str, str, str]]:
    if script:
        connection.executescript(script)
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name").fetchall()
    if script:
        connection.close()
    return rows


def _quick_check(path: str) -> None:
    connection = sqlite3.connect(files.uri(path, "mode=ro"), uri=True)
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        connection.close()
    if answer != "ok":
        raise Corrupt(
            "corrupt", f"{path} is damaged; nothing was written", hint="`quick_check` of SQLite finds a fault"
        )


def _until(deadline: float) -> Callable[[int, int, int], None]:
    """Give up waiting for others at `deadline`. What is done by then is done, however long it took: it is committed."""

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status != sqlite3.SQLITE_DONE and monotonic() > deadline:
            raise Unavailable("locked", "the database is locked; nothing was restored", hint="try again")

    return progress


def _bad(path: str, why: str) -> Refused:
    return Refused("bad-backup", f"{path} is no usable backup: {why}; nothing was restored")


def _private(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NOFOLLOW, 0o600)


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
