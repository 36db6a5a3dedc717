"""`cursor …` and `workspace …` as commands: choosing, showing, and every way in which a cursor can be wrong (P-090…P-099, U-12)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Program

CURSORS = ".local/share/prontodb/cursors"


def test_a_path_is_absolute_at_once(prontodb: Program, home: Path) -> None:
    """P-091: wherever one stands later, it is the same file."""
    (home / "a/b").mkdir(parents=True)
    done = prontodb("cursor", "set", "work", "../work.db", cwd=home / "a/b")
    assert done.stdout.decode() == f"Cursor 'work' set to '{home}/a/b/../work.db'\n"
    assert prontodb("--cursor", "work", "set", "app.ui.k", "v", cwd=home).returncode == 0
    assert (home / "a/work.db").exists()
    assert prontodb("--cursor", "work", "get", "app.ui.k", cwd=Path("/")).stdout == b"v\n"


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (("work",), "databases/work.db"),
        (("work", "notes"), "databases/notes.db"),
        (("work", "notes.db"), "databases/notes.db"),
        (("work", "--user", "alice"), "databases/work_alice.db"),
        (("work", "--database", "notes"), "databases/notes.db"),
    ],
)
def test_where_a_cursor_points(prontodb: Program, home: Path, words: tuple[str, ...], file: str) -> None:
    """P-091, P-107, P-113: a name is a database of the workspace; without one it is named after cursor and user."""
    assert prontodb("cursor", "set", *words).stdout.decode().endswith(f"set to '{home}/.local/share/prontodb/{file}'\n")


def test_the_record_is_that_of_the_specification(prontodb: Program, home: Path) -> None:
    """P-090: a JSON object with these fields, 0600, in a directory 0700."""
    prontodb("cursor", "set", "work", "./w.db", "--meta", "acme", "-p", "shop", "--user", "alice")
    path = home / CURSORS / "alice/work.json"
    record = json.loads(path.read_text())
    assert list(record) == [
        "name",
        "database_path",
        "default_project",
        "default_namespace",
        "meta_context",
        "created_at",
        "user",
    ]
    assert (record["database_path"], record["default_namespace"], record["user"]) == (f"{home}/w.db", None, "alice")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "a\\b", "..", ".active", "1a", "set", "list", "a" * 65, "a b", "a\n", ""]
)
def test_a_bad_name_makes_no_file(prontodb: Program, home: Path, name: str) -> None:
    """P-098, P-114: in set, use and delete."""
    for verb in ("set", "use", "delete"):
        assert prontodb("cursor", verb, name).returncode == 1
    assert not (home / CURSORS).exists()


def test_the_active_cursor(prontodb: Program) -> None:
    """P-093, P-095: `--database` and `--cursor` beat it; the position it carries completes addresses; clear ends it."""
    prontodb("cursor", "set", "work", "./work.db", "-p", "shop", "-n", "orders")
    assert prontodb("cursor", "work").stdout.decode() == "Now using cursor 'work' for user 'default'\n"
    assert prontodb("set", "total", "1").stderr.decode() == "✅ Set shop.orders.total (1 bytes)\n"
    assert prontodb("--database", "./work.db", "get", "shop.orders.total").stdout == b"1\n"
    assert prontodb("--database", "main", "get", "total").returncode == 2
    assert b"* work: " in prontodb("cursor", "list").stdout
    assert prontodb("cursor", "clear").returncode == 0
    assert prontodb("get", "shop.orders.total").returncode == 2
    assert b"No active cursor set" in prontodb("cursor", "active").stdout


def test_a_cursor_may_carry_half_a_position(prontodb: Program) -> None:
    """P-097: what it does not say is the built-in position's."""
    prontodb("cursor", "set", "half", "./half.db", "-n", "orders")
    assert prontodb("--cursor", "half", "set", "k", "v").stderr.decode() == "✅ Set app.orders.k (1 bytes)\n"


def test_an_existing_database_can_be_active(prontodb: Program) -> None:
    """P-093: by its name, when there is no cursor of that name; what does not exist cannot."""
    prontodb("--database", "2nd", "set", "a.b.c", "v")
    assert prontodb("cursor", "use", "2nd").stdout.decode() == "Now using database '2nd' for user 'default'\n"
    assert prontodb("get", "a.b.c").stdout == b"v\n"
    assert b"Current cursor: 2nd (/" in prontodb("cursor", "active").stdout
    for name in ("3rd", "../2nd", "main"):
        done = prontodb("cursor", "use", name)
        assert (done.returncode, done.stdout) == (1, b"")


