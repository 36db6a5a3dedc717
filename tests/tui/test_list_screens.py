"""History, timeline and cursors at every size: pictures as text, too little room, hostile text, every theme (U-15)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.cursors import Cursor, save_cursor
from store.operations import commands
from store.operations.entries import set_entry
from store.session import Choice
from store.workspace import find_workspace
from tests.tui.browsing import BY, NOW, SIZES, SMALL, Browser, address, browsing, do, put, same_frame
from tests.tui.hostile import HOSTILE, HOSTILE_BYTES, dangerous
from tui.browser.screens.cursors import CursorsScreen
from tui.browser.screens.history import HistoryScreen
from tui.browser.screens.list_screen import ListScreen
from tui.browser.screens.timeline import TimelineScreen
from tui.browser.styles.themes import OFFERED
from tui.browser.widgets.line_list import Column, shape

KEYS = {"history": ["H"], "timeline": ["down", "tab", "t"], "cursors": ["c"], "cursor-form": ["c", "n", *"work"]}
SCREENS: dict[str, type[ListScreen[object]]] = {
    "history": HistoryScreen,  # type: ignore[dict-item]
    "timeline": TimelineScreen,  # type: ignore[dict-item]
    "cursors": CursorsScreen,  # type: ignore[dict-item]
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "small.db"
    put(path, SMALL, now_ms=NOW - 7_200_000)
    put(path, {"app:ui:theme": "blue"}, now_ms=NOW - 60_000)
    put(path, {"app:ui:token": "s3cr3t"}, now_ms=NOW - 50_000, secret=True)
    do(path, commands.record_failure("set", "app..theme", "empty_part", by=BY, now_ms=NOW - 3_000))
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace with two cursors, one of them of another meta, under a lock."""
    os.environ |= {"PRONTO_HOME": str(tmp_path / "home"), "PRONTO_FORCE_META": "acme"}
    place = find_workspace(os.environ, "/")
    save_cursor(place.cursors, Cursor("team", "", "/srv/team.db", "acme", "app", "ui"))
    save_cursor(place.cursors, Cursor("other", "", "/srv/other.db", "umbrella"))
    return tmp_path


@pytest.mark.parametrize("name", SCREENS)
async def test_reads_once(store: Path, name: str) -> None:
    """What it has read is not news to it a second later: reading may take long."""
    async with browsing(store) as browser:
        await go(browser, name)
        screen = browser.screen
        assert isinstance(screen, ListScreen)
        for _ in range(3):
            screen._tick()
            await browser.idle()
        assert screen.loads == 1
        put(store, {"app:ui:theme": "green"})
        screen._tick()
        await browser.idle()
        assert screen.loads == 2


async def go(browser: Browser, name: str) -> None:
    await browser.press(*KEYS[name])
    await (browser.loaded(SCREENS[name]) if name in SCREENS else browser.idle())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", KEYS)
async def test_frames(store: Path, place: Path, size: tuple[int, int], name: str) -> None:
    """The picture of each screen at each size, as text to be read in a diff."""
    if not name.startswith("cursor"):
        del os.environ["PRONTO_FORCE_META"]
    os.environ["PRONTO_DB"] = str(store)
    async with browsing(None, size) as browser:
        if name.startswith("cursor"):  # what is open lies elsewhere in every run
            await browser.press("c")
            await browser.loaded(CursorsScreen)
            await browser.press("home", "n" if name == "cursor-form" else "j")
            await browser.idle()
        else:
            await go(browser, name)
        if name == "cursor-form":
            browser.screen.query_one("#database").value = "/srv/new.db"  # type: ignore[attr-defined]
            await browser.enter_text("work")
        same_frame(f"{name}-{size[0]}x{size[1]}", browser.frame())


@pytest.mark.parametrize("name", SCREENS)
async def test_every_size_and_back(store: Path, name: str) -> None:
    """Too small says so; whatever the size, nothing crashes, and the list is there again afterwards."""
    async with browsing(store) as browser:
        await go(browser, name)
        before = browser.frame()
        for width, height in [(39, 24), (80, 11), (1, 1), (40, 12), (60, 15), (109, 20), (200, 60)]:
            await browser.pilot.resize_terminal(width, height)
            await browser.pilot.pause()
            small = width < 40 or height < 12
            assert browser.screen.has_class("-bare") == small
            if small and width > 20:
                assert "too small" in browser.frame()
        await browser.pilot.resize_terminal(120, 40)
        await browser.idle()
        assert browser.frame() == before
        assert isinstance(browser.screen, SCREENS[name])


