"""`parse`, `validate`, `token`: the Meteor languages on the command line (M-200…M-208, U-07)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Program

STREAM = 'app:ui:message="Hello; World"; list[0]=one :;: user::lang=en'


# parse ---------------------------------------------------------------------------------------------------------------


def test_parse_as_text(prontodb: Program) -> None:
    """M-204: blocks in the order of M-132, the root named, the total last."""
    done = prontodb("parse", STREAM)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().split("\n") == [
        "Current cursor: app:main",
        "",
        "=== Parsed Data ===",
        "Meteor 1:",
        "  Context: app",
        "  Namespace: ui",
        "  Key: message",
        "  Value: Hello; World",
        "  message = Hello; World",
        "",
        "Meteor 2:",
        "  Context: app",
        "  Namespace: ui",
        "  Key: list[0]",
        "  Value: one",
        "  list[0] = one",
        "",
        "Meteor 3:",
        "  Context: user",
        "  Namespace: (root)",
        "  Key: lang",
        "  Value: en",
        "  lang = en",
        "",
        "Total: 3 meteors across 2 contexts",
        "",
    ]


def test_parse_stores_nothing(prontodb: Program, home: Path) -> None:
    """U-07: dry; it needs no database, and no cursor that can be read."""
    assert prontodb("--cursor", "nope", "parse", STREAM).returncode == 0
    assert prontodb("--cursor", "nope", "validate", STREAM).returncode == 0
    assert prontodb("--cursor", "nope", "token", "a=1").returncode == 0
    assert list(home.rglob("*.db")) == []


def test_parse_verbose_begins_with_the_input(prontodb: Program) -> None:
    for flag in ("--verbose", "-v"):
        lines = prontodb("parse", flag, "app:ui:a=1").stdout.decode().split("\n")
        assert lines[:4] == ["=== Meteor Parse Results ===", "Input: app:ui:a=1", "", "Current cursor: app:main"]


def test_operands_are_joined(prontodb: Program) -> None:
    """M-200: by one space; after -- they may begin with a dash."""
    assert (
        prontodb("parse", "app:ui:a=1;", "b=two", "words").stdout == prontodb("parse", "app:ui:a=1; b=two words").stdout
    )
    assert b"Value: -1 -x" in prontodb("parse", "--", "app:ui:a=-1", "-x").stdout
    assert b"Value: -1 -2" in prontodb("parse", "app:ui:a=-1", "-2").stdout


@pytest.mark.parametrize("command", ["parse", "validate", "token"])
def test_a_lone_dash_is_standard_input(prontodb: Program, command: str) -> None:
    done = prontodb(command, "-", stdin=b"app:ui:a=1\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == prontodb(command, "app:ui:a=1").stdout


@pytest.mark.parametrize("command", ["parse", "validate", "token"])
def test_no_input(prontodb: Program, command: str) -> None:
    """M-202."""
    done = prontodb(command)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith(f"Error: No input provided\nUsage: prontodb {command} ")


@pytest.mark.parametrize("command", ["parse", "validate", "token"])
def test_bytes_that_are_no_text(prontodb: Program, command: str) -> None:
    done = prontodb(command, "-", stdin=b"app:ui:a=\xff")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"not UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('app:ui:a="open', "quote"),
        ("key=secretvalue", "app:main:key"),
        ("app:ui:a=1;; b=2", "offset"),
        ("ns=ui; a=1", "token stream"),
        ("app:ui:a=1; ctl:delete", "ctl:"),
        ("app:ui:a=1; ctl:explode=x", "delete, reset"),
        (f"app:ui:{'k' * 200}=secretvalue", "128"),
        (f"app:ui:k={'secretvalue' * 200}", "2048"),
    ],
)
def test_parse_errors(prontodb: Program, text: str, part: str) -> None:
    """M-203: on stderr alone, exit 1, with a way out and without a value (P-116)."""
    for form in ("text", "json", "debug"):
        done = prontodb("parse", f"--format={form}", text)
        assert (done.returncode, done.stdout) == (1, b"")
        told = done.stderr.decode()
        assert told.startswith("Parse error: ")
        assert "hint: " in told
        assert part in told
        assert "secretvalue" not in told


def test_parse_strict(prontodb: Program) -> None:
    """M-128: what is only unwise is refused."""
    for text in ("app:2ui:a=1", "app:a.b.c.d.e.f:k=1", "app:ui:q[]=1", "app:ui:a[b[0]]=1"):
        assert prontodb("parse", text).returncode == 0
        assert prontodb("parse", "--strict", text).returncode == 1


def test_parse_as_json(prontodb: Program) -> None:
    """M-205: contexts as members, but not over the three of its own; values decoded."""
    done = prontodb(
        "parse", "--format", "JSON", 'cursor:x:a=1 :;: app:ui:m="a\\nb"; q[]=x; q[]=y; ctl:delete=app:ui:q[0]'
    )
    assert json.loads(done.stdout) == {
        "cursor": {"context": "app", "namespace": "main"},
        "contexts": 2,
        "meteors": [
            {"context": "app", "namespace": "ui", "key": "m", "value": "a\nb"},
            {"context": "app", "namespace": "ui", "key": "q[1]", "value": "y"},
            {"context": "cursor", "namespace": "x", "key": "a", "value": "1"},
        ],
        "app": {"ui": {"m": "a\nb", "q[1]": "y"}},
    }


def test_parse_debug(prontodb: Program) -> None:
    """M-205."""
    lines = prontodb("parse", "--format=debug", "app:ui:a=1; ctl:reset=cursor").stdout.decode().split("\n")
    assert lines[:4] == [
        "=== DEBUG: Meteor Engine Analysis ===",
        "Raw input: app:ui:a=1; ctl:reset=cursor",
        "Engine cursor: app:main",
        "Storage data:",
    ]
    split = lines.index("Command history:")
    assert json.loads("\n".join(lines[4:split])) == {"app": {"ui": {"a": "1"}}}
    (record,) = json.loads("\n".join(lines[split + 1 :]))
    assert (record["command_type"], record["target"], record["success"]) == ("reset", "cursor", True)


def test_an_unknown_format_is_text(prontodb: Program) -> None:
    """M-200."""
    assert prontodb("parse", "--format=yaml", STREAM).stdout == prontodb("parse", STREAM).stdout


def test_values_stay_on_their_line(prontodb: Program) -> None:
    """U-15: a value forges no line."""
    out = prontodb("parse", r'app:ui:a="x\nTotal: 9 meteors across 9 contexts"').stdout.decode()
    assert out.count("\nTotal: ") == 1


# validate ------------------------------------------------------------------------------------------------------------


def test_validate(prontodb: Program) -> None:
    """M-206."""
    assert prontodb("validate", STREAM).stdout.decode() == "✅ Valid meteor format\n"
    assert prontodb("validate", "-v", STREAM).stdout.decode() == "✅ Valid meteor format\nSegments parsed: 2\n"
    bad = prontodb("validate", "a=1")
    assert (bad.returncode, bad.stdout.decode(), bad.stderr) == (1, "❌ Invalid meteor format\n", b"")
    lines = prontodb("validate", "--verbose", "a=1").stdout.decode().split("\n")
    assert lines[1].startswith("Error: ")
    assert lines[2:4] == ["", "Valid meteor format patterns:"]
    for pattern in lines[4:-1]:
        assert prontodb("validate", pattern.strip()).returncode == 0


def test_explain(prontodb: Program) -> None:
    """M-207, M-117: every finding with its place, in order, then the counts."""
    done = prontodb("validate", "--explain", "app:ui:a=1; a:b:c:d=2 :;: theme=dark")
    assert done.returncode == 1
    lines = done.stdout.decode().split("\n")
    assert lines[0] == "❌ Invalid meteor format"
    assert lines[1] == "error too-many-colons at segment 1 token 2 (offset 12): a:b:c:d=2"
    assert lines[3:] == [
        "error not-fully-qualified at segment 2 token 1 (offset 26): theme=dark",
        "  hint: app:main:theme=dark",
        "Segments: 2",
        "Tokens: 3",
        "Errors: 2",
        "Warnings: 0",
        "",
    ]


def test_strict_makes_faults_of_warnings(prontodb: Program) -> None:
    text = "app:2ui:a[b[0]]=1"
    assert (prontodb("validate", text).returncode, prontodb("validate", "--strict", text).returncode) == (0, 1)
    assert prontodb("validate", "--explain", text).stdout.count(b"\nwarning ") == 2
    assert prontodb("validate", "--explain", "--strict", text).stdout.count(b"\nerror ") == 2


def test_validate_as_json(prontodb: Program) -> None:
    """M-206: the exit code is the verdict in every form."""
    done = prontodb("validate", "--format=json", "theme=dark")
    found = json.loads(done.stdout)
    assert (done.returncode, found["valid"], found["segments"], found["tokens"]) == (1, False, 1, 1)
    assert [item["code"] for item in found["diagnostics"]] == ["not-fully-qualified"]
    machine = prontodb("validate", "theme=dark", "--output", "json")
    assert (machine.returncode, json.loads(machine.stdout)) == (1, {"schema": 1, **found})
    debug = prontodb("validate", "--format=debug", "theme=dark").stdout.decode().split("\n")
    assert debug[0] == "=== DEBUG: Meteor Validation ==="
    assert json.loads("\n".join(debug[3:])) == found


def test_what_is_valid_is_what_is_stored(prontodb: Program) -> None:
    """M-115."""
    for text in (STREAM, "a=1", "ns=ui", "app:ui:a=1; b=2", "", "  ", "x:y=1", "app:ui:a=1 :;: b=2", "app:ui:a=x=y"):
        valid = prontodb("validate", "-", stdin=text.encode()).returncode
        assert prontodb("stream", "--dialect", "meteor", stdin=text.encode()).returncode == valid, text


# token ---------------------------------------------------------------------------------------------------------------


def test_one_token(prontodb: Program) -> None:
    """M-208: the value as written."""
    assert prontodb("token", 'list[0]="a; b"').stdout.decode() == (
        'Parsed Token:\n  Namespace: (none)\n  Key: list[0]\n  Value: "a; b"\n'
    )
    assert prontodb("token", "-v", "ui:list[0]=x").stdout.decode() == (
        "Parsed Token:\n  Namespace: ui\n  Key: list[0]\n  Value: x\n"
        "  Key (transformed): list__i_0\n  Full format: ui:list__i_0=x\n"
    )


def test_several_tokens(prontodb: Program) -> None:
    assert prontodb("token", "a=1; dev:db:b=2; :c=").stdout.decode() == (
        "Token 1:\n  Namespace: (none)\n  Key: a\n  Value: 1\n\n"
        "Token 2:\n  Context: dev\n  Namespace: db\n  Key: b\n  Value: 2\n\n"
        "Token 3:\n  Namespace: (root)\n  Key: c\n  Value: \n"
    )


def test_tokens_as_json(prontodb: Program) -> None:
    wanted = [
        {"namespace": None, "key": "list[0]", "key_transformed": "list__i_0", "value": "x"},
        {"context": "dev", "namespace": "db", "key": "b", "key_transformed": "b", "value": "2"},
    ]
    assert json.loads(prontodb("token", "--format=json", "list[0]=x; dev:db:b=2").stdout) == wanted
    machine = json.loads(prontodb("token", "--output=json", "list[0]=x; dev:db:b=2").stdout)
    assert machine == {"schema": 1, "tokens": wanted}


def test_token_doubts_and_errors(prontodb: Program) -> None:
    """M-071, M-097: legal is shown, with a remark on stderr; the rest is a `Parse error`."""
    done = prontodb("token", "app.ui.button=x=y")
    assert (done.returncode, done.stdout.count(b"\n")) == (0, 4)
    assert b"app:ui:button" in done.stderr
    assert b"quote the value" in done.stderr
    bad = prontodb("token", "just_a_key")
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert bad.stderr.startswith(b"Parse error: ")
