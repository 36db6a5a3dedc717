"""What the shells ask the program while somebody waits for TAB (C-050…C-059)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.headless.test_modules import FORBIDDEN, loaded, of_site_packages

PATIENT = {"tui.headless.parser", "tui.headless.main", "tui.commands"}


@pytest.mark.parametrize(
    "words",
    [
        ["completions", "--emit-source"],
        ["completions", "--emit-source", "--filter=id", "--prefix", "app."],
        ["--user=bob", "completions", "--filter", "alias", "--emit-source"],
        ["completions", "--emit-source", "--filter=scratch"],
        ["workspace", "info", "--path"],
    ],
)
def test_the_helpers_load_little(prontodb: Program, home: Path, words: list[str]) -> None:
    """C-059: decided before the parser is loaded, and without whatever takes long to load."""
    prontodb("set", "app.ui.theme", "dark")
    modules = loaded(home, words) - of_site_packages()
    assert {name.partition(".")[0] for name in modules} & FORBIDDEN == set()
    assert modules & PATIENT == set()
    assert "tui.completion.emit" in modules


@pytest.mark.parametrize("words", [[], ["--cursor", "work"], ["--user", "bob", "-c", "work"]])
def test_the_helper_loads_little_with_a_cursor_too(prontodb: Program, home: Path, words: list[str]) -> None:
    """C-059: the active one, and one that is named."""
    who = words[:2] if "--user" in words else []
    prontodb(*who, "--project", "app", "cursor", "set", "work", "./work.db")
    prontodb(*who, "cursor", "use", "work")
    prontodb(*who, "set", "app.ui.theme", "dark")
    asked = [*words, "completions", "--emit-source", "--filter=id"]
    modules = loaded(home, asked) - of_site_packages()
    assert prontodb(*asked).stdout == b"app.ui.theme\n"
    assert {name.partition(".")[0] for name in modules} & FORBIDDEN == set()
    assert modules & PATIENT == set()
    assert {"tui.completion.emit", "store.cursors"} <= modules


def test_the_helper_changes_nothing(prontodb: Program, home: Path) -> None:
    """C-055: the database is the same file afterwards, and the cache too."""
    prontodb("set", "app.ui.theme", "dark")
    files = [path for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))]
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in files}
    done = prontodb("completions", "--emit-source")
    assert done.stdout == b"app\napp.ui\napp.ui.theme\n"
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in before} == before
    names = {path.name for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))}
    assert names == {path.name for path in files}


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["--ns-delim", ":", "--filter", "id", "--prefix", "app:"], "app:ui:theme\n"),
        (["--ns-delim=/", "--prefix=app/u"], "app/ui\napp/ui/theme__prod\napp/ui/theme\n"),
        (["--filter", "id", "--prefix", "app:ui:theme__"], "app:ui:theme__prod\n"),
        (["--filter", "id", "--prefix", "app:ui:theme["], "app:ui:theme[prod]\n"),
        (["--filter", "tag", "--prefix", "app:"], "app:ui:\napp:ui.wide:\n"),
        (["--filter", "tag"], "app\napp.ui\napp:ui.wide:\n"),
        (["--filter", "id", "--prefix", "app:ui.w"], "app:ui.wide:k\n"),
        (["--filter", "id", "--prefix", "nothing"], ""),
    ],
)
def test_spelling(prontodb: Program, words: list[str], printed: str) -> None:
    """C-054: with the delimiter in effect, or with colons where one was typed; whatever is printed begins with the text."""
    for address in ("app.ui.theme", "app.ui.theme__prod", "app:ui.wide:k"):
        prontodb("set", address, "v")
    done = prontodb("completions", "--emit-source", *words)
    found = done.stdout.decode()
    if words[0] == "--ns-delim":
        assert found == "app:ui:theme\napp:ui:theme__prod\n"
    else:
        assert sorted(found.splitlines()) == sorted(printed.splitlines())
    assert (done.returncode, done.stderr) == (0, b"")


def test_list_ids_only_prints_what_the_helper_prints(prontodb: Program) -> None:
    """C-058: lines, or one array of a JSON object."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("set", "app.ui.key", "hunter2", "--secret")
    for verb in ("list", "items"):
        assert prontodb(verb, "--ids-only").stdout == b"app.ui.theme\n"
    assert json.loads(prontodb("items", "--ids-only", "--json").stdout)["ids"] == ["app.ui.theme"]
    assert prontodb("list", "app", "--ids-only").returncode == 1
    assert prontodb("list").returncode == 1


def test_a_broken_database_is_one_line_and_exit_1(prontodb: Program, home: Path) -> None:
    """C-056: unreadable is no output, one line on standard error; no traceback (C-105)."""
    prontodb("set", "app.ui.theme", "dark")
    (home / ".local/share/prontodb/databases/main.db").write_bytes(b"no database at all" * 100)
    done = prontodb("completions", "--emit-source")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (1, b"", 1)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [["--emit-source", "--wrong"], ["--prefix", "a"], ["tcsh"], ["--emit-source", "bash"]]
)
def test_what_cannot_be_meant_is_a_usage_error(prontodb: Program, words: list[str]) -> None:
    """C-060: a message on standard error, nothing on standard output, exit 1."""
    done = prontodb("completions", *words)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr


def test_the_shell_is_that_of_the_user(prontodb: Program) -> None:
    """C-060: without a name, $SHELL; the name in any case."""
    script = prontodb("completions", "zsh").stdout
    assert script.startswith(b"#compdef prontodb\n")
    assert prontodb("completions", env={"SHELL": "/usr/bin/zsh"}).stdout == script
    assert prontodb("completions", "ZSH").stdout == script
    done = prontodb("completions", env={"SHELL": "/bin/dash"})
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"bash, zsh and fish" in done.stderr
    assert b"prontodb help completions says where to put it" in done.stderr
