"""`scratch` and its other name `mem`: values by name, apart from the entries, by the real program (M-233, M-139, M-148)."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from tests.conftest import REPOSITORY, Program
from tui.headless.shapes import SHAPES, faults

SPOOL = ".local/state/prontodb/spool"


def test_set_get_list_delete(prontodb: Program) -> None:
    """M-233: `mem` is the same group; names are read kindly; status goes to standard error."""
    done = prontodb("scratch", "set", "$my list", "buy milk")
    assert (done.stdout, done.stderr.decode()) == (b"", "✅ Stored $my_list (8 bytes)\n")
    assert prontodb("mem", "set", "other", stdin=b"piped\n").returncode == 0
    assert prontodb("scratch", "list").stdout == b"my_list\nother\n"
    assert prontodb("mem", "get", "my_list").stdout == b"buy milk"
    assert prontodb("scratch", "get", "$other").stdout == b"piped\n"
    assert prontodb("mem", "set", "my_list", "-", stdin=b"again").returncode == 0
    assert prontodb("scratch", "get", "my list").stdout == b"again"
    assert prontodb("mem", "delete", "my_list").stderr.decode() == "✅ Removed $my_list\n"
    done = prontodb("scratch", "delete", "my_list")
    assert (done.returncode, done.stderr) == (0, b"$my_list was empty\n")
    assert prontodb("scratch", "list").stdout == b"other\n"


@pytest.mark.parametrize("value", [b"", b"\0", b"\xff\xfe\n", b"a\nb", bytes(range(256)) * 40])
def test_bytes_come_back_exactly(prontodb: Program, value: bytes) -> None:
    """T-318: no newline added, none taken."""
    assert prontodb("scratch", "set", "n", "-", stdin=value).returncode == 0
    assert prontodb("scratch", "get", "n").stdout == value


def test_what_is_missing_is_exit_2(prontodb: Program) -> None:
    """P-002: nothing on standard output; and asking makes no database."""
    done = prontodb("scratch", "get", "nothing")
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"$nothing is empty\n")
    assert prontodb("scratch", "list").stdout == b""
    assert not list(Path().rglob("*.db"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set"], "missing <name>"),
        (["set", "n"], "missing value"),
        (["get"], "missing <name>"),
        (["set", "a\tb\x1b[2J", "v"], "this is no name for a scratch slot"),
        (["get", "$"], "this is no name for a scratch slot"),
        (["delete", "  "], "this is no name for a scratch slot"),
        (["nonsense"], "Unknown command: scratch nonsense"),
    ],
)
def test_what_cannot_be_meant(prontodb: Program, words: list[str], said: str) -> None:
    done = prontodb("scratch", *words)
    assert (done.returncode, done.stdout) == (1, b"")
    assert said in done.stderr.decode()
    assert b"\x1b" not in done.stderr
    assert not list(Path().rglob("*.db"))


@pytest.mark.parametrize("words", [["set", "\x07", "-"], ["set", "\x07"], ["set"]])
def test_what_is_piped_under_no_name_is_not_lost(prontodb: Program, words: list[str]) -> None:
    """T-003: it becomes a cached pipe, and the message says how to bring it home."""
    done = prontodb("scratch", *words, stdin=b"precious")
    assert done.returncode == 1
    key = next(word for word in done.stderr.decode().split() if word.startswith("pipe.cache."))
    assert prontodb("get", key, "--raw").stdout == b"precious"
    assert f"prontodb get {key} --raw | prontodb scratch set <name> -" in done.stderr.decode()
    assert not list(Path(SPOOL).iterdir())


def test_what_no_database_takes_is_in_a_file(prontodb: Program, home: Path) -> None:
    """P-072: and the retry it names does it."""
    (home / "broken.db").write_bytes(b"")
    done = prontodb("--database", "./broken.db", "scratch", "set", "my note", "-", stdin=b"precious")
    assert done.returncode == 1
    (kept,) = Path(SPOOL).iterdir()
    assert kept.read_bytes() == b"precious"
    assert f"prontodb scratch set 'my note' - < {kept.absolute()}" in done.stderr.decode()


def test_a_wrong_context_keeps_what_is_piped(prontodb: Program) -> None:
    """P-073."""
    done = prontodb("--cursor", "nowhere", "scratch", "set", "n", "-", stdin=b"precious")
    assert done.returncode == 1
    (kept,) = Path(SPOOL).iterdir()
    assert kept.read_bytes() == b"precious"
    assert b"prontodb scratch set <name> -" in done.stderr


def test_too_much_is_refused(prontodb: Program) -> None:
    """P-054."""
    done = prontodb("scratch", "set", "n", "12345", env={"PRONTO_MAX_INPUT": "4"})
    assert (done.returncode, b"maximum size of 4 bytes" in done.stderr) == (1, True)
    assert prontodb("scratch", "list").stdout == b""


def test_slots_are_no_entries(prontodb: Program, home: Path) -> None:
    """M-147: in no listing, search or export; `undo` does not know them; `history` names them, without the value."""
    prontodb("set", "app.ui.theme", "dark")
    before = {words: prontodb(*words.split()).stdout for words in ("nss", "projects", "scan app.ui", "export app.ui")}
    prontodb("scratch", "set", "note", "hunter2")
    assert {words: prontodb(*words.split()).stdout for words in before} == before
    history = prontodb("history").stdout.decode()
    assert history.splitlines()[-1].endswith("] scratch-set $note")
    assert "hunter2" not in history
    assert prontodb("undo").stdout.decode() == "✅ Undone: set app.ui.theme\n"
    assert prontodb("undo").returncode == 1
    assert prontodb("scratch", "get", "note").stdout == b"hunter2"


def test_everything_means_scratch_too(prontodb: Program, home: Path) -> None:
    """M-139: a storage reset removes them, another reset does not; a backup holds them; nuclear-clean clears them away."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("scratch", "set", "note", "v")
    prontodb("scratch", "set", "note", "theirs", "--meta", "acme")
    prontodb("reset", "app")
    assert prontodb("scratch", "get", "note").stdout == b"v"
    archive = next(line[6:] for line in prontodb("backup").stdout.decode().splitlines() if line.startswith("File: "))
    done = prontodb("reset", "storage", "--yes", "--output", "json")
    assert json.loads(done.stdout)["removed"] == 0, "slots are not counted as entries"
    assert prontodb("scratch", "get", "note").returncode == 2
    assert prontodb("scratch", "get", "note", "--meta", "acme").stdout == b"theirs"
    assert prontodb("restore", archive).returncode == 0
    assert prontodb("scratch", "get", "note").stdout == b"v"
    prontodb("admin", "nuclear-clean", "--i-am-sure")
    assert prontodb("scratch", "get", "note", "--meta", "acme").returncode == 2


