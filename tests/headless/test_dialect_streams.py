"""`list`, `meteor` and `stream --dialect`: Meteor's languages out of the store and into it (M-083, M-211, U-06)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Program

STREAM = 'app:ui:message="Hello; World"; list[0]=one :;: user::lang=en'


def cached(done: subprocess.CompletedProcess[bytes]) -> str:
    """The cache address that a rescue announced."""
    return next(word for word in done.stderr.decode().split() if word.startswith("pipe.cache."))


# list and meteor -----------------------------------------------------------------------------------------------------


def test_list(prontodb: Program) -> None:
    """M-211: insertion order, brackets, secrets masked; all namespaces of a context without one."""
    prontodb("set", "app.ui.zeta", "one\ntwo")
    prontodb("set", "app:ui:alpha[0]", "2")
    prontodb("set", "app.ui.key", "hunter2", "--secret")
    prontodb("set", "app::top", "3")
    assert prontodb("list", "app", "ui").stdout.decode() == (
        "Entries in 'app:ui':\n  zeta = one\\ntwo\n  alpha[0] = 2\n  key = ***\n"
    )
    assert prontodb("list", "app").stdout.decode() == (
        "Entries in 'app':\n  :top = 3\n  ui:zeta = one\\ntwo\n  ui:alpha[0] = 2\n  ui:key = ***\n"
    )
    assert prontodb("list", "app", "(root)").stdout.decode() == "Entries in 'app:(root)':\n  top = 3\n"
    assert prontodb("list", "app", "no").stdout.decode() == "No entries in 'app:no'\n"
    assert prontodb("list", "no").stdout.decode() == "No entries in context 'no'\n"
    found = json.loads(prontodb("list", "app", "ui", "--json").stdout)
    assert found["entries"][1:] == [{"key": "alpha[0]", "value": "2"}, {"key": "key", "secret": True}]
    assert prontodb("list", "a b").returncode == 1


def test_meteor_goes_out_and_comes_back(prontodb: Program) -> None:
    """M-083, U-05: the line of --stream stores the same entries."""
    prontodb("set", "app.ui.message", 'say "hi; there"\n')
    prontodb("set", "app:ui:grid[1,2]", " x=y ")
    prontodb("set", "app.ui.key", "hunter2", "--secret")
    shown = prontodb("meteor", "app", "ui")
    assert b"hunter2" not in shown.stdout
    assert shown.stdout.decode().startswith("Meteor: app:ui\nTokens: 3\n  message = ")
    line = prontodb("meteor", "app", "ui", "--stream")
    assert line.stdout.count(b"\n") == 1
    assert b"1 secret entries left out" in line.stderr
    moved = line.stdout.replace(b"app:ui:", b"copy:ui:", 1)
    assert prontodb("stream", "--dialect", "meteor", stdin=moved).returncode == 0
    for key in ("message", "grid[1,2]"):
        assert prontodb("get", f"copy:ui:{key}", "--raw").stdout == prontodb("get", f"app:ui:{key}", "--raw").stdout
    assert prontodb("get", "copy:ui:key").returncode == 2
    missing = prontodb("meteor", "app", "no")
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert b"No meteor found for app:no" in missing.stderr


# stream --dialect ----------------------------------------------------------------------------------------------------


def test_token_dialect(prontodb: Program) -> None:
    """M-100…M-105: relative to the position of the call, controls in their order, decoded values; the report of X-041."""
    text = b'ns=ui; message="a; b"; list[0]=1; user:db:x=2; ctl:delete=shop:ui:list[0]; ctl:reset=cursor; y=3'
    done = prontodb("-p", "shop", "-n", "orders", "stream", "--dialect", "token", stdin=b"first=1; " + text)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == (
        "✅ Stored: shop.orders.first\n✅ Stored: shop.ui.message\n✅ Stored: shop.ui.list__0\n✅ Stored: user.db.x\n"
        "📋 Control: delete = shop:ui:list[0]\n📋 Control: reset = cursor\n✅ Stored: app.main.y\n"
        "⚡ Stream processing complete: 5 items stored\n"
    )
    assert prontodb("get", "shop.ui.message").stdout == b"a; b\n"
    assert prontodb("get", "shop:ui:list[0]").returncode == 2


def test_the_cursor_of_a_call_is_where_it_begins(prontodb: Program) -> None:
    """U-04: and no stream moves a saved cursor."""
    prontodb("cursor", "set", "work", "-p", "site", "-n", "pages")
    prontodb("cursor", "use", "work")
    for number in (1, 2):
        done = prontodb("stream", "--dialect", "token", "--json", stdin=f"k{number}=1; ns=other; x=2".encode())
        addresses = json.loads(done.stdout)["addresses"]
        assert addresses == [f"site.pages.k{number}", "site.other.x"]


def test_meteor_dialect(prontodb: Program) -> None:
    """M-110…M-114."""
    done = prontodb("stream", "--dialect=meteor", "--verbose", stdin=STREAM.encode())
    assert done.stdout.decode() == (
        "✅ Stored: app.ui.message = Hello; World\n✅ Stored: app.ui.list__0 = one\n✅ Stored: user::lang = en\n"
        "⚡ Stream processing complete: 3 items stored\n"
    )
    assert prontodb("get", "user::lang").stdout == b"en\n"


def test_one_command_that_can_be_undone(prontodb: Program) -> None:
    """U-10: one record `stream`."""
    prontodb("stream", "--dialect", "meteor", stdin=b"a:b:c=1; d=2 :;: e:f:g=3")
    (record,) = [json.loads(line) for line in prontodb("history", "--json").stdout.splitlines()]
    assert (record["command_type"], record["affected"], record["face"]) == ("stream", 3, "cli")
    assert prontodb("undo").returncode == 0
    assert prontodb("projects").stdout == b""


def test_blank_streams_are_nothing(prontodb: Program) -> None:
    """M-116."""
    for dialect in ("token", "meteor"):
        done = prontodb("stream", "--dialect", dialect, stdin=b" \n")
        assert (done.returncode, done.stdout) == (0, "⚡ Stream processing complete: 0 items stored\n".encode())


@pytest.mark.parametrize(
    ("dialect", "content", "part"),
    [
        ("token", b"a=1; bad token; b=2", "key=value"),
        ("token", b"a=1; ctl:explode=x", "delete, reset"),
        ("token", b"a=1; pipe:cache:x=2", "another context"),
        ("meteor", b"a=hunter2", "app:main:a"),
        ("meteor", b"app:ui:a=1; ns=x", "--dialect token"),
        ("meteor", b"app:ui:a=\xff", "UTF-8"),
    ],
)
def test_a_rejected_stream_is_kept(prontodb: Program, dialect: str, content: bytes, part: str) -> None:
    """X-042, M-106: nothing stored, the content in the pipe cache, the hints name the way and the dialect."""
    done = prontodb("stream", "--dialect", dialect, stdin=content)
    assert (done.returncode, done.stdout) == (1, b"")
    told = done.stderr.decode()
    assert f"--dialect {dialect}" in told
    assert part in told
    assert "hunter2" not in told
    assert prontodb("get", cached(done), "--raw").stdout == content
    assert prontodb("projects").stdout == b"pipe\n"


def test_a_rejected_xstream_names_the_dialect(prontodb: Program) -> None:
    """U-06."""
    assert b"prontodb stream --dialect meteor" in prontodb("stream", stdin=b"app:ui:a=1 :;: b=2").stderr
    assert b"prontodb stream --dialect token" in prontodb("stream", stdin=b"a=1; ctl:delete").stderr


def test_what_no_database_took_is_saved(prontodb: Program, home: Path) -> None:
    """P-072: and the way to try again names the dialect."""
    (home / "broken.db").write_bytes(b"no database at all" * 100)
    done = prontodb("--database", "./broken.db", "stream", "--dialect", "token", stdin=b"a=1")
    assert done.returncode == 1
    assert b"prontodb stream --dialect token < " in done.stderr


def test_credentials_cannot_be_passed_by(prontodb: Program) -> None:
    """X-039: where streams need credentials, a language without them is refused, and nothing of it is kept."""
    environ = {"PRONTO_SECURITY": "true", "PRONTO_ADMIN_PASS": "sesame"}
    for dialect in ("token", "meteor"):
        done = prontodb("stream", "--dialect", dialect, stdin=b"app:ui:a=1", env=environ)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"pipe.cache" not in done.stderr
    assert prontodb("projects").stdout == b""


def test_streaming_can_be_off(prontodb: Program) -> None:
    """P-150."""
    done = prontodb("stream", "--dialect", "token", stdin=b"a=1", env={"PRONTO_STREAMING": "off"})
    assert (done.returncode, prontodb("projects").stdout) == (1, b"")


def test_an_unknown_dialect(prontodb: Program) -> None:
    done = prontodb("stream", "--dialect", "latin", stdin=b"a=1")
    assert done.returncode == 1
    assert b"xstream, token, meteor" in done.stderr
    assert prontodb("stream", "--dialect", "xstream", stdin=b"a=1").returncode == 0


def test_options_in_place_of_arguments_are_refused(prontodb: Program) -> None:
    """`list app -n ui` would else list all of app, and nobody would notice."""
    prontodb("set", "app.ui.k", "v")
    for words in (["list", "app", "-n", "ui"], ["meteor", "app", "ui", "-p", "other"]):
        done = prontodb(*words)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"are arguments here, not options" in done.stderr
