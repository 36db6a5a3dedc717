"""What may go wrong when the browser writes names down: nobody notices, and nothing waits for it (C-030, C-048)."""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections.abc import Callable
from functools import partial
from itertools import count

import pytest

from store.workspace import Workspace
from tests.tui.browsing import address
from tests.tui.remembering import HOUR, ids, index_of, known, remembering, small
from tui import name_cache
from tui.browser import name_memory

__all__ = ["small"]

THEME, PROD = address("app:ui:theme"), address("app:ui:theme__prod")
DEADLINE_S = 20.0


def no_directory(place: Workspace) -> None:
    index_of(place).write_text("")


def a_link(place: Workspace) -> None:
    index_of(place).mkdir()
    (index_of(place) / name_cache.CACHE).symlink_to("/dev/null")


def a_directory(place: Workspace) -> None:
    (index_of(place) / name_cache.CACHE).mkdir(parents=True)


@pytest.mark.parametrize("damage", [no_directory, a_link, a_directory])
async def test_a_failure_is_nobodys_business(small: Workspace, damage: Callable[[Workspace], None]) -> None:
    """C-030: whatever is wrong with the index, nothing is raised and nothing said; offering nothing is all that comes of it."""
    damage(small)
    async with remembering() as on:
        on.services.names.used(THEME)
        on.services.names.gone(PROD)
        await on.services.names.finish()
        assert on.services.names.trouble
        recent = on.services.names.recent()
        assert recent is not None
        assert recent.used() == ()


async def test_a_busy_lock_does_not_hold_up_the_loop(small: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """C-048: somebody else holds the lock for longer than it is waited for; the screen lives on, the names are given up.

    Each step of that waiting lasts until the loop has turned, by a clock of its own, so that no machine is too slow for it.
    """
    turned = threading.Event()
    steps: list[bool] = []

    def step(_seconds: float) -> None:
        turned.clear()
        steps.append(turned.wait(DEADLINE_S))

    monkeypatch.setattr(name_cache, "sleep", step)
    monkeypatch.setattr(name_cache, "monotonic", partial(next, count(0, name_cache.LOCK_WAIT_S / 4)))
    index_of(small).mkdir(mode=0o700)
    lock = os.open(index_of(small) / name_cache.STATE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        async with remembering() as on:
            on.services.names.used(THEME)
            ending = asyncio.ensure_future(on.services.names.finish())
            while not ending.done():
                await asyncio.sleep(0.001)
                turned.set()
            assert len(steps) >= 3
            assert all(steps)
            assert on.services.names.writes == 1
    finally:
        os.close(lock)
    assert known(small) == []


async def test_a_store_that_does_not_answer_is_not_waited_for(
    small: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving the browser takes a moment, never for ever."""
    monkeypatch.setattr(name_memory, "ANSWER_S", 0.02)
    async with remembering() as on:
        services = on.services

        async def silent(_operation: object) -> object:
            await asyncio.Event().wait()
            return None

        origin = services.names._origin
        assert origin is not None
        mute = name_memory.NameMemory(
            name_memory.Origin(origin.session, origin.choice, origin.environ, silent, origin.now_ms), gather_s=HOUR
        )
        mute.used(THEME)
        await asyncio.wait_for(mute.finish(), DEADLINE_S)
        assert mute.trouble.startswith("TimeoutError")
    assert known(small) == []


async def test_writing_is_done_in_a_thread(small: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop never waits for a file or a lock."""
    where: list[threading.Thread] = []
    write_down = name_cache.write_down

    def seen(*arguments: object) -> None:
        where.append(threading.current_thread())
        write_down(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(name_cache, "write_down", seen)
    async with remembering() as on:
        on.services.names.used(THEME)
    assert len(where) == 1
    assert where[0] is not threading.main_thread()
    assert ids(small) == ["app.ui.theme"]
