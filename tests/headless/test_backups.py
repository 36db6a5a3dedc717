"""`backup`, `restore` as commands: what is in the archive, the way back, and archives that are not ours (P-130…P-133)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Program

FILE = re.compile(r"^File: (\S+)$", re.MULTILINE)
DATA = ".local/share/prontodb"
NOON_NS = 1_772_366_400_000_000_000
"""2026-03-01 12:00 UTC."""


def backed_up(prontodb: Program, *words: str, env: dict[str, str] | None = None) -> Path:
    """The archive that `backup` says it wrote."""
    done = prontodb(*words, "backup", env=env)
    assert done.returncode == 0, done.stderr
    found = FILE.search(done.stdout.decode())
    assert found
    return Path(found[1])


def test_names_and_places(prontodb: Program, home: Path) -> None:
    """P-130, P-132, P-115: named by database and day, numbered after the first; in the workspace or where one says."""
    prontodb("set", "a.b.c", "v")
    (home / "sitecustomize.py").write_text(f"import time\ntime.time_ns = lambda: {NOON_NS}\n")
    today = {"PYTHONPATH": f"{home}:{REPOSITORY}"}  # one day for both, also at midnight
    first, second = backed_up(prontodb, env=today), backed_up(prontodb, env=today)
    assert first.parent == home / DATA / "backups"
    assert [first.name, second.name] == ["prontodb_main_20260301.tar.gz", "prontodb_main_20260301_n01.tar.gz"]
    assert first.stat().st_mode & 0o777 == 0o600
    listed = prontodb("backup", "list").stdout.decode()
    assert listed == f"{first}\t{first.stat().st_size}\n{second}\t{second.stat().st_size}\n"
    assert prontodb("backup", "--list").stdout.decode() == listed
    (home / "deep").mkdir()
    for option in ("--output", "--output-dir"):
        done = prontodb("backup", option, "../there", "--quiet", cwd=home / "deep")
        assert done.stdout.decode().startswith(f"File: {home}/deep/../there/prontodb_main_")
    assert len(list((home / "there").iterdir())) == 2
    assert prontodb("backup", "list", "--output=there").stdout.count(b"\n") == 2


def test_output_means_a_directory_or_a_format(prontodb: Program, home: Path) -> None:
    """P-130, U-16: `--output json` is machine output here too; a directory of that name is `./json` or --output-dir."""
    prontodb("set", "a.b.c", "v")
    assert json.loads(prontodb("backup", "--output", "json").stdout)["file"].startswith(f"{home}/{DATA}/backups")
    assert not (home / "json").exists()
    said = json.loads(prontodb("backup", "--output", "there", "--output", "json").stdout)
    assert said["file"].startswith(f"{home}/there/")
    prontodb("backup", "--output-dir", "json")
    prontodb("backup", "--output", "./json")
    assert len(list((home / "json").iterdir())) == 2


def test_what_is_inside(prontodb: Program, home: Path) -> None:
    """P-131: a manifest with digests, a sound database, and the cursors that point to it, whosever they are."""
    prontodb("set", "a.b.c", "v")
    prontodb("cursor", "set", "here", "main", "--user", "alice")
    prontodb("cursor", "set", "here", "main")
    prontodb("cursor", "set", "elsewhere", "./x.db")
    (home / DATA / "cursors/default/damaged.json").write_text("x")
    (home / DATA / "cursors/not a user").mkdir()
    with tarfile.open(backed_up(prontodb)) as archive:
        members = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    manifest = json.loads(members.pop("manifest.json"))
    assert (manifest["format"], manifest["database"]) == (1, "main")
    assert set(members) == {"main.db", "cursors/alice/here.cursor", "cursors/default/here.cursor"}
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    (home / "copy.db").write_bytes(members["main.db"])
    connection = sqlite3.connect(home / "copy.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT value FROM entries").fetchall() == [("v",)]
    connection.close()


@pytest.mark.parametrize("words", [(), ("--database", "other"), ("--user", "bob"), ("--database", "./gone/x.db")])
def test_nothing_to_back_up(prontodb: Program, home: Path, words: tuple[str, ...]) -> None:
    """P-130: a database that is not there is exit 1; nothing is made."""
    done = prontodb(*words, "backup")
    assert (done.returncode, done.stdout) == (1, b"")
    assert not (home / ".local").exists()


def test_there_and_back(prontodb: Program, home: Path) -> None:
    """P-133: entries and cursors are as they were, the database of before is kept, the restore is in the history."""
    prontodb("set", "a.b.c", "old")
    prontodb("cursor", "set", "kept", "main", "-p", "shop")
    prontodb("cursor", "set", "lost", "main", "-p", "shop")
    archive = backed_up(prontodb)
    prontodb("set", "a.b.c", "new")
    prontodb("set", "a.b.d", "new")
    prontodb("cursor", "set", "kept", "main", "-p", "changed")
    prontodb("cursor", "delete", "lost")
    done = prontodb("restore", os.path.relpath(archive, home))
    assert done.returncode == 0
    assert b"restored" in done.stdout
    assert prontodb("scan", "a.b").stdout == b"c=old\n"
    cursors = prontodb("cursor", "list").stdout
    assert b"  kept: " in cursors
    assert b"[project: changed]" in cursors
    assert b"  lost: " in cursors
    saved = home / DATA / "databases/main.db.pre-restore"
    assert saved.exists()
    assert prontodb("--database", str(saved), "get", "a.b.c").stdout == b"new\n"
    assert b" restore prontodb_main_" in prontodb("history").stdout
    assert prontodb("backup", "--restore", str(archive)).returncode == 0


def test_a_restore_that_takes_longer_than_a_lock_may_is_one(prontodb: Program, home: Path) -> None:
    """P-133: the limit is for waiting for others; a large database or a slow disk is nobody who keeps it locked."""
    prontodb("set", "a.b.c", "old")
    archive = backed_up(prontodb)
    prontodb("set", "a.b.c", "new")
    (home / ".config/prontodb").mkdir(parents=True)
    (home / ".config/prontodb/pronto.conf").write_text("busy_timeout_ms=1\n")
    done = prontodb("restore", str(archive))
    assert (done.returncode, done.stderr) == (0, b"")
    assert prontodb("get", "a.b.c").stdout == b"old\n"


def test_where_it_goes(prontodb: Program, home: Path) -> None:
    """P-133: into the database chosen by option, environment, cursor or user, else the one the archive names."""
    prontodb("--database", "notes", "set", "a.b.c", "notes")
    prontodb("cursor", "set", "mine", "notes")
    archive = str(backed_up(prontodb, "--database", "notes"))
    assert prontodb("restore", archive, "--database", "./chosen.db").returncode == 0
    assert prontodb("--database", "./chosen.db", "get", "a.b.c").stdout == b"notes\n"
    assert prontodb("restore", archive, env={"PRONTO_DATABASE": "byenv"}).returncode == 0
    assert prontodb("--database", "byenv", "get", "a.b.c").stdout == b"notes\n"
    assert prontodb("restore", archive, "--user", "alice").returncode == 0
    assert prontodb("--user", "alice", "get", "a.b.c").stdout == b"notes\n"
    assert prontodb("get", "a.b.c").returncode == 2
    prontodb("cursor", "delete", "mine")
    (home / DATA / "databases/notes.db").unlink()
    assert prontodb("restore", archive).returncode == 0
    assert prontodb("--cursor", "mine", "get", "a.b.c").stdout == b"notes\n"


def test_a_cursor_comes_back_where_its_database_went(prontodb: Program, home: Path) -> None:
    """P-131: a record that names another file cannot plant a way there."""
    prontodb("set", "a.b.c", "v")
    prontodb("cursor", "set", "mine", "main")
    archive = str(backed_up(prontodb))
    prontodb("cursor", "delete", "mine")
    prontodb("restore", archive, "--database", "./moved.db")
    assert f"  mine: {home}/moved.db\n" == prontodb("cursor", "list").stdout.decode()


# Archives that are not ours


def member(name: str, content: bytes = b"x", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for attribute, value in more.items():
        setattr(info, attribute, value)
    return info, content


def rewritten(archive: Path, change: Callable[[dict[str, bytes]], None], *extra: tuple[tarfile.TarInfo, bytes]) -> None:
    """Change the members of an archive, its manifest made to fit, then add members the manifest may not know."""
    with tarfile.open(archive) as old:
        members = {info.name: old.extractfile(info).read() for info in old}  # type: ignore[union-attr]
    manifest = json.loads(members.pop("manifest.json"))
    change(members)
    manifest["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    with tarfile.open(archive, "w:gz") as new:
        for info, content in [
            member("manifest.json", json.dumps(manifest).encode()),
            *map(lambda item: member(*item), members.items()),
            *extra,
        ]:
            new.addfile(info, io.BytesIO(content) if info.isreg() else None)


def record(**changes: object) -> bytes:
    return json.dumps({"name": "evil", "user": "default", "database_path": "/etc/x.db", **changes}).encode()


HOSTILE: dict[str, tuple[dict[str, bytes], list[tuple[tarfile.TarInfo, bytes]]]] = {
    "absolute": ({"/etc/evil": b"x"}, []),
    "parent": ({"../evil.db": b"x"}, []),
    "parent inside": ({"cursors/../../evil.cursor": b"x"}, []),
    "another file": ({"notes.txt": b"x"}, []),
    "a second database": ({"other.db": b"x"}, []),
    "beside the manifest": ({}, [member("evil.db")]),
    "a link": ({}, [member("evil", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")]),
    "a hard link": ({}, [member("evil", b"", type=tarfile.LNKTYPE, linkname="main.db")]),
    "a device": ({}, [member("evil", b"", type=tarfile.CHRTYPE)]),
    "a directory": ({}, [member("cursors", b"", type=tarfile.DIRTYPE)]),
    "twice": ({}, [member("main.db")]),
    "no record": ({"cursors/default/evil.cursor": b"x"}, []),
    "record of another": ({"cursors/default/evil.cursor": record(name="other")}, []),
    "record of another user": ({"cursors/default/evil.cursor": record(user="alice")}, []),
    "relative record": ({"cursors/default/evil.cursor": record(database_path="x.db")}, []),
    "reserved user": ({"cursors/admin/evil.cursor": record(user="admin")}, []),
    "damaged database": ({"main.db": b"SQLite format 3\0" + b"x" * 5000}, []),
    "no database": ({"main.db": b"hello"}, []),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives(prontodb: Program, home: Path, kind: str) -> None:
    """P-133: refused, named, nothing changed anywhere."""
    prontodb("set", "a.b.c", "old")
    archive = backed_up(prontodb)
    prontodb("set", "a.b.c", "new")
    changes, extra = HOSTILE[kind]
    rewritten(archive, lambda members: members.update(changes), *extra)
    before = sorted(path for path in home.rglob("*") if not path.name.endswith(("-wal", "-shm")))
    done = prontodb("restore", str(archive))
    assert (done.returncode, done.stdout) == (1, b""), kind
    assert b"no usable backup" in done.stderr
    assert b"internal error" not in done.stderr
    assert prontodb("get", "a.b.c").stdout == b"new\n"
    assert sorted(path for path in home.rglob("*") if not path.name.endswith(("-wal", "-shm"))) == before


def test_the_rewriting_above_is_harmless_by_itself(prontodb: Program) -> None:
    """The control: without a change the same archive is restored."""
    prontodb("set", "a.b.c", "old")
    archive = backed_up(prontodb)
    rewritten(archive, lambda members: None)
    assert prontodb("restore", str(archive)).returncode == 0


def test_a_damaged_archive(prontodb: Program) -> None:
    """P-133: cut short, changed, without a manifest, or not there at all."""
    prontodb("set", "a.b.c", "v")
    archive = backed_up(prontodb)
    whole = archive.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"not an archive", whole[:-30] + b"x" * 30):
        archive.write_bytes(content)
        assert prontodb("restore", str(archive)).returncode == 1
    with tarfile.open(archive, "w:gz") as empty:
        empty.addfile(member("main.db")[0], io.BytesIO(b"x"))
    assert b"manifest" in prontodb("restore", str(archive)).stderr
    assert b"not found" in prontodb("restore", "nowhere.tar.gz").stderr
    assert prontodb("get", "a.b.c").stdout == b"v\n"


def test_wrong_words(prontodb: Program) -> None:
    """P-003."""
    for words in (("restore",), ("backup", "--list", "--restore", "x"), ("backup", "x"), ("backup", "list", "x")):
        done = prontodb(*words)
        assert (done.returncode, b"usage" in done.stderr) == (1, True), words


def test_locks(prontodb: Program, home: Path) -> None:
    """P-111, P-112: a database that holds more than the locked meta is neither copied nor replaced by who is locked into it."""
    prontodb("--database", "./shared.db", "--meta", "other", "set", "a.b.c", "theirs")
    whole = backed_up(prontodb, "--database", "./shared.db")
    lock = {"PRONTO_FORCE_META": "acme"}
    prontodb("--database", "./shared.db", "set", "a.b.c", "mine", env=lock)
    prontodb("--database", "./mine.db", "set", "a.b.c", "mine", env=lock)
    for words in (
        ("--database", "./shared.db", "backup"),
        ("--database", "./mine.db", "restore", str(whole)),
        ("--database", "./shared.db", "restore", str(whole)),
    ):
        done = prontodb(*words, env=lock)
        assert (done.returncode, b"is locked to 'acme'" in done.stderr) == (1, True), words
    assert prontodb("--database", "./mine.db", "backup", env=lock).returncode == 0
    strict = {"PRONTO_FORCE_USER": "keeper", "PRONTO_SECURITY_MODE": "strict"}
    done = prontodb("--database", "./mine.db", "backup", env=strict)
    assert (done.returncode, b"strict" in done.stderr) == (1, True)
