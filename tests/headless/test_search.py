"""`search` on the command line: entries, pieces, sessions, the climb (S-301 … S-310, S-319, S-320, S-067, S-211)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.database import Database
from store.model import Actor, Address
from store.operations.entries import set_entry
from tests.conftest import REPOSITORY, Program
from tests.tui.hostile import HOSTILE
from tui.headless.progress import QUIET_S, Waiting
from tui.headless.searching import Patience
from tui.safe_text import plain_safe

NOTES = {
    "app.notes.1": "buy milk and bread",
    "app.notes.2": "call the milkman",
    "app.notes.3": "milk",
    "app.todo.3": "MILK",
    "db.main.host": "localhost",
}
LINE_OF = {
    "app.notes.1": "app.notes.1\trange\t4-8",
    "app.notes.2": "app.notes.2\trange\t9-13",
    "app.notes.3": "app.notes.3\tentire\t0-4",
}


def fill(home: Path, entries: dict[str, str] = NOTES) -> Path:
    """The default database with these entries, made without a process for each."""
    path = home / ".local/share/prontodb/databases/main.db"
    path.parent.mkdir(parents=True)
    with Database(str(path)) as database:
        for name, value in entries.items():
            context, namespace, key = name.split(".")
            database.run(
                set_entry(
                    Address("", context, namespace, key), value.encode("utf-8", "surrogatepass"), by=Actor(), now_ms=1
                )
            )
    return path


class Running(subprocess.Popen[bytes]):
    """A session that goes on."""

    def __init__(self, words: list[str]) -> None:
        pipe, environ = subprocess.PIPE, {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        super().__init__(
            [sys.executable, "-m", "tui", "search", *words], stdin=pipe, stdout=pipe, stderr=pipe, env=environ
        )

    def say(self, line: bytes) -> dict[str, Any]:
        """The answer to a line."""
        assert self.stdin is not None
        assert self.stdout is not None
        self.stdin.write(line)
        self.stdin.flush()
        answer: dict[str, Any] = json.loads(self.stdout.readline())
        return answer

    def said(self) -> bytes:
        """Everything else until it ends, on both streams."""
        return b"".join(self.communicate(timeout=30))


@pytest.fixture
def search(prontodb: Program, home: Path) -> Callable[..., tuple[int, list[str], str]]:
    """Exit code, lines of standard output, standard error of a search among NOTES."""
    fill(home)

    def run(*words: str, stdin: bytes | None = None) -> tuple[int, list[str], str]:
        done = prontodb("search", *words, stdin=stdin)
        return done.returncode, done.stdout.decode().split("\n")[:-1], done.stderr.decode()

    return run


Search = Callable[..., tuple[int, list[str], str]]


def test_one_line_per_entry(search: Search) -> None:
    """S-319, S-302: address, coverage, from-to; the smallest value first."""
    assert search("milk") == (0, [LINE_OF["app.notes.3"], LINE_OF["app.notes.2"], LINE_OF["app.notes.1"]], "")


def test_a_part_is_exit_code_2(search: Search) -> None:
    """S-303, S-304, P-002: as far as it is there; nothing at all is no error either."""
    code, lines, said = search("milks", "--limit", "1")
    assert (code, lines) == (2, [LINE_OF["app.notes.3"]])
    assert "only the first 4 of 5 characters" in said
    assert "1 of 3 entries" in said
    assert search("zzz")[:2] == (2, [])


def test_every_option_counts(search: Search) -> None:
    """S-305, S-306, S-307, S-308, S-318."""
    assert search("milk", "--kind", "entire")[1] == [LINE_OF["app.notes.3"]]
    assert len(search("milk", "--kind", "entire", "--kind=range")[1]) == 3
    assert search("milk", "--kind", "prefix") == (2, [], "found, but not so: --kind leaves nothing\n")
    assert search("milk", "--scope", "app:notes:3")[1] == [LINE_OF["app.notes.3"]]
    assert search("MILK", "-p", "app", "-n", "notes")[0] == 2
    assert search("MILK", "-p", "app")[1] == ["app.todo.3\tentire\t0-4"]
    assert len(search("MILK", "--ignore-case")[1]) == 4
    assert search("milk", "--limit", "2") == (
        0,
        [LINE_OF["app.notes.3"], LINE_OF["app.notes.2"]],
        "2 of 3 entries\n",
    )
    assert search("ost", "--field", "key")[1] == ["db.main.host\tpostfix\t1-4"]
    assert search("mai", "--field", "namespace")[1] == ["db.main.host\tprefix\t0-3"]
    assert search("db:main:host", "--field", "address")[1] == ["db.main.host\tentire\t0-12"]


def test_nothing_is_a_wildcard(search: Search) -> None:
    """S-309."""
    for query in ("%", "*", "mi_k", '"milk"', "milk AND bread"):
        assert search(query)[0] == 2


def test_a_dotted_scope_is_explained(search: Search) -> None:
    """S-306, M-099: a scope is the beginning of a colon address."""
    assert "app:ui:" in search("milk", "--scope", "app.notes")[2]


def test_pieces(search: Search) -> None:
    """S-310: covered from left to right, what occurs nowhere in a piece of its own."""
    assert search("milk@localhost", "--consecutive") == (
        2,
        ["app.notes.3\tentire\t0-4", "-\t-\t4-5", "db.main.host\tentire\t5-14"],
        "",
    )
    assert search("milklocalhost", "--consecutive")[0] == 0
    (found,) = map(json.loads, search("milk@", "--consecutive", "--json")[1])
    assert found["pieces"] == [
        {"from": 0, "to": 4, "address": "app.notes.3", "coverage": "entire"},
        {"from": 4, "to": 5, "address": None, "coverage": None},
    ]


def test_for_programs(search: Search) -> None:
    """S-301, S-319: one object with everything."""
    code, lines, said = search("milkm", "--output", "json", "--limit", "1")
    assert (code, said) == (0, "")
    assert [json.loads(line) for line in lines] == [
        {
            "schema": 1,
            "checkpoint": 5,
            "exhausted": True,
            "remaining": "",
            "total": 1,
            "best": "app.notes.2",
            "hits": [
                {
                    "address": "app.notes.2",
                    "path": "app:notes:2",
                    "coverage": "range",
                    "width": 16,
                    "spans": [[9, 14]],
                }
            ],
        }
    ]


def test_a_session(search: Search) -> None:
    """S-320, S-311, S-312: one answer for each line; `=` brings the entries."""
    code, lines, said = search("--session", "--scope", "app:notes:", stdin=b"+mi\n+lks\n-1\n=\n-99\n")
    steps: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert (code, said) == (0, "")
    assert [(step["text"], step["checkpoint"], step["remaining"], step["total"]) for step in steps] == [
        ("mi", 2, "", 3),
        ("milks", 4, "s", 3),
        ("milk", 4, "", 3),
        ("milk", 4, "", 3),
        ("", 0, "", 0),
    ]
    assert [step["best"] for step in steps] == ["app.notes.3"] * 4 + [None]
    assert [len(step["hits"]) for step in steps if "hits" in step] == [3]


def test_a_session_answers_at_once(home: Path) -> None:
    """S-320: a script that waits for the answer to each line gets it; S-314: it sees what was written meanwhile."""
    path = fill(home)
    with Running(["--session"]) as process:
        assert process.say(b"+milk\n")["total"] == 3
        with Database(str(path)) as database:
            database.run(set_entry(Address("", "app", "new", "k"), b"milk", by=Actor(), now_ms=2))
        assert process.say(b"=\n")["total"] == 4
        assert (process.said(), process.wait(30)) == (b"", 0)


@pytest.mark.parametrize("line", ["milk", "", "-", "-x", "--1"])
def test_a_bad_line_ends_a_session(search: Search, line: str) -> None:
    """S-320: what cannot be understood is never guessed at."""
    code, lines, said = search("--session", "--output", "json", stdin=f"+m\n{line}\n+i\n".encode())
    assert (code, len(lines)) == (1, 1)
    assert json.loads(said)["code"] == "bad-step"


CLIMB = """\
   root  compare  result        checkpoint  candidate  best
