"""Two users, two metas, one database: nothing of the one is shown to, changed by or counted for the other (P-099, P-102, P-103).

Every command of the table is run in two worlds: in the one the others live too, in the other they never did. What the command
says must be the same, and in the first world everything of the others must afterwards be what it was, to the byte.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import REPOSITORY
from tests.every_command import CALLS, forgotten
from tui.commands import COMMANDS


class Person(NamedTuple):
    """Somebody who uses the one database. `word` stands in every name and value that only they have."""

    user: str
    meta: str
    word: str

    @property
    def options(self) -> list[str]:
        chosen = [*(["--user", self.user] if self.user else []), *(["--meta", self.meta] if self.meta else [])]
        return [*chosen, "--database", "./shared.db"]


ALICE = Person("alice", "orga", "alpha")
BOB = Person("bob", "orgb", "bravo")
CAROL = Person("", "", "charlie")
"""The default user without a meta, who must see neither."""
EVERYBODY = (ALICE, BOB, CAROL)
REFUSED = {
    "admin nuclear-clean": "it removes everybody's files, as `help security` says; only its refusal is run",
    "scratch edit note": "it needs a terminal",
    "undo --command 999999": "nobody has a command of that number; a real one differs from world to world",
}
"""Calls that must fail."""

SAME_EVERYWHERE = [
    (re.compile(rb"(?<!\d)\d{10}_(?=[0-9a-f]{8}_)"), b"SECOND_"),
    (re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"), b"TIME"),
    (re.compile(rb"(\"(?:timestamp|created_at|expires_at|updated_at)\":)\d+"), rb"\1TIME"),
    (re.compile(rb"_\d{8}(?=[_.])"), b"_DAY"),
    # Numbers of commands and changes count the whole database, by design of T-100: they tell its age, and nothing of anybody.
    (re.compile(rb"(\"(?:id|change)\":)\d+"), rb"\1NUMBER"),
    (re.compile(rb"(\bcommand )\d+"), rb"\1NUMBER"),
    (re.compile(rb"\t\d{10}(?=\t)"), b"\tTIME"),
    (re.compile(rb"(# Timestamp: )\d{10}"), rb"\1TIME"),
    (re.compile(rb"(\"bytes\":|\.tar\.gz\t)\d+(?=}?\n)"), rb"\1SIZE"),  # of an archive, which holds the whole file
]


def run(home: Path, words: list[str], stdin: bytes | None = None) -> tuple[int, bytes]:
    """The real program in a world: exit code and everything it says, with what differs by its nature made alike."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PRONTO_", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tui", *words],
        stdin=subprocess.DEVNULL if stdin is None else None,
        input=stdin,
        capture_output=True,
        cwd=home,
        env={**environ, "PYTHONPATH": str(REPOSITORY), "HOME": str(home)},
        timeout=60,
        check=False,
    )
    said = done.stdout + b"\n--\n" + done.stderr
    assert b"internal error" not in said, (words, said)
    said = said.replace(str(home).encode(), b"HOME")
    for pattern, instead in SAME_EVERYWHERE:
        said = pattern.sub(instead, said)
    return done.returncode, said


