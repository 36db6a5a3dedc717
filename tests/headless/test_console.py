"""The console: every command, errors, questions, what is remembered, hostile text (M-230…M-235, U-08)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Program

BANNER = "🌠 Meteor REPL – type 'help' for commands, 'exit' to quit\n"


# A session -----------------------------------------------------------------------------------------------------------


def test_banner_prompt_and_end(prontodb: Program) -> None:
    """M-230: exact text, everything on stdout, exit 0; blank lines are nothing; the end of input is an `exit`."""
    done = prontodb("console", stdin=b"set a:b:c one\n\n   \nget a:b:c\n")
    assert (done.returncode, done.stderr) == (0, b"")
    out = f"{BANNER}meteor> Stored 'a:b:c'.\nmeteor> meteor> meteor> a:b:c = one\nmeteor> bye\n"
    assert done.stdout.decode() == out


@pytest.mark.parametrize("word", ["exit", "quit"])
def test_a_word_ends_it(prontodb: Program, word: str) -> None:
    done = prontodb("console", stdin=f"{word}\nset a:b:c one\n".encode())
    assert done.stdout.decode() == f"{BANNER}meteor> bye\n"
    assert prontodb("get", "a:b:c").returncode == 2


def test_the_last_line_needs_no_end(prontodb: Program) -> None:
    assert b"a:b:c = x y" in prontodb("console", stdin=b"set a:b:c   x y  \nget a:b:c").stdout


def test_it_works_on_the_store(prontodb: Program) -> None:
    """U-08: the same store, cursor position and history as the command line; the face is told."""
    prontodb("set", "app.ui.theme", "dark")
    done = prontodb("-p", "shop", "-n", "orders", "console", stdin=b"get app:ui:theme\nset x:y:z 1\ncursor\n")
    assert b"app:ui:theme = dark\n" in done.stdout
    assert b"Cursor: shop:orders\n" in done.stdout
    assert prontodb("get", "x.y.z").stdout == b"1\n"
    last = json.loads(prontodb("history", "--output", "json").stdout.splitlines()[-1])
    assert (last["command_type"], last["target"], last["face"]) == ("set", "x:y:z", "console")
    prontodb("undo")
    assert prontodb("get", "x.y.z").returncode == 2


def test_in_memory_nothing_is_left(prontodb: Program, home: Path) -> None:
    """U-08: `--memory` starts empty, works whatever is wrong with cursors, and makes no file."""
    prontodb("set", "app.ui.theme", "dark")
    before = sorted(home.rglob("*"))
    lines = b"contexts\nset x:y:z 1\nmem set note hi\nreset storage\nset x:y:w 1\nhistory\n"
    done = prontodb("console", "--memory", "--cursor", "nope", stdin=lines)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"No contexts\n" in done.stdout
    assert b"All storage cleared\n" in done.stdout
    assert sorted(home.rglob("*")) == before
    assert prontodb("get", "x.y.z").returncode == 2


def test_metas_stay_apart(prontodb: Program) -> None:
    """P-102: a console sees one meta, in entries, history and scratch slots."""
    prontodb("--meta", "orga", "console", stdin=b"set a:b:c theirs\nmem set note theirs\n")
    done = prontodb("console", stdin=b"dump\nfind *:*:*\nhistory\nmem list\nget a:b:c\n")
    assert b"theirs" not in done.stdout
    for answer in (b"(engine empty)", b"No matches", b"No command history", b"Scratch pad empty", b"a:b:c not found"):
        assert answer in done.stdout
    assert b"a:b:c = theirs" in prontodb("--meta", "orga", "console", stdin=b"get a:b:c\n").stdout


def test_bad_lines_end_nothing(prontodb: Program) -> None:
    """Bytes that are no text and lines over the limit are refused, and the next line is read."""
    content = b"set a:b:c \xff\xfe\n" + b"set a:b:d " + b"x" * 200_000 + b"\nset a:b:e 1\nget a:b:e\n"
    done = prontodb("console", stdin=content, env={"PRONTO_MAX_INPUT": "100000"})
    assert (done.returncode, done.stderr) == (0, b"")
    out = done.stdout.decode()
    assert "Error: the line is not UTF-8 text" in out
    assert "Error: the line is over the maximum size of 100000 bytes" in out
    assert "a:b:e = 1" in out
    assert "a:b:d" not in out


def test_a_store_that_cannot_be_used_ends_nothing(prontodb: Program, home: Path) -> None:
    """Every command says so; the session goes on."""
    (home / "broken.db").write_bytes(b"no database at all" * 100)
    done = prontodb("--database", "./broken.db", "console", stdin=b"contexts\nset a:b:c 1\nvalidate a:b:c=1\n")
    assert done.returncode == 0
    out = done.stdout.decode()
    assert out.count("Error: ") == 1
    assert "Set error: " in out
    assert "✅ Valid meteor stream (1 segment)" in out


def test_a_store_that_is_replaced_is_opened_anew(prontodb: Program, home: Path) -> None:
    """T-014: one command says that it moved, the next one works on what is there now."""
    for name in ("one", "two"):
        prontodb("--database", f"./{name}.db", "set", "a.b.c", name)
    words = [sys.executable, "-m", "tui", "--database", "./one.db", "console"]
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=home, env=environ, bufsize=0
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"set a:b:d 1\n")
        told = b""
        while b"Stored" not in told:
            told += process.stdout.read(1)
        for part in ("-wal", "-shm"):
            (home / f"one.db{part}").unlink()
        (home / "two.db").rename(home / "one.db")
        out, _ = process.communicate(b"set a:b:d 2\nset a:b:d 3\nget a:b:c\n", timeout=60)
    _, *answers = out.decode().split("meteor> ")
    assert answers[0].startswith("Set error: ")
    assert answers[1:] == ["Stored 'a:b:d'.\n", "a:b:c = two\n", "bye\n"]


def test_a_reader_that_goes_is_no_failure(home: Path) -> None:
    """P-001: nothing on stderr, exit 0."""
    script = f"yes help | {sys.executable} -m tui console | head -n 3; echo ${{PIPESTATUS[1]}} >&2"
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(["bash", "-c", script], capture_output=True, cwd=home, env=environ, timeout=60, check=False)
    assert done.stderr == b"0\n"
    assert done.stdout.decode().startswith(BANNER)


def test_json_answers(prontodb: Program) -> None:
    """U-16: one object for each line that has an answer, no banner, no prompt."""
    done = prontodb("console", "--output", "json", stdin=b"set a:b:c 1\n\nmem edit n\nv\ny\nnonsense\nexit\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(item["lines"], item["done"]) for item in found] == [
        (["Stored 'a:b:c'."], False),
        (["Saved $n"], False),
        (["Unknown command 'nonsense'. Try 'help'."], False),
        (["bye"], True),
    ]
