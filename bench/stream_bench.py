"""Reading and applying streams: linear, fast, close to `executemany` (design.md section 6, P-142)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.measure import Result, compare, seconds, times
from bench.raw import BY, NOW, UPSERT, new_raw
from store.addresses.dotted import Reading
from store.database import Database
from store.operations.apply import apply_writes
from store.streams.bucket import collect
from store.streams.events import Write
from store.streams.meteor_stream import read_meteor_stream
from store.streams.placing import place
from store.streams.token_stream import read_token_stream
from store.streams.xstream import Token, parse, render

VALUE = "a value; with a semicolon"


def run(directory: Path, fast: bool) -> Iterator[Result]:
    """Parsing, linearity, rendering, and the whole of `stream`."""
    count = 20_000 if fast else 100_000
    rounds = 3 if fast else 7
    tokens = [Token(f"space{n % 10}", f"key{n:07d}", VALUE, 0) for n in range(count)]
    text = render(tokens)
    few = render(tokens[:10_000])
    yield compare(
        "10 times the tokens",
        lambda: parse(render(tokens[:20_000])),
        lambda: [parse(render(tokens[:2_000])) for _ in range(10)],
        1.5,
        rounds=rounds * 3,
        note="linear: against ten small ones",
    )
    yield compare(
        "P-142 10k tokens parsed and collected",
        lambda: collect(parse(few), "hybrid"),
        lambda: few.split(";"),
        None,
        rounds=rounds * 3,
        note=f"{10_000 / seconds(lambda: parse(few)):,.0f} tokens a second; must stay above 100,000",
    )
    yield from _reading(rounds * 3)
    rows = [("app", token.ns, token.key, token.value, NOW) for token in tokens]
    ours, bare = directory / "stream.db", directory / "raw-stream.db"

    def stream() -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{ours}{suffix}").unlink(missing_ok=True)
        writes = [event for event in place(parse(text), Reading()) if isinstance(event, Write)]
        with Database(str(ours), bulk=True) as database:
            database.run(apply_writes(writes, by=BY, now_ms=NOW))

    def stream_as_the_command_does() -> None:
        gc.disable()
        try:
            stream()
        finally:
            gc.enable()

    def floor() -> None:
        raw = new_raw(bare)
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(UPSERT, rows)
        raw.execute("COMMIT")
        raw.close()

    yield compare(
        f"stream of {count} tokens",
        stream_as_the_command_does,
        floor,
        5,
        rounds=rounds,
        note="parsing included; against executemany",
    )


def _reading(rounds: int) -> Iterator[Result]:
    """Meteor's languages read into events: how fast, and linear."""
    for name, read, joined in _dialects(10_000):
        yield compare(
            f"10k tokens of a {name} stream read into events",
            partial(read, joined),
            partial(str.split, joined, ";"),
            None,
            rounds=rounds,
            note=f"{10_000 / seconds(partial(read, joined)):,.0f} tokens a second; must stay above 100,000",
        )
    for (name, read, few_joined), (_, _, joined) in zip(_dialects(2_000), _dialects(20_000), strict=True):
        yield compare(
            f"10 times the tokens of a {name} stream",
            partial(read, joined),
            times(10, partial(read, few_joined)),
            1.5,
            rounds=rounds,
            note="linear: against ten small ones",
        )


def _dialects(count: int) -> list[tuple[str, Callable[[str], object], str]]:
    """Meteor's languages with a text of `count` tokens each, every second value quoted."""
    pairs = [f'list[{n}]="{VALUE}"' if n % 2 else f"key{n:07d}=a value" for n in range(count)]
    return [
        ("token", read_token_stream, "; ".join(f"space{n % 10}:{pair}" for n, pair in enumerate(pairs))),
        ("meteor", read_meteor_stream, " :;: ".join(f"app:space{n % 10}:{pair}" for n, pair in enumerate(pairs))),
    ]