def settle_in(home: Path, person: Person) -> None:
    """Give a person of everything there is: the same names for all, with values and some names of their own."""
    word, options = person.word, person.options
    steps: list[tuple[str, bytes | None]] = [
        (f"set app.ui.theme {word}", None),
        (f"set app.ui.theme {word}2", None),
        (f"set app.ui.theme__{word} v", None),
        (f"set {word}.{word}.{word} {word}", None),
        (f"set app.{word}.k {word}", None),
        (f"set app.ui.key {word}-secret --secret", None),
        (f"set app.ui.undone {word}", None),
        (f"set main {word}", None),
        ("create-cache app.cache 3600", None),
        (f"set app.cache.k {word}", None),
        (f"create-cache app.{word}cache 3600", None),
        ("create-cache app.few 3600 max_items=2", None),
        (f"set app.few.a {word}", None),
        (f"set app.few.{word} {word}", None),
        ("create-cache app.kept 3600 evict_on_read=0", None),
        (f"set app.kept.gone {word}", None),
        (f"set app.cache.gone {word}", None),
        ("stream --quiet", f"ns={word}; streamed={word};".encode()),
        (f"set bad..{word}", f"piped {word}".encode()),
        ("set bad..same", b"piped by everybody"),
        ("copy app.ui.theme pipe.cache.x", None),
        (f"del app.{word}.k", None),
        (f"set app.{word}.again {word}", None),
        (f"copy app.ui.theme app.{word}.copied", None),
        (f"scratch set note {word}", None),
        (f"scratch set {word}note {word}", None),
    ]
    for step, stdin in steps:
        if step == "set bad..same":  # keys of pipes begin with their second: within one, the order of two is luck
            begun = int(time.time())
            while int(time.time()) == begun:
                time.sleep(0.02)
        code, said = run(home, [*options, *step.split()], stdin)
        assert code == int("pipe.cache.x" in step), said
    for name in ("own", f"{word}cursor"):
        code, said = run(home, [*options, "cursor", "set", name, "-p", word])
        assert code == 0, said


def let_expire(home: Path) -> None:
    """Make what is called `gone` expired, without waiting for it."""
    connection = sqlite3.connect(home / "shared.db")
    connection.execute("UPDATE entries SET expires_at = 1600000000000 WHERE key = 'gone'")
    connection.commit()
    connection.close()


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A home for everybody together and one for each alone, to be copied."""
    made = {}
    for name, people in [("all", EVERYBODY), *((person.word, (person,)) for person in EVERYBODY)]:
        home = tmp_path_factory.mktemp(name) / "home"
        home.mkdir()
        for person in people:
            settle_in(home, person)
        let_expire(home)
        run(home, ["pantheon", "iter", "save", "--name=keeper", "--session=1"], b"log")
        run(home, ["backup", "--database", "./shared.db", "--output", "."])
        (archive,) = home.glob("*.tar.gz")
        archive.rename(home / "saved.tar.gz")
        made[name] = home
    return made


def copy_of(world: Path, target: Path) -> Path:
    """A world of one's own. Cursors hold absolute paths; those of the copy lead to the copy."""
    shutil.copytree(world, target)
    for cursor in target.rglob("cursors/*/*.json"):
        cursor.write_text(cursor.read_text().replace(str(world), str(target)))
    return target


ROWS = (
    "SELECT * FROM namespaces WHERE meta <> ? ORDER BY id",
    "SELECT * FROM entries WHERE ns_id IN (SELECT id FROM namespaces WHERE meta <> ?) ORDER BY id",
    "SELECT * FROM changes WHERE ns_id IN (SELECT id FROM namespaces WHERE meta <> ?) ORDER BY seq",
    "SELECT * FROM commands WHERE meta <> ? ORDER BY id",
    "SELECT * FROM scratch_slots WHERE meta <> ? ORDER BY id",
    "SELECT * FROM scratch_values WHERE slot_id IN (SELECT id FROM scratch_slots WHERE meta <> ?) ORDER BY id",
)


def of_others(home: Path, person: Person) -> list[object]:
    """Every row and cursor that is not this person's."""
    connection = sqlite3.connect(f"file:{home}/shared.db?mode=ro", uri=True)
    rows: list[object] = [connection.execute(statement, (person.meta,)).fetchall() for statement in ROWS]
    connection.close()
    own = person.user or "default"
    shelves = Path(home, ".local/share/prontodb/cursors")
    files = sorted(path for path in shelves.glob("*/*") if path.parent.name not in (own, "keeper"))
    return [*rows, [(str(path.relative_to(home)), path.read_bytes()) for path in files]]


