"""TAB: the shells' functions, the helper they ask, and the cache beside a command (C-031, C-100)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.measure import Result, compare, seconds
from store.database import Database
from store.model import Actor, Address
from store.operations.apply import apply_writes
from store.streams.events import Write
from tui.completion.compaction import compact
from tui.completion.scripts import script
from tui.name_cache import CACHE, INDEX, Reference, append, line_of, stamp

REPOSITORY = Path(__file__).resolve().parent.parent
NOW_MS = 1_772_366_400_000
NAMES = 1000
FAST_GOAL_S = 0.020
HEAVY = {"argparse", "asyncio", "json", "re", "rich", "textual"}
ENOUGH = 3  # times the goal: what noise cannot explain (C-101); a budget counts as broken at twice itself

LOOPS = {
    "bash": (
        "source {script}; _nothing() {{ :; }}; COMP_LINE='prontodb get app.'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDBREAKS==:\n"
        "for ((n = 0; n < {rounds}; n++)); do a=${{EPOCHREALTIME/./}}; {function}; b=${{EPOCHREALTIME/./}}; echo $((b - a)); done",
        "_prontodb",
    ),
    "zsh": (
        "zmodload zsh/datetime; compadd() {{ : }}; compset() {{ : }}; source {script}; _nothing() {{ : }}\n"
        "_once() {{ local PREFIX=app. CURRENT=3; local -a words; words=(prontodb get app.); {function} }}\n"
        "for ((n = 0; n < {rounds}; n++)); do a=$EPOCHREALTIME; _once; b=$EPOCHREALTIME\n"
        "printf '%.0f\\n' $(( (b - a) * 1000000 )); done",
        "_prontodb",
    ),
    "fish": (
        "source {script}; function _nothing; end\n"
        "function commandline; if test $argv[1] = -ct; echo app.; else; printf '%s\\n' prontodb get; end; end\n"
        "for n in (seq {rounds}); set a (date +%s%N); {function} >/dev/null; set b (date +%s%N)\n"
        'math --scale=0 "($b - $a) / 1000"; end',
        "__prontodb_complete",
    ),
}
OPTIONS = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}


def run(directory: Path, fast: bool) -> Iterator[Result]:
    """Every budget of completion; a shell that is not here is left out."""
    home = directory / "completion"
    index = home / INDEX
    index.mkdir(parents=True)
    fill(home, 1000 if fast else 10_000)
    rounds = 10 if fast else 20
    for shell in LOOPS:
        if shutil.which(shell):
            yield fast_path(shell, home, rounds)
    yield helper(home, rounds)
    yield from cache(index, 20 if fast else 200)


def fill(home: Path, count: int) -> None:
    """A workspace with `count` entries, of which the cache knows 1,000."""
    addresses = [Address("", "app", f"ns{number % 10}", f"key{number:05}") for number in range(count)]
    with Database(str(home / "databases/main.db"), bulk=True) as database:
        writes = [Write(address, b"v", None, "") for address in addresses]
        database.run(apply_writes(writes, by=Actor(), now_ms=NOW_MS, target="bench"))
    lines = []
    for number, address in enumerate(addresses[:NAMES]):
        name = f"app.{address.namespace}.{address.key}"
        lines.append(line_of("id", name, name, "", stamp(NOW_MS - number * 1000)))
    (home / INDEX / CACHE).write_text("".join(lines))


def environ(home: Path) -> dict[str, str]:
    """What the shells and the helper run in."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PRONTO_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}


def fast_path(shell: str, home: Path, rounds: int) -> Result:
    """From the function's start to its candidates, out of a cache of 1,000 names."""
    path = home / f"script.{shell}"
    path.write_text(script(shell), encoding="utf-8")
    loop, function = LOOPS[shell]
    taken = []
    for each in (function, "_nothing"):
        code = loop.format(script=path, rounds=rounds + 1, function=each)
        done = subprocess.run(
            [shell, *OPTIONS[shell], "-c", code], capture_output=True, text=True, env=environ(home), check=True
        )
        taken.append(median([int(number) for number in done.stdout.split()][1:]) / 1_000_000)
    ours, nothing = taken
    what = f"TAB, fast path, {shell}, 1,000 names"
    return Result(what, ours - nothing, FAST_GOAL_S, ENOUGH / 2, "floor: the goal, 20 ms more than nothing")


def helper(home: Path, rounds: int) -> Result:
    """The helper of the slow path, whole process, against one that imports sqlite3 and no more."""
    words = [sys.executable, "-m", "tui", "completions", "--emit-source", "--filter=id", "--prefix=app.ns1.key000"]

    def ours() -> None:
        subprocess.run(words, stdout=subprocess.DEVNULL, env=environ(home), cwd=home, check=True)

    def floor() -> None:
        subprocess.run([sys.executable, "-c", "import sqlite3"], env=environ(home), cwd=home, check=True)

    modules = loaded([sys.executable, "-X", "importtime", *words[1:]], home)
    heavy = ", ".join(sorted(modules & HEAVY)) or "none of " + " ".join(sorted(HEAVY))
    note = f"a checkout; goal 50 ms in all; {len(modules)} modules besides Python's own, {heavy} (C-059)"
    return compare("TAB, slow path, the helper", ours, floor, 2.5, rounds=rounds, note=note)


def loaded(words: list[str], home: Path) -> set[str]:
    """The modules a Python loads for a command line, without those that it loads for any."""

    def names(each: list[str]) -> set[str]:
        done = subprocess.run(each, capture_output=True, text=True, env=environ(home), cwd=home, check=True)
        return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}

    return names(words) - names([*words[:3], "-c", "import runpy"])


def cache(index: Path, rounds: int) -> Iterator[Result]:
    """Beside a command: an append, and an append that compacts 1,000 names (C-031). The floor is reading the file's lines."""
    content = (index / CACHE).read_bytes()

    def floor() -> None:
        for line in (index / CACHE).read_bytes().split(b"\n"):
            if line:
                json.loads(line)

    floor_s = median([seconds(floor) for _ in range(5)])
    spent = []
    for number in range(rounds):
        started = perf_counter()
        append(str(index), [Reference("id", f"app.ns.k{number}")], scope="", now_ms=NOW_MS + number)
        spent.append(perf_counter() - started)
    yield Result("cache of names, append", median(spent), 0.002, 1.0, "floor: the budget, 2 ms")
    spent = []
    for _ in range(5):
        (index / CACHE).write_bytes(content)
        spent.append(seconds(lambda: compact(str(index), NOW_MS)))
    yield Result(
        "cache of names, compacting 1,000", median(spent), floor_s, None, "floor: json.loads of each; budget 20 ms"
    )
