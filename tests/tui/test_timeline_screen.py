"""The timeline of an entry with the real store: its versions, their values, and bringing one back (U-10, U-11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.operations.entries import delete, get
from store.operations.expiry import create_cache
from tests.tui.browsing import BY, NOW, Browser, address, browsing, do, put
from tests.tui.waiting import until
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.dialogs import Confirm
from tui.browser.screens.timeline import TimelineScreen
from tui.browser.widgets.line_list import LineList

KEY = "app:main:k"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "life.db"
    for number, value in enumerate(("one", "two", "three")):
        put(path, {KEY: value}, now_ms=NOW - 300_000 + number * 60_000)
    return path


async def opened(browser: Browser) -> TimelineScreen:
    await browser.press("tab", "t")
    await browser.loaded(TimelineScreen)
    assert isinstance(browser.screen, TimelineScreen)
    return browser.screen


def stored(store: Path) -> bytes | None:
    entry = do(store, get(address(KEY)))[0]
    return entry.value if entry else None


async def test_every_value_it_had(store: Path) -> None:
    """The newest first, each since when and by what; the value of the one under the cursor below."""
    async with browsing(store) as browser:
        screen = await opened(browser)
        frame = browser.frame()
        assert "timeline app:main:k · 3 changes" in frame
        assert [row for row in ("three", "two", "one") if row in frame] == ["three", "two", "one"]
        assert screen.value.value is not None
        assert screen.value.value.head == b"three"
        await browser.press("down")
        await browser.idle()
        assert screen.value.value.head == b"two"
        assert screen.value.header.startswith("app:main:k · until 2027-01-15 07:57:00 UTC")


async def test_restoring_asks_before_it_overwrites_and_can_be_undone(store: Path) -> None:
    """n leaves it; y stores the old value as a new version; u takes it back, here and on the main screen."""
    async with browsing(store) as browser:
        screen = await opened(browser)
        await browser.press("down", "down", "enter")
        await until(browser.pilot, lambda: browser.on_top(Confirm))
        assert "Restore app:main:k?" in browser.frame()
        assert "u brings it back" in browser.frame()
        await browser.press("n")
        assert stored(store) == b"three"
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.on_top(Confirm))
        await browser.press("y")
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts[-1] == "restored app:main:k — u undoes it"
        assert stored(store) == b"one"
        await until(browser.pilot, lambda: screen.count == 4)
        await browser.press("u")
        await until(browser.pilot, lambda: stored(store) == b"three")
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)


async def test_a_deleted_entry_comes_back_unasked(store: Path) -> None:
    """Nothing is overwritten, so nothing is asked; reached by way of the history, since the entry is gone."""
    do(store, delete(address(KEY), by=BY, now_ms=NOW))
    async with browsing(store) as browser:
        await browser.press("H")
        await until(browser.pilot, lambda: browser.screen.__class__.__name__ == "HistoryScreen")
        await browser.idle()
        await browser.press("t")
        await browser.loaded(TimelineScreen)
        assert "not there" in browser.frame()
        await browser.press("enter")
        assert browser.toasts[-1] == "that is what it is now"
        await browser.press("down", "enter")
        await until(browser.pilot, lambda: stored(store) == b"three")


async def test_somebody_else_wrote_meanwhile(store: Path) -> None:
    """What was asked about is what is overwritten, or nothing."""
    async with browsing(store) as browser:
        await opened(browser)
        await browser.press("down", "enter")
        await until(browser.pilot, lambda: browser.on_top(Confirm))
        put(store, {KEY: "theirs"}, now_ms=NOW)
        await browser.press("y")
        await until(browser.pilot, lambda: browser.toasts)
        assert "changed by somebody else meanwhile" in browser.toasts[-1]
        assert stored(store) == b"theirs"


async def test_secrets_are_withheld_or_masked(store: Path) -> None:
    """U-11: not kept from the day it is one; what is older is dots until it is revealed; restoring warns that it is for good."""
    put(store, {KEY: "hunter2"}, now_ms=NOW - 100, secret=True)
    async with browsing(store) as browser:
        screen = await opened(browser)
        frame = browser.frame()
        assert "hunter2" not in frame
        assert "two" not in frame
        assert "not kept" in frame
        await browser.press("down", "enter")
        assert browser.toasts[-1] == "it was a secret, or it expired: its value was not kept"
        await browser.press("down")
        await browser.idle()
        assert screen.value.masked
        await browser.press("tab", "r")
        await until(browser.pilot, lambda: not screen.value.masked)
        assert "two" in browser.frame()
        await browser.press("tab")
        assert "two" not in browser.frame()
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.on_top(Confirm))
        assert "cannot be undone" in browser.frame()


async def test_expiring_entries_keep_no_values(tmp_path: Path) -> None:
    """U-10: their life is told, their values are not kept; a cached pipe is not brought back here."""
    path = tmp_path / "cache.db"
    do(path, create_cache("", "web", "s", 60, by=BY, now_ms=NOW))
    put(path, {"web:s:k": "1"}, now_ms=NOW)
    put(path, {"web:s:k": "2"}, now_ms=NOW)
    async with browsing(path) as browser:
        await opened(browser)
        assert "not kept" in browser.frame()
        await browser.press("down")
        await browser.idle()
        assert "not kept: a secret, or expiring" in browser.frame()


async def test_a_long_life_is_read_as_far_as_somebody_looks(tmp_path: Path) -> None:
    """Five hundred versions: two hundred read, the rest on demand."""
    path = tmp_path / "long.db"
    for number in range(500):
        put(path, {KEY: f"v{number}"})
    async with browsing(path) as browser:
        screen = await opened(browser)
        lines = screen.query_one(LineList)
        assert len(lines.rows) == 200
        assert lines.total == 501
        await browser.press("end")
        await until(browser.pilot, lambda: lines.total == 500)
        await browser.press("end")
        await browser.idle()
        assert screen.value.value is not None
        assert screen.value.value.head == b"v0"


async def test_leaving_and_copying(store: Path) -> None:
    """esc steps back from the value to the list and then away; y copies the command line (U-14)."""
    async with browsing(store) as browser:
        screen = await opened(browser)
        await browser.press("y")
        assert browser.toasts[-1].endswith("history app.main.k")
        await browser.press("tab")
        assert screen.value.has_focus
        await browser.press("escape")
        assert browser.on_top(TimelineScreen)
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)