def test_the_workspace_counts_them(prontodb: Program) -> None:
    """M-148, over the store: of the meta in effect."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("set", "app.ui.size", "1")
    prontodb("create-cache", "app.empty", "60")
    prontodb("scratch", "set", "note", "v")
    facts = json.loads(prontodb("workspace", "status", "--json").stdout)
    named = {name: facts[name] for name in ("namespace_count", "scratch_slot_count", "total_ordered_keys")}
    assert named == {"namespace_count": 1, "scratch_slot_count": 1, "total_ordered_keys": 2}
    assert facts["namespaces"] == 2, "with the one that has rules only"
    facts = json.loads(prontodb("workspace", "status", "--json", "--meta", "acme").stdout)
    assert (facts["scratch_slot_count"], facts["total_ordered_keys"]) == (0, 0)


def test_a_terminal_sees_marks_not_controls(prontodb: Program, home: Path) -> None:
    """U-15: exact to a pipe, harmless on a screen."""
    prontodb("scratch", "set", "n", "-", stdin=b"a\x1b[31mb\n")
    assert prontodb("scratch", "get", "n").stdout == b"a\x1b[31mb\n"
    code, said = on_terminal("scratch", "get", "n")
    assert (code, "\x1b" in said) == (0, False)
    assert "31mb" in said


# With an editor ------------------------------------------------------------------------------------------------------


def on_terminal(*words: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run the program on a pseudo-terminal: exit code, and what was on the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(env or {})},
    )
    os.close(theirs)
    said = b""
    deadline = monotonic() + 60
    while monotonic() < deadline and select.select([ours], [], [], deadline - monotonic())[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        said += piece
    code = process.wait(60)
    os.close(ours)
    return code, said.decode()


def editor(home: Path, line: str) -> dict[str, str]:
    """An environment whose editor is a shell script of one line; `$1` is the file."""
    script = home / "an editor"
    script.write_text(f"#!/bin/sh\n{line}\n")
    script.chmod(0o755)
    return {"EDITOR": f"'{script}'"}


def test_edit_keeps_what_the_editor_saved(prontodb: Program, home: Path) -> None:
    """M-233: a slot that is there and one that is not; one command each; the file is nobody else's and goes."""
    prontodb("scratch", "set", "note", "-", stdin=b"one\n")
    code, said = on_terminal(
        "scratch",
        "edit",
        "$note",
        env=editor(home, 'stat -c %a "$1" "$(dirname "$1")"; echo two >> "$1"; echo "$1" > where'),
    )
    assert (code, "✅ Saved $note" in said) == (0, True), said
    assert "700" in said
    assert prontodb("scratch", "get", "note").stdout == b"one\ntwo\n"
    assert not Path((home / "where").read_text().strip()).exists()
    assert on_terminal("scratch", "edit", "new", env=editor(home, 'printf fresh > "$1"'))[0] == 0
    assert prontodb("scratch", "get", "new").stdout == b"fresh"
    assert prontodb("history").stdout.decode().count("scratch-set") == 3


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("true", 0, "No change"),
        ('echo more >> "$1"; exit 3', 1, "the editor ended with 3; nothing was changed"),
        ('rm "$1"', 1, "the editor left no file"),
    ],
)
def test_edit_changes_nothing_without_a_save(prontodb: Program, home: Path, line: str, code: int, said: str) -> None:
    prontodb("scratch", "set", "note", "one")
    found = on_terminal("scratch", "edit", "note", env=editor(home, line))
    assert (found[0], said in found[1]) == (code, True), found
    assert prontodb("scratch", "get", "note").stdout == b"one"
    assert prontodb("history").stdout.decode().count("scratch-set") == 1


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"EDITOR": "", "VISUAL": " "}, "neither VISUAL nor EDITOR is set"),
        ({"EDITOR": "/no/such/editor"}, "the editor cannot be started"),
        ({"EDITOR": "unbalanced '"}, "its quotes do not match"),
    ],
)
def test_edit_without_an_editor(env: dict[str, str], said: str) -> None:
    code, found = on_terminal("scratch", "edit", "note", env=env)
    assert (code, said in found) == (1, True), found


