"""T-306 and T-307: one of many at the same database, for some seconds. Words: database, role, name, facts in JSON.

role: writer, reader, sweeper; bare and checkpointer, which know only SQLite and our lock; or liar, a control: a writer that
acknowledges what it then rolls back.
facts: `seconds`; `pause_s` between two turns; `timeout_ms` of the lock; `pragmas` after the store's own; `unlocked`, a control.
Says `ready`, waits for a line, works, says what it saw. Everybody works at least once, however late the machine lets them begin.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
from dataclasses import asdict, dataclass, field
from time import monotonic, sleep, time_ns
from typing import TYPE_CHECKING, TypeVar

import store.database
from store.database import Database
from store.errors import StoreError
from store.locking import WriterLock
from store.model import Actor, Listing
from store.operation import Statement, reading, writing
from store.operations import entries, expiry, listing
from tests.faults.ledger import CONTEXT, NAMESPACE, at, value_of

if TYPE_CHECKING:
    from store.operation import Operation, Steps

T = TypeVar("T")
BY = Actor()
CACHE_EVERY = 10
LEAST_TURNS = 2  # the first is for the cache
TOGETHER = (
    "SELECT n.entry_count, (SELECT count(*) FROM entries e WHERE e.ns_id = n.id) FROM namespaces n"
    f" WHERE n.context = '{CONTEXT}'"
)


@dataclass
class Seen:
    """What one of the crowd saw. waits in ms: the longest that one operation took, from asking to being told."""

    role: str
    name: str
    turns: int = 0
    acknowledged: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    worst_ms: float = 0.0


def now_ms() -> int:
    return time_ns() // 1_000_000


@reading
def counts() -> Steps[list[tuple[int, int]]]:
    """Counted by the triggers, and counted now, of each namespace at one moment."""
    return [(kept, real) for kept, real in (yield Statement(TOGETHER))]


@writing
def set_and_fail(key: str) -> Steps[None]:
    """A set that is rolled back at its very end."""
    yield from entries.set_entry(at(key), value_of(key), by=BY, now_ms=now_ms())
    raise StoreError("refused", "rolled back")


class Member:
    """One of the crowd."""

    def __init__(self, database: Database, seen: Seen) -> None:
        self.database = database
        self.seen = seen
        self.numbers = random.Random(seen.name)

    def timed(self, operation: Operation[T]) -> T | None:
        """Run it and keep the longest wait; None if it was refused, which is noted."""
        start = monotonic()
        try:
            return self.database.run(operation)
        except StoreError as error:
            self.seen.refused.append(str(error))
            return None
        finally:
            self.seen.worst_ms = max(self.seen.worst_ms, (monotonic() - start) * 1000)

    def writer(self, turn: int) -> None:
        if turn % CACHE_EVERY == 0:
            address = at(f"{self.seen.name}_{turn}")._replace(namespace="sessions")
            self.timed(entries.set_entry(address, b"gone in a second", by=BY, now_ms=now_ms()))
            return
        key = f"t{self.seen.name}_{turn}"
        if self.timed(entries.set_entry(at(key), value_of(key), by=BY, now_ms=now_ms())) is not None:
            self.seen.acknowledged.append(turn)

    def liar(self, turn: int) -> None:
        self.seen.acknowledged.append(turn)
        self.timed(set_and_fail(f"t{self.seen.name}_{turn}"))

    def reader(self, _turn: int) -> None:
        found = self.timed(counts()) or []
        if any(kept != real for kept, real in found):
            self.seen.wrong.append(f"counts that disagree: {found}")
        some = Listing("", CONTEXT, NAMESPACE, f"t{self.numbers.randrange(8)}_{self.numbers.randrange(20)}")
        for entry in self.timed(listing.entries(some, now_ms=now_ms())) or ():
            if entry.value != value_of(entry.address.key):
                self.seen.wrong.append(f"a value nobody wrote: {entry.address.key}")

    def sweeper(self, _turn: int) -> None:
        self.timed(expiry.sweep("", by=BY, now_ms=now_ms(), limit=500))


class Bare:
    """SQLite itself under the writer lock (T-041): single rows as fast as it can, or checkpoints."""

    def __init__(self, path: str, seen: Seen) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(store.database.PRAGMAS)
        self.lock = WriterLock(path + ".lock", busy_timeout_ms=5000)
        self.seen = seen

    def checkpointer(self, turn: int) -> None:
        kind = ("PASSIVE", "FULL", "RESTART", "TRUNCATE")[turn % 4]
        self.locked(f"PRAGMA wal_checkpoint({kind})")

    def bare(self, turn: int) -> None:
        self.locked("INSERT INTO bare(key, value) VALUES (?, 'once')", f"{self.seen.name}_{turn}")

    def locked(self, sql: str, *parameters: str) -> None:
        self.lock.acquire("bare", monotonic() + 5)
        try:
            self.connection.execute(sql, parameters).fetchall()
        finally:
            self.lock.release()


def main(path: str, role: str, name: str, given: str) -> None:
    facts = json.loads(given)
    store.database.PRAGMAS += facts["pragmas"]
    if facts["unlocked"]:
        for name_of_method in ("acquire", "release"):
            setattr(WriterLock, name_of_method, lambda *_arguments: None)
    seen = Seen(role, name)
    with Database(path, busy_timeout_ms=facts["timeout_ms"]) as database:
        member = Bare(path, seen) if role in ("bare", "checkpointer") else Member(database, seen)
        turn_of = getattr(member, role)
        print("ready", flush=True)
        os.read(0, 3)
        end = monotonic() + facts["seconds"]
        while seen.turns < LEAST_TURNS or monotonic() < end:
            turn_of(seen.turns)
            seen.turns += 1
            sleep(facts["pause_s"])
    print(json.dumps(asdict(seen)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
