"""Typing while others write: every answer of a session is that of a fresh search, and both are the truth (S-064, S-311 … S-314)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.hits import Options
from search.session import SearchSession
from store.operations.entries import delete
from store.operations.expiry import create_cache
from store.operations.secrets import mark_secret
from tests.search.corpora import BY, NOW, World, address_of, expected, new_meta, shown, world
from tests.search.drawn import PATHS, entries, options, texts, values

CASES = settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FEWER = settings(CASES, max_examples=150)
TRUTH = (
    "SELECT n.context, n.name, e.key, e.value, e.secret FROM namespaces n JOIN entries e ON e.ns_id = n.id"
    " WHERE n.meta = ? AND (e.expires_at IS NULL OR e.expires_at > ?)"
)

WRITES = ("set",) * 60 + ("secret", "binary") * 10 + ("delete",) * 20 + ("hide",)
"""`hide` is rare: it makes the index begin anew, and this one holds the entries of every example before."""


@pytest.fixture(scope="module", params=["index", "joined"])
def there(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(request.param, tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world("trigrams", tmp_path_factory.mktemp("world")) as made:
        yield made


def truth(there: World, meta: str, now_ms: int, options: Options) -> dict[str, str]:
    """What can be found, read from the file itself: values by canonical path."""
    connection = sqlite3.connect(there.database.path)
    rows = connection.execute(TRUTH, (meta, now_ms)).fetchall()
    connection.close()
    found = {}
    for context, name, key, value, secret in rows:
        text = value if isinstance(value, str) else None if b"\xff" in value else value.decode()
        if options.field != "value":
            found[f"{context}:{name}:{key}"] = text or ""
        elif text is not None and not secret:
            found[f"{context}:{name}:{key}"] = text
    return found


def typed(there: World, session: SearchSession, now_ms: int) -> dict[str, Any]:
    return shown(there.database.run(session.results(now_ms=now_ms)))


def type_something(data: st.DataObject, session: SearchSession, known: list[str]) -> None:
    """Extend, mostly along something that is stored, or retract."""
    if data.draw(st.integers(0, 3)) == 0:
        session.retract(data.draw(st.integers(0, 6)))
        return
    ways = [value[len(session.text) :] for value in known if value.startswith(session.text)]
    more = data.draw(st.sampled_from([*ways, "ab", *known, "a"]))[: data.draw(st.integers(1, 4))]
    session.extend(more if data.draw(st.integers(0, 4)) else data.draw(texts))


@CASES
@given(data=st.data())
def test_typing(indexed: World, data: st.DataObject) -> None:
    """S-064, S-311 … S-313: after every step the answer of a fresh search, whatever was typed before."""
    meta, given_entries, chosen = new_meta(), data.draw(entries), data.draw(options())
    indexed.fill(given_entries, meta)
    session = SearchSession(indexed.corpus, meta, chosen)
    for _ in range(data.draw(st.integers(1, 4))):
        type_something(data, session, [*given_entries.values()])
        assert typed(indexed, session, NOW) == expected(given_entries, session.text, chosen), session.text


def write_something(there: World, data: st.DataObject, meta: str, now_ms: int) -> None:
    """One random change, each of them a way for an entry to appear, change or disappear."""
    path = data.draw(st.sampled_from([*PATHS[:8], "app:c:k", "app:c:b"]))
    match data.draw(st.sampled_from(WRITES)):
        case "set":
            if path.startswith("app:c:"):  # what is written there lives for a minute
                there.database.run(create_cache(meta, "app", "c", 60, by=BY, now_ms=now_ms))
            there.put(path, data.draw(values), meta=meta, now_ms=now_ms)
        case "secret":
            there.put(path, "ab secret", meta=meta, now_ms=now_ms, secret=True)
        case "binary":
            there.put(path, b"ab\xff", meta=meta, now_ms=now_ms)
        case "delete":
            there.database.run(delete(address_of(path, meta), by=BY, now_ms=now_ms))
        case "hide":
            there.database.run(mark_secret(meta, "app", "ui", on=True, target="app.ui", by=BY, now_ms=now_ms))


def check_writing(there: World, data: st.DataObject) -> None:
    meta, now_ms, chosen = new_meta(), NOW, data.draw(options())
    there.fill(data.draw(entries), meta)
    session = SearchSession(there.corpus, meta, chosen)
    for _ in range(data.draw(st.integers(1, 3))):
        if data.draw(st.booleans()):
            write_something(there, data, meta, now_ms)
        now_ms += data.draw(st.sampled_from((0, 0, 31_000, -5_000)))
        stored = truth(there, meta, now_ms, chosen)
        type_something(data, session, [*stored.values()])
        wanted = expected(stored, session.text, chosen)
        assert typed(there, session, now_ms) == wanted, session.text
        if session.text and data.draw(st.integers(0, 3)) == 0:
            assert shown(there.find(session.text, meta=meta, now_ms=now_ms, **asdict(chosen))) == wanted


@CASES
@given(data=st.data())
def test_typing_while_others_write(indexed: World, data: st.DataObject) -> None:
    """S-300, S-314, S-324, U-11: sets, deletions, secrets, lifetimes that end and a clock that goes back, between the keys."""
    check_writing(indexed, data)


@FEWER
@given(data=st.data())
def test_typing_anywhere(there: World, data: st.DataObject) -> None:
    """S-316: the same without an index, and in one that another session uses too."""
    check_writing(there, data)
