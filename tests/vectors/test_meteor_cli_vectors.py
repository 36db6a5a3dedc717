"""Areas cli and repl of meteor.jsonl: `parse`, `validate`, `token` and the console, as the real program and without a face."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Program
from tests.tui.consoles import Session
from vector_files import Vector, cases

COMMANDS = ("parse", "validate", "token", "config")
EVERY_OTHER = 2
"""Every how-manieth vector of the console runs as a process of its own; all run without one."""


def is_ours(vector: Vector) -> bool:
    return vector["input"]["args"][:1] != [] and vector["input"]["args"][0] in COMMANDS


def holds(found: Any, wanted: Any) -> bool:
    """Objects are compared as subsets (meteor.md section 15)."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(name in found and holds(found[name], value) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(holds, found, wanted))
    return bool(found == wanted)


def in_order(text: str, parts: list[str]) -> bool:
    """Whether the first occurrences ascend."""
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("vector", cases("meteor", "cli", is_ours))
def test_command_line(vector: Vector, prontodb: Program) -> None:
    done = prontodb(*vector["input"]["args"])
    out, err = done.stdout.decode(), done.stderr.decode()
    told = f"exit {done.returncode}\n{out}\n{err}"
    for member, wanted in vector["expect"].items():
        match member:
            case "exit":
                assert done.returncode == wanted, told
            case "stdout_contains":
                assert [text for text in wanted if text not in out] == [], told
            case "stdout_lacks":
                assert [text for text in wanted if text in out] == [], told
            case "stdout_order":
                assert in_order(out, wanted), told
            case "stderr_contains":
                assert [text for text in wanted if text not in err] == [], told
            case "json":
                assert holds(json.loads(out), wanted), told
            case "json_lacks":
                assert [name for name in wanted if name in json.loads(out)] == [], told
            case _:
                raise AssertionError(f"an expectation nobody checks: {member}")


def judge(expected: dict[str, Any], out: str) -> None:
    for member, wanted in expected.items():
        match member:
            case "contains":
                assert [text for text in wanted if text not in out] == [], out
            case "counts":
                assert {text: out.count(text) for text in wanted} == wanted, out
            case "order":
                assert in_order(out, wanted), out
            case _:
                raise AssertionError(f"an expectation nobody checks: {member}")


@pytest.mark.parametrize("vector", cases("meteor", "repl"))
def test_console_without_a_face(vector: Vector) -> None:
    """Every session, on a store in memory; questions are answered by the lines that follow, as on standard input."""
    session = Session(disposable=True)
    lines = iter(vector["input"]["lines"])
    out: list[str] = []
    for line in lines:
        reply = session.drive(session.console.feed(line), lines)
        out += [*session.asked, *reply.lines]
        session.asked.clear()
        if reply.done:
            break
    session.close()
    judge(vector["expect"], "\n".join(out))


@pytest.mark.parametrize("vector", cases("meteor", "repl")[::EVERY_OTHER])
def test_console_as_a_process(vector: Vector, prontodb: Program) -> None:
    """U-08: on the real store, which is empty at first; in memory where a session empties it, which else needs `--yes` (U-07)."""
    resets = any(line.split()[:1] == ["reset"] for line in vector["input"]["lines"])
    words = ("console", "--memory") if resets else ("console",)
    done = prontodb(*words, stdin="".join(f"{line}\n" for line in vector["input"]["lines"]).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    judge(vector["expect"], done.stdout.decode())
