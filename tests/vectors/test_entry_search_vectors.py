"""Entry search: the operations entries_find, entries_consecutive and entries_session of search.jsonl, with and without an index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search import indexed
from search.corpus import Corpus, find_entries, find_entries_consecutive
from search.errors import SearchError
from search.hits import Found, Hit, Options
from search.session import SearchSession
from store.database import MEMORY, Database
from store.model import Actor, Address
from store.operations.entries import set_entry
from vector_files import Vector, cases

NOW = 1_760_000_000_000
BY = Actor()
HOME = "app:main:"
"""A vector may call an entry `k1`, which is no address; it lives here then, and so do all others of that vector."""
AREAS = ("ancestor", "entries", "consecutive", "mismatch", "range", "prefix", "postfix", "resume", "checkpoint")


def of_entries(vector: Vector) -> bool:
    return str(vector["input"]["op"]).startswith("entries_")


VECTORS = [case for area in AREAS for case in cases("search", area, of_entries)]


@pytest.fixture(params=["trigrams", "index", "joined", "memory"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Database, Corpus]]:
    if request.param == "trigrams":  # also where so little is in scope that it would be looked through
        monkeypatch.setattr(indexed, "FEW", -1)
    path = MEMORY if request.param == "memory" else str(tmp_path / "main.db")
    with Database(path) as database:
        corpus = Corpus(database.path, index=request.param in ("index", "trigrams"))
        yield database, corpus
        corpus.close()


def fill(database: Database, entries: list[list[str]]) -> None:
    for address, value in entries:
        meta, parts = "", (address if address.count(":") == 2 else HOME + address).split(":")
        database.run(set_entry(Address(meta, parts[0], parts[1], parts[2]), value.encode(), by=BY, now_ms=NOW))


def shown(hit: Hit | None) -> dict[str, Any]:
    if hit is None:
        return {"address": None}
    path = hit.path.removeprefix(HOME)
    return {"address": path, "width": hit.width, "spans": [list(span) for span in hit.spans], "coverage": hit.coverage}


def result(found: Found) -> dict[str, Any]:
    return {
        "checkpoint": found.checkpoint,
        "exhausted": found.exhausted,
        "remaining": found.remaining,
        "total": found.total,
        "hits": [shown(hit) for hit in found.hits],
        "best": shown(found.best)["address"],
    }


def answer(given: dict[str, Any], database: Database, corpus: Corpus) -> dict[str, Any]:
    options = {name: given[name] for name in ("scope", "field", "kinds", "ignore_case", "limit") if name in given}
    if given["op"] == "entries_find":
        return result(database.run(find_entries(corpus, given["query"], now_ms=NOW, **options)))
    if given["op"] == "entries_consecutive":
        pieces = database.run(find_entries_consecutive(corpus, given["query"], now_ms=NOW, **options))
        return {"pieces": [{"from": piece.start, "to": piece.end, **shown(piece.best)} for piece in pieces]}
    session = SearchSession(corpus, options=Options(**options))
    steps = []
    for op in given["ops"]:
        session.extend(op.get("extend", ""))
        session.retract(op.get("retract", 0))
        steps.append({"text": session.text, **result(database.run(session.results(now_ms=NOW)))})
    return {"steps": steps}


def agrees(actual: Any, expected: Any) -> bool:
    """`expected` is a subset: keys it does not name are not looked at; lists have equal lengths."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            name in actual and agrees(actual[name], value) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(agrees, actual, expected))
    return bool(actual == expected)


@pytest.mark.parametrize("vector", VECTORS)
def test_entries(vector: Vector, opened: tuple[Database, Corpus]) -> None:
    database, corpus = opened
    fill(database, vector["input"]["entries"])
    try:
        actual = answer(vector["input"], database, corpus)
    except SearchError as error:
        actual = {"error": {"kind": error.kind}}
    assert agrees(actual, vector["expect"]), actual
    assert ("error" in actual) == ("error" in vector["expect"])