def test_cursors_of_others(prontodb: Program, home: Path) -> None:
    """P-099: nobody sees, uses, deletes or clears what another has."""
    prontodb("cursor", "set", "work", "./alice.db", "--user", "alice")
    prontodb("cursor", "use", "work", "--user", "alice")
    before = {path: path.read_bytes() for path in (home / CURSORS / "alice").iterdir()}
    for words in (("use", "work"), ("delete", "work"), ("work",)):
        done = prontodb("cursor", *words)
        assert (done.returncode, b"not found" in done.stderr) == (1, True)
    assert prontodb("--cursor", "work", "get", "a.b.c").returncode == 1
    assert prontodb("cursor", "list").stderr == b"No cursors found\n"
    assert prontodb("cursor", "clear", "--user", "bob").returncode == 0
    assert prontodb("cursor", "clear").returncode == 0
    assert {path: path.read_bytes() for path in (home / CURSORS / "alice").iterdir()} == before
    assert prontodb("cursor", "delete", "work", "--user", "alice").returncode == 0
    assert b"No active cursor set" in prontodb("cursor", "active", "--user", "alice").stdout


@pytest.mark.parametrize(
    "content",
    ["", "not json", "[]", "{}", "\0" * 10, '{"name":"broken","user":"default","database_path":"relative.db"}'],
)
def test_a_damaged_cursor(prontodb: Program, home: Path, content: str) -> None:
    """P-096: it is told, never guessed around; it hides no other, and the hint it gives works."""
    prontodb("cursor", "set", "good", "./good.db")
    prontodb("cursor", "set", "broken", "./broken.db")
    prontodb("cursor", "use", "broken")
    (home / CURSORS / "default/broken.json").write_text(content)
    done = prontodb("get", "a.b.c")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"prontodb cursor clear" in done.stderr
    listed = prontodb("cursor", "list")
    assert listed.stdout.startswith(b"  good: ")
    assert b"cursor 'broken' cannot be used" in listed.stderr
    assert prontodb("cursor", "use", "broken").returncode == 1
    assert prontodb("cursor", "active").returncode == 1
    assert b"prontodb cursor set broken" in prontodb("--cursor", "broken", "get", "a.b.c").stderr
    assert prontodb("cursor", "clear").returncode == 0
    assert prontodb("get", "a.b.c").returncode == 2
    assert prontodb("cursor", "set", "broken", "./broken.db").returncode == 0
    assert prontodb("--cursor", "broken", "get", "a.b.c").returncode == 2


def test_a_damaged_choice(prontodb: Program, home: Path) -> None:
    """P-093: the file that says what is active may be damaged too; clear and delete mend it."""
    prontodb("cursor", "set", "work", "./w.db")
    (home / CURSORS / "default/.active").write_text("cursor ../../x\n")
    assert b"prontodb cursor use NAME" in prontodb("get", "a.b.c").stderr
    assert prontodb("cursor", "list").stdout.startswith(b"  work: ")
    assert prontodb("cursor", "clear").returncode == 0
    assert prontodb("get", "a.b.c").returncode == 2


def test_locks(prontodb: Program) -> None:
    """P-110, P-111: the lock's meta goes in; another one is refused, also that of a cursor made before."""
    prontodb("cursor", "set", "other", "./x.db", "--meta", "other", "--user", "alice")
    lock = {"PRONTO_FORCE_USER": "alice", "PRONTO_FORCE_META": "acme"}
    assert b"[meta: acme]" in b"".join(
        prontodb("cursor", *words, env=lock).stdout for words in (("set", "mine", "./y.db"), ("list",))
    )
    for words in (("use", "other"), ("set", "z", "--meta", "other"), ("list", "--user", "bob")):
        done = prontodb("cursor", *words, env=lock)
        assert (done.returncode, b"is locked to" in done.stderr) == (1, True), words


def test_nothing_of_this_reads_standard_input(prontodb: Program) -> None:
    """P-060."""
    assert prontodb("cursor", "set", "work", stdin=b"x" * 100_000).returncode == 0
    assert prontodb("cursor", "list", stdin=b"x" * 100_000).returncode == 0


def test_an_unwritable_workspace_is_no_traceback(prontodb: Program, home: Path) -> None:
    """P-001: a file where the directory should be."""
    (home / ".local/share").mkdir(parents=True)
    (home / ".local/share/prontodb").write_text("in the way")
    for words in (("cursor", "set", "work"), ("reset", "cursor"), ("backup",)):
        done = prontodb(*words)
        assert done.returncode in (0, 1)
        assert b"internal error" not in done.stderr
    assert prontodb("cursor", "set", "work").returncode == 1


