"""T-300: writes without pause and notes each success, until it is killed. Words: database, ledger, name, how.

how: `driver` uses the sync driver; `command` runs `prontodb set` again and again, which opens and closes each time;
`early` and `torn` are the controls, wrong on purpose: they stop at the worst moment and say so.
"""

from __future__ import annotations

import random
import signal
import sys
from itertools import count
from time import time_ns
from typing import TYPE_CHECKING

from store.database import Database
from store.model import Actor
from store.operation import Statement, writing
from store.operations import apply, commands, entries, expiry
from store.streams.events import Write
from tests.faults.ledger import Ledger, at, value_of

if TYPE_CHECKING:
    from store.operation import Steps

BY = Actor()
SESSIONS = ("", "app", "sessions")


def say(line: str) -> None:
    print(line, flush=True)


def now_ms() -> int:
    return time_ns() // 1_000_000


def write_by_driver(path: str, ledger: Ledger, name: str) -> None:
    """Sets, batches, counters, deletions, and a cache that sweeps and evicts, in random order."""
    numbers = random.Random(name)
    with Database(path) as database:
        database.run(expiry.create_cache(*SESSIONS, 1, max_items=20, by=BY, now_ms=now_ms()))
        for turn in count(1):
            step = numbers.choice((one, one, one, batch, counter, deletion, session))
            step(database, ledger, f"{name}_{turn}", numbers)


def one(database: Database, ledger: Ledger, name: str, _numbers: random.Random) -> None:
    database.run(entries.set_entry(at(f"s{name}"), value_of(f"s{name}"), by=BY, now_ms=now_ms()))
    ledger.note("stored", f"s{name}")


def batch(database: Database, ledger: Ledger, name: str, numbers: random.Random) -> None:
    size = numbers.randint(2, 40)
    keys = [f"b{name}_at_{place}_of_{size}" for place in range(size)]
    database.run(apply.apply_writes([Write(at(key), value_of(key), None, key) for key in keys], by=BY, now_ms=now_ms()))
    for key in keys:
        ledger.note("stored", key)


def counter(database: Database, ledger: Ledger, name: str, _numbers: random.Random) -> None:
    key, _, turn = name.rpartition("_")
    database.run(entries.set_entry(at(f"c{key}"), turn.encode(), by=BY, now_ms=now_ms()))
    ledger.note("counted", f"c{key}", int(turn))


def deletion(database: Database, ledger: Ledger, name: str, _numbers: random.Random) -> None:
    key = f"d{name}"
    database.run(entries.set_entry(at(key), value_of(key), by=BY, now_ms=now_ms()))
    ledger.note("stored", key)
    ledger.note("deleting", key)
    database.run(entries.delete(at(key), by=BY, now_ms=now_ms()))
    ledger.note("deleted", key)


def session(database: Database, _ledger: Ledger, name: str, _numbers: random.Random) -> None:
    address = at(name)._replace(namespace="sessions")
    database.run(entries.set_entry(address, b"gone in a second", by=BY, now_ms=now_ms()))


def write_by_command(ledger: Ledger, name: str) -> None:
    """What a shell does: one process's worth of `prontodb set` after the other; here they share the process."""
    from os import fsdecode

    from tui.headless.main import run

    for turn in count(1):
        key = f"s{name}_{turn}"
        if run(["set", "--quiet", f"app.notes.{key}", "--", fsdecode(value_of(key))]) == 0:
            ledger.note("stored", key)


def stop() -> None:
    """Tell that the moment has come, and wait for the kill."""
    say("stopped")
    signal.pause()


@writing
def set_and_stop(key: str) -> Steps[None]:
    """A set that never comes to its COMMIT."""
    yield from entries.set_entry(at(key), value_of(key), by=BY, now_ms=now_ms())
    stop()


@writing
def change_without_entry(key: str) -> Steps[None]:
    """The first half of a set, committed on its own."""
    command_id = yield from commands.record("set", key, 1, by=BY, now_ms=now_ms())
    space = yield from entries.make_space(at(key))
    yield Statement(entries.CHANGE, (command_id, space.id, key, entries.SET, None, None, None, None))


def main(path: str, ledger_path: str, name: str, how: str) -> None:
    ledger = Ledger(ledger_path)
    say("ready")
    if how == "driver":
        write_by_driver(path, ledger, name)
    elif how == "command":
        write_by_command(ledger, name)
    elif how == "early":
        with Database(path) as database:
            ledger.note("stored", f"s{name}")
            database.run(set_and_stop(f"s{name}"))
    elif how == "torn":
        with Database(path) as database:
            database.run(change_without_entry(f"s{name}"))
            stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
