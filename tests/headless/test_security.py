"""Attacks from the command line: forged metas, locks, names that become paths, file modes (P-098…P-115)."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program
from tests.headless.test_pipes import cached_key

DATA = ".local/share/prontodb"


@pytest.fixture
def theirs(prontodb: Program) -> bytes:
    """The meta `org` holds app.ui.k, in the database of everybody; the value."""
    for words in (("set", "app.ui.k"), ("set", "app.ui.org"), ("set", "org.ui.k")):
        assert prontodb("--meta", "org", *words, "theirs").returncode == 0
    return b"theirs"


def rows(home: Path) -> list[Any]:
    """Every entry with its meta, from outside."""
    connection = sqlite3.connect(home / DATA / "databases/main.db")
    found = connection.execute(
        "SELECT n.meta, n.context, n.name, e.key, e.value FROM entries e JOIN namespaces n ON n.id = e.ns_id ORDER BY e.id"
    ).fetchall()
    connection.close()
    return found


# Forged metas


@pytest.mark.parametrize(
    "words",
    [
        ("-p", "org.app", "-n", "ui", "k"),
        ("-p", "org.app", "ui.k"),
        ("-p", "org", "app.ui.k"),
        ("-p", "org:app", "-n", "ui", "k"),
        ("-n", "app.ui", "k"),
        ("-p", "org", "-n", "app.ui", "k"),
        ("-k", "org.app.ui.k", "-n", "x"),
        ("--ns-delim", "|", "org.app|ui|k"),
        ("--ns-delim", "/", "org.app/ui/k"),
        ("--ns-delim", ":", "org.app:ui:k"),
        ("--ns-delim", "", "org.app.ui.k"),
        ("--ns-delim", "..", "org..app..ui..k"),
        ("org.app:ui:k",),
        ("org:app:ui:k",),
        ("org:app.ui:k",),
        ("org.app::ui",),
        ("org\napp.ui.k",),
        ("--variant", "org.app", "ui.k"),
    ],
    ids=str,
)
def test_no_name_spells_a_meta(prontodb: Program, home: Path, theirs: bytes, words: tuple[str, ...]) -> None:
    """P-007, P-013, P-014: the meta has a column of its own; what looks like one in another name reads and writes nothing of it."""
    before = [row for row in rows(home) if row[0]]
    for line in (
        ("get", *words),
        ("keys", *words),
        ("copy", *words, "a.b.c"),
        ("set", *words, "mine"),
        ("del", *words),
    ):
        done = prontodb(*line)
        assert theirs not in done.stdout
        assert line[0] != "get" or done.returncode != 0
    assert [row for row in rows(home) if row[0]] == before


@pytest.mark.parametrize(
    "tokens",
    [
        "meta:path=org.app.ui; k=forged;",
        "meta:path=org.app; meta:ns=x.ui; ui.k=forged;",
        "meta:project=org.app; ui.k=forged;",
        "meta:p=org.app.ui; k=forged;",
        "meta:namespace=app.ui; org.app.ui.k=forged;",
        "org.app.ui.k=forged;",
        "ns=org.app.ui; k=forged;",
        "ns=org.app; ui.k=forged;",
        "org.app.ui:k=forged;",
        "org.app:ui.k=forged;",
        "meta:delim=|; org.app|ui|k=forged;",
        "meta:delim=/; meta:path=org.app/ui; k=forged;",
        "meta:meta=org; app.ui.k=forged;",
        "meta:org:app.ui.k=forged;",
        "sec:meta=org; app.ui.k=forged;",
    ],
)
def test_no_stream_spells_a_meta(prontodb: Program, home: Path, theirs: bytes, tokens: str) -> None:
    """X-032…X-037: two parts in a path, three in an address; whatever is stored lies in the meta in effect."""
    before = rows(home)
    prontodb("stream", stdin=tokens.encode())
    prontodb("--meta", "mine", "stream", stdin=tokens.encode())
    assert [row for row in rows(home) if row[0] == "org"] == before
    locked = {"PRONTO_FORCE_META": "mine"}
    prontodb("stream", stdin=tokens.encode(), env=locked)
    assert {row[0] for row in rows(home)} <= {"", "mine", "org"}
    assert prontodb("--meta", "org", "get", "app.ui.k").stdout == b"theirs\n"


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "a\\b", "a.b", "..", ".", "a b", "1a", "ü", "a" * 65, "set", "default/x", "-x"]
)
def test_a_cursor_name_is_no_path(prontodb: Program, home: Path, name: str) -> None:
    """P-098, P-114: used or made, a bad name touches nothing."""
    (home / "x.json").write_text("{}")
    for words in ((f"--cursor={name}", "get", "a.b.c"), (f"--cursor={name}", "set", "a.b.c", "v")):
        done = prontodb(*words)
        assert (done.returncode, done.stdout) == (1, b"")
    assert prontodb("get", "a.b.c", env={"PRONTO_CURSOR": name or "../x"}).returncode == 1
    for words in (("cursor", "set", "--", name), ("cursor", "use", "--", name), ("cursor", "delete", "--", name)):
        assert prontodb(*words).returncode == 1
    assert not (home / DATA).exists()


@pytest.mark.parametrize("name", ["..", "a..b", "../x.db", ".x", "-x", "a\\b", "a b", "a\nb", "", "a" * 65, "ü"])
def test_a_database_name_is_no_path(prontodb: Program, home: Path, name: str) -> None:
    """P-107, P-114. With a `/` it is a path and means what it says; that is asked for, not smuggled in."""
    if "/" in name:
        name = name.replace("/", "\\")
    assert prontodb(f"--database={name}", "set", "a.b.c", "v").returncode == 1
    assert not (home / DATA).exists()


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "a.b", "a_b", "1a", "root", "ADMIN", "", "a" * 33, "ü", "a\nb"])
def test_a_user_name_is_no_path(prontodb: Program, home: Path, name: str) -> None:
    """P-105, P-114: by option, variable and lock."""
    assert prontodb(f"--user={name}", "set", "a.b.c", "v").returncode == 1
    for variable in ("PRONTO_USER", "PRONTO_FORCE_USER"):
        assert not name or prontodb("set", "a.b.c", "v", env={variable: name}).returncode == 1
    assert not (home / DATA).exists()


# Locks

LOCKED = {"PRONTO_FORCE_META": "mine"}


@pytest.mark.parametrize(
    "words",
    [
        ("get", "org.app.ui.k"),
        ("set", "org.app.ui.k", "forged"),
        ("del", "org.app.ui.k"),
        ("copy", "org.app.ui.k", "app.ui.copied"),
        ("copy", "app.ui.k", "org.app.ui.k"),
        ("keys", "org.app.ui."),
        ("scan", "org.app.ui.k"),
        ("ls", "org.app.ui.", "--raw"),
        ("get", "--meta", "org", "app.ui.k"),
        ("nss", "--meta", "org"),
        ("admin", "sweep", "--meta=org"),
    ],
    ids=str,
)
def test_a_locked_meta_is_not_left(prontodb: Program, home: Path, theirs: bytes, words: tuple[str, ...]) -> None:
    """P-111: neither by an address of four parts nor by --meta, and the message is that of the lock."""
    before = rows(home)
    done = prontodb(*words, env=LOCKED)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"meta context is locked to 'mine'" in done.stderr
    assert rows(home) == before
    environ = {**LOCKED, "PRONTO_META": "org"}
    assert b"meta context is locked to 'mine'" in prontodb("get", "app.ui.k", env=environ).stderr


def test_without_a_lock_the_words_are_others(prontodb: Program, theirs: bytes) -> None:
    """P-018: --meta is no lock; the hint says what can be done about it."""
    done = prontodb("--meta", "mine", "get", "org.app.ui.k")
    assert done.returncode == 1
    assert b"locked" not in done.stderr
    assert b"--meta" in done.stderr


def test_a_pipe_for_another_meta_stays_in_the_locked_one(prontodb: Program, home: Path, theirs: bytes) -> None:
    """P-074, P-111: rescued, where the lock allows it."""
    done = prontodb("set", "org.app.ui.k", stdin=b"forged", env=LOCKED)
    key = cached_key(done)
    assert prontodb("--meta", "org", "get", key).returncode == 2
    assert prontodb("get", key, env=LOCKED).stdout == b"forged\n"
    assert prontodb("--meta", "org", "get", "app.ui.k").stdout == b"theirs\n"


@pytest.mark.parametrize(
    "words", [("--user", "bob", "keys"), ("--user=Keeper", "keys"), ("--user", "bob", "set", "a.b.c", "v")], ids=str
)
def test_a_locked_user_is_not_left(prontodb: Program, home: Path, words: tuple[str, ...]) -> None:
    """P-110: nor by PRONTO_USER, nor by a `sec:user` token."""
    lock = {"PRONTO_FORCE_USER": "keeper"}
    done = prontodb(*words, env=lock)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"user context is locked to 'keeper'" in done.stderr
    assert prontodb("keys", env={**lock, "PRONTO_USER": "bob"}).returncode == 1
    assert prontodb("stream", stdin=b"sec:user=bob; k=v;", env=lock).returncode == 1
    assert prontodb("--user", "keeper", "keys", env=lock).returncode == 0
    assert not (home / DATA / "databases").exists()


@pytest.mark.parametrize("variable", ["PRONTO_FORCE_USER", "PRONTO_FORCE_META"])
@pytest.mark.parametrize("name", ["../x", "1a", "root", "a b"])
def test_a_bad_lock_fails_closed(prontodb: Program, home: Path, variable: str, name: str) -> None:
    """P-110: every command but help and version."""
    for words in (
        ("get", "a.b.c"),
        ("set", "a.b.c", "v"),
        ("nss",),
        ("admin", "sweep"),
        ("pantheon", "iter", "--name=keeper"),
    ):
        done = prontodb(*words, env={variable: name})
        assert (done.returncode, done.stdout) == (1, b"")
    for words in (("help",), ("version",)):
        assert prontodb(*words, env={variable: name}).returncode == 0
    assert not (home / DATA).exists()


# Strict mode

STRICT = {"PRONTO_FORCE_USER": "keeper", "PRONTO_SECURITY_MODE": "strict"}


def test_strict_mode_stays_in_own_files(prontodb: Program, home: Path) -> None:
    """P-112: however the database is chosen: path, name, link, parent directories, variable, PRONTO_DB."""
    assert prontodb("--database", "./shared.db", "set", "a.b.c", "theirs").returncode == 0
    (home / "x_keeper.db").symlink_to("shared.db")
    (home / "keeper.db").mkdir()
    choices = [
        "./shared.db",
        "./x_keeper.db",
        "main",
        "./keeper.db/../shared.db",
        "./xkeeper.db",
        "./keeper.db.bak",
        "./Keeper.db",
    ]
    for choice in choices:
        for environ, options in ((STRICT, ("--database", choice)), ({**STRICT, "PRONTO_DATABASE": choice}, ())):
            done = prontodb(*options, "get", "a.b.c", env=environ)
            assert (done.returncode, done.stdout) == (1, b""), choice
            assert b"strict" in done.stderr
    assert (
        prontodb("get", "a.b.c", env={**STRICT, "PRONTO_DB": f"{home}/shared.db"}).returncode == 2
    )  # shared_keeper.db
    assert prontodb("set", "a.b.c", "mine", env=STRICT).returncode == 0
    assert (home / DATA / "databases/main_keeper.db").exists()


def test_strict_mode_refuses_raw(prontodb: Program) -> None:
    """P-035, P-112: and needs a locked user to begin with."""
    for words in (("keys", "a.b", "--raw"), ("scan", "a.b", "--raw"), ("projects", "--raw")):
        done = prontodb(*words, env=STRICT)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"strict" in done.stderr
    assert prontodb("keys", env={"PRONTO_SECURITY_MODE": "strict"}).returncode == 1
    assert prontodb("keys", env={"PRONTO_SECURITY_MODE": "Strict", "PRONTO_FORCE_USER": "keeper"}).returncode == 1


# Modes


def test_everything_we_make_is_private(prontodb: Program, home: Path) -> None:
    """P-115: databases, locks, spool, cursors, backups 0600, directories 0700, whatever the umask of the shell allows."""
    before = os.umask(0)
    try:
        (home / "none.db").write_text("text")
        assert prontodb("set", "a.b.c", "v").returncode == 0
        assert prontodb("--user", "alice", "--database", f"{home}/new/deep/own.db", "set", "a.b.c", "v").returncode == 0
        assert prontodb("--database", "./none.db", "set", "a.b.c", stdin=b"kept").returncode == 1
        for words in (("iter", "save", "--session=1"), ("migrate", "init"), ("migrate", "backup")):
            done = prontodb("pantheon", *words, "--name=keeper", stdin=b"log")
            assert done.returncode == 0, done.stderr
        assert prontodb("cursor", "set", "mine").returncode == 0
        assert prontodb("cursor", "use", "mine").returncode == 0
        assert (
            prontodb("backup", "--output", f"{home}/archives", "--database", f"{home}/new/deep/own.db").returncode == 0
        )
    finally:
        os.umask(before)
    made = [
        *(home / ".local").rglob("*"),
        *(home / "new").rglob("*"),
        home / "new",
        *(home / "archives").rglob("*"),
        home / "archives",
    ]
    kinds = {path.suffix for path in made}
    assert {".db", ".lock", ".pipe", ".json", ".gz"} <= kinds
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in made}
    wrong = {str(path): oct(mode) for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)}
    assert wrong == {}


def test_what_exists_keeps_its_mode(prontodb: Program, home: Path) -> None:
    """P-115 is about what we make: a database that somebody opened to a group stays so."""
    prontodb("--database", "./shared.db", "set", "a.b.c", "v")
    (home / "shared.db").chmod(0o640)
    prontodb("--database", "./shared.db", "set", "a.b.c", "w")
    assert stat.S_IMODE((home / "shared.db").stat().st_mode) == 0o640


def test_a_planted_workspace_is_passed_over(prontodb: Program, home: Path) -> None:
    """U-12: a `.prontodb` that others may write to, or a link to one, is not used, and whoever writes is told."""
    (home / "work").mkdir()
    (home / "work/.prontodb").mkdir()
    (home / "work/.prontodb").chmod(0o777)
    done = prontodb("set", "a.b.c", "v", cwd=home / "work")
    assert b"passed over" in done.stderr
    assert not list((home / "work/.prontodb").iterdir())
    (home / "work/.prontodb").rmdir()
    (home / "planted").mkdir(mode=0o700)
    (home / "work/.prontodb").symlink_to(home / "planted")
    prontodb("set", "a.b.c", "v", cwd=home / "work")
    assert not list((home / "planted").iterdir())
