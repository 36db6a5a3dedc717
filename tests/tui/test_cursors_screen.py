"""Choosing, making and deleting cursors in the browser, and what the locks forbid there (P-090…P-099, P-107, P-110…P-112)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.choosing import Chooser
from store.cursors import Active, Cursor, active_cursor, load_cursor, save_active, save_cursor
from store.database import Database
from store.model import Actor, Address
from store.operations.entries import set_entry
from store.session import Choice, read_guard
from store.workspace import Workspace, find_workspace
from tests.tui.browsing import NOW, Browser, browsing
from tests.tui.waiting import until
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.cursor_form import CursorForm
from tui.browser.screens.cursors import CursorsScreen
from tui.browser.screens.dialogs import Confirm


def fill(path: str, meta: str = "", *, key: str = "k") -> None:
    """A database with one entry."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with Database(path) as database:
        address = Address(meta, "app", "main", key)
        database.run(set_entry(address, b"v", by=Actor("", meta, "cli"), now_ms=NOW))


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A workspace with two databases and two cursors."""
    os.environ["PRONTO_HOME"] = str(tmp_path / "home")
    place = find_workspace(os.environ, "/")
    for name in ("main", "notes"):
        fill(f"{place.databases}/{name}.db", key=name)
    fill(f"{place.databases}/team.db", "acme", key="team")
    save_cursor(place.cursors, Cursor("team", "", f"{place.databases}/team.db", "acme", "app", "main"))
    save_cursor(place.cursors, Cursor("far", "", str(tmp_path / "far.db")))
    return place


@pytest.fixture
def damaged(place: Workspace) -> Workspace:
    """The same with a cursor file that is none."""
    Path(place.cursors, "default", "broken.json").write_text("{")
    return place


async def opened(browser: Browser) -> CursorsScreen:
    await browser.press("c")
    await browser.loaded(CursorsScreen)
    assert isinstance(browser.screen, CursorsScreen)
    return browser.screen


async def choose(browser: Browser, name: str) -> None:
    """Put the cursor on a line."""
    screen = browser.screen
    assert isinstance(screen, CursorsScreen)
    await browser.press("home")
    while screen.place is not None and screen.place.name != name:
        await browser.press("down")


async def test_cursors_and_databases_with_what_is_open(place: Workspace) -> None:
    """P-092, P-107: cursors with meta and position, databases by name; what is open is marked, and the cursor is on it."""
    async with browsing(None) as browser:
        screen = await opened(browser)
        frame = browser.frame()
        assert "2 cursors · 3 databases" in frame
        assert [each.name for each in screen.query_one("LineList").rows] == ["far", "team", "main", "notes", "team"]  # type: ignore[attr-defined]
        assert screen.place is not None
        assert (screen.place.name, screen.place.is_open) == ("main", True)
        assert "open      main" in frame
        await browser.press("enter")
        assert browser.toasts == ["it is open"]
        await choose(browser, "team")
        assert "acme" in browser.frame()
        assert f"{place.databases}/team.db"[-20:] in browser.frame()
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)


async def test_making_one_active(place: Workspace) -> None:
    """P-093: what `cursor use` does; for a database too, even if a cursor has its name; x ends it."""
    async with browsing(None) as browser:
        await opened(browser)
        await browser.press("x")
        assert browser.toasts[-1] == "no cursor is active"
        await choose(browser, "team")
        await browser.press("a")
        await until(browser.pilot, lambda: active_cursor(place.cursors, "") == Active("team"))
        await browser.idle()
        assert "active" in browser.frame()
        await browser.press("a")
        assert browser.toasts[-1] == "it is active"
        await browser.press("end", "a")
        await until(browser.pilot, lambda: active_cursor(place.cursors, "") == Active("team", is_database=True))
        await browser.idle()
        await browser.press("x")
        await until(browser.pilot, lambda: active_cursor(place.cursors, "") is None)


async def test_a_new_cursor(place: Workspace) -> None:
    """P-091: it begins with where one is; bad parts are told while typing; what is stored is what was typed."""
    async with browsing(None) as browser:
        screen = await opened(browser)
        await browser.press("n")
        form = browser.screen
        assert isinstance(form, CursorForm)
        assert form.verdict == "it needs a name"
        await browser.enter_text("9")
        assert form.verdict.startswith("✗ ")
        await browser.press("ctrl+s")
        assert browser.on_top(CursorForm), "a bad one is not stored"
        await browser.press("backspace")
        await browser.enter_text("mine")
        assert form.verdict.startswith("✓ opens /")
        await browser.press("enter", "enter")
        await browser.enter_text("acme")
        await browser.press("ctrl+s")
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts[-1] == "cursor mine is set"
        cursor = load_cursor(place.cursors, "", "mine")
        assert cursor[2:6] == (f"{place.databases}/main.db", "acme", "app", "main")
        await until(browser.pilot, lambda: screen.place is not None and screen.place.name == "mine")


async def test_replacing_and_deleting_ask(place: Workspace) -> None:
    """P-094: neither can be undone; the database stays; only cursors are deleted."""
    async with browsing(None) as browser:
        screen = await opened(browser)
        await browser.press("d")
        assert browser.toasts[-1] == "only cursors are deleted here"
        await browser.press("n")
        await browser.enter_text("team")
        await browser.press("ctrl+s")
        await until(browser.pilot, lambda: browser.on_top(Confirm))
        await browser.press("n")
        assert load_cursor(place.cursors, "", "team").meta == "acme"
        await choose(browser, "team")
        await browser.press("d")
        await until(browser.pilot, lambda: browser.on_top(Confirm))
        await browser.press("y")
        await until(browser.pilot, lambda: screen.count == 4)
        assert "team" in [each.name for each in screen.query_one("LineList").rows]  # type: ignore[attr-defined]


async def test_damaged_cursors_are_told(damaged: Workspace) -> None:
    """P-092: a damaged file hides only itself, and says where it is."""
    async with browsing(None, (200, 60)) as browser:
        screen = await opened(browser)
        await browser.press("end")
        assert screen.place is not None
        assert "broken" in screen.place.why_not
        await browser.press("enter", "a")
        assert browser.toasts[0].startswith("cursor 'broken' cannot be used")


async def test_a_locked_meta_cannot_be_left(place: Workspace) -> None:
    """P-111: cursors of another meta are refused with the reason, a new one gets the locked meta, and the bar says so."""
    os.environ["PRONTO_FORCE_META"] = "other"
    async with browsing(None) as browser:
        assert "meta other (locked)" in browser.frame()
        await opened(browser)
        await choose(browser, "team")
        await browser.press("enter", "a")
        assert browser.toasts == ["meta context is locked to 'other'"] * 2
        assert active_cursor(place.cursors, "") is None
        await browser.press("n")
        form = browser.screen
        assert isinstance(form, CursorForm)
        assert "meta (locked)" in browser.frame()
        await browser.enter_text("mine")
        await browser.press("ctrl+s")
        await until(browser.pilot, lambda: browser.on_top(CursorsScreen))
        await browser.idle()
        assert load_cursor(place.cursors, "", "mine").meta == "other"


async def test_strict_mode(place: Workspace) -> None:
    """P-112: other users' databases are not even named; a path to one is refused; user, meta and mode stand in the bar."""
    os.environ |= {"PRONTO_FORCE_USER": "ada", "PRONTO_SECURITY_MODE": "strict"}
    fill(f"{place.databases}/main_ada.db", "ada")
    save_cursor(place.cursors, Cursor("sly", "ada", f"{place.databases}/notes.db", "ada"))
    async with browsing(None) as browser:
        assert "ada (locked) · main_ada.db · meta ada (locked) · strict" in browser.frame()
        await opened(browser)
        frame = browser.frame()
        assert "notes  " not in frame
        assert "1 cursor · 1 database" in frame
        assert "team" not in frame, "P-099: cursors of others are not seen"
        await choose(browser, "sly")
        await browser.press("enter")
        assert browser.toasts[-1].startswith("strict mode: user 'ada' may only use databases named ada.db")
        await browser.press("n")
        form = browser.screen
        assert isinstance(form, CursorForm)
        await browser.enter_text("bad")
        form.query_one("#database").value = "notes"  # type: ignore[attr-defined]
        await browser.pilot.pause()
        assert form.verdict.startswith("✗ strict mode")
        await browser.press("ctrl+s")
        assert browser.on_top(CursorForm)


async def test_copying_the_options(place: Workspace) -> None:
    """U-14: the words that make a command use it."""
    async with browsing(None) as browser:
        await opened(browser)
        await choose(browser, "team")
        await browser.press("y")
        assert browser.toasts[-1] == "copied: prontodb --cursor team"


async def test_the_chooser_is_that_of_the_user(place: Workspace) -> None:
    """P-099: `--user` sees own cursors; the default user's are not listed."""
    save_cursor(place.cursors, Cursor("own", "ada", "/x/y.db"))
    save_active(place.cursors, "ada", None)
    async with browsing(None, choice=Choice(user="ada")) as browser:
        screen = await opened(browser)
        names = [each.name for each in screen.query_one("LineList").rows if each.kind == "cursor"]  # type: ignore[attr-defined]
        assert names == ["own"]
        guard = read_guard(Choice(user="ada"), os.environ)
        assert [cursor.name for cursor in Chooser(place, guard, os.environ, "/").cursors().cursors] == ["own"]
