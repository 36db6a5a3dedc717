"""Whole processes, from an installed wheel, against scripts that do only what cannot be avoided (T-200, T-201, P-143)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.measure import Result, compare
from bench.raw import fill
from store.database import PRAGMAS
from store.operations.entries import READ

REPOSITORY = Path(__file__).resolve().parent.parent
GET = f"""
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.executescript({PRAGMAS!r})
rows = connection.execute({READ!r}, ("", "app", "space1", sys.argv[2])).fetchall()
sys.stdout.write(rows[0][0] + "\\n")
connection.close()
"""
SET = f"""
import sqlite3, sys, time
now = int(time.time() * 1000)
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.executescript({PRAGMAS!r})
connection.execute("BEGIN IMMEDIATE")
space = connection.execute("SELECT id FROM namespaces WHERE meta='' AND context='app' AND name='space1'").fetchone()[0]
connection.execute("INSERT INTO entries(ns_id, key, value, size, created_at, updated_at, change) VALUES (?, ?, ?, ?, ?, ?, 0)"
  " ON CONFLICT(ns_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
  (space, sys.argv[2], sys.argv[3], len(sys.argv[3]), now, now))
connection.execute("COMMIT")
connection.close()
"""


def run(directory: Path, fast: bool) -> Iterator[Result]:
    """`get`, `set` and the start of other commands, each as a whole process."""
    rounds = 31 if fast else 101
    program = install(directory)
    home = directory / "home"
    database = home / "databases" / "main.db"
    database.parent.mkdir(parents=True, exist_ok=True)
    fill(database, 20_000 if fast else 100_000)
    scripts = directory / "scripts"
    scripts.mkdir()
    for name, text in (("get.py", GET), ("set.py", SET)):
        (scripts / name).write_text(text)
    python = program.parent / "python"
    bare_get = [python, "-I", scripts / "get.py", database, "key0000011"]
    ours = Runner(home)
    get = [program, "get", "app.space1.key0000011"]
    yield compare(
        "T-200 process get", ours(get), ours(bare_get), 1.5, rounds=rounds, note="against a bare sqlite3 script"
    )
    yield compare(
        "T-201 process set",
        ours([program, "-q", "set", "app.space1.key0000011", "v"]),
        ours([python, "-I", scripts / "set.py", database, "key0000021", "v"]),
        1.5,
        rounds=rounds,
        note="against a bare sqlite3 script",
    )
    for words in (("keys", "app.empty"), ("nss",), ("scan", "app.empty"), ("version",), ("help",), ("admin", "sweep")):
        yield compare(
            f"start of {' '.join(words)}",
            ours([program, *words]),
            ours(get),
            2.5,
            rounds=rounds // 3,
            note="against our get",
        )


def install(directory: Path) -> Path:
    """Build a wheel of this tree, install it into a fresh environment and give the path of its `prontodb`.

    Never an editable install: that is slower (T-200). The run-time packages are not needed for what is measured here.
    """
    tree = directory / "tree"
    ignored = shutil.ignore_patterns(".venv", ".git", "*.egg-info", "build", "__pycache__", ".hypothesis", ".*_cache")
    shutil.copytree(REPOSITORY, tree, ignore=ignored)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        subprocess.run([sys.executable, "-m", "ensurepip"], check=True, capture_output=True)
    wheels = directory / "wheels"
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, tree], check=True)
    environment = directory / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (wheel,) = wheels.glob("*.whl")
    target = [*pip, "--python", str(environment / "bin" / "python")]
    subprocess.run([*target, "install", "--no-deps", "--no-index", wheel], check=True)
    shutil.rmtree(tree)
    return environment / "bin" / "prontodb"


class Runner:
    """Runs commands in a home of their own, as a shell would: no shared environment but PATH."""

    def __init__(self, home: Path) -> None:
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PRONTO_HOME": str(home)}
        self._cwd = home

    def __call__(self, words: Sequence[object]) -> Run:
        return Run([str(word) for word in words], self._environment, self._cwd)


class Run:
    """One whole process; fails loudly when the command does."""

    def __init__(self, words: list[str], environment: dict[str, str], cwd: Path) -> None:
        self._words = words
        self._environment = environment
        self._cwd = cwd

    def __call__(self) -> None:
        subprocess.run(
            self._words,
            env=self._environment,
            cwd=self._cwd,
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )
