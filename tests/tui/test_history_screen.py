"""The history screen with the real store: details, undo and its refusals, failed ones, ten thousand of them (U-10, T-101)."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.operations import commands
from store.operations.apply import apply_writes
from store.operations.entries import get, set_entry
from store.operations.pipes import rescue
from store.streams.events import Write
from tests.tui.browsing import BY, NOW, SMALL, Browser, address, browsing, do, put
from tests.tui.waiting import until
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.confirm import ConfirmPlan
from tui.browser.screens.history import HistoryScreen
from tui.browser.screens.timeline import TimelineScreen
from tui.browser.widgets.command_view import CommandView
from tui.browser.widgets.line_list import LineList


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "small.db"
    put(path, SMALL)
    put(path, {"app:ui:theme": "blue"}, now_ms=NOW - 60_000)
    return path


async def opened(browser: Browser) -> HistoryScreen:
    await browser.press("H")
    await browser.loaded(HistoryScreen)
    assert isinstance(browser.screen, HistoryScreen)
    return browser.screen


def told(screen: HistoryScreen) -> str:
    return screen.query_one(CommandView).plain


async def test_the_newest_comes_first_with_what_it_changed(store: Path) -> None:
    """Age, type, target, result and face; below, the entry and the value it had before."""
    async with browsing(store) as browser:
        screen = await opened(browser)
        assert screen.done is not None
        assert (screen.done.kind, screen.done.target) == ("set", "app.ui.theme")
        assert "history · 7 commands" in browser.frame()
        assert "1 min ago  set" in browser.frame()
        assert "~ app:ui:theme\n    was  dark  4 bytes" in told(screen)
        await browser.press("down")
        await browser.idle()
        assert "+ user:main:name\n    was not there" in told(screen)
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)


async def test_undo_of_the_chosen_command(store: Path) -> None:
    """T-101: its old value is back, the undo is a command of its own, and an undo is not undone."""
    async with browsing(store) as browser:
        screen = await opened(browser)
        await browser.press("u")
        await browser.idle()
        assert do(store, get(address("app:ui:theme")))[0].value == b"dark"
        assert browser.toasts[-1] == "undone: set app:ui:theme"
        await until(browser.pilot, lambda: screen.done is not None and screen.done.kind == "undo")
        await browser.press("u")
        assert "it is an undo itself" in browser.toasts[-1]


async def test_undo_refuses_in_clear_words(store: Path) -> None:
    """`changed-since`, `not-kept`: nothing is changed, and the reason is told with the way out."""
    put(store, {"app:ui:token": "one"}, secret=True)
    put(store, {"app:ui:token": "two"}, secret=True)
    async with browsing(store) as browser:
        screen = await opened(browser)
        assert "was a secret, or expiring: not kept" in told(screen)
        await browser.press("u")
        await browser.idle()
        assert "not kept" in browser.toasts[-1]
        await browser.press(*["down"] * 7)
        assert screen.done is not None
        assert screen.done.target == "app.ui.theme"
        await browser.press("u")
        await browser.idle()
        assert "it was changed again since; nothing was undone\nundo the newer change first" in browser.toasts[-1]
        assert do(store, get(address("app:ui:theme")))[0].value == b"blue"


async def test_undo_of_many_asks_with_a_plan(store: Path) -> None:
    """Bulk: what would become of each entry, line by line; esc leaves everything as it is."""
    writes = [Write(address(f"app:ui:{key}"), b"new", None, key) for key in ("theme", "fresh")]
    do(store, apply_writes(writes, by=BY, now_ms=NOW))
    async with browsing(store) as browser:
        await opened(browser)
        await browser.press("u")
        await until(browser.pilot, lambda: browser.on_top(ConfirmPlan))
        assert "app:ui:theme  → blue" in browser.frame()
        assert "app:ui:fresh  → deleted" in browser.frame()
        await browser.press("escape")
        assert do(store, get(address("app:ui:theme")))[0].value == b"new"
        await browser.press("u")
        await until(browser.pilot, lambda: browser.on_top(ConfirmPlan))
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts[-1].endswith("2 entries")
        assert do(store, get(address("app:ui:theme")))[0].value == b"blue"
        assert do(store, get(address("app:ui:fresh")))[0] is None


async def test_undo_of_the_last_is_that_of_the_user(store: Path) -> None:
    """U: the last command that still stands, wherever the cursor is; again and again, until nothing is left."""
    async with browsing(store) as browser:
        await opened(browser)
        await browser.press("end", "U")
        await browser.idle()
        assert browser.toasts[-1] == "undone: set app:ui:theme"
        for _ in SMALL:
            await browser.press("U")
            await browser.idle()
        await browser.press("U")
        await browser.idle()
        assert "there is nothing to undo" in browser.toasts[-1]


async def test_the_main_screens_undo_forgets_what_was_undone_here(store: Path) -> None:
    """Otherwise `u` there would fail on a change that is no more."""
    async with browsing(store) as browser:
        await browser.press("tab", "e", "x", "ctrl+s")
        await until(browser.pilot, lambda: browser.app.undo.next)
        await opened(browser)
        await browser.press("u")
        await browser.idle()
        assert browser.toasts[-1] == "undone: set app:main:readme"
        assert not browser.app.undo.next


async def test_undo_of_a_recovery_brings_the_pipe_back(store: Path) -> None:
    """What was piped is not lost by undoing."""
    key = do(store, rescue("", b"data", suffix="x", intended="x..y", reason="empty_part", by=BY, now_ms=NOW))[0]
    from store.operations.entries import copy

    do(store, copy(address(f"pipe:cache:{key}"), address("app:main:home"), by=BY, now_ms=NOW))
    async with browsing(store) as browser:
        await opened(browser)
        await browser.press("u")
        await until(browser.pilot, lambda: browser.on_top(ConfirmPlan))
        await browser.press("y")
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts[-1].endswith("its pipe waits again")
        assert do(store, get(address(f"pipe:cache:{key}")))[0].value == b"data"


async def test_failed_ones_alone_and_esc_shows_all_again(store: Path) -> None:
    """f; the error is a word, not only a colour."""
    do(store, commands.record_failure("set", "app..x", "empty_part", by=BY, now_ms=NOW))
    async with browsing(store) as browser:
        screen = await opened(browser)
        await browser.press("f")
        await until(browser.pilot, lambda: screen.count == 1)
        assert "failed only · 1 command" in browser.frame()
        assert "✗ empty_part" in browser.frame()
        await browser.press("u")
        assert browser.toasts[-1] == "it failed, so it changed nothing"
        await browser.press("escape")
        await until(browser.pilot, lambda: screen.count == 8)
        await browser.press("f", "f")
        await until(browser.pilot, lambda: screen.count == 8)


async def test_from_a_command_to_its_entry_and_its_life(store: Path) -> None:
    """enter goes there, t shows the timeline; without an entry both say why not."""
    do(store, commands.record_failure("set", "app..x", "empty_part", by=BY, now_ms=NOW))
    async with browsing(store) as browser:
        await opened(browser)
        await browser.press("enter", "t")
        assert browser.toasts == ["it changed no entry that is kept"] * 2
        await browser.press("down")
        await browser.idle()
        await browser.press("t")
        await browser.loaded(TimelineScreen)
        await browser.press("escape", "enter")
        await until(browser.pilot, lambda: browser.main.address == address("app:ui:theme"))


async def test_what_others_do_appears_and_the_cursor_stays(store: Path) -> None:
    """T-086: at the top one sees the news; further down the line under the cursor stays under it."""
    async with browsing(store) as browser:
        screen = await opened(browser)
        put(store, {"app:main:theirs": "1"})
        await until(browser.pilot, lambda: screen.count == 8)
        assert screen.done is not None
        assert screen.done.target == "app.main.theirs"
        await browser.press("down")
        put(store, {"app:main:more": "1"})
        await until(browser.pilot, lambda: screen.count == 9)
        assert screen.done is not None
        assert screen.done.target == "app.ui.theme"


async def test_what_the_profile_does_not_keep_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-136, M-141: as `prontodb history` says; also of those that failed, and page by page."""
    monkeypatch.setenv("PRONTO_PROFILE", "embedded")  # keeps 100
    path = tmp_path / "long.db"
    do(path, *(commands.record_failure("set", f"t{n}", "bad", by=BY, now_ms=NOW) for n in range(120)))
    do(path, set_entry(address("app:main:last"), b"x", by=BY, now_ms=NOW))
    async with browsing(path) as browser:
        screen = await opened(browser)
        lines = screen.query_one(LineList)
        assert lines.total == 100
        await browser.press("end")
        await until(browser.pilot, lambda: screen.done is not None and screen.done.target == "t21")
        await browser.press("f")
        await until(browser.pilot, lambda: screen.count == 99)


