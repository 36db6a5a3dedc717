"""Finding for an engine, and the figures of its cache (M-139, M-146, M-148, M-154)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.finder import Finder
from store.errors import AddressError, InputError
from tests.store.drivers import KINDS
from tests.store.engines import Desk, desk


@pytest.fixture(params=KINDS)
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk(request.param, tmp_path) as made:
        yield made


def figures(at: Desk, finder: Finder) -> tuple[int, int, int, float]:
    status = at.do(finder.workspace_status())
    return (
        status.total_cached_queries,
        status.total_cache_hits,
        status.total_cache_misses,
        status.overall_cache_hit_ratio,
    )


def paths(at: Desk, finder: Finder, pattern: str) -> list[str]:
    return [match.path for match in at.do(finder.find(pattern))]


def test_a_pattern_asked_for_again_is_a_hit(at: Desk) -> None:
    """M-146, M-148."""
    finder = Finder(at.engine)
    at.set("app:ui:a")
    for _ in range(4):
        assert paths(at, finder, "app:ui:*") == ["app:ui:a"]
    assert figures(at, finder) == (1, 3, 1, 0.75)
    assert paths(at, finder, "user:*:*") == []
    assert figures(at, finder) == (2, 3, 2, 0.6)


def test_a_mutation_drops_what_could_match_with_its_counts(at: Desk) -> None:
    """M-146, M-148: hits and misses restart with the answers they belong to; other namespaces keep theirs."""
    finder = Finder(at.engine)
    at.set("app:ui:a")
    at.set("user:ui:a")
    for pattern in ("app:ui:*", "app:ui:*", "user:ui:*", "user:ui:*"):
        at.do(finder.find(pattern))
    at.set("app:ui:b")
    assert figures(at, finder) == (1, 1, 1, 0.5)
    at.do(at.engine.delete("user:ui:a"))
    assert figures(at, finder) == (0, 0, 0, 0.0)
    assert paths(at, finder, "app:ui:*") == ["app:ui:a", "app:ui:b"]


def test_a_storage_reset_by_whatever_means_empties_it(at: Desk) -> None:
    """M-139: caches are gone, also of patterns that nothing in the storage could have matched."""
    engine = at.engine
    finder = Finder(engine)
    resets = (engine.clear_storage, engine.reset_all, lambda: engine.control("reset", "all"))
    for reset in (*resets, lambda: engine.exec("reset", "storage"), lambda: engine.token_stream("ctl:reset=storage")):
        at.do(finder.find("nothing:here:*"))
        assert figures(at, finder)[0] == 1
        at.do(reset())
        assert figures(at, finder) == (0, 0, 0, 0.0)
    at.do(finder.find("nothing:here:*"))
    at.do(engine.control("reset", "cursor"))
    at.refused(engine.token_stream("ctl:reset=storage; " + "k" * 200 + "=1"))
    assert figures(at, finder)[0] == 1


def test_malformed_patterns_are_refused_when_it_runs(at: Desk) -> None:
    """M-156, and U-16 for text that is none: no internal error."""
    finder = Finder(at.engine)
    for pattern, code in (("", "empty-path"), ("a:b:c:d", "too-many-colons"), (":ui:x", "empty-context")):
        error = at.refused(finder.find(pattern))
        assert isinstance(error, AddressError)
        assert error.code == code
    error = at.refused(finder.find("app:\udcff:*"))
    assert (type(error), error.code) == (InputError, "not-text")
