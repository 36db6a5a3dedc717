"""Another store in the same browser: new services, new screens, the old database closed; nobody asks the old one (T-034)."""

from __future__ import annotations

import asyncio
import os
import threading
from functools import partial
from pathlib import Path

import pytest

from store.cursors import Cursor, active_cursor, save_cursor
from store.errors import StoreError
from store.operations.entries import get
from store.workspace import Workspace
from tests.threads import left_since
from tests.tui.browsing import Browser, address, browsing, do
from tests.tui.test_cursors_screen import choose, fill, opened, place
from tests.tui.waiting import until
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.cursors import CursorsScreen
from tui.browser.screens.help import HelpScreen

__all__ = ["place"]


def shows(browser: Browser, name: str) -> bool:
    """Whether the bar names that database."""
    return f"{name}.db" in browser.main.bar.info.database


def has_read(browser: Browser, name: str) -> bool:
    """Whether that database is shown, and the first look at it is over: a slow one has drawn nothing until then."""
    return shows(browser, name) and browser.main.looks > 0


async def test_switching_to_a_cursor_and_back(place: Workspace) -> None:
    """Its database, meta and position; the bar says so; nothing is remembered for the next run (P-095)."""
    async with browsing(None) as browser:
        old, first = browser.services, browser.main
        await opened(browser)
        await choose(browser, "team")
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.services is not old and browser.main.looks)
        await browser.settle()
        assert "cursor team · team.db · meta acme · app:main" in browser.frame()
        assert browser.main.address is not None
        assert browser.main.address == ("acme", "app", "main", "team")
        assert browser.main is not first
        assert not first.is_attached
        assert browser.app.screen_stack == [browser.main]
        assert browser.opener.opened == 1
        with pytest.raises(StoreError, match="closed"):
            await old.run(get(address("app:main:main")))
        assert active_cursor(place.cursors, "") is None
        await opened(browser)
        assert "open      team" in browser.frame()
        await choose(browser, "notes")
        await browser.press("enter")
        await until(browser.pilot, lambda: "notes.db" in browser.frame() and browser.main.looks)
        await browser.settle()
        assert browser.main.address == ("", "app", "main", "notes")
        assert browser.services.options == ("--database", "notes")


def stores_threads() -> int:
    """How many threads there are, those apart in which the event loop has small things done."""
    return sum("asyncio" not in thread.name for thread in threading.enumerate())


async def test_no_thread_is_left(place: Workspace) -> None:
    """However often it is switched, also with reads under way: one writer and two readers, and none at the end."""
    before = set(threading.enumerate())
    async with browsing(None) as browser:
        during = stores_threads()
        for name in ("notes", "main", "notes", "main"):
            await opened(browser)
            await choose(browser, name)
            await browser.pilot.press("enter")
            await until(browser.pilot, partial(shows, browser, name))
            await until(browser.pilot, lambda: browser.opener.opened == 1)
        await browser.settle()
        await until(
            browser.pilot, lambda: stores_threads() <= during
        )  # those of a store that was left end a moment later
    await asyncio.get_running_loop().shutdown_default_executor()
    assert left_since(before) == []


async def test_screens_above_go_with_the_old_store(place: Workspace) -> None:
    """The switcher may be opened from anywhere; whatever lies below it is of the old store."""
    async with browsing(None) as browser:
        await browser.press("H")
        await browser.press("c")
        await browser.loaded(CursorsScreen)
        below = browser.app.screen_stack[1]
        await choose(browser, "notes")
        await browser.press("enter")
        await until(browser.pilot, lambda: has_read(browser, "notes"))
        await browser.settle()
        assert browser.app.screen_stack == [browser.main]
        assert not below.is_attached


async def test_what_is_under_way_is_finished_or_dropped(place: Workspace) -> None:
    """T-036: a write that was submitted is done completely; an answer of the old store reaches nobody."""
    async with browsing(None) as browser:
        old = browser.main
        from store.operations.entries import set_entry

        write = set_entry(address("app:main:late"), b"x", by=browser.services.actor, now_ms=1)
        task = asyncio.ensure_future(browser.services.run(write))
        old.load_value()
        await opened(browser)
        await choose(browser, "notes")
        await browser.press("enter")
        await until(browser.pilot, lambda: has_read(browser, "notes"))
        await browser.settle()
        await task
        assert do(Path(f"{place.databases}/main.db"), get(address("app:main:late")))[0].value == b"x"
        assert browser.main.value.header.startswith("app:main:notes")
        assert not any(worker.node is old and not worker.is_finished for worker in browser.app.workers)


async def test_undo_does_not_reach_into_another_store(place: Workspace) -> None:
    """What was done in the old store is not offered in the new one, where its number means something else."""
    async with browsing(None) as browser:
        await browser.press("tab", "e", "x", "ctrl+s")
        await until(browser.pilot, lambda: browser.app.undo.next)
        await opened(browser)
        await choose(browser, "notes")
        await browser.press("enter")
        await until(browser.pilot, lambda: has_read(browser, "notes"))
        await browser.settle()
        await browser.press("u")
        assert browser.toasts[-1] == "nothing was changed in this browser yet"


@pytest.mark.parametrize("content", [b"junk" * 4096, b""], ids=["no database", "a directory"])
async def test_what_cannot_be_opened_changes_nothing(place: Workspace, tmp_path: Path, content: bytes) -> None:
    """It is tried before anything is given up: the reason is told, and one stays where one was."""
    bad = tmp_path / "bad.db"
    if content:
        bad.write_bytes(content)
    else:
        bad.mkdir()
    save_cursor(place.cursors, Cursor("bad", "", str(bad)))
    async with browsing(None) as browser:
        before = browser.services
        await opened(browser)
        await choose(browser, "bad")
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts[-1].startswith("not opened: ")
        assert browser.services is before
        assert browser.opener.opened == 1
        assert browser.on_top(BrowserScreen)
        assert browser.main.address is not None


async def test_a_cursor_that_went_away_meanwhile(place: Workspace) -> None:
    """P-096: an unknown cursor is an error, never another store."""
    async with browsing(None) as browser:
        before = browser.services
        await opened(browser)
        await choose(browser, "team")
        os.unlink(f"{place.cursors}/default/team.json")
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts[-1].startswith("not opened: cursor 'team' not found")
        assert browser.services is before


async def test_quitting_while_it_switches(place: Workspace) -> None:
    """q is q; both databases are closed at the end."""
    async with browsing(None) as browser:
        await opened(browser)
        await choose(browser, "notes")
        await browser.pilot.press("enter", "q")
        await until(browser.pilot, lambda: not browser.app.is_running)
    assert browser.opener.opened == 0


async def test_a_store_that_is_not_there_yet(place: Workspace, tmp_path: Path) -> None:
    """A cursor may name a database that nobody has written to: shown as empty, and looking creates nothing."""
    async with browsing(None) as browser:
        await opened(browser)
        await choose(browser, "far")
        await browser.press("enter")
        await until(browser.pilot, lambda: has_read(browser, "far"))
        await browser.settle()
        assert "nothing is stored here yet" in browser.frame()
        assert not (tmp_path / "far.db").exists()


async def test_help_on_the_screens_beside(place: Workspace) -> None:
    """? begins with the keys of the screen one is on."""
    fill(f"{place.databases}/main.db")
    async with browsing(None) as browser:
        for key, title in (("H", "What was done"), ("c", "Cursors and databases")):
            await browser.press(key, "question_mark")
            assert isinstance(browser.screen, HelpScreen)
            assert browser.screen.sections[0].title == title
            await browser.press("escape", "escape")
