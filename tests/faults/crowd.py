"""Starts many processes on one database at once, and compares what they were told with what is there (T-306, T-307)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path

from store.database import Database
from store.model import Actor
from store.operations import entries, expiry
from tests.faults.audit import faults_in, rows
from tests.faults.child_crowd import Seen
from tests.faults.harness import Child
from tests.faults.ledger import at, entries_of, value_of


@dataclass(frozen=True)
class Part:
    """So many of one role, with the facts that child_crowd.py explains."""

    role: str
    how_many: int = 1
    pause_s: float = 0.0
    timeout_ms: int = 5000
    pragmas: str = ""
    unlocked: bool = False


def prepare(path: str) -> None:
    """A database with one entry and a cache of one second, so that there is something to sweep, and a table for bare writers."""
    with Database(path) as database:
        database.run(entries.set_entry(at("tfirst"), value_of("tfirst"), by=Actor(), now_ms=1))
        database.run(expiry.create_cache("", "app", "sessions", 1, by=Actor(), now_ms=1))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bare(key TEXT PRIMARY KEY, value TEXT)")


def let_work(path: str, parts: Sequence[Part], seconds: float, errors: Path) -> list[Seen]:
    """All parts at once for `seconds`; what each member saw. A member that dies of an error fails the harness."""
    with ExitStack() as stack:
        children: list[Child] = []
        for part in parts:
            facts = json.dumps({**asdict(part), "seconds": seconds})
            for _ in range(part.how_many):
                child = Child("child_crowd.py", path, part.role, len(children), facts, errors=errors)
                children.append(stack.enter_context(child))
        for child in children:
            child.hear("ready")
        for child in children:
            child.tell()
        try:
            return [Seen(**json.loads(child.finish(seconds))) for child in children]
        except AssertionError as error:
            raise AssertionError(f"{error}\n{errors.read_text()}") from None


def differences(path: str, crowd: Sequence[Seen]) -> dict[str, list[str]]:
    """Acknowledged and not stored; stored and not acknowledged; wrong values and what readers saw; torn or damaged tables."""
    faults = faults_in(path)
    found = entries_of(path) if not faults else {}
    bare = sum(one.turns for one in crowd if one.role == "bare")
    there = rows(path, "SELECT count(*) FROM bare")[0][0] if bare and not faults else bare
    told = {f"t{one.name}_{turn}" for one in crowd for turn in one.acknowledged} | {"tfirst"}
    return {
        "lost": sorted(told - set(found)) + [f"{bare - there} bare rows"] * (there != bare),
        "unasked": sorted(set(found) - told),
        "wrong": [key for key in found if found[key] != value_of(key)] + [text for one in crowd for text in one.wrong],
        "faults": faults,
    }


def overtaken(path: str) -> int:
    """How many sets of others came between two of the same writer, at most: waiting, counted so that no clock has a say in it."""
    last: dict[str, int] = {}
    longest = 0
    sets = rows(path, "SELECT key FROM changes WHERE kind = 1 AND key <> 'tfirst' ORDER BY seq")
    for place, (key,) in enumerate(sets):
        name = key.removeprefix("t").partition("_")[0]
        longest = max(longest, place - last.get(name, -1) - 1)
        last[name] = place
    return longest


NOTHING: dict[str, list[str]] = {"lost": [], "unasked": [], "wrong": [], "faults": []}
