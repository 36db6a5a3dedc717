"""The process contract, with real processes: streams, exit codes, closed and full descriptors, signals (P-001, P-002)."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Program

PROGRAM = f"{sys.executable} -m tui"


def shell(line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run `line` in bash, `prontodb` standing for the program."""
    return subprocess.run(
        ["bash", "-c", f'prontodb() {{ {PROGRAM} "$@"; }}\n{line}'],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **env},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "locale",
    [{"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "utf-16"}],
)
def test_utf8_whatever_the_locale(prontodb: Program, locale: dict[str, str], home: Path) -> None:
    """P-001: arguments, values, paths and messages are UTF-8 under any locale."""
    assert prontodb("set", "a.b.größe", "日本 ü", env=locale).stderr.decode() == "✅ Set a.b.größe (9 bytes)\n"
    assert prontodb("get", "a.b.größe", env=locale).stdout.decode() == "日本 ü\n"
    assert prontodb("scan", "a.b", env=locale).stdout.decode() == "größe=日本 ü\n"
    assert prontodb("--database", f"{home}/größe.db", "set", "k", "v", env=locale).returncode == 0
    assert (home / "größe.db").exists()
    refused = prontodb("get", "größe.b.c", env=locale)
    assert "invalid address 'größe.b.c'" in refused.stderr.decode().lower()


def test_a_closed_pipe_ends_silently(prontodb: Program) -> None:
    """P-001: `scan | head -1`, with more output than a pipe holds, at any moment."""
    tokens = "".join(f"k{number}={'x' * 90};" for number in range(3000))
    prontodb("stream", "-q", stdin=tokens.encode())
    done = shell("prontodb scan | head -1; echo ${PIPESTATUS[0]}; prontodb get k1 | true; prontodb help | true")
    assert done.stdout.split(b"\n")[0] == b"k0=" + b"x" * 90
    assert done.stdout.split(b"\n")[1] == b"0"
    assert done.stderr == b""


def test_a_full_device_is_an_error(prontodb: Program) -> None:
    """P-002: what cannot be written is said, exit 1."""
    prontodb("set", "k", "v")
    done = shell("prontodb get k > /dev/full")
    assert (done.returncode, done.stderr) == (1, b"cannot write to standard output: No space left on device\n")
    done = shell("prontodb --output json get k > /dev/full")
    assert done.returncode == 1
    assert b'"code":"output-error"' in done.stderr


def test_closed_descriptors(prontodb: Program, home: Path) -> None:
    """P-060: an unattached stdin is empty. A closed stdout or stderr hurts nobody who does not need it, nor any file."""
    assert shell("prontodb set a.b.c v <&- >&- 2>&-").returncode == 0
    assert prontodb("get", "a.b.c").stdout == b"v\n"
    done = shell("prontodb set a.b.d <&-")
    assert done.returncode == 1
    assert b"usage" in done.stderr
    done = shell("prontodb get a.b.c >&-")
    assert (done.returncode, done.stderr) == (1, b"cannot write to standard output: it is closed\n")
    assert shell("prontodb get a.b.missing 2>&-").returncode == 2
    assert shell("prontodb get 'a..b' 2>/dev/full").returncode == 1
    assert shell("echo lost | prontodb set 'a..b' 2>&-").returncode == 0
    for path in (home / ".local").rglob("*"):
        assert not path.is_file() or b"cached as" not in path.read_bytes()


def test_data_commands_are_silent_on_success(prontodb: Program) -> None:
    """P-001: nothing but data on stdout, nothing on stderr."""
    prontodb("set", "a.b.c", "v")
    for command in (["get", "a.b.c"], ["keys", "a.b"], ["scan", "a.b"], ["ls", "a.b"], ["projects"], ["nss"]):
        done = prontodb(*command)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout != b""
    done = prontodb("set", "a.b.c", "v")
    assert (done.stdout, done.stderr.decode()) == (b"", "✅ Set a.b.c (1 bytes)\n")
    done = prontodb("del", "a.b.c")
    assert (done.stdout, done.stderr.decode()) == (b"", "✅ Deleted a.b.c\n")
    for command in (["set", "a.b.c", "v", "-q"], ["del", "a.b.c", "--quiet"]):
        done = prontodb(*command)
        assert (done.stdout, done.stderr) == (b"", b"")


P_002: list[tuple[list[str], int, str]] = [
    (["get", "a.b.missing"], 2, "not found"),
    (["copy", "a.b.missing", "a.b.c"], 2, "not found"),
    (["get"], 1, "usage"),
    (["set"], 1, "usage"),
    (["copy", "a"], 1, "usage"),
    (["namespaces"], 1, "usage"),
    (["create-cache", "p.n"], 1, "usage"),
    (["keys", "a.b.c", "d"], 1, "usage"),
    (["get", "a..b"], 1, "invalid address"),
    (["get", "a.b.c.d.e"], 1, "invalid address.*too many parts"),
    (["-p", "a", "-n", "b", "get", "c.d"], 1, "invalid address.*delimiter"),
    (["--ns-delim", "xx", "get", "a"], 1, "invalid address.*delimiter"),
    (["set", "pipe.cache.x", "v"], 1, "invalid address.*reserved"),
    (["--user", "b_b", "get", "a"], 1, "alphanumeric"),
    (["--user", "admin", "get", "a"], 1, "reserved"),
    (["create-cache", "p.n", "0"], 1, "positive"),
    (["create-cache", "p.n", "-5"], 1, "positive"),
    (["create-cache", "p.n", "timeout=1.5"], 1, "positive"),
    (["set", "p.n.k", "v", "--ttl", "abc"], 1, "positive"),
    (["create-cache", "p", "60"], 1, r"project\.namespace"),
    (["create-cache", "a.b.c", "60"], 1, r"project\.namespace"),
    (["admin", "drop-cache", "p"], 1, r"project\.namespace"),
    (["set", "p.n.k", "{bad", "--json"], 1, "JSON"),
    (["set", "p.n.k", "!!", "--b64"], 1, "base64"),
    (["--cursor", "nope", "get", "a"], 1, "nope.*not found"),
    (["set", "p.n.k", "v", "--ttl", "5"], 1, "TTL not allowed"),
    (["admin", "drop-cache", "p.n"], 1, "p.n"),
    (["get", "a", "--frobnicate"], 1, "frobnicate"),
    (["--database", "a/../b/", "get", "k"], 1, "a/../b/"),
    (["--database", "..", "get", "k"], 1, r"\.\."),
    (["frobnicate"], 1, "Unknown command: frobnicate"),
    ([], 1, "help"),
]


@pytest.mark.parametrize(("words", "code", "sentence"), P_002, ids=lambda value: str(value)[:40])
def test_exit_codes_and_sentences(prontodb: Program, words: list[str], code: int, sentence: str) -> None:
    """P-002: every sentence it names, any case; 2 only for what is not there; nothing on stdout."""
    done = prontodb(*words)
    assert done.returncode == code, done.stderr.decode()
    assert done.stdout == b""
    assert re.search(sentence, done.stderr.decode(), re.IGNORECASE), done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("env", "words", "sentence"),
    [
        ({"PRONTO_FORCE_USER": "keeper"}, ["--user", "bob", "get", "a"], "locked to 'keeper'"),
        ({"PRONTO_FORCE_META": "org"}, ["--meta", "other", "get", "a"], "locked to 'org'"),
        ({"PRONTO_SECURITY_MODE": "strict"}, ["get", "a"], "strict"),
        ({"PRONTO_SECURITY_MODE": "strict", "PRONTO_FORCE_USER": "keeper"}, ["keys", "--raw"], "strict"),
        ({"PRONTO_SECURITY_MODE": "strict", "PRONTO_FORCE_USER": "keeper"}, ["scan", "--raw"], "strict"),
        ({"PRONTO_SECURITY_MODE": "strict", "PRONTO_FORCE_USER": "keeper"}, ["projects", "--raw"], "strict"),
        ({"PRONTO_MAX_INPUT": "4"}, ["set", "a.b.c", "12345"], "maximum size"),
        ({"PRONTO_OUTPUT": "xml"}, ["get", "a"], "PRONTO_OUTPUT.*xml"),
        ({"PRONTO_MAX_INPUT": "lots"}, ["get", "a"], "PRONTO_MAX_INPUT"),
    ],
)
def test_sentences_of_locks_and_settings(
    prontodb: Program, env: dict[str, str], words: list[str], sentence: str
) -> None:
    """P-002, P-110…P-112, P-054: locks, strict mode and limits are named."""
    done = prontodb(*words, env=env)
    assert done.returncode == 1
    assert re.search(sentence, done.stderr.decode()), done.stderr.decode()