# Workspaces


def test_a_workspace_of_ones_own(prontodb: Program, home: Path) -> None:
    """U-12: `workspace init` makes it, 0700; commands below work there, and say so."""
    (home / "project/deep").mkdir(parents=True)
    place = home / "project/.prontodb"
    assert prontodb("workspace", "init", cwd=home / "project").stdout.decode() == f"Workspace made: {place}\n"
    assert place.stat().st_mode & 0o777 == 0o700
    assert b"was already" in prontodb("workspace", "init", cwd=home / "project").stdout
    prontodb("set", "a.b.c", "v", cwd=home / "project/deep")
    assert (place / "databases/main.db").exists()
    shown = prontodb("workspace", "info", cwd=home / "project/deep").stdout.decode()
    assert f"path: {place}\nchosen by: .prontodb\n" in shown
    assert "databases: main\n" in shown
    warned = prontodb("workspace", "init", cwd=home, env={"PRONTO_HOME": str(home / "elsewhere")})
    assert b"PRONTO_HOME is set" in warned.stderr


def test_a_link_is_no_workspace(prontodb: Program, home: Path) -> None:
    """U-12: what others could have planted is neither made ours nor used."""
    (home / "target").mkdir(mode=0o755)
    os.symlink(home / "target", home / ".prontodb")
    assert prontodb("workspace", "init").returncode == 1
    assert (home / "target").stat().st_mode & 0o777 == 0o755
    assert b"passed over" in prontodb("workspace", "info").stderr
    assert b"passed over" in prontodb("cursor", "set", "work").stderr


def test_status(prontodb: Program) -> None:
    """U-12: what the next command would work on, and what waits."""
    prontodb("set", "a.b.c", "v")
    prontodb("set", "bad..address", stdin=b"lost")
    prontodb("cursor", "set", "work", "./work.db", "-p", "shop", "--meta", "acme")
    said = json.loads(prontodb("workspace", "status", "--output=json").stdout)
    assert (said["entries"], said["namespaces"], said["cached_pipes"]) == (2, 2, 1)
    assert (said["cursor"], said["meta"], said["position"], said["exists"]) == (None, None, "app:main", True)
    said = prontodb("--cursor", "work", "workspace", "status", env={"PRONTO_FORCE_META": "acme"}).stdout.decode()
    for line in ("cursor: work", "exists: no", "meta: acme", "position: shop:main", "meta lock: acme", "entries: 0"):
        assert f"{line}\n" in said
    assert not Path("work.db").exists()


def test_nuclear_clean_takes_only_what_is_ours(prontodb: Program, home: Path) -> None:
    """P-117: with --i-am-sure only; databases elsewhere, settings and other files stay."""
    prontodb("set", "a.b.c", "v")
    prontodb("--database", "./mine.db", "set", "a.b.c", "v")
    (home / "here.db").write_text("not ours")
    note = home / ".local/share/prontodb/note.txt"
    note.write_text("somebody's")
    (home / ".config/prontodb").mkdir(parents=True)
    (home / ".config/prontodb/pronto.conf").write_text("")
    refused = prontodb("admin", "nuclear-clean")
    assert (refused.returncode, b"--i-am-sure" in refused.stderr) == (1, True)
    assert prontodb("get", "a.b.c").returncode == 0
    assert prontodb("admin", "nuclear-clean", "--i-am-sure").returncode == 0
    assert not (home / ".local/share/prontodb/databases").exists()
    assert (home / "here.db").exists()
    assert note.exists()
    assert (home / ".config/prontodb/pronto.conf").exists()
    assert prontodb("--database", "./mine.db", "get", "a.b.c").stdout == b"v\n"
    assert prontodb("admin", "nuclear-clean", "--i-am-sure").stdout.startswith(b"Removed 0 ")


def test_nuclear_clean_follows_no_link(prontodb: Program, home: Path) -> None:
    """P-117: a link in the place of one of our directories is not ours to empty."""
    (home / "precious").mkdir()
    (home / "precious/file").write_text("x")
    prontodb("cursor", "set", "work", "./w.db")
    os.symlink(home / "precious", home / ".local/share/prontodb/databases")
    assert prontodb("admin", "nuclear-clean", "--i-am-sure").returncode == 0
    assert (home / "precious/file").exists()
