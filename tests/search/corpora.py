"""Stores to search in, and brute force over their entries: what entry search must say, from the definitions alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from search import indexed
from search.corpus import Corpus, find_entries
from search.hits import Found, Options
from store.addresses.colon import print_colon
from store.database import MEMORY, Database
from store.model import Actor, Address
from store.operations.apply import apply_writes
from store.operations.entries import set_entry
from store.streams.events import Write

NOW = 1_760_000_000_000
BY = Actor()
METAS = count(1)
KINDS = ("trigrams", "index", "joined", "memory")
"""Where a corpus looks: in an index beside the database, by trigrams even where little is in scope; in an index; through all of
a database; through all of one in memory."""


def new_meta() -> str:
    """A meta that no other example has: then one database serves them all, and they must not see each other (P-102)."""
    return f"m{next(METAS)}"


@dataclass
class World:
    """A database and a corpus over it."""

    database: Database
    corpus: Corpus

    def put(self, path: str, value: str | bytes, *, meta: str = "", now_ms: int = NOW, **more: Any) -> None:
        """Set one entry. path: context:namespace:canonical key."""
        data = value.encode() if isinstance(value, str) else value
        self.database.run(set_entry(address_of(path, meta), data, by=BY, now_ms=now_ms, **more))

    def fill(self, entries: Mapping[str, str], meta: str = "") -> None:
        """Set many in one transaction."""
        writes = [Write(address_of(path, meta), value.encode(), None, "") for path, value in entries.items()]
        self.database.run(apply_writes(writes, by=BY, now_ms=NOW))

    def find(self, query: str, *, now_ms: int = NOW, **options: Any) -> Found:
        """Search once."""
        return self.database.run(find_entries(self.corpus, query, now_ms=now_ms, **options))

    def paths(self, query: str, **options: Any) -> list[str]:
        """The paths of the hits, in order."""
        return [hit.path for hit in self.find(query, **options).hits]


@contextmanager
def world(kind: str, directory: Path) -> Iterator[World]:
    """A world with an empty database, closed afterwards."""
    path = MEMORY if kind == "memory" else str(directory / "main.db")
    with Database(path) as database, pytest.MonkeyPatch.context() as patched:
        if kind == "trigrams":
            patched.setattr(indexed, "FEW", -1)
        corpus = Corpus(database.path, index=kind in ("index", "trigrams"))
        try:
            yield World(database, corpus)
        finally:
            corpus.close()


def address_of(path: str, meta: str = "") -> Address:
    """The address of `context:namespace:canonical key`."""
    context, namespace, key = path.split(":")
    return Address(meta, context, namespace, key)


def folded(text: str) -> str:
    """S-307, read literally."""
    return "".join(atom.casefold() if len(atom.casefold()) == 1 else atom for atom in text)


def field_of(path: str, value: str, field: str) -> str:
    """S-318: what is searched of an entry. path: as printed."""
    _, namespace, key = path.split(":")
    return {"value": value, "key": key, "namespace": namespace, "address": path}[field]


def covered(start: int, end: int, width: int) -> str:
    """S-023."""
    return {(True, True): "entire", (True, False): "prefix", (False, True): "postfix", (False, False): "range"}[
        start == 0, end == width
    ]


def expected(entries: Mapping[str, str], query: str, options: Options) -> dict[str, Any]:
    """S-301 … S-308 by brute force. entries: values by canonical path."""
    case = folded if options.ignore_case else str
    texts = {}
    for canonical, value in entries.items():
        path = print_colon(address_of(canonical))
        if path.startswith(options.scope):
            texts[path] = field_of(path, value, options.field)
    wanted = case(query)
    checkpoint = max(n for n in range(len(query) + 1) if n == 0 or any(wanted[:n] in case(t) for t in texts.values()))
    hits = []
    for path, text in texts.items() if checkpoint else ():
        spans = [
            (at, at + checkpoint)
            for at in range(len(text) - checkpoint + 1)
            if case(text)[at : at + checkpoint] == wanted[:checkpoint]
            and (options.kinds is None or covered(at, at + checkpoint, len(text)) in options.kinds)
        ]
        if spans:
            hits.append((len(text), path, tuple(spans), covered(*spans[0], len(text))))
    hits.sort()
    return {
        "checkpoint": checkpoint,
        "exhausted": checkpoint == len(query),
        "remaining": query[checkpoint:],
        "total": len(hits),
        "hits": hits[: options.limit],
        "best": hits[0][1] if hits else None,
    }


def shown(found: Found) -> dict[str, Any]:
    """An answer in the form of `expected`."""
    return {
        "checkpoint": found.checkpoint,
        "exhausted": found.exhausted,
        "remaining": found.remaining,
        "total": found.total,
        "hits": [(hit.width, hit.path, hit.spans, hit.coverage) for hit in found.hits],
        "best": None if found.best is None else found.best.path,
    }


def docs_in(index: Path) -> int:
    """How many entries an index file holds."""
    with closing(sqlite3.connect(index)) as connection:
        return int(connection.execute("SELECT count(*) FROM docs").fetchone()[0])
