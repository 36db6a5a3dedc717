"""Finding by pattern: linear in the entries visited, and a literal beginning is looked up (M-149)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.measure import Result, compare, times
from bench.raw import NOW, address, connect, fill
from search.find import QueryCache, find
from search.pattern import QueryPattern
from store.database import Database
from store.operations.entries import get

EVERYTHING = QueryPattern.parse("*:*:?*")
KEYS = "SELECT n.context, n.name, e.id, e.key, e.expires_at FROM namespaces n JOIN entries e ON e.ns_id = n.id"


def run(directory: Path, fast: bool) -> Iterator[Result]:
    """On a store of 100,000 entries, with --fast 30,000, and on one of a tenth."""
    entries = 30_000 if fast else 100_000
    paths = [directory / f"store-{count}.db" for count in (entries, entries // 10)]
    for path, count in zip(paths, (entries, entries // 10), strict=True):
        fill(path, count)
    rounds = 5 if fast else 9
    raw = connect(paths[0])
    with Database(str(paths[0])) as large, Database(str(paths[1])) as small:
        visit = partial(large.run, find(EVERYTHING, now_ms=NOW))
        yield compare(
            "M-149 10 times the entries to find among",
            visit,
            times(10, partial(small.run, find(EVERYTHING, now_ms=NOW))),
            2,
            rounds=rounds,
            note="linear: against ten small ones",
        )
        yield compare(
            f"M-149 find *:*:?* among {entries}",
            visit,
            lambda: raw.execute(KEYS).fetchall(),
            None,
            rounds=rounds,
            note="against reading all the keys",
        )
        few = QueryPattern.parse(f"app:space1:{address(1).key[:-2]}*")
        yield compare(
            f"M-149 find of 10 keys by prefix among {entries}",
            times(20, partial(large.run, find(few, now_ms=NOW))),
            times(20, partial(small.run, find(few, now_ms=NOW))),
            1.5,
            rounds=rounds,
            note="the same in a store of a tenth",
        )
        cache = QueryCache()
        large.run(cache.find("app:space1:key00000*", now_ms=NOW))
        yield compare(
            "M-146 find again, from the cache",
            times(20, lambda: large.run(cache.find("app:space1:key00000*", now_ms=NOW))),
            times(20, lambda: large.run(get(address(1)))),
            3,
            rounds=rounds,
            note="against one get",
        )
    raw.close()
