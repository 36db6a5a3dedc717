"""U-16: `--output json` with every command of the table, results, errors and warnings alike."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program
from tui.commands import COMMANDS
from tui.headless.shapes import ERROR, SHAPES, faults

SETUP: list[tuple[list[str], bytes | None]] = [
    (["set", "app.ui.theme", "dark"], None),
    (["set", "app.ui.bytes", "-"], b"\xff\x00"),
    (["set", "app.ui.key", "hunter2", "--secret"], None),
    (["create-cache", "app.cache", "3600", "max_items=9"], None),
    (["set", "app.cache.k", "v"], None),
    (["cursor", "set", "spare", "./spare.db"], None),
    (["backup", "--output", "there"], None),
    (["export-fs", "--root", "in", "--ns", "app.cache"], None),
    (["set", "app.ui.theme", "light"], None),
    (["set", "app.ui.theme", "dark"], None),
    (["set", "doc:guide:sections[10_intro]", "hello"], None),
    (["set", "doc:guide:full", "stale"], None),
    (["set", "doc:guide:metadata[sha256.full]", "00"], None),
    (["export", "doc.guide", "--tree", "tree"], None),
    (["scratch", "set", "note", "later"], None),
    (["scratch", "set", "bytes", "-"], b"\xff\x00"),
]

RUNS: dict[str, list[tuple[list[str], bytes | None]]] = {
    "set": [
        (["set", "a.b.c", "v"], None),
        (["set", "bad..address"], b"piped"),
    ],
    "get": [
        (["get", "app.ui.theme"], None),
        (["get", "app.ui.bytes"], None),
        (["get", "app.ui.key"], None),
        (["get", "app.ui.theme", "--json"], None),
        (["get", "app.ui.theme", "--b64"], None),
        (["get", "app.cache.k"], None),
    ],
    "del": [(["del", "app.ui.theme"], None), (["del", "app.ui.theme"], None)],
    "keys": [(["keys", "app.ui"], None)],
    "scan": [(["scan", "app.ui"], None), (["scan", "app.cache"], None), (["scan", "app.ui", "--json"], None)],
    "copy": [(["copy", "app.ui.theme", "x.y.z"], None)],
    "stream": [
        (["stream"], b"a=1; meta:path=x.y; b=2; sec:user=bob;"),
        (["stream", "--dialect", "token"], b"a=1; ns=x; b=2; ctl:delete=app:main:a"),
        (["stream", "--dialect", "meteor"], b"a:b:c=1 :;: d:e:f=2"),
    ],
    "parse": [(["parse", "app:ui:theme=dark; size=1"], None), (["parse", "-"], b"app:ui:theme=dark")],
    "validate": [
        (["validate", "app:ui:theme=dark"], None),
        (["validate", "--explain", "app:a.b.c.d.e:theme=dark"], None),
    ],
    "token": [(["token", "ui:list[0]=1; a:b:c=2; d=3"], None)],
    "find": [(["find", "*:*:*"], None), (["find", "app:ui:th?me", "--paths"], None)],
    "search": [
        (["search", "ark"], None),
        (["search", "ark", "--limit", "0"], None),
        (["search", "--consecutive", "darkhello"], None),
        (["search", "--explain", "ark"], None),
        (["search", "--session"], b"=\n"),
    ],
    "config": [(["config"], None)],
    "list": [
        (["list", "app"], None),
        (["items", "--ids-only"], None),
        (["list", "app", "ui"], None),
        (["list", "app", "nothing"], None),
    ],
    "meteor": [(["meteor", "app", "ui"], None), (["meteor", "app", "cache", "--stream"], None)],
    "console": [
        (["console"], b"dump\n\nset x:y:z 1\nget nothing\n"),
        (["console", "--memory"], b"mem edit note\nnew\ny\nexit\n"),
    ],
    "projects": [(["projects"], None)],
    "namespaces": [(["namespaces", "app"], None)],
    "nss": [(["nss"], None)],
    "create-cache": [(["create-cache", "x.y", "5"], None)],
    "admin set-cache": [(["admin", "set-cache", "app.cache", "timeout=5"], None)],
    "admin drop-cache": [(["admin", "drop-cache", "app.cache"], None)],
    "admin sweep": [(["admin", "sweep"], None)],
    "admin secret": [
        (["admin", "secret", "app.ui"], None),
        (["admin", "secret", "app.ui", "on"], None),
        (["admin", "secret", "app.ui", "off"], None),
    ],
    "admin nuclear-clean": [(["admin", "nuclear-clean", "--i-am-sure"], None)],
    "cursor set": [
        (["cursor", "set", "work"], None),
        (["cursor", "set", "work", "./work.db", "-p", "a", "-n", "b", "--meta", "m"], None),
    ],
    "cursor list": [(["cursor", "list"], None)],
    "cursor use": [(["cursor", "use", "spare"], None), (["cursor", "main"], None)],
    "cursor active": [(["cursor", "active"], None)],
    "cursor clear": [(["cursor", "clear"], None)],
    "cursor delete": [(["cursor", "delete", "spare"], None)],
    "history": [
        (["history"], None),
        (["history", "--limit", "1"], None),
        (["history", "app.ui.theme"], None),
        (["history", "app.ui.key"], None),
    ],
    "undo": [(["undo"], None), (["undo", "2"], None)],
    "reset": [(["reset", "cursor"], None), (["reset", "app"], None), (["reset", "all", "--yes"], None)],
    "export": [
        (["export", "app.cache"], None),
        (["export", "app.ui", "--include-secrets"], None),
        (["export", "app.cache", "--tree", "files"], None),
        (["export", "app.cache", "--format", "text"], None),
    ],
    "import": [
        (["import", "x.y"], b"k\tv\n"),
        (["import", "x.y", "--format", "json"], b'{"k":"k","v":"v"}\n'),
        (["import", "x.y", "--format", "stream"], b"k=v;"),
        (["import", "x.y", "--src", "tree", "--show-diff"], None),
        (["import", "--format", "text"], b"# Context: x\n# Namespace: y\nk=v\n"),
    ],
    "doc list": [(["doc", "list"], None)],
    "doc show": [(["doc", "show", "guide"], None)],
    "doc sections": [(["doc", "sections", "guide"], None)],
    "doc diff": [(["doc", "diff", "guide", "--src", "tree"], None)],
    "export-fs": [(["export-fs", "--root", "out", "--ns", "app.cache"], None)],
    "import-fs": [(["import-fs", "--root", "in", "--ns", "app.cache"], None)],
    "backup": [
        (["backup"], None),
        (["backup", "--output-dir", "there"], None),
        (["backup", "--output", "there"], None),
    ],
    "backup list": [(["backup", "list", "--output", "there"], None)],
    "restore": [(["restore", "there/backup.tar.gz"], None)],
    "workspace init": [(["workspace", "init"], None)],
    "workspace info": [(["workspace", "info"], None)],
    "workspace status": [(["workspace", "status"], None), (["workspace", "status", "--cursor", "spare"], None)],
    "scratch list": [(["scratch", "list"], None), (["mem", "list"], None)],
    "scratch get": [(["scratch", "get", "note"], None), (["scratch", "get", "bytes"], None)],
    "scratch set": [(["scratch", "set", "note", "v"], None), (["scratch", "set", "note"], b"piped")],
    "scratch delete": [(["scratch", "delete", "note"], None), (["scratch", "delete", "note"], None)],
    "scratch edit": [],  # needs a terminal: tests/headless/test_scratch.py gives it one
    "pantheon iter": [
        (["pantheon", "iter", "save", "--name=keeper", "--session=7"], b"log"),
        (["pantheon", "iter", "show", "--name=keeper", "--session=7"], None),
        (["pantheon", "iter", "--name=keeper"], None),
        (["pantheon", "iter", "counter", "--bump", "--name=keeper"], None),
        (["pantheon", "iter", "7", "--name=keeper"], None),
        (["pantheon", "iter", "archive", "3", "--name=keeper"], None),
    ],
    "pantheon migrate": [
        (["pantheon", "migrate", "init", "--name=keeper"], None),
        (["pantheon", "migrate", "import", "--name=keeper"], None),
        (["pantheon", "migrate", "status", "--name=keeper"], None),
        (["pantheon", "migrate", "backup", "--name=keeper"], None),
    ],
    "pantheon context": [(["pantheon", "context", "--name=keeper"], None)],
    "pantheon shell": [(["pantheon", "shell"], None)],
    "demo": [(["demo"], None)],
    "help": [(["help"], None), (["help", "set"], None), (["help", "addresses"], None), (["help", "admin"], None)],
    "completions": [(["completions", shell], None) for shell in ("bash", "zsh", "FISH")],
    "version": [(["version"], None)],
}


def objects(text: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.decode().split("\n")[:-1]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_command_answers_in_its_shape(prontodb: Program, home: Path, command: Any) -> None:
    """One object, or one per line for listings, each with `schema`; nothing else on either stream."""
    for words, stdin in SETUP:
        assert prontodb(*words, stdin=stdin).returncode == 0
    (archive,) = (home / "there").iterdir()
    shutil.copy(archive, home / "there/backup.tar.gz")  # a name that does not tell the day
    for words, stdin in RUNS[command.name]:
        for way in (["--output", "json"], None):
            prontodb("create-cache", "app.cache", "3600", "max_items=9")
            prontodb("cursor", "set", "spare", "./spare.db")
            done = prontodb(*words, *(way or []), stdin=stdin, env={} if way else {"PRONTO_OUTPUT": "json"})
            assert (done.returncode, done.stderr) == (0, b""), (words, done.stderr)
            found = objects(done.stdout)
            assert found
            assert command.lines or len(found) == 1
            for item in found:
                assert next(iter(item)) == "schema"
                assert faults(SHAPES[command.name], item) == [], item


def test_every_command_is_run_above() -> None:
    assert set(RUNS) == {command.name for command in COMMANDS}


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["get", "app.ui.nothing"], "not-found", 2),
        (["get", "a..b"], "empty_part", 1),
        (["copy", "a.b.nope", "a.b.c"], "not-found", 2),
        (["get"], "usage", 1),
        (["nonsense"], "usage", 1),
        (["--cursor", "nope", "get", "a"], "unknown-cursor", 1),
        (["create-cache", "a.b", "0"], "bad_ttl", 1),
        (["admin", "drop-cache", "a.b"], "not_a_cache", 1),
        ([], "usage", 1),
    ],
)
def test_an_error_is_one_object_on_stderr(prontodb: Program, words: list[str], code: str, exit_code: int) -> None:
    """With code, message, hint and position; stdout stays empty."""
    done = prontodb(*words, "--output=json")
    assert (done.returncode, done.stdout) == (exit_code, b"")
    (error,) = objects(done.stderr)
    assert faults(ERROR, error) == []
    assert error["code"] == code
    assert prontodb(*words, env={"PRONTO_OUTPUT": "json"}).stderr == done.stderr


def test_positions_point_into_the_text(prontodb: Program) -> None:
    (error,) = objects(prontodb("get", "app.ü.k", "--json", "--output", "json").stderr)
    assert error["position"] == 4


def test_a_warning_is_an_object_too(prontodb: Program) -> None:
    """What goes on is marked as a warning, so that a program can tell it from an error."""
    done = prontodb("stream", "--json", stdin=b"meta:colour=red; k=v;")
    (warning,) = objects(done.stderr)
    assert faults(ERROR, warning) == []
    assert (warning["warning"], warning["code"]) == (True, "ignored-directive")
    assert objects(done.stdout)[0]["stored"] == 1


def test_values_arrive_exactly(prontodb: Program) -> None:
    """Text as text, other bytes as base64, JSON as JSON; secrets in `get`, not in `scan`."""
    for words, stdin in SETUP:
        prontodb(*words, stdin=stdin)
    prontodb("set", "app.ui.json", '{"n": 1}', "--json")
    get = {
        name: objects(prontodb("get", f"app.ui.{name}", "--output=json").stdout)[0]
        for name in ("theme", "bytes", "key")
    }
    assert (get["theme"]["value"], get["bytes"]["b64"], get["key"]["value"]) == ("dark", "/wA=", "hunter2")
    assert objects(prontodb("get", "app.ui.json", "--json", "--output=json").stdout)[0]["json"] == {"n": 1}
    scan = {item["key"]: item for item in objects(prontodb("scan", "app.ui", "--output=json").stdout)}
    assert scan["key"]["secret"] is True
    assert "value" not in scan["key"]


def test_the_shapes_can_be_broken() -> None:
    """The check above is able to fail."""
    assert faults(SHAPES["del"], {"schema": 1, "address": "a.b.c"}) == ["missing member deleted"]
    assert faults(SHAPES["del"], {"schema": 1, "address": None, "deleted": 1, "x": 0}) != []
    assert faults(SHAPES["admin sweep"], {"schema": 1, "swept": True}) != []