-  -              start with m  1           2
1  milk  i vs i   match         2                      milk prefix
2  milk  l vs l   match         3                      milk prefix
3  milk  k vs k   match         4                      milk entire
-  milk           done          4                      milk entire

matched   4 of 4 characters; the query is used up
root      milk, entire 0-4
smallest  app.notes.3"""


def test_the_climb(search: Search) -> None:
    """S-067: as in the worked run of A4; S-322: the same smallest entry as without it."""
    code, lines, said = search("milk", "--explain", "--scope", "app:notes:")
    assert (code, "\n".join(lines), said) == (0, CLIMB, "")
    code, lines, _ = search("milkx", "--explain", "--scope", "app:notes:")
    assert (code, lines[-3]) == (2, "matched   4 of 5 characters; nothing that holds the root goes on with the query")
    assert any("␣milk" in line for line in lines), "a blank at an edge can be seen"
    (found,) = map(json.loads, search("milkm", "--explain", "--json")[1])
    assert (found["root"], found["best"], found["stop"]) == ("call the milkman", "app.notes.2", "exhausted")
    assert {step["kind"] for step in found["steps"]} >= {"start", "visit", "match", "done"}
    assert search("?", "--explain")[:2] == (2, [])
    assert [json.loads(line)["checkpoint"] for line in search("?", "--explain", "--json")[1]] == [0]


def test_a_climb_has_a_limit(prontodb: Program, home: Path) -> None:
    """S-211: too large a scope is a clear error; a smaller one works."""
    fill(home, {"app.big.k": "x" * 262_145, "app.small.k": "xyz"})
    done = prontodb("search", "xy", "--explain", "--output", "json")
    assert (done.returncode, json.loads(done.stderr)["code"]) == (1, "scope_too_large")
    assert prontodb("search", "xy", "--explain", "-p", "app", "-n", "small").returncode == 0


def test_secrets_are_never_searched(prontodb: Program, home: Path) -> None:
    """U-11: not found by their value, not even by a climb; by their name they are."""
    prontodb("set", "app.keys.mail", "hunter2", "--secret")
    for words in (["hunter"], ["hunter", "--consecutive"], ["hunter", "--explain"]):
        done = prontodb("search", *words)
        assert (done.returncode, b"app.keys" in done.stdout) == (2, False)
    done = prontodb("search", "mail", "--field", "key", "--output", "json")
    assert json.loads(done.stdout)["best"] == "app.keys.mail"
    assert b"hunter" not in done.stdout
    for path in home.rglob("*.search"):
        assert b"hunter" not in path.read_bytes()


def test_stored_text_stays_in_its_row(prontodb: Program, home: Path) -> None:
    """U-15: no line of a climb or of a listing is forged, whatever the values are."""
    fill(home, {f"app.ui.k{number}": f"ab{value}" for number, value in enumerate(HOSTILE.values())})
    text = [n for n, value in enumerate(HOSTILE.values()) if value.encode("utf-8", "replace").decode() == value]
    found = prontodb("search", "ab").stdout.decode().split("\n")[:-1]
    assert {line.partition("\t")[0] for line in found} == {f"app.ui.k{number}" for number in text}
    assert all(line.endswith(("\tprefix\t0-2", "\tentire\t0-2")) for line in found)
    for line in prontodb("search", "ab", "--explain").stdout.decode().split("\n"):
        assert plain_safe(line) == line


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a", "b"],
        ["a", "--field", "nothing"],
        ["a", "--kind", "whole"],
        ["a", "--limit", "-1"],
        ["a", "--limit", "x"],
        ["a", "--scope", "app:", "-p", "app"],
        ["a", "-n", "ui"],
        ["a", "--explain", "--consecutive"],
        ["a", "--explain", "--ignore-case"],
        ["a", "--consecutive", "--limit", "3"],
        ["a", "--session"],
    ],
)
def test_wrong_words(prontodb: Program, words: list[str]) -> None:
    """Nothing is silently passed over."""
    done = prontodb("search", *words, "--output", "json")
    assert (done.returncode, done.stdout, json.loads(done.stderr)["code"]) == (1, b"", "usage")


def test_an_empty_query(prontodb: Program) -> None:
    """S-011, S-070, S-319: the kind of the error is its code."""
    for words in ([], ["--explain"], ["--consecutive"]):
        done = prontodb("search", "", *words, "--output", "json")
        assert (done.returncode, json.loads(done.stderr)["code"]) == (1, "empty_query")


def test_an_empty_store_is_searched_without_making_one(prontodb: Program, home: Path) -> None:
    """T-012: reading creates nothing."""
    assert prontodb("search", "milk").returncode == 2
    assert list(home.rglob("*.db*")) == []


def test_who_waits_for_long_is_told(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """The first search makes an index: a line on the terminal says so, and is gone when there is an answer."""
    clock = [0.0]
    monkeypatch.setattr("tui.headless.progress.monotonic", lambda: clock[0])
    line = Waiting("searching")
    stop = Patience(line)
    for clock[0] in (QUIET_S / 2, QUIET_S, 3.0):
        stop.check()
    line.end()
    assert capfd.readouterr().err == "\rsearching, 0 s\x1b[K\rsearching, 3 s\x1b[K\r\x1b[K"
    assert not stop.wanted


def test_ctrl_c_ends_a_search(home: Path) -> None:
    """P-002: exit code 130, and nothing is said."""
    fill(home)
    with Running(["--session"]) as process:
        process.say(b"+milk\n")
        process.send_signal(signal.SIGINT)
        assert (process.said(), process.wait(30)) == (b"", 130)


def test_what_was_emptied_or_replaced_does_not_stay_beside_the_database(prontodb: Program, home: Path) -> None:
    """U-11: `reset` and `restore` remove the index, which would keep old text until the next search."""
    path = fill(home)
    index = path.with_name("main.db.search")
    for words in (["reset", "app"], ["restore", "kept/saved.tar.gz"]):
        if words[0] == "restore":
            assert prontodb("backup", "--output", "kept").returncode == 0
            made = next((home / "kept").glob("*.tar.gz"))
            made.rename(home / "kept/saved.tar.gz")
        assert prontodb("search", "localhost").returncode == 0
        assert b"localhost" in index.read_bytes()
        assert prontodb(*words).returncode == 0
        assert not index.exists()