def pipe_of(home: Path, person: Person) -> str:
    """The address of the pipe that everybody rescued with the same content."""
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY), "HOME": str(home)}
    words = [*person.options, "keys", "pipe.cache", "*same", "--full"]
    done = subprocess.run([sys.executable, "-m", "tui", *words], capture_output=True, cwd=home, env=environ, check=True)
    return done.stdout.decode().split()[-1]


def line_of(command: str, person: Person, words: list[str]) -> list[str]:
    """The whole line: as this person, on the one database; pantheon settles that by itself."""
    return words if command.startswith("pantheon") else [*person.options, *words]


def test_every_command_is_walked() -> None:
    """Issue 3, acceptance 3: a new command cannot be forgotten."""
    assert forgotten() == set(), "say in tests/every_command.py how to call them"


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.word)
@pytest.mark.parametrize("command", [command.name for command in COMMANDS if command.name in CALLS])
def test_nobody_notices_the_others(command: str, person: Person, worlds: dict[str, Path], tmp_path: Path) -> None:
    """P-099, P-102, P-103: the same answers as if the others had never been, and everything of theirs untouched."""
    together, alone = copy_of(worlds["all"], tmp_path / "all"), copy_of(worlds[person.word], tmp_path / "alone")
    pipes = [pipe_of(together, person), pipe_of(alone, person)]
    before = of_others(together, person)
    assert all(before), "the others have something of everything"
    for example in CALLS[command]:
        for form in ([], ["--output", "json"]):
            told = [
                run(home, line_of(command, person, [*example.of(pipe), *form]), example.stdin)
                for home, pipe in zip((together, alone), pipes, strict=True)
            ]
            assert told[0] == told[1], example.words
            others = [other.word for other in EVERYBODY if other is not person]
            assert [word for word in others if word.encode() in told[0][1]] == []
    assert of_others(together, person) == before


@pytest.mark.parametrize("command", CALLS)
def test_the_calls_above_do_something(command: str, worlds: dict[str, Path], tmp_path: Path) -> None:
    """The control: each call succeeds, or is a refusal on purpose."""
    home = copy_of(worlds["all"], tmp_path / "home")
    pipe = pipe_of(home, ALICE)
    for example in CALLS[command]:
        code, said = run(home, line_of(command, ALICE, example.of(pipe)), example.stdin)
        assert code == int(example.words in REFUSED), (example.words, said)


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.word)
def test_a_cursor_of_another_is_unknown(person: Person, worlds: dict[str, Path], tmp_path: Path) -> None:
    """P-096, P-099: it cannot be used, shown or deleted, and `cursor clear` ends nobody else's."""
    home = copy_of(worlds["all"], tmp_path / "home")
    others = [other for other in EVERYBODY if other is not person]
    for other in others:
        assert run(home, [*other.options, "cursor", "use", f"{other.word}cursor"])[0] == 0
    before = of_others(home, person)
    for other in others:
        name, user = f"{other.word}cursor", person.options[:2] if person.user else []
        for words in (["cursor", "use", name], ["cursor", "delete", name], ["--cursor", name, "get", "app.ui.theme"]):
            code, said = run(home, [*user, *words])
            assert code == 1, said
            assert b"not found" in said
    assert run(home, [*person.options, "cursor", "clear"])[0] == 0
    assert of_others(home, person) == before
    for other in others:
        assert other.word.encode() in run(home, [*other.options, "cursor", "active"])[1]


def test_the_worlds_differ(worlds: dict[str, Path]) -> None:
    """The control: with the meta of another, the program does show and change what is theirs."""
    home = worlds["all"]
    for person in EVERYBODY:
        code, said = run(home, [*person.options, "scan", "app.ui"])
        assert (code, person.word.encode() in said) == (0, True)
    rows = of_others(home, ALICE)
    run(home, [*BOB.options, "set", "app.ui.theme", "changed"])
    assert of_others(home, ALICE) != rows
