"""Area find of meteor.jsonl, through every driver, with and without the cache."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search.find import QueryCache, find
from search.pattern import QueryPattern
from store.addresses.colon import parse_path
from store.errors import StoreError
from store.model import Actor
from store.operations.entries import set_entry
from tests.store.drivers import KINDS, driver
from vector_files import Vector, cases

NOW = 1_760_000_000_000


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as runner:
        yield runner


@pytest.mark.parametrize("vector", cases("meteor", "find"))
def test_find(vector: Vector, database: Any) -> None:
    given, expected = vector["input"], vector["expect"]
    for path, value in given["entries"]:
        database.run(set_entry(parse_path(path, "write"), value.encode(), by=Actor(), now_ms=NOW))
    cache = QueryCache()
    if "error" in expected:
        with pytest.raises(StoreError) as raised:
            QueryPattern.parse(given["pattern"])
        assert raised.value.code == expected["error"]
        return
    pattern = QueryPattern.parse(given["pattern"])
    for operation in (
        find(pattern, now_ms=NOW),
        cache.find(given["pattern"], now_ms=NOW),
        cache.find(given["pattern"], now_ms=NOW),
    ):
        actual = {"kind": pattern.kind, "matches": [match.path for match in database.run(operation)]}
        assert {name: actual.get(name) for name in expected} == expected
    assert cache.figures == (1, 1, 1)
