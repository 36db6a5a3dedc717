"""Which deeds in the browser count for completion: keys in, the file of names out (C-020, C-021, C-029)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from store.cursors import Active, Cursor, save_active, save_cursor
from store.model import Address
from store.operations.entries import get, set_entry
from store.operations.expiry import create_cache
from store.operations.pipes import rescue
from store.session import Choice
from store.workspace import Workspace
from tests.tui.browsing import BY, NOW, Browser, address, browsing, do, put
from tests.tui.remembering import HOUR, ids, index_of, known, small
from tests.tui.test_cursors_screen import choose, opened
from tests.tui.waiting import until
from tui import name_cache
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.cursor_form import CursorForm
from tui.browser.screens.cursors import CursorsScreen
from tui.browser.screens.dialogs import Confirm, GoTo, Menu
from tui.browser.screens.edit import EditScreen
from tui.browser.screens.recovery import RecoveryScreen
from tui.browser.widgets.address_input import AddressInput

__all__ = ["small"]


def main_of(place: Workspace) -> Path:
    return Path(f"{place.databases}/main.db")


def shows(browser: Browser, text: str) -> bool:
    return text in browser.frame()


def has_opened(browser: Browser, file: str) -> bool:
    return file in browser.main.bar.info.database and browser.main.looks > 0


def only_deeds(browser: Browser) -> None:
    """Nothing is written before the end, and no look is long enough."""
    browser.services.names.gather_s = browser.services.names.dwell_s = HOUR


async def recorded(browser: Browser, place: Workspace) -> list[str]:
    """What is in the cache once all that was done is written."""
    await browser.services.names.flush()
    return ids(place)


async def test_opening_counts_and_passing_does_not(small: Workspace) -> None:
    """Enter on an entry; the tree's first entries and what the cursor flies over leave no trace. Written when q is pressed."""
    async with browsing(None) as browser:
        only_deeds(browser)
        await browser.press("down", "down", "up")
        await browser.press("tab", "down")
        assert browser.main.address == address("app:ui:theme__prod")
        await browser.press("enter")
        await browser.press("q")
        await until(browser.pilot, lambda: not browser.app.is_running)
    assert ids(small) == ["app.ui.theme__prod"]
    assert {name.key for name in known(small) if name.type == "tag"} == {"app", "app.ui"}


async def test_a_value_that_stays_in_view_counts(small: Workspace) -> None:
    """Where the list has the focus; what comes along with a line of the tree counts once one has gone over to it."""
    async with browsing(None) as browser:
        names = browser.services.names
        names.dwell_s = names.gather_s = 0.0
        await browser.press("down")
        await until(browser.pilot, lambda: browser.main.address == address("app:ui:theme"))
        await until(browser.pilot, lambda: "app:ui:theme" in browser.main.value.header)
        assert names.writes == 0
        await browser.press("tab")
        await until(browser.pilot, lambda: ids(small) == ["app.ui.theme"])
        browser.clock[0] += 1
        await browser.press("down")
        await until(browser.pilot, lambda: ids(small) == ["app.ui.theme__prod", "app.ui.theme"])


async def test_a_live_change_is_no_deed(small: Workspace) -> None:
    """What another program does under a cursor that rests is its doing; it is looked at all the same, once."""
    async with browsing(None) as browser:
        names = browser.services.names
        names.dwell_s = names.gather_s = 0.0
        await browser.press("tab")
        await until(browser.pilot, lambda: names.writes == 1)
        for value in ("one", "two"):
            put(main_of(small), {"app:main:readme": value}, now_ms=NOW)
            await until(browser.pilot, partial(shows, browser, value))
        assert names.writes == 1


async def test_editing_and_copying_count(small: Workspace) -> None:
    """e on one, y on another, n for a third; and not the ones that were left as they were."""
    async with browsing(None) as browser:
        only_deeds(browser)
        await browser.press("tab", "y")
        await browser.shows(Menu)
        browser.clock[0] += 1
        await browser.press("a")
        await browser.press("n")
        await browser.shows(EditScreen)
        browser.screen.query_one(AddressInput).value = "app:new:one"
        browser.clock[0] += 1
        await browser.press("ctrl+s")
        await browser.shows(BrowserScreen)
        await until(browser.pilot, lambda: browser.main.address == address("app:new:one"))
        await browser.press("n")
        await browser.shows(EditScreen)
        browser.screen.query_one(AddressInput).value = "app:never:stored"
        await browser.press("escape")
    assert ids(small) == ["app.new.one", "app.main.readme"]


