"""`history`, `undo`, `reset`, `admin secret` as commands (U-10, U-11, M-214, M-215)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program
from tests.headless.test_pipes import cached_key

STAMP = re.compile(r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\]")


def shown(prontodb: Program, *words: str) -> list[str]:
    """What `history` prints, times taken out."""
    done = prontodb("history", *words)
    assert done.returncode == 0
    return [STAMP.sub("[]", line) for line in done.stdout.decode().split("\n")[:-1]]


def records(prontodb: Program, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in prontodb("history", *words, "--output=json").stdout.decode().splitlines()]


def test_everything_that_changes_something_is_recorded(prontodb: Program) -> None:
    """U-10: oldest first, with what it was about; failures with their code."""
    prontodb("set", "a.b.c", "v")
    prontodb("create-cache", "a.cache", "60")
    prontodb("copy", "a.b.c", "a.b.d")
    prontodb("copy", "a.b.nope", "a.b.d")
    prontodb("stream", stdin=b"k=v;")
    prontodb("import", "x.y", stdin=b"k\tv\n")
    prontodb("export-fs", "--root", "out", "--ns", "x.y")
    prontodb("import-fs", "--root", "out", "--ns", "x.y")
    prontodb("admin", "secret", "x.y", "on")
    prontodb("reset", "x")
    prontodb("undo")
    prontodb("undo")
    prontodb("del", "a.b.c")
    prontodb("get", "a.b.c")
    prontodb("keys", "a.b")
    assert shown(prontodb) == [
        "✓ [] set a.b.c",
        "✓ [] create-cache a.cache",
        "✓ [] copy a.b.d",
        "✗ [] copy a.b.d - Error: not-found",
        "✓ [] stream 1 tokens",
        "✓ [] import x.y",
        "✓ [] import-fs x.y",
        "✓ [] secret-on x.y",
        "✓ [] clear_context x",
        "✗ [] undo last command - Error: not-kept",
        "✗ [] undo last command - Error: not-kept",
        "✓ [] delete a.b.c",
    ]
    assert shown(prontodb, "--limit", "1") == ["✓ [] delete a.b.c"]
    assert [line[0] for line in shown(prontodb, "--failed")] == ["✗"] * 3
    newest = records(prontodb)[-1]
    assert (newest["command_type"], newest["success"], newest["affected"], newest["face"]) == ("delete", True, 1, "cli")


def test_the_life_of_an_entry(prontodb: Program) -> None:
    """U-10: what replaced what, by size and never by value; an address in any spelling."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("set", "app.ui.theme", "hunter2")
    prontodb("del", "app.ui.theme")
    assert shown(prontodb, "app:ui:theme") == [
        "[] set by set",
        "[] set by set, before: 4 bytes",
        "[] deleted by delete, before: 7 bytes",
    ]
    assert b"hunter2" not in prontodb("history", "app.ui.theme", "--output=json").stdout
    assert shown(prontodb, "app.ui.theme", "--limit", "1") == ["[] deleted by delete, before: 7 bytes"]
    prontodb("set", "app.ui.key", "hunter2", "--secret")
    prontodb("set", "app.ui.key", "hunter3")
    assert shown(prontodb, "app.ui.key")[-1] == "[] set by set, old value not kept"
    assert prontodb("history", "app.ui.nothing").stderr == b"No history of app.ui.nothing\n"


def test_history_of_nothing(prontodb: Program, home: Path) -> None:
    """M-214, T-012: nothing on stdout, and asking creates nothing."""
    done = prontodb("history")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"No command history\n")
    assert not (home / ".local").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("history", "--limit", "0"),
        ("history", "--limit", "x"),
        ("history", "--limit=-1"),
        ("history", "a..b"),
        ("history", "a.b.c", "--failed"),
        ("undo", "0"),
        ("undo", "x"),
        ("undo", "-1"),
        ("undo", "10001"),
        ("undo", "1", "2"),
        ("undo", "1", "--command", "1"),
        ("undo", "--command", "0"),
        ("undo", "--command", "x"),
        ("undo", "--command", "9" * 20),
        ("reset",),
        ("reset", "storage"),
        ("reset", "all"),
        ("reset", "nothing"),
        ("admin", "secret"),
        ("admin", "secret", "a.b", "maybe"),
        ("admin", "secret", "a"),
    ],
)
def test_wrong_words_change_nothing(prontodb: Program, words: tuple[str, ...]) -> None:
    """P-003: and `reset` without --yes removes nothing (U-07)."""
    prontodb("set", "a.b.c", "v")
    done = prontodb(*words)
    assert (done.returncode, done.stdout) == (1, b"")
    assert prontodb("get", "a.b.c").stdout == b"v\n"
    assert "secret" not in prontodb("scan", "a.b", "--json").stdout.decode()