async def test_ten_thousand_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only pages are read and only visible lines drawn; end reads what is missing, and the cursor is on the oldest."""
    monkeypatch.setenv("PRONTO_PROFILE", "enterprise")  # keeps as many
    path = tmp_path / "long.db"
    do(path, set_entry(address("app:main:first"), b"x", by=BY, now_ms=NOW))
    do(path, *(commands.record_failure("set", f"t{n}", "bad", by=BY, now_ms=NOW) for n in range(9_999)))
    async with browsing(path) as browser:
        screen = await opened(browser)
        lines = screen.query_one(LineList)
        assert (lines.total, len(lines.rows)) == (10_000, 200)
        await browser.press("end")
        await until(browser.pilot, lambda: len(lines.rows) == 10_000)
        await browser.idle()
        assert screen.done is not None
        assert screen.done.target == "app.main.first"
        assert "+ app:main:first" in told(screen)


async def test_copying_the_command_line(store: Path) -> None:
    """U-14: the same list, headless."""
    async with browsing(store) as browser:
        await opened(browser)
        await browser.press("f", "y")
        assert browser.toasts[-1].endswith("history --failed")


async def test_an_empty_store_says_so(tmp_path: Path) -> None:
    """Empty is a state with a way out, and looking creates nothing."""
    path = tmp_path / "none.db"
    async with browsing(path) as browser:
        await opened(browser)
        assert "nothing was done here yet" in browser.frame()
        await browser.press("u", "enter", "U")
        await browser.idle()
        assert browser.toasts[:2] == ["nothing chosen", "nothing chosen"]
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)