def test_visual_goes_before_editor(prontodb: Program, home: Path) -> None:
    env = {"VISUAL": editor(home, 'printf seen > "$1"')["EDITOR"], "EDITOR": "/no/such/editor"}
    assert on_terminal("scratch", "edit", "note", env=env)[0] == 0
    assert prontodb("scratch", "get", "note").stdout == b"seen"


def test_edit_does_not_overwrite_what_came_meanwhile(prontodb: Program, home: Path) -> None:
    """T-003: what was typed is in a file, what somebody else set stays."""
    prontodb("scratch", "set", "note", "one")
    other = f'PYTHONPATH={REPOSITORY} {sys.executable} -m tui scratch set note theirs; printf mine > "$1"'
    code, said = on_terminal("scratch", "edit", "note", env=editor(home, other))
    assert (code, "was changed by somebody else meanwhile" in said) == (1, True), said
    assert prontodb("scratch", "get", "note").stdout == b"theirs"
    (kept,) = Path(SPOOL).iterdir()
    assert kept.read_bytes() == b"mine"


def test_edit_needs_a_terminal(prontodb: Program) -> None:
    """An editor that a script starts by accident would wait for ever."""
    done = prontodb("scratch", "edit", "note", env={"EDITOR": "true"})
    assert (done.returncode, b"an editor needs a terminal" in done.stderr) == (1, True)


def test_edit_answers_in_its_shape(prontodb: Program, home: Path) -> None:
    """U-16."""
    code, said = on_terminal("scratch", "edit", "note", "--json", env=editor(home, 'printf seen > "$1"'))
    assert code == 0
    found = json.loads(said)
    assert faults(SHAPES["scratch edit"], found) == []
    assert found == {"schema": 1, "name": "note", "changed": True, "bytes": 4}