def test_undo_walks_back(prontodb: Program) -> None:
    """U-10: each undo takes the last command that still stands; it is itself a command."""
    for value in ("1", "2", "3"):
        prontodb("set", "a.b.c", value)
    assert prontodb("undo").stdout.decode() == "✅ Undone: set a.b.c\n"
    assert prontodb("get", "a.b.c").stdout == b"2\n"
    prontodb("set", "a.b.d", "x")
    done = prontodb("undo", "9")
    assert (done.returncode, done.stdout.count(b"Undone")) == (0, 3)
    assert b"only 3 of 9" in done.stderr
    assert prontodb("get", "a.b.c").returncode == 2
    done = prontodb("undo")
    assert (done.returncode, b"nothing to undo" in done.stderr) == (1, True)


def test_undo_passes_over_rescues(prontodb: Program) -> None:
    """P-069: a cached pipe expires, so no undo concerns it; the command before it is the one meant."""
    prontodb("set", "a.b.c", "v")
    key = cached_key(prontodb("set", "bad..x", stdin=b"piped"))
    prontodb("del", key)
    assert prontodb("undo").stdout.decode() == "✅ Undone: set a.b.c\n"
    assert prontodb("get", "a.b.c").returncode == 2


def test_undoing_a_recovery_loses_nothing(prontodb: Program) -> None:
    """P-037, P-074: what was piped is in the cache again, and what it overwrote is back."""
    prontodb("set", "a.b.c", "before")
    key = cached_key(prontodb("set", "bad..x", stdin=b"piped\xff"))
    prontodb("copy", key, "a.b.c")
    done = prontodb("undo")
    assert done.stdout.decode() == "✅ Undone: copy a.b.c\nWhat it took out of the pipe cache is there again\n"
    assert prontodb("get", "a.b.c").stdout == b"before\n"
    assert prontodb("get", key, "--raw").stdout == b"piped\xff"
    assert prontodb("copy", key, "a.b.d").returncode == 0, "its digest still fits (T-114)"
    assert prontodb("undo", "2").stdout.count(b"Undone") == 2
    assert prontodb("get", "a.b.c").returncode == 2


def test_undo_is_ones_own(prontodb: Program) -> None:
    """P-099, P-102: neither another user's command nor another meta's."""
    for words in (("--user", "alice"), ("--meta", "acme")):
        prontodb("--database", "shared", *words, "set", "a.b.c", "v")
        assert prontodb("--database", "shared", "undo").returncode == 1
        assert prontodb("--database", "shared", *words, "get", "a.b.c").stdout == b"v\n"


def test_undo_of_what_was_changed_since(prontodb: Program) -> None:
    """T-101: refused, and nothing of it is done."""
    prontodb("--database", "shared", "stream", stdin=b"k=1; l=1;")
    prontodb("--database", "shared", "--user", "alice", "set", "k", "2")
    done = prontodb("--database", "shared", "undo")
    assert (done.returncode, b"changed again since" in done.stderr) == (1, True)
    assert prontodb("--database", "shared", "scan").stdout == b"k=2\nl=1\n"