async def test_a_secret_leaves_no_trace(small: Workspace) -> None:
    """C-017, U-11: opened, revealed and copied, it is in no file of the index."""
    put(main_of(small), {"app:main:readme": "the word"}, secret=True)
    async with browsing(None) as browser:
        only_deeds(browser)
        await browser.press("tab", "enter", "r", "y", "a")
        assert browser.main.address == address("app:main:readme")
        assert "the word" in browser.frame()
    assert not index_of(small).exists()


async def test_deleting_forgets_and_undo_remembers(small: Workspace) -> None:
    """C-029: what is deleted is offered no more; what undo brings back was used."""
    async with browsing(None) as browser:
        only_deeds(browser)
        await browser.press("tab", "enter", "escape")
        assert await recorded(browser, small) == ["app.main.readme"]
        await browser.press("d")
        assert do(main_of(small), get(address("app:main:readme"))) == [None]
        assert await recorded(browser, small) == []
        await browser.press("u")
        assert await recorded(browser, small) == ["app.main.readme"]


async def test_undo_of_a_new_entry_forgets_it(small: Workspace) -> None:
    """C-029: undo may remove any number of entries, so all that is known is looked up."""
    async with browsing(None) as browser:
        only_deeds(browser)
        await browser.press("n")
        await browser.shows(EditScreen)
        browser.screen.query_one(AddressInput).value = "app:new:one"
        await browser.press("ctrl+s")
        await browser.shows(BrowserScreen)
        assert await recorded(browser, small) == ["app.new.one"]
        await browser.press("u")
        assert await recorded(browser, small) == []


async def test_going_somewhere_counts(small: Workspace) -> None:
    """g with an address; a namespace, and one that is not there, are no entries."""
    async with browsing(None) as browser:
        only_deeds(browser)
        for text in ("app.ui.theme", "app.ui.nothing", "user:main:"):
            await browser.press("g")
            await browser.shows(GoTo)
            await browser.enter_address(text)
            await browser.shows(BrowserScreen)
        await browser.settle()
    assert ids(small) == ["app.ui.theme"]


async def test_bringing_a_pipe_home(small: Workspace) -> None:
    """C-022, C-029: the pipe is forgotten, where it went is remembered; undo turns that round; discarding forgets."""
    key = do(
        main_of(small),
        rescue("", b"data", suffix="bad", intended="bad...address", reason="empty_part", by=BY, now_ms=NOW),
    )[0]
    pipe = f"pipe.cache.{key}"
    name_cache.append(str(index_of(small)), [name_cache.Reference("id", pipe)], scope="", now_ms=NOW)
    async with browsing(None) as browser:
        only_deeds(browser)
        await browser.press("p")
        await browser.shows(RecoveryScreen)
        screen = browser.screen
        assert isinstance(screen, RecoveryScreen)
        await until(browser.pilot, lambda: screen._list.item and screen._detail.field.address)
        await browser.press("r")
        await until(browser.pilot, lambda: do(main_of(small), get(address(f"pipe:cache:{key}"))) == [None])
        await until(browser.pilot, lambda: not screen._busy)
        (home,) = await recorded(browser, small)
        assert home == "app.bad.address"
        await browser.press("u")
        await until(browser.pilot, lambda: not screen._busy and screen._list.item)
        assert await recorded(browser, small) == [pipe]
        await browser.press("d")
        await until(browser.pilot, lambda: not screen._busy and not screen._list.item)
        assert await recorded(browser, small) == []


async def test_sweeping_forgets(small: Workspace) -> None:
    """C-029: what an idle browser clears away was known; what lives stays."""
    database = main_of(small)
    do(database, create_cache("", "app", "tmp", 60, by=BY, now_ms=NOW))
    put(database, {"app:tmp:soon": "v"}, now_ms=NOW)
    async with browsing(None) as browser:
        only_deeds(browser)
        browser.services.names.used(address("app:tmp:soon"), address("app:ui:theme"))
        assert set(await recorded(browser, small)) == {"app.tmp.soon", "app.ui.theme"}
        browser.clock[0] += 120_000
        await until(browser.pilot, lambda: browser.services.names._recheck)
        assert await recorded(browser, small) == ["app.ui.theme"]


async def test_what_the_console_removes_is_forgotten(small: Workspace) -> None:
    """U-08, C-029: the drawer is a face like the others."""
    async with browsing(None) as browser:
        only_deeds(browser)
        browser.services.names.used(address("app:ui:theme"), address("user:main:name"))
        assert len(await recorded(browser, small)) == 2
        await browser.press("semicolon")
        drawer = browser.main.console_drawer
        await until(browser.pilot, lambda: drawer.is_open and not drawer.busy)
        drawer.field.value = "delete app:ui:theme"
        await browser.press("enter")
        await until(browser.pilot, lambda: not drawer.busy)
        assert await recorded(browser, small) == ["user.main.name"]


