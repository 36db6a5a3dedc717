"""Noticing changes by number and version, whoever made them (T-086); a file that moved (T-014); sweeping when idle (T-092)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.async_database import AsyncDatabase
from store.database import Database
from store.errors import Unavailable
from store.operations.entries import get, set_entry
from store.operations.expiry import create_cache
from store.session import Choice, open_session
from tests.tui.browsing import BY, NOW, address, do, put
from tui.browser.flows.watcher import News, Watcher
from tui.browser.services import Services

EVERYTHING = News(None)


class Setup:
    """A watcher over a store; `now` is its clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = NOW
        session = open_session(Choice(database=str(path)), {"HOME": str(path.parent)}, "/")
        self.services = Services(AsyncDatabase(str(path)), session, now_ms=lambda: self.now)
        self.watcher = Watcher(self.services)


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[Setup]:
    made = Setup(tmp_path / "small.db")
    await made.services.database.open()
    yield made
    await made.services.database.close()


async def test_first_everything_then_nothing_then_only_what_moved(setup: Setup) -> None:
    """The namespaces of others' and of our own changes; a command without changes is news about no entries."""
    put(setup.path, {"app:main:a": "1", "app:ui:b": "2"})
    assert await setup.watcher.look() == EVERYTHING
    assert await setup.watcher.look() is None
    put(setup.path, {"app:ui:b": "3"})
    assert await setup.watcher.look() == News(frozenset({2}))
    await setup.services.run(set_entry(address("app:main:a"), b"4", by=BY, now_ms=NOW))
    assert await setup.watcher.look() == News(frozenset({1}))
    do(setup.path, create_cache("", "web", "x", 60, by=BY, now_ms=NOW))
    assert await setup.watcher.look() == News(frozenset())
    assert await setup.watcher.look() is None


async def test_a_store_that_appears(setup: Setup) -> None:
    """A file that is not there is looked at without being made, and noticed when somebody makes it."""
    assert await setup.watcher.look() == EVERYTHING
    assert await setup.watcher.look() is None
    assert not setup.path.exists()
    put(setup.path, {"app:main:a": "1"})
    assert await setup.watcher.look() == EVERYTHING
    assert await setup.watcher.look() is None


async def test_trimmed_history_means_everything(setup: Setup) -> None:
    """T-086: when the oldest kept change is newer than the last number, nobody knows what moved."""
    put(setup.path, {"app:main:a": "1"})
    await setup.watcher.look()
    with Database(str(setup.path)) as database:
        for number in range(520):
            database.run(set_entry(address(f"app:main:k{number % 3}"), b"x", by=BY, now_ms=NOW))
        assert database._link is not None
        database._link.connection.execute("DELETE FROM changes WHERE seq < 400")
    assert await setup.watcher.look() == EVERYTHING


@pytest.mark.parametrize("replaced", [True, False], ids=["replaced", "deleted"])
async def test_another_file_in_its_place(setup: Setup, replaced: bool) -> None:
    """T-313: said as long as it lasts, until told that the file that is there now is meant."""
    put(setup.path, {"app:main:a": "1"})
    await setup.watcher.look()
    for file in setup.path.parent.glob("small.db*"):
        file.rename(file.with_name("old-" + file.name))
    if replaced:
        put(setup.path, {"app:other:z": "1"})
    for _ in range(2):
        with pytest.raises(Unavailable, match="replaced or deleted"):
            await setup.watcher.look()
    await setup.services.database.close()
    await setup.services.database.open()
    setup.watcher.forget()
    assert await setup.watcher.look() == EVERYTHING


async def test_sweeping_waits_until_nobody_works(setup: Setup) -> None:
    """T-092: once a minute, not while keys are pressed; namespaces that keep expired entries are spared (P-048)."""
    do(setup.path, create_cache("", "web", "gone", 10, by=BY, now_ms=NOW))
    do(setup.path, create_cache("", "web", "kept", 10, evict_on_read=False, by=BY, now_ms=NOW))
    put(setup.path, {"web:gone:a": "1", "web:kept:b": "2"}, now_ms=NOW)
    await setup.watcher.look()

    def there(text: str) -> bool:
        return do(setup.path, get(address(text)))[0] is not None

    await setup.watcher.sweep_if_idle(0)
    setup.now = NOW + 61_000
    await setup.watcher.sweep_if_idle(setup.now - 1_000)
    assert there("web:gone:a")
    await setup.watcher.sweep_if_idle(setup.now - 6_000)
    assert not there("web:gone:a")
    assert there("web:kept:b")