def test_undo_of_a_chosen_command(prontodb: Program) -> None:
    """U-14, T-101: any command by its number, as in the browser; what came after it to other entries stays."""
    prontodb("set", "a.b.c", "1")
    prontodb("set", "a.b.d", "2")
    prontodb("set", "a.b.d", "3")
    ids = [record["id"] for record in records(prontodb)]
    done = prontodb("undo", "--command", str(ids[0]))
    assert (done.returncode, done.stdout.decode()) == (0, "✅ Undone: set a.b.c\n")
    assert prontodb("scan", "a.b").stdout == b"d=3\n"
    done = prontodb("undo", "--command", str(ids[1]))
    assert (done.returncode, b"changed again since" in done.stderr) == (1, True)
    assert shown(prontodb)[-1] == f"✗ [] undo command {ids[1]} - Error: changed-since"
    told = json.loads(prontodb("undo", "--command", str(ids[2]), "--output=json").stdout)
    assert (told["id"], told["undone"], told["entries"]) == (ids[2], "set", ["a.b.d"])
    assert prontodb("scan", "a.b").stdout == b"d=2\n"


def test_undo_of_a_command_that_changed_nothing(prontodb: Program) -> None:
    """No such number, a failed command, another meta's: nothing is done, nothing recorded, and the way to the numbers is told."""
    prontodb("set", "a.b.c", "1")
    prontodb("set", "a..c", "1")
    prontodb("--meta", "acme", "set", "a.b.c", "theirs")
    for number in ("2", "3", "99"):
        done = prontodb("undo", "--command", number)
        assert (done.returncode, done.stdout) == (1, b"")
        assert f"command {number} changed nothing that is kept" in done.stderr.decode()
        assert "prontodb history --output json" in done.stderr.decode()
    assert len([line for line in shown(prontodb) if "undo" in line]) == 0
    assert prontodb("--meta", "acme", "get", "a.b.c").stdout == b"theirs\n"


def test_counting_back_stops_at_what_was_not_kept(prontodb: Program) -> None:
    """U-11, T-101: it is not passed over in silence; the refusal names it and the number of the one before it."""
    prontodb("set", "a.b.c", "1")
    prontodb("set", "a.b.key", "hunter2", "--secret")
    prontodb("del", "a.b.key")
    done = prontodb("undo", "2")
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (1, b"")
    assert "command 3, delete a.b.key: the value before was secret or expiring" in said
    assert "to take back an older one, set a.b.c: prontodb undo --command 1\n" in said, "not the set below the delete"
    assert prontodb("undo", "--command", "1").returncode == 0
    assert prontodb("get", "a.b.c").returncode == 2


def test_counting_back_stops_without_anything_before(prontodb: Program) -> None:
    prontodb("create-cache", "a.cache", "60")
    prontodb("set", "a.cache.k", "hunter2")
    prontodb("del", "a.cache.k")
    done = prontodb("undo")
    assert (done.returncode, b"not-kept" in prontodb("undo", "--output=json").stderr) == (1, True)
    assert b"command 3, delete a.cache.k: " in done.stderr
    assert b"prontodb history --output json" in done.stderr


def test_reset(prontodb: Program) -> None:
    """M-215: a context, the storage, the cursor; within the meta in effect; `undo` brings entries back."""
    for address in ("a.b.c", "a.d.e", "x.y.z"):
        prontodb("set", address, "v")
    prontodb("--meta", "acme", "set", "a.b.c", "theirs")
    assert prontodb("reset", "a").stdout == b"Context 'a' deleted\n"
    assert prontodb("nss").stdout == b"x.y\n"
    assert prontodb("undo").stdout.decode() == "✅ Undone: clear_context a (2 entries)\n"
    assert prontodb("reset", "storage", "--yes").stdout == b"All storage cleared\n"
    assert prontodb("nss").stdout == b""
    assert prontodb("undo").returncode == 0
    assert prontodb("nss").stdout == b"a.b\na.d\nx.y\n"
    assert prontodb("--meta", "acme", "get", "a.b.c").stdout == b"theirs\n"
    missing = prontodb("reset", "nowhere")
    assert missing.stderr.startswith(b"Reset error: Context 'nowhere' not found")
    prontodb("cursor", "set", "work", "./work.db")
    prontodb("cursor", "use", "work")
    assert prontodb("reset", "cursor").stdout == b"Cursor reset to default (app:main)\n"
    assert b"No active cursor" in prontodb("cursor", "active").stdout
    prontodb("cursor", "use", "work")
    prontodb("set", "k", "v")
    assert prontodb("reset", "all", "--yes").stdout == b"Cursor and storage reset\n"
    assert b"No active cursor" in prontodb("cursor", "active").stdout
    assert prontodb("--cursor", "work", "keys").stdout == b""
    assert prontodb("nss").stdout == b"a.b\na.d\nx.y\n"


