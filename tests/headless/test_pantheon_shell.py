"""The functions of tui/shell/pantheon.sh, in the shells that people have: nothing is split, expanded or led astray (P-126)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

FUNCTIONS = REPOSITORY / "tui/shell/pantheon.sh"
STRANGE = "a b  c'd\"e$(touch pwned)`touch pwned`\\*;\nf"
Shell = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(params=["sh", "bash", "bash --posix"])
def shell(request: pytest.FixtureRequest, home: Path) -> Shell:
    """Run a script after sourcing the functions, with `prontodb` on the path and strict about unset variables."""
    (home / "bin").mkdir()
    program = home / "bin/prontodb"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={REPOSITORY} exec {sys.executable} -m tui "$@"\n')
    program.chmod(0o755)

    def run(script: str, *arguments: str, stdin: bytes = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
        command = [*request.param.split(), "-uc", f'. "{FUNCTIONS}"\n{script}', "test", *arguments]
        path = f"{home / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            env={**os.environ, "PATH": path, **environ},
            timeout=60,
            check=False,
        )

    return run


def test_the_shells_are_there() -> None:
    """The tests below have something to run in."""
    assert shutil.which("sh")
    assert shutil.which("bash")


def test_the_file_is_printed_and_sourced(shell: Shell) -> None:
    """`prontodb pantheon shell` says where it is; sourcing prints nothing and runs nothing."""
    done = shell('. "$(prontodb pantheon shell)"')
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert shell("prontodb pantheon shell").stdout.decode() == f"{FUNCTIONS}\n"


def test_permission(shell: Shell) -> None:
    """The seed's `validate_pantheon_permission`, in its words."""
    active = {"PANTHEON_ACTIVE_KIN": "keeper"}
    assert shell("validate_pantheon_permission keeper", **active).returncode == 0
    done = shell("validate_pantheon_permission prometheus", **active)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"Permission denied - cannot access prometheus context\nCurrent context: keeper\n")
    for kin in ("", "../keeper", "keeper --user x", "-q", "root"):
        assert shell('validate_pantheon_permission "$1"', kin).returncode == 1
    assert shell("validate_pantheon_permission").returncode == 1


def test_cursor_name(shell: Shell) -> None:
    """The seed's `pantheon_cursor_name`; a bad name gives none."""
    assert shell("pantheon_cursor_name keeper").stdout == b"pantheon_keeper\n"
    done = shell('pantheon_cursor_name "$1"', "x; id")
    assert (done.returncode, done.stdout) == (1, b"")


@pytest.mark.parametrize("place", ["panth", STRANGE])
def test_the_context_is_made_of_whole_words(shell: Shell, home: Path, place: str) -> None:
    """`get_secure_pronto_context` survives `eval "set -- …"` whatever the path of the home holds."""
    script = 'eval "set -- $(get_secure_pronto_context keeper)"; printf "%s|" "$@"'
    done = shell(script, PANTH_HOME=f"{home}/{place}", PRONTO_OUTPUT="json")
    database = f"{home}/{place}/databases/pantheon_keeper.db"
    words = ["--user", "keeper", "--cursor", "pantheon_keeper", "--meta", "keeper", "--database", database]
    assert done.stdout.decode() == "".join(f"{word}|" for word in words)
    assert not list(home.rglob("pwned"))


@pytest.mark.parametrize("value", ["plain", STRANGE, "", "$HOME *", "--", "-n", "it's"])
def test_a_secure_call_passes_words_as_they_are(shell: Shell, home: Path, value: str) -> None:
    """`secure_pronto_call`: arguments and standard input arrive unchanged, in the kin's database and meta."""
    environ = {"PANTH_HOME": f"{home}/{STRANGE}"}
    done = shell('secure_pronto_call keeper set a.b.c -- "$1"', value, **environ)
    assert done.returncode == 0, done.stderr
    assert shell("secure_pronto_call keeper get a.b.c --raw", **environ).stdout == value.encode()
    assert shell("secure_pronto_call prometheus get a.b.c", **environ).returncode == 2
    content = value.encode() + b"\n\xff"
    assert shell("secure_pronto_call keeper set a.b.d -", stdin=content, **environ).returncode == 0
    assert shell("secure_pronto_call keeper get a.b.d --raw", **environ).stdout == content
    assert not list(home.rglob("pwned"))


@pytest.mark.parametrize(
    "words",
    ["--user prometheus get a.b.c", "get a.b.c --meta=x", "-c other keys", "keys -d other", "cursor set x -d y"],
)
def test_a_secure_call_cannot_be_overridden(shell: Shell, words: str) -> None:
    """The seed's mismatch: exit 1, the kin named, nothing run."""
    done = shell(f"secure_pronto_call keeper {words}")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"mismatch - expected keeper" in done.stderr


def test_a_secure_call_needs_a_command(shell: Shell) -> None:
    for words in ("", "keeper", "''"):
        done = shell(f"secure_pronto_call {words}")
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr != b""


def test_secure_iter(shell: Shell) -> None:
    """The seed's `pantheon_secure_iter`: save, show, current; another kin than the active one is refused."""
    active = {"PANTHEON_ACTIVE_KIN": "keeper"}
    assert shell("pantheon_secure_iter save keeper 65", stdin=b"log\n\0", **active).returncode == 0
    assert shell("pantheon_secure_iter show keeper 65", **active).stdout == b"log\n\0\n"
    assert shell("pantheon_secure_iter current keeper", **active).stdout == b"65\n"
    assert shell("pantheon_secure_iter show keeper 66", **active).returncode == 2
    done = shell("pantheon_secure_iter save prometheus 65", stdin=b"log", **active)
    assert done.returncode == 1
    assert b"Permission denied" in done.stderr
    for words in ("", "fly keeper", "show", "show keeper", "save keeper '65; id'"):
        assert shell(f"pantheon_secure_iter {words}", stdin=b"").returncode == 1


def test_nothing_of_the_caller_is_changed(shell: Shell) -> None:
    """Variables, positional words and the working directory are as before."""
    script = """
set -- one two; kin=mine; line=mine
secure_pronto_call keeper set a.b.c d >/dev/null 2>&1
validate_pantheon_permission keeper; pantheon_cursor_name keeper >/dev/null; get_secure_pronto_context keeper >/dev/null
echo "$1 $2 $# $kin $line $(pwd)"
"""
    done = shell(script)
    assert done.stdout.decode() == f"one two 2 mine mine {os.getcwd()}\n", done.stderr
