"""Whom `prontodb pantheon` serves, and what it is locked to then (P-125, P-126, U-12)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from store.errors import ContextError, UsageError
from tests.conftest import Program
from tests.headless.test_pantheon import KEEPER, OTHER, keeper, panth, save, show
from tests.headless.test_pipes import saved_path
from tui.headless import kin as kins

__all__ = ["keeper", "panth"]  # fixtures, found by their names


ACTIVE = {"PANTHEON_ACTIVE_KIN": "keeper"}


@pytest.mark.parametrize("variable", ["PANTHEON_ACTIVE_KIN", "PANTHEON_CURRENT_USER"])
def test_the_active_kin_is_the_only_one(prontodb: Program, keeper: Path, variable: str) -> None:
    """P-125: it is the default, and any other name is refused in the words of the seed."""
    active = {variable: "keeper"}
    assert prontodb("pantheon", "iter", "show", "--session=65", env=active).stdout == b"session 65\n"
    done = prontodb("pantheon", "iter", "show", OTHER, "--session=65", env=active)
    assert (done.returncode, done.stdout) == (1, b"")
    lines = done.stderr.decode().split("\n")
    assert lines[:2] == ["Permission denied - cannot access prometheus context", "Current context: keeper"]
    both = {"PANTHEON_ACTIVE_KIN": "keeper", "PANTHEON_CURRENT_USER": "prometheus"}
    assert show(prontodb, 65, env=both) == (0, b"session 65\n")


@pytest.mark.parametrize("name", [OTHER, "--name=../x", "--name=", "--name=root", "-q"])
def test_what_is_piped_to_the_wrong_kin_is_not_lost(prontodb: Program, keeper: Path, name: str) -> None:
    """P-073: no database is guessed; the content goes into a file, and the message says where."""
    active = {} if name == "-q" else ACTIVE
    done = save(prontodb, 1, b"precious", name, env=active)
    assert done.returncode == 1
    path = saved_path(done)
    assert path.read_bytes() == b"precious"
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"prontodb pantheon iter save" in done.stderr


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "a b", "a;b", "$(id)", "", "1a", "root", "default", "a" * 33, "a_b", "ä", "-x", "k\nx"]
)
def test_a_kin_has_a_users_name(prontodb: Program, panth: Path, name: str) -> None:
    """P-105, P-114: nothing else becomes part of a path; a bad lock fails closed."""
    for words in (("iter", "5"), ("migrate", "init"), ("context",)):
        done = prontodb("pantheon", *words, f"--name={name}")
        assert (done.returncode, done.stdout) == (1, b"")
    assert name == "" or prontodb("pantheon", "iter", "5", KEEPER, env={"PANTHEON_ACTIVE_KIN": name}).returncode == 1
    assert not panth.exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--user", "prometheus"),
        ("--meta", "prometheus"),
        ("--meta", "keeper", "--user=prometheus"),
        ("--cursor", "other"),
        ("-c", "pantheon_prometheus"),
        ("--database", "other"),
        ("-d", "/tmp/x.db"),
    ],
)
def test_options_that_lead_elsewhere_are_refused(prontodb: Program, keeper: Path, options: tuple[str, ...]) -> None:
    """P-126: not passed over in silence, in the line itself and in a line to be called."""
    done = prontodb("pantheon", "iter", "show", KEEPER, "--session=65", *options)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "mismatch - expected keeper" in done.stderr.decode()
    done = prontodb("pantheon", "context", KEEPER, "--", *options, "get", "iterations.sessions.iter65")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "mismatch - expected keeper" in done.stderr.decode()


def test_options_that_say_the_same_are_fine(prontodb: Program, keeper: Path) -> None:
    """P-110: an equal one is no conflict."""
    same = ("--user", "keeper", "--meta=keeper", "-c", "pantheon_keeper", "-d", str(keeper))
    assert prontodb("pantheon", "iter", "show", KEEPER, "--session=65", *same).stdout == b"session 65\n"


@pytest.mark.parametrize("lock", ["PRONTO_FORCE_USER", "PRONTO_FORCE_META"])
def test_the_locks_hold_here_too(prontodb: Program, keeper: Path, lock: str) -> None:
    """P-110, P-111: pantheon is no way around them."""
    done = prontodb("pantheon", "iter", "show", KEEPER, "--session=65", env={lock: "prometheus"})
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"is locked to 'prometheus'" in done.stderr


def test_strict_mode(prontodb: Program, keeper: Path) -> None:
    """P-112: the two exports of the seed suffice for pantheon; a plain call fails closed without PRONTO_FORCE_USER."""
    strict = {**ACTIVE, "PANTHEON_SECURITY_MODE": "strict"}
    assert show(prontodb, 65, env=strict) == (0, b"session 65\n")
    assert prontodb("get", "a.b.c", env=strict).returncode == 1
    assert show(prontodb, 65, env={"PANTHEON_SECURITY_MODE": "strict"})[0] == 1


def test_the_choices_of_the_environment_do_not_lead_elsewhere(prontodb: Program, keeper: Path) -> None:
    """U-12: what stands for options is beaten by what pantheon settles."""
    environ = {"PRONTO_USER": "alice", "PRONTO_META": "org", "PRONTO_CURSOR": "x", "PRONTO_DATABASE": "y"}
    assert show(prontodb, 65, env=environ) == (0, b"session 65\n")


# The helpers as functions


def test_secure_context_and_call(home: Path) -> None:
    """P-126: exactly these options, everything else validated first."""
    environ = {"PANTH_HOME": "panth home", **ACTIVE}
    database = f"{home}/panth home/databases/pantheon_keeper.db"
    context = kins.secure_context("keeper", environ, str(home))
    options = ["--user", "keeper", "--cursor", "pantheon_keeper", "--meta", "keeper", "--database", database]
    assert context.options == options
    assert kins.secure_call(None, ["get", "a.b.c"], environ, str(home)) == ["prontodb", *options, "get", "a.b.c"]
    assert kins.secure_call("keeper", ["set", "a", "--", "--user"], environ, str(home))[-1] == "--user"
    for wrong in (["--user"], ["--user="], ["get", "-c", "x"], ["--database=x"]):
        with pytest.raises(ContextError, match="mismatch"):
            kins.secure_call("keeper", wrong, environ, str(home))
    with pytest.raises(ContextError, match="Permission denied"):
        kins.secure_call("prometheus", ["get", "a"], environ, str(home))
    with pytest.raises(UsageError):
        kins.validate_permission(None, {})
    assert kins.validate_permission("anyone", {}) == "anyone"


def test_the_printed_context_is_quoted(prontodb: Program, home: Path) -> None:
    """P-126: a path with blanks, quotes and a line feed is one word for a shell."""
    strange = "a b'c\"d\n$(id)"
    done = prontodb("pantheon", "context", KEEPER, env={"PANTH_HOME": strange})
    assert shlex.split(done.stdout.decode())[-1] == f"{home}/{strange}/databases/pantheon_keeper.db"