def test_reset_mends_a_broken_cursor(prontodb: Program, home: Path) -> None:
    """M-139: `reset cursor` needs no session, which the cursor itself may keep from opening."""
    prontodb("cursor", "set", "work", "./work.db")
    prontodb("cursor", "use", "work")
    (home / ".local/share/prontodb/cursors/default/work.json").write_text("broken")
    assert prontodb("keys").returncode == 1
    assert prontodb("reset", "cursor").returncode == 0
    assert prontodb("keys").returncode == 0


def test_a_namespace_of_secrets(prontodb: Program, home: Path) -> None:
    """U-11: what is there and what comes is masked, history forgets old values, off concerns later keys only."""
    prontodb("set", "a.keys.mail", "hunter1")
    prontodb("set", "a.keys.mail", "hunter2")
    assert prontodb("admin", "secret", "a.keys").stdout == b"a.keys: not secret\n"
    done = prontodb("admin", "secret", "a.keys", "on")
    assert done.stdout.decode() == "✅ a.keys is secret now; 1 entries became so\n"
    assert prontodb("admin", "secret", "a.keys").stdout == b"a.keys: secret\n"
    prontodb("set", "a.keys.later", "hunter3")
    prontodb("stream", stdin=b"meta:path=a.keys; streamed=hunter4;")
    prontodb("import", "a.keys", stdin=b"imported\thunter5\n")
    assert prontodb("scan", "a.keys").stdout == b"imported=***\nlater=***\nmail=***\nstreamed=***\n"
    assert prontodb("get", "a.keys.mail").stdout == b"hunter2\n"
    assert shown(prontodb, "a.keys.mail")[1] == "[] set by set, old value not kept"
    assert b"hunter1" not in b"".join(path.read_bytes() for path in home.rglob("main.db"))
    assert prontodb("export", "a.keys").returncode == 1
    assert prontodb("admin", "secret", "a.keys", "off").returncode == 0
    prontodb("set", "a.keys.open", "1")
    assert prontodb("scan", "a.keys").stdout.endswith(b"mail=***\nopen=1\nstreamed=***\n")
    assert prontodb("--meta", "acme", "admin", "secret", "a.keys").stdout == b"a.keys: not secret\n"
    assert prontodb("admin", "secret", "a:ui.keys", "on").stdout.decode().startswith("✅ a:ui.keys: is secret now")


def test_no_more_is_shown_than_the_profile_keeps(prontodb: Program, home: Path) -> None:
    """M-136, M-141: the limit first, then the filter; the console shows the same."""
    conf = home / ".config/prontodb/pronto.conf"
    conf.parent.mkdir(parents=True)
    for number in range(4):
        prontodb("set", f"a.b.k{number}", "v")
    prontodb("copy", "a.b.nope", "a.b.d")
    prontodb("set", "a.b.k4", "v")
    conf.write_text("limits.default.max_command_history=2\n")
    assert shown(prontodb) == shown(prontodb, "--limit", "9")
    assert [record["target"] for record in records(prontodb)] == ["a.b.d", "a.b.k4"]
    assert [record["error"] for record in records(prontodb, "--failed")] == ["not-found"]
    assert "a.b.k3" not in prontodb("console", stdin=b"history\n").stdout.decode()
    conf.write_text("limits.default.max_command_history=1\n")
    assert records(prontodb, "--failed") == []


def test_bytes_that_are_no_text_are_an_error_like_any_other(prontodb: Program) -> None:
    """U-16, M-156: neither `find` nor `reset` calls them a defect."""
    prontodb("set", "a.b.c", "v")
    for words in (("find", "\udcff:b:*"), ("reset", "\udcff"), ("reset", "\udcff:b")):
        done = prontodb(*words)
        assert b"internal" not in done.stderr
        assert done.returncode in (1, 2)