def test_help_and_version_work_whatever_is_wrong(prontodb: Program, home: Path) -> None:
    """P-110: a bad lock, bad settings or no home fail every command but these two."""
    (home / "pronto.conf").write_text("nonsense\n")
    env = {"PRONTO_FORCE_USER": "no_good", "PRONTO_CONFIG": str(home / "pronto.conf"), "PRONTO_MAX_INPUT": "lots"}
    assert prontodb("get", "a", env=env).returncode == 1
    assert prontodb("help", env=env).returncode == 0
    assert prontodb("set", "--help", env=env).returncode == 0
    done = prontodb("version", env=env)
    assert (done.returncode, done.stdout.split(b"\n")[1]) == (0, b"features: streaming=on")
    assert prontodb("version", env={"PRONTO_STREAMING": "off"}).stdout.endswith(b"features: streaming=off\n")


def test_a_defect_of_ours_is_one_line(prontodb: Program, home: Path) -> None:
    """P-001: no traceback unless PRONTO_DEBUG=1, and no data; P-002: exit 1."""
    (home / "sitecustomize.py").write_text(
        "import store.operations.entries as entries\n"
        "def get(address):\n    raise ZeroDivisionError('the secret value')\n"
        "entries.get = get\n"
    )
    env = {"PYTHONPATH": f"{home}:{REPOSITORY}"}
    done = prontodb("get", "a.b.c", env=env)
    assert done.returncode == 1
    assert done.stderr.decode().startswith(
        "internal error, a defect of ours: get failed with ZeroDivisionError\nhint: "
    )
    assert b"secret" not in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Traceback" in prontodb("get", "a.b.c", env={**env, "PRONTO_DEBUG": "1"}).stderr
    assert b'"code":"internal"' in prontodb("get", "a.b.c", "--output=json", env=env).stderr


