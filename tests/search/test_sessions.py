"""What a session does not do again, and what it does not keep (S-311 … S-315)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import session as session_module
from search.corpus import Corpus, Sources
from search.hits import Found, Options
from search.session import SearchSession
from search.stopping import Stop
from store.errors import StoreError
from store.operations.expiry import create_cache
from tests.search.corpora import BY, NOW, World, world

ENTRIES = {
    "app:config:host": "localhost",
    "app:config:url": "postgres://localhost:5432/app",
    "web:config:host": "db.localhost.test",
    "web:notes:log": "local host lookup",
    "app:notes:a": "lost",
    "app:notes:b": "help",
    "app:notes:c": "milk",
}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world("index", tmp_path) as made:
        made.fill(ENTRIES)
        yield made


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were searched for in the index or the joined texts."""
    asked: list[str] = []
    plain = Sources.search

    def watched(self: Sources, query: str, least: int = 0, keep: int = 0) -> object:
        asked.append(query)
        return plain(self, query, least, keep)

    monkeypatch.setattr(Sources, "search", watched)
    return asked


def results(there: World, session: SearchSession, now_ms: int = NOW) -> Found:
    return there.database.run(session.results(now_ms=now_ms))


def test_the_worked_run(there: World, probes: list[str]) -> None:
    """S-311: the first letter probes, then hits are filtered, then only the rest grows."""
    session = SearchSession(there.corpus)
    steps = []
    for text in ("l", "o", "cal", "host", "x", "y"):
        session.extend(text)
        found = results(there, session)
        steps.append((found.total, found.checkpoint, found.remaining))
    assert steps == [(7, 1, ""), (5, 2, ""), (4, 5, ""), (3, 9, ""), (3, 9, "x"), (3, 9, "xy")]
    assert probes == ["l"]


def test_retracting_asks_nothing(there: World, probes: list[str]) -> None:
    """S-312: the earlier states come back as they were, also behind the checkpoint of a partial one."""
    session = SearchSession(there.corpus)
    seen = {"": results(there, session)}
    for letter in "localhx!":
        session.extend(letter)
        seen[session.text] = results(there, session)
    while session.text:
        session.retract(1)
        assert results(there, session) == seen[session.text]
    session.retract(5)
    assert session.text == ""
    assert probes == ["l"]


def test_a_write_ends_the_history(there: World, probes: list[str]) -> None:
    """S-314: one search for the current text, with what is stored now."""
    session = SearchSession(there.corpus)
    session.extend("lo")
    assert results(there, session).total == 5
    there.put("app:notes:c", "low")
    assert results(there, session).total == 6
    assert results(there, session).total == 6
    session.retract(1)
    assert results(there, session).total == 7
    assert probes == ["lo", "lo", "l"]


def test_a_hit_that_expires(there: World, probes: list[str]) -> None:
    """T-090: it is gone at its time, without any change in the store; a clock that goes back brings it again."""
    there.database.run(create_cache("", "app", "c", 60, by=BY, now_ms=NOW))
    there.put("app:c:k", "local")
    session = SearchSession(there.corpus)
    session.extend("local")
    assert results(there, session).total == 5
    assert results(there, session, NOW + 59_999).total == 5
    assert probes == ["local"]
    assert results(there, session, NOW + 60_000).total == 4
    assert results(there, session, NOW).total == 5


def test_too_many(there: World, probes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """S-315: a larger set is not kept but narrowed by a new probe, which begins at the checkpoint."""
    monkeypatch.setattr(session_module, "MOST_ROWS", 3)
    session = SearchSession(there.corpus, options=Options(limit=2))
    for text in ("l", "o", "ca", "lhost"):
        session.extend(text)
        found = results(there, session)
        assert found == there.find(session.text, limit=2)
        assert len(found.hits) == 2
    assert probes[::2] == ["l", "lo", "loca", "localhost"]
    session.retract(6)
    session.retract(1)
    probes.clear()
    assert results(there, session).total == 5
    assert probes == []


def test_too_long_an_answer(there: World, probes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """S-315: without a limit the answer itself is such a set; coming back to it asks again."""
    monkeypatch.setattr(session_module, "MOST_ROWS", 3)
    session = SearchSession(there.corpus)
    session.extend("lo")
    first = results(there, session)
    assert results(there, session) == first
    assert probes == ["lo", "lo"]


def test_other_options(there: World) -> None:
    """S-317: toggles keep the text."""
    session = SearchSession(there.corpus)
    session.extend("HOST")
    assert results(there, session).total == 0
    session.choose(Options(ignore_case=True))
    assert results(there, session).total == 4
    session.choose(Options(field="key", ignore_case=True))
    assert results(there, session).total == 2


def test_given_up(there: World) -> None:
    """S-300: a search that is cancelled changes nothing; the session goes on."""
    session = SearchSession(there.corpus)
    session.extend("l")
    stop = Stop()
    stop.ask()
    with pytest.raises(StoreError, match="cancelled"):
        there.database.run(session.results(now_ms=NOW, stop=stop))
    session.extend("o")
    assert results(there, session) == there.find("lo")


def test_typing_goes_on_meanwhile(there: World) -> None:
    """An answer for what is no longer typed is given, and not remembered."""
    session = SearchSession(there.corpus)
    session.extend("loc")
    late = session.results(now_ms=NOW)
    session.retract(2)
    session.extend("ost")
    assert there.database.run(late) == there.find("loc")
    assert results(there, session) == there.find("lost")


def test_a_removed_index_is_not_noticed(there: World) -> None:
    """The session does not know where its answers come from."""
    session = SearchSession(there.corpus)
    session.extend("l")
    first = results(there, session)
    other = SearchSession(Corpus(there.database.path, index=False))
    other.extend("l")
    assert results(there, other) == first
