"""Finding by pattern: order, ranges, metas, and a cache that is never stale (M-146, M-149, M-154, M-155)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.find import MOST_PATTERNS, QueryCache, entries_of, find
from search.pattern import QueryPattern
from store.addresses.colon import parse_path, print_colon
from store.database import MEMORY, Database
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Actor, Address
from store.operation import Statement, reading, writing
from store.operations.entries import delete, set_entry
from store.operations.expiry import create_cache, sweep
from store.operations.pipes import Removed, keep_longer, restore
from tests.store.drivers import KINDS, driver

BY = Actor()
NOW = 1_760_000_000_000


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as runner:
        yield runner


def put(database: Any, path: str, value: str = "v", meta: str = "", **more: Any) -> Address:
    address = parse_path(path, "write")._replace(meta=meta)
    database.run(set_entry(address, value.encode(), by=BY, now_ms=more.pop("now_ms", NOW), **more))
    return address


def paths(database: Any, pattern: str, meta: str = "", now_ms: int = NOW) -> list[str]:
    return [match.path for match in database.run(find(QueryPattern.parse(pattern), meta, now_ms=now_ms))]


def test_sorted_by_path_text(database: Any) -> None:
    """M-154: by code point of the whole path, which is neither the order of namespaces nor that of canonical keys."""
    for path in (
        "app:ui:z",
        "app:ui.x:a",
        "app:ui:l[2]",
        "app:ui:l_",
        "app::r",
        "app:ui:k\U0001f600",
        "app:ui:k\ufb01",
    ):
        put(database, path)
    found = paths(database, "app:*:*")
    assert found == sorted(found)
    assert len(found) == 7


def test_metas_do_not_meet(database: Any) -> None:
    """P-102: a find sees its own meta only."""
    put(database, "app:ui:mine", meta="org")
    put(database, "app:ui:yours")
    assert paths(database, "*:*:*", "org") == ["app:ui:mine"]
    assert paths(database, "*:*:*") == ["app:ui:yours"]


def test_expired_entries_are_not_found(database: Any) -> None:
    """P-044: what has expired is gone, swept or not."""
    database.run(create_cache("", "app", "c", 5, by=BY, now_ms=NOW))
    put(database, "app:c:k")
    assert paths(database, "app:c:", now_ms=NOW + 4999) == ["app:c:k"]
    assert paths(database, "app:c:k", now_ms=NOW + 4999) == ["app:c:k"]
    assert paths(database, "app:c:", now_ms=NOW + 5000) == []
    assert paths(database, "app:c:k", now_ms=NOW + 5000) == []


def test_values_of_what_was_found(database: Any) -> None:
    """In the order asked for; what has gone, or is another entry with the same id, is left out."""
    put(database, "app:ui:a", "1")
    gone = put(database, "app:ui:b", "2")
    matches = database.run(find(QueryPattern.parse("app:ui:"), now_ms=NOW))
    database.run(delete(gone, by=BY, now_ms=NOW))
    put(database, "app:ui:c", "3")  # takes the id that has become free
    found = database.run(entries_of(list(reversed(matches)), now_ms=NOW))
    assert [(print_colon(entry.address), entry.value) for entry in found] == [("app:ui:a", b"1")]


@reading
def plan(sql: str, parameters: tuple[Any, ...]) -> Any:
    return (yield Statement("EXPLAIN QUERY PLAN " + sql, parameters))


def test_ranges_use_indexes() -> None:
    """M-149: literal beginnings are looked up, not searched for."""
    from search import find as module

    with Database(MEMORY) as database:
        for sql, parameters, index in (
            (module.IN_RANGE, (1, "a", "b", NOW), "entries_by_key (ns_id=? AND key>? AND key<?)"),
            (module.EXACT, (1, "a", "b", NOW), "entries_by_key (ns_id=? AND key=?)"),
            (module.SPACES, ("", "a", "b"), "(meta=? AND context>? AND context<?)"),
            (module.SPACE, ("", "a", "b"), "(meta=? AND context=? AND name=?)"),
        ):
            assert index in str(database.run(plan(sql, parameters))), sql


CONTEXTS = ("app", "ap", "user", "a")
SPACES = ("", "ui", "ui.w", "uix", "main")
KEYS = ("a", "ab", "abc", "a.b", "list[0]", "list[10]", "list[a_b]", "list_", "lists", "grid[1,2]", "grid[1]", "a__", "i[i_0]",
        "x[y")  # fmt: skip
GLOBS = ("*", "a*", "?", "a?", "*b", "list[*]", "list__*", "list*", "list[?]", "list[1*", "*_*", "grid[1*", "grid__i_1*", r"\*",
         "a", "list[ 0 ]", "list__i_0", "i[i_0]", "x[y", "x[*", "*[*]", "lis?*", r"l\ist*", "")  # fmt: skip
NOTHING = (r"\*",)
PART, GLOB = st.sampled_from(CONTEXTS), st.sampled_from(GLOBS)
PATTERN = st.one_of(
    st.builds(
        "{}:{}:{}".format,
        st.sampled_from(["app", "a*", "*", "?pp", "us*r", "nobody"]),
        st.sampled_from(["", "ui", "ui*", "*", "ui.*", "m?in"]),
        GLOB,
    ),
    st.builds("{}:{}".format, PART, GLOB),
    GLOB.filter(bool),
)


@pytest.fixture(scope="module")
def everything() -> Iterator[tuple[Database, set[Address]]]:
    """A store with every key in every namespace of every context."""
    with Database(MEMORY) as database:
        places = [f"{context}:{space}:{key}" for context in CONTEXTS for space in SPACES for key in KEYS]
        yield database, {put(database, path) for path in places}


@settings(max_examples=150)
@given(PATTERN)
def test_find_is_brute_force(everything: tuple[Database, set[Address]], text: str) -> None:
    """M-150…M-155: exactly the entries that `matches` says yes to, whatever ranges were read."""
    database, stored = everything
    pattern = QueryPattern.parse(text)
    expected = sorted(print_colon(at) for at in stored if pattern.matches(at.context, at.namespace, at.key))
    assert paths(database, text) == expected


@pytest.mark.parametrize("glob", GLOBS)
def test_every_glob_finds_what_it_matches(everything: tuple[Database, set[Address]], glob: str) -> None:
    """M-155: no range is too narrow for what either spelling matches."""
    database, stored = everything
    pattern = QueryPattern.parse(f"app:ui:{glob}")
    expected = sorted(print_colon(at) for at in stored if pattern.matches(at.context, at.namespace, at.key))
    assert paths(database, f"app:ui:{glob}") == expected
    if glob not in NOTHING:
        assert expected


STEP = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(["app:ui:a", "app:ui:b", "app:c:k", "user:ui:a", "app:ui.w:a"])),
    st.tuples(st.just("delete"), st.sampled_from(["app:ui:a", "app:ui:b", "app:c:k", "user:ui:a"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 3000, 6000, -3000])),
    st.tuples(st.just("sweep"), st.none()),
    st.tuples(st.just("find"), st.sampled_from(["app:ui:*", "*:*:*", "app:c:k", "app:*:a", "user:*:*"])),
)


@settings(max_examples=40)
@given(st.lists(STEP, max_size=40))
def test_the_cache_is_never_stale(steps: list[tuple[str, Any]]) -> None:
    """M-146: after any writes, of this process or another one, and any passing of time, cached answers equal fresh ones."""
    with TemporaryDirectory() as home, Database(f"{home}/a.db") as mine, Database(f"{home}/a.db") as theirs:
        mine.run(create_cache("", "app", "c", 5, by=BY, now_ms=NOW))
        cache, now, writers = QueryCache(), NOW, (mine, theirs)
        for number, (what, argument) in enumerate(steps):
            writer = writers[number % 2]
            match what:
                case "set":
                    put(writer, argument, now_ms=now)
                case "delete":
                    writer.run(delete(parse_path(argument), by=BY, now_ms=now))
                case "wait":
                    now += argument
                case "sweep":
                    writer.run(sweep("", by=BY, now_ms=now))
                case "find":
                    found = mine.run(cache.find(argument, now_ms=now))
                    assert [match.path for match in found] == paths(mine, argument, now_ms=now)


def test_cached_answers_expire(database: Any) -> None:
    """M-146: time passes without a change; and a clock may be set back."""
    database.run(create_cache("", "app", "c", 5, by=BY, now_ms=NOW))
    put(database, "app:c:k")
    cache = QueryCache()
    for now_ms, count, hits in ((0, 1, 0), (4999, 1, 1), (5000, 0, 0), (4999, 1, 0), (6000, 0, 0)):
        assert len(database.run(cache.find("app:c:*", now_ms=NOW + now_ms))) == count, now_ms
        assert cache.hits == hits, now_ms


def test_hits_and_misses(database: Any) -> None:
    """M-146, M-148: only patterns that could match what changed are dropped; the figures say so."""
    put(database, "app:ui:a")
    put(database, "user:ui:a")
    cache = QueryCache()
    for text in ("app:ui:*", "user:ui:*", "*:ui:a"):
        database.run(cache.find(text, now_ms=NOW))
        database.run(cache.find(text, now_ms=NOW))
    assert cache.figures == (3, 3, 3)
    put(database, "user:ui:b")
    database.run(cache.find("app:ui:*", now_ms=NOW))
    assert cache.figures == (1, 2, 1)  # what was dropped took its counts along
    assert [match.path for match in database.run(cache.find("user:ui:*", now_ms=NOW))] == ["user:ui:a", "user:ui:b"]
    assert cache.figures == (2, 2, 2)
    cache.clear()
    assert cache.figures == (0, 0, 0)


def test_metas_have_answers_of_their_own(database: Any) -> None:
    """P-102."""
    put(database, "app:ui:a")
    put(database, "app:ui:a", meta="org")
    put(database, "app:ui:b", meta="org")
    cache = QueryCache()
    assert len(database.run(cache.find("app:ui:", now_ms=NOW))) == 1
    assert len(database.run(cache.find("app:ui:", "org", now_ms=NOW))) == 2
    put(database, "app:ui:c", meta="org")
    assert len(database.run(cache.find("app:ui:", "org", now_ms=NOW))) == 3
    assert len(database.run(cache.find("app:ui:", now_ms=NOW))) == 1
    assert cache.hits == 1


@writing
def put_pipe(key: str, expires_at: int) -> Any:
    pipe = Removed(key, b"x", NOW, expires_at)
    return (yield from restore("", [pipe], by=BY, now_ms=NOW))


def test_a_pipe_kept_for_less_time_is_not_remembered(database: Any) -> None:
    """M-146: the lifetime of a cached pipe can change without a change record, to shorter too."""
    database.run(put_pipe("1_x_default_y", NOW + 900_000))
    cache = QueryCache()
    (found,) = database.run(cache.find("*:*:*", now_ms=NOW))
    assert (found.address.context, found.address.namespace) == (CACHE_CONTEXT, CACHE_NAMESPACE)
    assert database.run(keep_longer("", ["1_x_default_y"], 5, by=BY, now_ms=NOW)) == 1
    assert database.run(cache.find("*:*:*", now_ms=NOW + 6000)) == []


def test_the_cache_does_not_grow_without_end(database: Any) -> None:
    """The answers asked for longest ago make room."""
    put(database, "app:ui:a")
    cache = QueryCache()
    for number in range(MOST_PATTERNS + 5):
        database.run(cache.find(f"app:ui:{number}", now_ms=NOW))
    assert len(cache) == MOST_PATTERNS