def on_a_terminal(words: list[str], *, keys: bytes = b"") -> tuple[int, bytes]:
    """Exit code and everything that appears when the program runs on a terminal of its own."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["PYTHONPATH"] = str(REPOSITORY)
        os.execv(sys.executable, [sys.executable, "-m", "tui", *words])
    shown = b""
    os.write(terminal, keys)
    while True:
        if not select.select([terminal], [], [], 20)[0]:
            os.kill(pid, signal.SIGKILL)
            break
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.replace(b"\r\n", b"\n")


HOSTILE = "a\x1b]0;title\x07\u202eb\u200bc\td\n"


def test_a_terminal_sees_marks_a_pipe_sees_bytes(prontodb: Program) -> None:
    """U-15: escapes, bidi and zero-width characters of stored text never reach a terminal; a pipe gets exact bytes."""
    prontodb("set", "a.b.c", "-", stdin=HOSTILE.encode())
    prontodb("set", "a.b.bytes", "-", stdin=b"\xff\x1b[31m")
    assert prontodb("get", "a.b.c").stdout == HOSTILE.encode()
    assert prontodb("get", "a.b.bytes", "--raw").stdout == b"\xff\x1b[31m"
    for words in (["get", "a.b.c"], ["scan", "a.b"], ["scan", "a.b", "--json"], ["get", "a.b.bytes"]):
        code, shown = on_a_terminal(words)
        assert code == 0
        assert not any(bad in shown for bad in (b"\x1b", b"\x07", "\u202e".encode(), "\u200b".encode(), b"\xff"))
    code, shown = on_a_terminal(["get", "a.b.c"])
    assert re.sub(" {2,}", "\t", shown.decode()) == "a␛]0;title␇‹RLO›b‹ZWSP›c\td\n"
    code, shown = on_a_terminal(["get", "a.b.c", "--output=json"])
    assert json.loads(shown)["value"] == HOSTILE
    assert shown.isascii()


def test_our_own_tabs_reach_a_terminal(prontodb: Program) -> None:
    """P-036: the columns of `namespaces --long` are the same text on a terminal."""
    prontodb("set", "a.b.c", "v")
    code, shown = on_a_terminal(["namespaces", "a", "--long"])
    assert (code, shown.decode().split()) == (0, ["b", "std", "-"])


def test_errors_show_no_control_characters(prontodb: Program) -> None:
    """U-15: not even those the user typed; the caret stands under the fault all the same."""
    done = prontodb("get", "a.\x1b[31mb.日\x07x")
    lines = done.stderr.decode().split("\n")
    assert not any(bad in done.stderr for bad in (b"\x1b", b"\x07"))
    assert lines[1:3] == ["  a.␛[31mb.日␇x", "    ^"]


def test_a_value_is_not_asked_for_on_a_terminal(prontodb: Program) -> None:
    """P-050: `set` without a value does not wait for keys; `set -` reads them; `stream` refuses (X-030)."""
    code, shown = on_a_terminal(["set", "a.b.c"])
    assert code == 1
    assert b"usage" in shown
    code, shown = on_a_terminal(["stream"])
    assert code == 1
    assert b"No input" in shown
    code, _ = on_a_terminal(["set", "a.b.c", "-"], keys=b"typed\n\x04")
    assert code == 0
    assert prontodb("get", "a.b.c").stdout == b"typed\n"