async def test_cursors(small: Workspace) -> None:
    """C-003, C-019, C-029: made, made active, none active any more, deleted."""
    save_cursor(small.cursors, Cursor("team", "", f"{small.databases}/team.db"))
    scope = index_of(small) / "active_scope"

    def aliases() -> list[tuple[str, str]]:
        return [(name.key, name.target) for name in known(small) if name.type == "alias"]

    async with browsing(None) as browser:
        only_deeds(browser)
        await opened(browser)
        await browser.press("n")
        await browser.shows(CursorForm)
        await browser.press(*"work", "ctrl+s")
        await browser.loaded(CursorsScreen)
        await until(browser.pilot, lambda: "cursor work is set" in browser.toasts)
        await recorded(browser, small)
        assert aliases() == [("work", f"{small.databases}/main.db")]
        await choose(browser, "team")
        browser.clock[0] += 1
        await browser.press("a")
        await until(browser.pilot, lambda: "team is active" in browser.toasts[-1])
        await recorded(browser, small)
        assert [key for key, _ in aliases()] == ["team", "work"]
        assert scope.read_text() == "team\n"
        await choose(browser, "team")
        await browser.press("d")
        await browser.shows(Confirm)
        await browser.press("y")
        await until(browser.pilot, lambda: "cursor team deleted" in browser.toasts)
        await recorded(browser, small)
        assert [key for key, _ in aliases()] == ["work"]
        assert not scope.exists()


async def test_clearing_the_active_cursor(small: Workspace) -> None:
    """C-019: without a deed that has a name, the scope of a plain command line is put right."""
    name_cache.append(str(index_of(small)), [name_cache.Reference("id", "x.y.z")], scope="", now_ms=NOW)
    save_cursor(small.cursors, Cursor("team", "", f"{small.databases}/main.db"))
    save_active(small.cursors, "", Active("team"))
    (index_of(small) / "active_scope").write_text("team\n")
    async with browsing(None) as browser:
        only_deeds(browser)
        await opened(browser)
        await browser.press("x")
        await until(browser.pilot, lambda: "no cursor is active" in "".join(browser.toasts))
    assert not (index_of(small) / "active_scope").exists()


async def test_another_cursor_is_another_scope(small: Workspace) -> None:
    """C-005: what was gathered before is written under the scope it was gathered in; a database chosen by itself has none."""
    for name, key in (("team", "app:main:ours"), ("plain", "app:main:plain")):
        put(Path(f"{small.databases}/{name}.db"), {key: "v"})
    save_cursor(small.cursors, Cursor("work", "", f"{small.databases}/team.db"))
    async with browsing(None) as browser:
        only_deeds(browser)
        await browser.press("tab", "enter")
        for name, file in (("work", "team.db"), ("plain", "plain.db")):
            await opened(browser)
            await choose(browser, name)
            await browser.press("enter")
            await until(browser.pilot, partial(has_opened, browser, file))
            await browser.settle()
            only_deeds(browser)
            await browser.press("tab", "enter")
            assert browser.main.value.value is not None
    assert set(ids(small)) == {"app.main.readme", "work|app.main.ours"}
    assert [name.value for name in known(small) if name.type == "alias"] == ["work"]


@pytest.mark.parametrize("choice", [Choice(database="main"), Choice(meta="acme")])
async def test_direct_access_leaves_no_trace(small: Workspace, choice: Choice) -> None:
    """C-025: the same entry, reached by an option that no scope tells of."""
    acme = Address("acme", "app", "main", "readme")
    do(main_of(small), set_entry(acme, b"theirs", by=BY, now_ms=NOW))
    async with browsing(None, choice=choice) as browser:
        browser.services.names.gather_s = browser.services.names.dwell_s = 0.0
        await browser.press("tab", "enter", "y", "a")
        assert "copied the address" in "".join(browser.toasts)
    assert not index_of(small).exists()


async def test_a_broken_index_disturbs_nobody(small: Workspace) -> None:
    """C-030: the browser says nothing and does everything."""
    index_of(small).write_text("in the way")
    async with browsing(None) as browser:
        browser.services.names.gather_s = browser.services.names.dwell_s = 0.0
        await browser.press("tab", "enter", "escape", "d")
        await until(browser.pilot, lambda: browser.toasts)
        await browser.press("u")
        await until(browser.pilot, lambda: len(browser.toasts) == 2 and browser.services.names.trouble)
        assert do(main_of(small), get(address("app:main:readme"))) != [None]
        assert browser.toasts == ["deleted app:main:readme — u undoes it", "undone: the deletion of app:main:readme"]
    assert index_of(small).read_text() == "in the way"
