"""`find`: patterns over whole paths on the command line (M-150…M-156, M-216)."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Program
from tests.tui.hostile import HOSTILE


def put(prontodb: Program, *entries: str) -> None:
    for entry in entries:
        address, _, value = entry.partition("=")
        assert prontodb("set", address, value).returncode == 0


def lines(prontodb: Program, *words: str) -> list[str]:
    done = prontodb("find", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().split("\n")[:-1]


def test_paths_and_values(prontodb: Program) -> None:
    """M-216: `path = value`, sorted by path, from every context and namespace."""
    put(prontodb, "app.ui.theme=dark", "app.ui.list__0=first", "user.ui.theme=light", "app.config.theme=none")
    assert lines(prontodb, "*:*:*e*") == [
        "app:config:theme = none",
        "app:ui:theme = dark",
        "user:ui:theme = light",
    ]
    assert lines(prontodb, "app:ui:list[*]") == lines(prontodb, "app:ui:list__*") == ["app:ui:list[0] = first"]
    assert lines(prontodb, "app:ui:theme") == ["app:ui:theme = dark"]


def test_no_match_is_no_failure(prontodb: Program) -> None:
    """M-216, M-152: exact means exact; M-099: how a short pattern was read is told."""
    put(prontodb, "app.ui.theme=dark")
    assert lines(prontodb, "app:ui:them") == ["No matches"]
    assert b"app:main:ui" in prontodb("find", "app:ui").stderr
    done = prontodb("find", "app:ui:them", "--paths")
    assert (done.returncode, done.stdout) == (0, b"")
    done = prontodb("find", "app:ui:them", "--output", "json")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_paths_are_addresses(prontodb: Program) -> None:
    """--paths: every line can be given to another command."""
    put(prontodb, "app.ui.theme=dark", "app.ui.list__0=first", "app::root=r")
    found = lines(prontodb, "*:*:*", "--paths")
    assert len(found) == 3
    assert sorted(prontodb("get", path).stdout for path in found) == [b"dark\n", b"first\n", b"r\n"]


def test_secrets_are_masked(prontodb: Program) -> None:
    """U-11."""
    prontodb("set", "app.ui.token", "hushhush", "--secret")
    assert lines(prontodb, "*:*:*") == ["app:ui:token = ***"]
    found = json.loads(prontodb("find", "*:*:*", "--output", "json").stdout)
    assert found["secret"] is True
    assert "value" not in found
    assert found["path"] == "app:ui:token"


def test_for_programs(prontodb: Program) -> None:
    """U-16: one object a line, values exact."""
    put(prontodb, "app.ui.theme=dark")
    prontodb("set", "app.ui.bytes", "-", stdin=b"\xff\n")
    found = [json.loads(line) for line in lines(prontodb, "app:ui:*", "--output", "json")]
    assert [(item["path"], item["address"]) for item in found] == [
        ("app:ui:bytes", "app.ui.bytes"),
        ("app:ui:theme", "app.ui.theme"),
    ]
    assert found[0]["b64"] == "/wo="
    assert found[1]["value"] == "dark"


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_an_entry_is_one_line(prontodb: Program, value: str) -> None:
    """U-15, M-216: a value with line breaks cannot forge another match."""
    prontodb("set", "app.ui.k", "-", stdin=value.encode("utf-8", "surrogatepass"))
    done = prontodb("find", "app:ui:k")
    assert done.stdout.count(b"\n") == 1
    assert done.stdout.startswith(b"app:ui:k = ")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([""], "empty-path"),
        (["a:b:c:d"], "too-many-colons"),
        (["::"], "empty-context"),
        (["-p", "app", "*"], "usage"),
        (["-n", "ui", "*"], "usage"),
    ],
)
def test_bad_patterns(prontodb: Program, words: list[str], code: str) -> None:
    """M-156; a pattern says its place itself, so an option that does is not silently passed over."""
    done = prontodb("find", "--output", "json", *words)
    assert done.returncode == 1
    assert json.loads(done.stderr)["code"] == code
