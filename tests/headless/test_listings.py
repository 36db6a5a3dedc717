"""`keys`, `scan`, `projects`, `namespaces`, `nss`: order, patterns, formats (P-008, P-013, P-019, P-020, P-033…P-036)."""

from __future__ import annotations

import pytest

from tests.conftest import Program


@pytest.fixture
def filled(prontodb: Program) -> Program:
    """A store with a few entries, in insertion order unlike any sorted one."""
    for address, value in (
        ("a.b.k", "v"),
        ("a.b.K", "V"),
        ("a.b.k__x", "1"),
        ("a.b.list__0", "0"),
        ("a.b.é", "e"),
        ("a.c.z", "z"),
    ):
        assert prontodb("set", address, value).returncode == 0
    return prontodb


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["keys", "a.b"], "K k k__x list__0 é"),
        (["keys", "a.b."], "K k k__x list__0 é"),
        (["keys", "a.b.k"], "k k__x"),
        (["keys", "a.b", "k"], "k k__x"),
        (["keys", "a.b", "*x"], "k__x"),
        (["keys", "a.b", "?"], "K k é"),
        (["keys", "a.b", "list__?"], "list__0"),
        (["keys", "-p", "a", "-n", "b", "l"], "list__0"),
        (["keys", "-p", "a", "b.l"], "list__0"),
        (["keys", "a.b", "--full"], "a.b.K a.b.k a.b.k__x a.b.list__0 a.b.é"),
        (["--meta", "m", "keys", "a.b"], ""),
        (["keys"], ""),
        (["list-keys", "a.c"], "z"),
        (["scan", "a.b", "k"], "k=v k__x=1"),
        (["ls", "a.c"], "z=z"),
        (["scan-pairs", "a.c", "*"], "z=z"),
        (["scan", "a.c", "--full"], "a.c.z=z"),
        (["scan", "a.c", "--json", "--full"], '{"k":"a.c.z","v":"z"}'),
        (["projects"], "a"),
        (["contexts"], "a"),
        (["namespaces", "a"], "b c"),
        (["namespaces", "-p", "a"], "b c"),
        (["namespaces", "nothing"], ""),
        (["nss"], "a.b a.c"),
        (["--ns-delim", "/", "nss"], "a/b a/c"),
        (["--ns-delim", "/", "keys", "a/c"], "z"),
    ],
)
def test_lines(filled: Program, words: list[str], expected: str) -> None:
    """One thing per line, by code point of the printed form, once each."""
    done = filled(*words)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().split("\n")[:-1] == expected.split()


@pytest.mark.parametrize(
    "words",
    [
        ["keys", "a.b.k", "x"],
        ["keys", "a*.b"],
        ["scan", "--full", "--raw"],
        ["scan", "--stream", "--json"],
        ["keys", "--stream", "--full"],
        ["namespaces"],
        ["namespaces", "a", "-p", "a"],
        ["namespaces", "a b"],
        ["namespaces", ""],
    ],
)
def test_refusals(filled: Program, words: list[str]) -> None:
    """P-002, P-020, P-036: exit 1, nothing on stdout."""
    done = filled(*words)
    assert (done.returncode, done.stdout) == (1, b"")


def test_metas_are_transparent(prontodb: Program) -> None:
    """P-101, P-103: printed without the meta, except in storage form."""
    prontodb("--meta", "org", "set", "a.b.c", "v")
    assert prontodb("projects").stdout == b""
    assert prontodb("--meta", "org", "projects").stdout == b"a\n"
    assert prontodb("--meta", "org", "projects", "--raw").stdout == b"org.a\n"
    assert prontodb("--meta", "org", "keys", "a.b", "--raw").stdout == b"org.a.b.c\n"
    assert prontodb("--meta", "org", "scan", "a.b", "--raw").stdout == b"org.a.b.c=v\n"
    assert prontodb("--meta", "org", "keys", "a.b", "--full").stdout == b"a.b.c\n"
    assert prontodb("keys", "org.a.b.").stdout == b"c\n"


def test_scan_is_one_line_per_entry(prontodb: Program) -> None:
    r"""P-034, P-035: line breaks as \n and \r, other bytes than UTF-8 as \xff; exact in JSON."""
    prontodb("set", "a.b.c", "-", stdin=b"1\r\n2\xff")
    prontodb("create-cache", "a.t", "100")
    prontodb("set", "a.t.k", "v")
    assert prontodb("scan", "a.b").stdout == b"c=1\\r\\n2\\xff\n"
    assert prontodb("scan", "a.b", "--json").stdout == b'{"k":"c","b64":"MQ0KMv8="}\n'
    line = prontodb("scan", "a.t", "--json").stdout
    assert line.startswith(b'{"k":"k","v":"v","expires_at":')


def test_a_stream_restores_the_entries(prontodb: Program) -> None:
    """X-045, U-05: `scan --stream` is valid `stream` input, whatever the values and keys are; empty means nothing at all."""
    values = {
        "ns": "x",
        "ns__v": "y",
        "a": 'q "quoted"; \\ back',
        "b": " edge ",
        "c": "l1\nl2",
        "d": "",
        "e": "k=v",
        "f": "'",
        "g": "\x07",
    }
    for key, value in values.items():
        assert prontodb("set", f"p.n.{key}", "-", stdin=value.encode()).returncode == 0
    line = prontodb("scan", "p.n", "--stream").stdout
    assert line.startswith(b"meta:path=p.n; ")
    assert prontodb("keys", "p.n", "--stream").stdout == line
    assert prontodb("--meta", "other", "stream", stdin=line).returncode == 0
    for key, value in values.items():
        assert prontodb("--meta", "other", "get", f"p.n.{key}", "--raw").stdout == value.encode(), key
    assert prontodb("scan", "p.empty", "--stream").stdout == b""


@pytest.mark.parametrize(
    ("address", "content"), [("p.n.k", b"\xff"), ("p:n.m:k", b"v"), ("p::k", b"v"), ("p:n:grid[1,2]", b"v")]
)
def test_what_no_stream_can_say(prontodb: Program, address: str, content: bytes) -> None:
    """U-05: refused with a reason, never written wrongly."""
    assert prontodb("set", address, "-", stdin=content).returncode == 0
    listing = "p.n" if "." in address.split(":")[0] else address.rpartition(":")[0] + ":"
    done = prontodb("scan", listing, "--stream")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"cannot be written in a stream" in done.stderr
