"""What one key costs in a large namespace against a small one (M-149), and what a listing costs by the entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bench.measure import Result, compare, times
from bench.raw import BY, NOW, VALUE
from store.database import MEMORY, Database
from store.engine import Engine
from store.model import Address
from store.operation import Operation
from store.operations.apply import apply_writes
from store.operations.expiry import create_cache
from store.streams.events import Write
from store.streams.splitter import split

FEW = 100
ONE_KEY = 2.0  # "constant": what a B-tree some levels deeper may cost
LINEAR = 1.5  # time per entry, many against few
HERE = "app:space:"


def run(directory: Path, fast: bool) -> Iterator[Result]:
    """All rows of this file. The stores are in memory: no fsync hides what a key costs. `find` has a bench of its own."""
    many, rounds = (20_000, 7) if fast else (100_000, 25)
    with _filled(FEW) as small, _filled(many // 10) as tenth, _filled(many) as large:
        yield from _one_key(small, large, many, rounds)
        yield _listing(tenth, large, rounds // 2)
    yield _splitting(many, rounds)


def _filled(entries: int) -> Database:
    """A store with one large namespace, half of it a list and half of it plain keys, and an empty cache."""
    keys = (f"list__i_{number // 2}" if number % 2 else f"key{number:07d}" for number in range(entries))
    writes = [Write(Address("", "app", "space", key), VALUE, None, "") for key in keys]
    database = Database(MEMORY)
    database.run(apply_writes(writes, by=BY, now_ms=NOW))
    database.run(create_cache("", "app", "cache", 900, by=BY, now_ms=NOW))
    return database


def _one_key(small: Database, large: Database, many: int, rounds: int) -> Iterator[Result]:
    engine = Engine(clock=count(NOW).__next__)
    new = count(many)
    doomed = [f"{HERE}doomed{number}" for number in range(20)]
    operations: dict[str, Callable[[], Operation[Any]]] = {
        "get": partial(engine.get, f"{HERE}key0000050"),
        "exists": partial(engine.exists, f"{HERE}list[7]"),
        "get the last, q[],": partial(engine.get, f"{HERE}list[]"),
        "is_directory": partial(engine.is_directory, f"{HERE}key"),
        "set": partial(engine.set, f"{HERE}key0000050", "v"),
        "set of a new key": lambda: engine.set(f"{HERE}new{next(new)}", "v"),
        "set into a cache": partial(engine.set, "app:cache:key", "v"),
        "append, q[],": partial(engine.set, f"{HERE}list[]", "v"),
        "delete": lambda: engine.delete(doomed[next(new) % len(doomed)]),
    }

    def act(database: Database, make: Callable[[], Operation[Any]]) -> None:
        engine.run(database, make())

    def restore() -> None:
        for database in (small, large):
            for path in doomed:
                engine.run(database, engine.set(path, "v"))

    for name, make in operations.items():
        yield compare(
            f"M-149 {name} among {many}",
            times(20, partial(act, large, make)),
            times(20, partial(act, small, make)),
            ONE_KEY,
            rounds=rounds,
            before=restore,
            note=f"against the same among {FEW}",
        )


def _listing(tenth: Database, large: Database, rounds: int) -> Result:
    engine = Engine(clock=lambda: NOW)

    def listed(database: Database) -> None:
        engine.run(database, engine.entries_in("app", "space")).entries()

    return compare(
        "M-149 listing of 10 times the entries",
        partial(listed, large),
        times(10, partial(listed, tenth)),
        LINEAR,
        rounds=rounds,
        note="linear: against ten small ones",
    )


def _splitting(tokens: int, rounds: int) -> Result:
    short, long = ("; ".join(f'key{number:07d}="a; b"' for number in range(size)) for size in (tokens // 10, tokens))
    return compare(
        "M-149 split of 10 times the text",
        partial(split, long),
        times(10, partial(split, short)),
        LINEAR,
        rounds=rounds,
        note="linear: against ten small ones",
    )
