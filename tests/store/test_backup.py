"""Backups: what goes in comes back, nothing foreign gets in, readers never see a mixture (P-130…P-133, T-150…T-152)."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import sqlite3
import stat
import tarfile
import threading
from pathlib import Path

import pytest

from store.backup import Archive, list_archives, make_archive, read_archive, restore
from store.database import Database
from store.errors import StoreError
from store.model import Actor, Address
from store.operations.entries import get, set_entry

BY = Actor()
DAY = 1_760_000_000  # 2025-10-09
CURSOR = {"alice/work": b'{"name": "work"}'}


def put(path: Path, key: str, value: bytes) -> None:
    with Database(str(path)) as database:
        database.run(set_entry(Address("", "a", "b", key), value, by=BY, now_ms=1))


def value(path: Path, key: str) -> bytes | None:
    with Database(str(path)) as database:
        entry = database.run(get(Address("", "a", "b", key)))
    return entry and entry.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "my.app.db"
    put(path, "k", b"first")
    return path


def unpack(archive: str | Path, work: Path) -> Archive:
    work.mkdir(exist_ok=True)
    return read_archive(str(archive), str(work))


def test_names_count_up_and_files_are_private(path: Path, tmp_path: Path) -> None:
    """P-130, P-115."""
    directory = tmp_path / "deep" / "backups"
    names = [Path(make_archive(str(path), {}, str(directory), DAY)).name for _ in range(3)]
    assert names == [
        "prontodb_my.app_20251009.tar.gz",
        "prontodb_my.app_20251009_n01.tar.gz",
        "prontodb_my.app_20251009_n02.tar.gz",
    ]
    assert [Path(found).name for found, size in list_archives(str(directory)) if size > 0] == names
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in directory.iterdir())
    for number in range(3, 100):
        (directory / f"prontodb_my.app_20251009_n{number:02d}.tar.gz").touch()
    with pytest.raises(StoreError) as error:
        make_archive(str(path), {}, str(directory), DAY)
    assert error.value.code == "too-many-backups"
    assert not [name for name in os.listdir(directory) if name.startswith(".")]


def test_round_trip_keeps_the_old_one(path: Path, tmp_path: Path) -> None:
    """P-133."""
    archive = make_archive(str(path), CURSOR, str(tmp_path / "b"), DAY)
    put(path, "k", b"second")
    put(path, "new", b"x")
    found = unpack(archive, tmp_path / "w")
    assert (found.database, found.cursors) == ("my.app", {"cursors/alice/work.cursor": CURSOR["alice/work"]})
    inode = path.stat().st_ino
    saved = restore(found, str(path))
    assert (value(path, "k"), value(path, "new")) == (b"first", None)
    assert path.stat().st_ino == inode
    assert saved == f"{path}.pre-restore"
    assert value(Path(saved), "k") == b"second"
    put(path, "after", b"works")
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def test_into_a_database_that_does_not_exist(path: Path, tmp_path: Path) -> None:
    found = unpack(make_archive(str(path), {}, str(tmp_path / "b"), DAY), tmp_path / "w")
    target = tmp_path / "elsewhere" / "new.db"
    assert restore(found, str(target)) is None
    assert value(target, "k") == b"first"


def test_an_open_reader_finishes_on_what_it_saw(path: Path, tmp_path: Path) -> None:
    """T-152, T-317."""
    found = unpack(make_archive(str(path), {}, str(tmp_path / "b"), DAY), tmp_path / "w")
    put(path, "k", b"second")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT value FROM entries").fetchone() == ("second",)
    restore(found, str(path))
    assert reader.execute("SELECT value FROM entries").fetchone() == ("second",)
    reader.execute("COMMIT")
    assert reader.execute("SELECT value FROM entries").fetchone() == ("first",)
    reader.close()


def test_backup_while_others_write_is_one_moment(path: Path, tmp_path: Path) -> None:
    """T-317: pairs written together are both there or both missing."""
    stop = threading.Event()

    def write() -> None:
        with Database(str(path)) as database:
            number = 0
            while not stop.is_set():
                number += 1
                database.run(set_entry(Address("", "a", "b", "n"), b"%d" % number, by=BY, now_ms=number))

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        archives = [make_archive(str(path), {}, str(tmp_path / "b"), DAY) for _ in range(5)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    for number, archive in enumerate(archives):
        found = unpack(archive, tmp_path / f"w{number}")
        with sqlite3.connect(found.path) as raw:
            newest = raw.execute("SELECT max(seq) FROM changes").fetchone()
            assert raw.execute("SELECT max(change) FROM entries").fetchone() == newest
        raw.close()


def forged(directory: Path, members: dict[str, bytes | tarfile.TarInfo], manifest: object = None) -> Path:
    """An archive with any members; a manifest that fits them unless one is given."""
    contents = {name: content for name, content in members.items() if isinstance(content, bytes)}
    if manifest is None:
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        manifest = {"format": 1, "database": "my.app", "files": digests}
    target = directory / "forged.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **members}.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            body = content if isinstance(content, bytes) else b""
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return target


def link(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def test_nothing_foreign_gets_in(path: Path, tmp_path: Path) -> None:
    """P-133: each refused with nothing changed."""
    good = make_archive(str(path), {}, str(tmp_path / "b"), DAY)
    database = Path(unpack(good, tmp_path / "w").path).read_bytes()
    evil = sqlite3.connect(":memory:")
    evil.deserialize(database)
    evil.execute("CREATE TRIGGER theirs AFTER INSERT ON entries BEGIN DELETE FROM changes; END")
    with_trigger = evil.serialize()
    evil.close()
    other = sqlite3.connect(":memory:")
    other.execute("CREATE TABLE t(a)")
    foreign = other.serialize()
    other.close()
    broken = database[:4096] + bytes(len(database) - 4096)
    name = "my.app.db"
    bad: list[tuple[dict[str, bytes | tarfile.TarInfo], object]] = [
        ({name: database, "../evil": b"x"}, None),
        ({name: database, "/abs": b"x"}, None),
        ({name: database, "other.txt": b"x"}, None),
        ({name: database, "cursors/a/../b.cursor": b"x"}, None),
        ({name: database, "cursors/a/l.cursor": link("cursors/a/l.cursor", tarfile.SYMTYPE)}, None),
        ({name: link(name, tarfile.LNKTYPE)}, None),
        ({name: database, "dev": link("dev", tarfile.CHRTYPE)}, None),
        ({}, None),
        ({name: with_trigger}, None),
        ({name: foreign}, None),
        ({name: broken}, None),
        ({name: b"text"}, None),
        ({name: database}, {"format": 1, "database": "my.app", "files": {name: "0" * 64}}),
        ({name: database}, {"format": 1, "database": "my.app", "files": {}}),
        ({name: database}, {"format": 2, "database": "my.app", "files": {}}),
        ({name: database}, {"format": 1, "database": "../my.app", "files": {name: "0"}}),
        ({name: database}, []),
    ]
    for number, (members, manifest) in enumerate(bad):
        with pytest.raises(StoreError) as error:
            unpack(forged(tmp_path, members, manifest), tmp_path / f"x{number}")
        assert error.value.code == "bad-backup", number
    assert value(path, "k") == b"first"
    assert not (tmp_path.parent / "evil").exists()


@pytest.mark.parametrize("content", [b"", b"this is not an archive", gzip.compress(b"nor this")])
def test_what_is_no_archive(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(content)
    with pytest.raises(StoreError) as error:
        unpack(tmp_path / "x.tar.gz", tmp_path / "w")
    assert error.value.code == "bad-backup"


def test_missing_things_say_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not found"):
        unpack(tmp_path / "missing.tar.gz", tmp_path / "w")
    with pytest.raises(StoreError) as error:
        make_archive(str(tmp_path / "no.db"), {}, str(tmp_path / "b"), DAY)
    assert error.value.code == "no-database"
    assert not (tmp_path / "b").exists()
    assert list_archives(str(tmp_path / "none")) == []