@pytest.mark.parametrize("theme", OFFERED)
@pytest.mark.parametrize("name", KEYS)
async def test_every_theme_draws_everything(store: Path, name: str, theme: str) -> None:
    """A theme without a variable that a style names would crash."""
    async with browsing(store, (100, 30), theme=theme) as browser:
        await go(browser, name)
        assert browser.app.export_screenshot()


async def test_hostile_values_in_the_past(tmp_path: Path) -> None:
    """Old values are stored text like any other: in the details of a command, in the list of versions, in the preview."""
    path = tmp_path / "hostile.db"
    target = address("app:main:k")
    do(path, *(set_entry(target, value, by=BY, now_ms=NOW) for value in (*HOSTILE_BYTES.values(), b"end")))
    async with browsing(path, (100, 30)) as browser:
        for keys in (["H"], ["escape", "tab", "t"]):
            await browser.press(*keys)
            for number in range(len(HOSTILE_BYTES)):
                await browser.idle()
                assert dangerous(browser.frame(), "\n") == [], list(HOSTILE_BYTES)[-number]
                await browser.press("down")


async def test_hostile_records(tmp_path: Path) -> None:
    """A file may come from anywhere: types, targets, users, faces and errors of commands, names of what they changed."""
    path = tmp_path / "hostile.db"
    put(path, {"app:main:k": "v"})
    texts = [
        text.encode("utf-8", "replace").decode().replace("\0", "") for text in HOSTILE.values() if len(text) < 2000
    ]
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, text in enumerate(texts, 100):
            row = (number, text, text, text, text, text if number % 2 else None)
            connection.execute("INSERT INTO commands VALUES (?, 0, ?, ?, ?, ?, '', 1, ?)", row)
            connection.execute(
                "INSERT OR IGNORE INTO namespaces(id, meta, context, name) VALUES (?, '', ?, ?)", (number, text, text)
            )
            connection.execute(
                "INSERT INTO changes(command_id, ns_id, key, kind) SELECT ?, id, ?, 1 FROM namespaces WHERE context = ?",
                (number, text, text),
            )
    async with browsing(path, (100, 30)) as browser:
        await browser.press("H")
        for text in texts:
            await browser.idle()
            assert dangerous(browser.frame(), "\n") == [], repr(text)
            await browser.press("u" if len(text) % 2 else "t")
            await browser.idle()
            assert dangerous(browser.frame(), "\n") == [], repr(text)
            if isinstance(browser.screen, TimelineScreen):
                await browser.press("escape")
            await browser.press("down")
        for toast in browser.toasts:
            assert dangerous(toast, "\n") == []


async def test_hostile_cursor_files(tmp_path: Path) -> None:
    """Paths of cursors, names of database files, and what is typed into the form."""
    os.environ["PRONTO_HOME"] = str(tmp_path)
    place = find_workspace(os.environ, "/")
    for number, text in enumerate(HOSTILE.values()):
        if "\0" not in text and 0 < len(text) < 200:
            save_cursor(place.cursors, Cursor(f"c{number}", "", "/" + text.encode("utf-8", "replace").decode()))
    async with browsing(None, (100, 30), choice=Choice(database=str(tmp_path / "x.db"))) as browser:
        await browser.press("c")
        await browser.loaded(CursorsScreen)
        await browser.press("home")
        screen = browser.screen
        assert isinstance(screen, CursorsScreen)
        for _ in range(screen.count):
            assert dangerous(browser.frame(), "\n") == []
            await browser.press("down")
        await browser.press("n")
        for text in HOSTILE.values():
            for field in ("name", "database", "meta"):
                browser.screen.query_one(f"#{field}").value = text  # type: ignore[attr-defined]
            await browser.pilot.pause()
            assert dangerous(browser.frame(), "\n") == [], repr(text[:40])


def test_columns_give_way_from_the_least_needed() -> None:
    """The highest number goes first; 0 stays; what is left is shared out to the last cell."""
    columns = [Column("a", 10, spare=1), Column("b", 10, share=1), Column("c", 8, share=3, spare=2)]
    assert shape(columns, 34) == [10, 10, 8]
    assert shape(columns, 38) == [10, 11, 11]
    assert shape(columns, 33) == [10, 19, 0]
    assert shape(columns, 20) == [0, 18, 0]
    assert shape(columns, 5) == [0, 3, 0]
