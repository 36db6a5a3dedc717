"""T-301: 32 tasks write through the async driver, another reads, and each success is noted. Words: database, ledger, name, how.

how: `tasks`, or `early`, the control: one task that notes its write when it has only been submitted.
"""

from __future__ import annotations

import asyncio
import random
import sys
import threading
from itertools import count
from time import time_ns
from typing import TYPE_CHECKING

from store.async_database import AsyncDatabase
from store.model import Actor
from store.operation import writing
from store.operations import apply, entries, namespaces
from store.streams.events import Write
from tests.faults.ledger import Ledger, at, value_of

if TYPE_CHECKING:
    from store.operation import Operation, Steps

TASKS = 32
BY = Actor(face="browser")


def say(line: str) -> None:
    print(line, flush=True)


def now_ms() -> int:
    return time_ns() // 1_000_000


async def write(database: AsyncDatabase, ledger: Ledger, name: str) -> None:
    """Mostly single entries, some batches, some writes whose caller does not wait for them (T-036)."""
    numbers = random.Random(name)
    for turn in count(1):
        kind = numbers.random()
        if kind < 0.1:
            keys = [f"b{name}_{turn}_at_{place}_of_9" for place in range(9)]
            await database.run(
                apply.apply_writes([Write(at(key), value_of(key), None, key) for key in keys], by=BY, now_ms=now_ms())
            )
        elif kind < 0.2:
            abandoned = f"s{name}_{turn}_abandoned"
            task = asyncio.create_task(database.run(set_of(abandoned)))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait((task,))
            keys = []
        else:
            keys = [f"s{name}_{turn}"]
            await database.run(set_of(keys[0]))
        for key in keys:
            ledger.note("stored", key)


def set_of(key: str) -> Operation[entries.Written]:
    return entries.set_entry(at(key), value_of(key), by=BY, now_ms=now_ms())


async def read(database: AsyncDatabase) -> None:
    while True:
        await database.run(namespaces.namespaces("", now_ms=now_ms()))
        await database.data_version()


@writing
def set_and_stop(key: str) -> Steps[None]:
    """A set that never comes to its COMMIT."""
    yield from set_of(key)
    say("stopped")
    threading.Event().wait()


async def main(path: str, ledger_path: str, name: str, how: str) -> None:
    ledger = Ledger(ledger_path)
    say("ready")
    async with AsyncDatabase(path) as database, asyncio.TaskGroup() as tasks:
        if how == "early":
            tasks.create_task(database.run(set_and_stop(f"s{name}")))
            ledger.note("stored", f"s{name}")
            return
        tasks.create_task(read(database))
        for task in range(TASKS):
            tasks.create_task(write(database, ledger, f"{name}_{task}"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
