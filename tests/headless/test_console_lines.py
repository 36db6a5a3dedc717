"""The console and what must not be seen: secrets, hostile text, lines that are kept (U-11, U-15, M-231)."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from store.engine import Engine
from store.model import Actor, Address
from store.operations.entries import set_entry
from store.operations.secrets import mark_secret
from store.session import Choice, open_session
from store.workspace import find_workspace
from tests.conftest import Program
from tests.tui.consoles import Session
from tests.tui.hostile import HOSTILE
from tui.console.lines import KEPT, LineHistory, lines_file
from tui.console.verbs import VERBS


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    yield made
    made.close()


def hide(session: Session, context: str, namespace: str) -> None:
    """Mark a namespace secret."""
    actor = session.engine.actor
    session.database.run(mark_secret("", context, namespace, on=True, target="it", by=actor, now_ms=1))


# What must not be seen, and what is remembered ------------------------------------------------------------------------


def test_secrets_are_masked_until_asked_for(session: Session) -> None:
    """U-11: in lists, dumps, finds, meteors; `get` is asking."""
    session.say("set app:keys:mail hunter2")
    hide(session, "app", "keys")
    for line in ("dump", "list app keys", "list app", "find *:*:*", "meteor app keys", "history", "parse x:y:z=1"):
        said = "\n".join(session.say(line))
        assert "hunter2" not in said
        assert ("***" in said) == (line != "history")
    assert session.say("get app:keys:mail") == ["app:keys:mail = hunter2"]
    assert session.say("export --context app --namespace keys --dest - --format text")[0].startswith("Export error: ")


def test_lines_with_secrets_are_not_kept(session: Session) -> None:
    """A line goes into the file only if what it stores is known to be no secret."""
    session.say("set app:keys:mail hunter2")
    hide(session, "app", "keys")
    for line in (
        "set app:keys:mail hunter3",
        "parse app:keys:mail=hunter3",
        "parse app:ui:a=1; app:keys:other=hunter3",
        "set app:keys:a:b hunter3",
        "parse app:keys:mail",
        "validate app:keys:mail=hunter3",
        "token mail=hunter3",
        "st app:keys:mail hunter3",
        "mem sett note hunter3",
    ):
        assert not session.reply(line).keep, line
    for line in (
        "set app:ui:a 1",
        "parse app:ui:b=1",
        "get app:keys:mail",
        "dump",
        "mem set n v",
        "find *:*:*",
        "history",
    ):
        assert session.reply(line).keep, line


def test_bytes_that_are_no_text(session: Session) -> None:
    """U-05: shown escaped in lists; `get` and streams refuse them with a way out."""
    session.database.run(set_entry(Address("", "app", "ui", "raw"), b"\xff\x00a", by=Actor(), now_ms=1))
    assert "    raw = \\xff\x00a" in session.say("dump")
    assert session.say("get app:ui:raw")[0].startswith("Get error: ")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_stays_on_its_line(session: Session, text: str) -> None:
    """U-15: stored text forges no line of an answer, whatever it holds."""
    session.database.run(
        set_entry(Address("", "app", "ui", "k"), text.encode("utf-8", "surrogatepass"), by=Actor(), now_ms=1)
    )
    for line in ("dump", "list app ui", "meteor app ui", "find app:ui:*"):
        assert all("\n" not in shown and "\r" not in shown for shown in session.say(line))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_lines_are_answered(session: Session, text: str) -> None:
    """No line makes it fail."""
    line = text.replace("\n", " ")
    for start in (
        "",
        "set ",
        "set app:ui:k ",
        "get ",
        "delete ",
        "parse ",
        "find ",
        "mem set n ",
        "mem get ",
        "cursor set ",
        "list ",
    ):
        session.reply(start + line)
        session.complete(start + line)


def test_completion(session: Session) -> None:
    """Commands, then contexts, namespaces, keys, slots; never values."""
    session.say("parse app:ui:theme=dark; thing[0]=1; other=2; user:db:x=1; app::r=1")
    session.say("mem set note 1")
    assert session.complete("va") == ["validate"]
    assert session.complete("") == sorted({*(verb.name for verb in VERBS), "exit", "quit"})
    assert session.complete("get ") == ["app:", "user:"]
    assert session.complete("get app:") == ["app::", "app:ui:"]
    assert session.complete("delete app:ui:th") == ["app:ui:theme", "app:ui:thing[0]"]
    assert session.complete("set app:ui:thing[") == ["app:ui:thing[0]"]
    assert session.complete("find app:ui:") == ["app:ui:other", "app:ui:theme", "app:ui:thing[0]"]
    assert session.complete("get no:where:") == []
    assert session.complete("get app:ui:theme:") == []
    assert session.complete("list us") == ["user"]
    assert session.complete("list app ") == session.complete("cursor set app ") == ["(root)", "ui"]
    assert session.complete("cursor ") == ["reset", "set"]
    assert session.complete("mem g") == ["get"]
    assert session.complete("mem get ") == session.complete("load n") == ["note"]
    assert session.complete("load $") == ["$note"]
    assert session.complete("reset ") == ["all", "app", "cursor", "storage", "user"]
    assert session.complete("help mete") == ["meteor"]
    assert session.complete("set app:ui:theme ") == []
    assert session.complete("parse app") == []


def test_lines_are_kept_newest_first(home: Path) -> None:
    """0600, for one user and meta; over sessions; what cannot be kept is no failure."""
    path = str(home / "deep" / "console" / "default@.lines")
    first = LineHistory(path)
    for line in ("one", "two", "two", "", "  ", "es\x1bcape", "x" * 3000):
        first.add(line)
    first.add("hidden", keep=False)
    assert first.lines() == ["hidden", "two", "one"]
    assert LineHistory(path).lines() == ["two", "one"]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    Path(path).write_bytes(b"good\nes\x1bcape\n\xff\n")
    assert LineHistory(path).lines() == ["\ufffd", "good"]
    (home / "link").symlink_to(path)
    linked = LineHistory(str(home / "link"))
    assert linked.lines() == []
    linked.add("through a link")
    assert b"through" not in Path(path).read_bytes()


def test_the_file_does_not_grow_without_end(home: Path) -> None:
    path = home / "lines"
    path.write_text("".join(f"line {number}\n" for number in range(2 * KEPT)))
    history = LineHistory(str(path))
    history.add("the newest")
    assert len(history.lines()) == KEPT
    kept = path.read_text().splitlines()
    assert (len(kept), kept[-1]) == (KEPT, "the newest")


def test_where_lines_are_kept(home: Path) -> None:
    """In the workspace, apart for each user and meta; `nuclear-clean` removes them with the rest."""
    workspace = find_workspace(dict(os.environ), str(home))
    names = {lines_file(workspace, Actor(user, meta)) for user in ("", "alice") for meta in ("", "orga")}
    assert len(names) == 4
    assert all(name.startswith(workspace.root + "/console/") for name in names)


def test_lines_of_a_pipe_are_not_kept(prontodb: Program, home: Path) -> None:
    prontodb("console", stdin=b"set app:ui:a 1\n")
    assert list(home.rglob("*.lines")) == []


def test_the_console_needs_no_terminal_and_no_textual(repository: Path) -> None:
    """U-08: what both faces share imports neither, and no threads."""
    script = "import sys, tui.console.session; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=repository, timeout=60, check=True
    )
    assert {"textual", "rich", "asyncio", "readline", "tui.headless"} & set(done.stdout.split()) == set()


def test_the_engine_of_a_session(home: Path) -> None:
    """M-106 in a face: after a failure the position is as before."""
    session = open_session(Choice(), dict(os.environ), str(home), face="console")
    with Database(session.database) as database:
        engine = Engine(actor=session.actor)
        talk = Session(database)
        talk.engine = talk.console.engine = engine
        talk.say("cursor set user db")
        talk.say("parse ctl:reset=cursor; bad")
        assert engine.position() == "user:db"
        talk.say("parse ctl:reset=cursor")
        assert engine.position() == "app:main"
