"""Entry search against brute force: random stores, queries and options, one index through all of them (S-301 … S-310, S-322)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.corpus import find_entries_consecutive
from search.hits import Options
from tests.search.corpora import KINDS, NOW, World, expected, new_meta, shown, world
from tests.search.drawn import entries, options, queries

CASES = settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FEWER = settings(CASES, max_examples=200)


@pytest.fixture(scope="module", params=KINDS[1:])
def anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(request.param, tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world("trigrams", tmp_path_factory.mktemp("world")) as made:
        yield made


def check_find(there: World, data: st.DataObject) -> None:
    meta, given_entries = new_meta(), data.draw(entries)
    there.fill(given_entries, meta)
    query, chosen = data.draw(queries(given_entries)), data.draw(options())
    found = there.find(query, meta=meta, **asdict(chosen))
    assert shown(found) == expected(given_entries, query, chosen), (query, chosen)
    assert {hit.address.meta for hit in found.hits} <= {meta}


@CASES
@given(data=st.data())
def test_find_in_the_index(indexed: World, data: st.DataObject) -> None:
    """S-301 … S-309: the whole answer, in one index that grows all the while."""
    check_find(indexed, data)


@FEWER
@given(data=st.data())
def test_find_anywhere(anywhere: World, data: st.DataObject) -> None:
    """S-316: the same without an index."""
    check_find(anywhere, data)


@CASES
@given(data=st.data())
def test_consecutive(indexed: World, data: st.DataObject) -> None:
    """S-310: pieces cover the query, each is the longest at its place with its best entry, unknown runs are joined."""
    meta, given_entries = new_meta(), data.draw(entries)
    indexed.fill(given_entries, meta)
    query = "".join(data.draw(st.lists(queries(given_entries), min_size=1, max_size=3)))
    chosen = Options(ignore_case=data.draw(st.booleans()))
    pieces = indexed.database.run(
        find_entries_consecutive(indexed.corpus, query, meta=meta, ignore_case=chosen.ignore_case, now_ms=NOW)
    )
    wanted: list[tuple[str | None, str]] = []
    rest = query
    while rest:
        answer = expected(given_entries, rest, chosen)
        length = max(answer["checkpoint"], 1)
        wanted.append((answer["best"], rest[:length]))
        rest = rest[length:]
    joined: list[tuple[str | None, str]] = []
    for best, text in wanted:
        if best is None and joined and joined[-1][0] is None:
            joined[-1] = (None, joined[-1][1] + text)
        else:
            joined.append((best, text))
    assert [(piece.best and piece.best.path, query[piece.start : piece.end]) for piece in pieces] == joined
