"""The search while one types, and the shared pieces: over the real store (S-317, S-321, S-311 to S-314)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from search.corpus import Corpus
from store.database import Database
from store.operations.apply import apply_writes
from store.operations.bulk import delete_all
from store.streams.events import Write
from tests.tui.browsing import BY, NOW, SIZES, Browser, address, browsing, do, put, same_frame
from tests.tui.hostile import HOSTILE, dangerous
from tests.tui.steps import LONGEST_STEP_S, measured
from tests.tui.waiting import until
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.search import BUSY, LONG, SearchScreen
from tui.browser.screens.shared import SharedScreen
from tui.browser.styles.themes import OFFERED
from tui.browser.widgets.line_list import LineList
from tui.browser.widgets.place_view import PlaceView
from tui.browser.widgets.search_field import SearchField

NOTES: dict[str, str | bytes] = {
    "app:notes:1": "buy milk and bread",
    "app:notes:2": "call the milkman; milk is out, and more milk",
    "app:notes:3": "milk",
    "app:notes:long": "\n".join(["x"] * 50 + ["here is milk at last"] + ["y"] * 50),
    "app:todo:3": "MILK",
    "db:main:host": "localhost",
    "db:main:bytes": b"milk\xff\x00",
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "small.db"
    put(path, NOTES)
    return path


async def opened(browser: Browser, text: str = "") -> SearchScreen:
    await browser.press("slash")
    await browser.loaded(SearchScreen)
    await browser.press(*(("space" if char == " " else char) for char in text))
    await browser.idle()
    assert isinstance(browser.screen, SearchScreen)
    return browser.screen


def paths(screen: SearchScreen) -> list[str]:
    return [hit.path for hit in screen.searching.found.hits]


def text_shown(screen: SearchScreen) -> str:
    return screen.query_one(PlaceView).plain


async def test_results_follow_each_key(store: Path) -> None:
    """S-317, S-302, S-303: the smallest first; what is not found is left over and set off; taking it back restores all."""
    async with browsing(store) as browser:
        screen = await opened(browser, "milks")
        field = screen.query_one(SearchField)
        assert paths(screen) == ["app:notes:3", "app:notes:1", "app:notes:2", "app:notes:long"]
        assert (field.reached, screen.state) == (4, "4 of 5 characters · 4 entries")
        await browser.press("backspace")
        await browser.idle()
        assert (field.reached, screen.state) == (4, "4 entries")
        await browser.press("m")
        await browser.idle()
        assert paths(screen) == ["app:notes:2"]
        await browser.press("ctrl+u")
        await browser.idle()
        assert "type what you look for" in browser.frame()
        await browser.press(*"zzz")
        await browser.idle()
        assert "nothing of it is there" in browser.frame()


async def test_one_key_is_one_step_of_the_session(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-311, S-312: typing on with something left over, and taking it back, look at nothing."""
    async with browsing(store) as browser:
        screen = await opened(browser, "milkx")
        looked: list[str] = []
        sources = Corpus.sources

        def counted(*arguments: Any, **options: Any) -> Any:
            looked.append("")
            return sources(*arguments, **options)

        monkeypatch.setattr(Corpus, "sources", counted)
        await browser.press("y", "z", "backspace", "backspace", "backspace")
        await browser.idle()
        assert (screen.searching.text, looked) == ("milk", [])
        await browser.press("left", "left", "m")
        await browser.idle()
        assert (screen.searching.text, screen.searching.found.checkpoint) == ("mimlk", 2)


async def test_from_match_to_match(store: Path) -> None:
    """Next and previous, round and round; the text scrolls to where the match is; other keys while typing are text."""
    async with browsing(store) as browser:
        screen = await opened(browser, "milk")
        await browser.press("down", "down")
        assert screen.hit is not None
        assert screen.hit.path == "app:notes:2"
        seen = [screen.match]
        for key in ("ctrl+n", "ctrl+n", "ctrl+n", "tab", "n", "N", "N"):
            await browser.press(key)
            seen.append(screen.match)
        assert seen == [0, 1, 2, 0, 0, 1, 0, 2]
        assert "match 3 of 3" in browser.frame()
        await browser.press("down")
        await browser.idle()
        assert "here is milk at last" in browser.frame()
        await browser.press("n")
        assert browser.toasts[-1] == "it is the only match in this entry"


async def test_opening_an_entry_at_the_match(store: Path) -> None:
    """enter: the main screen, the value scrolled to the line of the match."""
    async with browsing(store) as browser:
        await opened(browser, "milk at")
        await browser.press("enter")
        await until(browser.pilot, lambda: "here is milk at last" in browser.frame())
        assert browser.on_top(BrowserScreen)
        assert browser.main.address == address("app:notes:long")
        assert browser.has_focus(browser.main.value)


async def test_opening_json_at_the_match(store: Path) -> None:
    """A value that is laid out has other lines than the stored text."""
    rows = ", ".join(f'"key {number}": "value {number}"' for number in range(200))
    put(store, {"app:notes:json": f"{{{rows}}}"})
    async with browsing(store) as browser:
        await opened(browser, "value 150")
        await browser.press("enter")
        await until(browser.pilot, lambda: '"key 150": "value 150"' in browser.frame())


async def test_scope_field_case_kinds(store: Path) -> None:
    """S-305, S-306, S-307, S-318; each from the field, and what is chosen is on the screen."""
    async with browsing(store) as browser:
        await browser.main.workers.wait_for_complete()
        browser.main.go(address("app:todo:3"))
        await browser.settle()
        screen = await opened(browser, "milk")
        assert "in values · everywhere · exact case · all kinds" in browser.frame()
        await browser.press("f2", "f2")
        await browser.idle()
        assert screen.searching.options.scope == "app:todo:"
        assert "nothing of it is there" in browser.frame()
        await browser.press("f4")
        await browser.idle()
        assert paths(screen) == ["app:todo:3"]
        await browser.press("f2", "f6")
        await browser.idle()
        assert paths(screen) == ["app:todo:3", "app:notes:3"] or paths(screen) == ["app:notes:3", "app:todo:3"]
        await browser.press("f6")
        await browser.idle()
        assert "in values · everywhere · any case · prefix" in browser.frame()
        assert "it is there, but not so" in browser.frame()
        await browser.press("f6", "f6", "f6", "tab", "1")
        await browser.idle()
        assert paths(screen) == ["app:notes:1", "app:notes:2", "app:notes:long"]
        await browser.press("1", "shift+tab", "f3", *["backspace"] * 4, *"ost")
        await browser.idle()
        assert paths(screen) == ["db:main:host"]
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.main.address == address("db:main:host"))


async def test_piece_by_piece(store: Path) -> None:
    """S-310: the whole text in pieces, each with its entry."""
    async with browsing(store) as browser:
        screen = await opened(browser, "milk@localhost")
        await browser.press("f7")
        await browser.idle()
        assert screen.state == "3 pieces"
        assert "nowhere" in browser.frame()
        await browser.press("down", "down")
        await browser.idle()
        assert text_shown(screen) == "localhost"
        await browser.press("f9")
        assert browser.toasts[-1] == "copied: prontodb search --consecutive -- milk@localhost"
        await browser.press("f7")
        await browser.idle()
        assert screen.searching.found.checkpoint == 4


async def test_what_was_typed_and_chosen_stays(store: Path) -> None:
    """S-317: left and opened again, everything is as it was, the entry under the cursor too."""
    async with browsing(store) as browser:
        await opened(browser, "milk")
        await browser.press("f4", "down", "down")
        await browser.idle()
        before = browser.frame()
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)
        await opened(browser)
        assert browser.frame() == before
        await browser.press("tab", "escape")
        assert isinstance(browser.screen, SearchScreen)
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)


async def test_what_others_write_is_found(store: Path) -> None:
    """S-314: without a key, and what was deleted is no hit any more."""
    async with browsing(store) as browser:
        screen = await opened(browser, "milk")
        put(store, {"zoo:main:new": "milk"})
        await until(browser.pilot, lambda: len(paths(screen)) == 5)
        do(store, delete_all([address("app:notes:3")], by=BY, now_ms=NOW))
        await until(browser.pilot, lambda: "app:notes:3" not in paths(screen))


async def test_secrets_are_not_found(store: Path) -> None:
    """U-11: not by their value; by their name they are, and their value is not on the screen."""
    put(store, {"app:keys:mail": "hunter2"}, secret=True)
    async with browsing(store) as browser:
        screen = await opened(browser, "hunter")
        assert screen.searching.found.checkpoint < len("hunter")
        assert "app:keys:mail" not in paths(screen)
        await browser.press("ctrl+u", "f3", *"mail")
        await browser.idle()
        assert paths(screen) == ["app:keys:mail"]
        assert "hunter" not in browser.frame()


async def test_a_slow_search_shows_a_mark_and_gives_way(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-317, S-300: after 50 ms a mark; a new key cancels the older search; keys are never blocked; leaving ends it."""
    seconds = [30.0]
    sources = Corpus.sources

    def later(*arguments: Any, **options: Any) -> Any:
        end = time.monotonic() + seconds[0]
        while time.monotonic() < end:
            options["stop"].check()
            time.sleep(0.005)
        return (yield from sources(*arguments, **options))

    monkeypatch.setattr(Corpus, "sources", later)
    async with browsing(store) as browser:
        screen = await opened(browser)
        await browser.pilot.press("m")
        await until(browser.pilot, lambda: screen.state in (BUSY, LONG))
        seconds[0] = 0
        await browser.press("i")
        await until(browser.pilot, lambda: screen.state == "4 entries")
        seconds[0] = 30
        await browser.pilot.press("f4")
        await until(browser.pilot, lambda: screen.state in (BUSY, LONG))
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)


async def test_a_hundred_thousand_entries(tmp_path: Path) -> None:
    """No step of the event loop takes long, whatever is typed; the number of hits is true though not all are listed."""
    path = tmp_path / "large.db"
    writes = [Write(address(f"big:rows:{n}"), b"value %d of many" % n, None, "") for n in range(100_000)]
    with Database(str(path), bulk=True) as database:
        database.run(apply_writes(writes, by=BY, now_ms=NOW))
    async with browsing(path) as browser:
        with measured() as steps:
            screen = await opened(browser)
            await browser.pilot.press("v")
            await until(browser.pilot, lambda: screen.searching.found.total == 100_000)
            await browser.press(*"alue", "space", "9", "9", "x", "down", "pagedown")
            await browser.idle()
        assert steps.longest < LONGEST_STEP_S
        assert screen.state == "8 of 9 characters · 1,000 of 1,111 entries"
        await browser.press("f8")
        await until(browser.pilot, lambda: "too many for a graph" in browser.frame())


async def test_shared_pieces(store: Path) -> None:
    """S-321: what contains the match in its namespace, the smallest first; who holds it; enter goes there."""
    async with browsing(store) as browser:
        await opened(browser, "milk")
        await browser.press("f8")
        await browser.loaded(SharedScreen)
        screen = browser.screen
        assert isinstance(screen, SharedScreen)
        lines = screen.query_one(LineList)
        assert [piece.text for piece in lines.rows][:2] == ["milk", " milk"]
        assert [len(piece.text) for piece in lines.rows] == sorted(len(piece.text) for piece in lines.rows)
        assert "around “milk” in app:notes:" in browser.frame()
        await browser.press("y")
        assert browser.toasts[-1] == "copied: prontodb search --explain --scope app:notes: -- milk"
        await browser.press("end", "enter")
        await until(browser.pilot, lambda: browser.main.address == address("app:notes:long"))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["search", "search-empty", "search-pieces", "shared"])
async def test_frames(store: Path, size: tuple[int, int], name: str) -> None:
    """The picture of each view at each size."""
    keys = {"search": ["down"], "search-empty": ["ctrl+u"], "search-pieces": ["f7"], "shared": ["f8"]}
    async with browsing(store, size) as browser:
        await opened(browser, "milk!" if name != "shared" else "milk")
        await browser.press(*keys[name])
        await browser.idle()
        if name == "shared":
            await browser.loaded(SharedScreen)
        same_frame(f"{name}-{size[0]}x{size[1]}", browser.frame())


@pytest.mark.parametrize("keys", [[], ["f8"]], ids=["search", "shared"])
async def test_every_size_and_back(store: Path, keys: list[str]) -> None:
    """Too small says so; whatever the size, nothing crashes."""
    async with browsing(store) as browser:
        await opened(browser, "milk")
        await browser.press(*keys)
        await browser.idle()
        before = browser.frame()
        for width, height in [(39, 24), (80, 11), (1, 1), (40, 12), (60, 15), (109, 20), (200, 60)]:
            await browser.pilot.resize_terminal(width, height)
            await browser.pilot.pause()
        await browser.pilot.resize_terminal(120, 40)
        await browser.idle()
        assert browser.frame() == before


@pytest.mark.parametrize("theme", OFFERED)
async def test_every_theme_draws_everything(store: Path, theme: str) -> None:
    async with browsing(store, (100, 30), theme=theme) as browser:
        await opened(browser, "milk!")
        assert browser.app.export_screenshot()


async def test_hostile_values(tmp_path: Path) -> None:
    """U-15: in the list, in the text, in the field, in titles and toasts."""
    path = tmp_path / "hostile.db"
    values = {name: value.encode("utf-8", "replace").decode() for name, value in HOSTILE.items()}
    put(path, {f"app:main:k{number}": f"ab{value}ab" for number, value in enumerate(values.values())})
    async with browsing(path, (100, 30)) as browser:
        screen = await opened(browser, "ab")
        for _ in values:
            screen.action_search_down()
            await browser.pilot.pause()
            screen.action_search_next()
            await browser.pilot.pause()
            assert dangerous(browser.frame(), "\n") == []
        field = screen.query_one(SearchField)
        for value in HOSTILE.values():
            field.value = value
            await browser.pilot.pause()
            assert dangerous(browser.frame(), "\n") == []
        field.value = "ab"
        await browser.idle()
        await browser.press("f9", "f8")
        await browser.loaded(SharedScreen)
        for _ in values:
            assert dangerous(browser.frame(), "\n") == []
            browser.screen.query_one(LineList).action_entries_down()
            await browser.pilot.pause()


async def test_nothing_chosen_is_told(tmp_path: Path) -> None:
    """Every key does something or says why not; an empty store is searched without making it."""
    path = tmp_path / "none.db"
    async with browsing(path) as browser:
        await opened(browser)
        for key, why in [
            ("enter", "no entry chosen"),
            ("ctrl+n", "no entry chosen"),
            ("f8", "no entry chosen"),
            ("f9", "nothing was typed yet"),
        ]:
            await browser.press(key)
            assert browser.toasts[-1] == why
        await browser.press("a", "f7", "f6")
        assert browser.toasts[-1] == "pieces are of any kind"
        await browser.press("f7", "f2", "f3", "f5", "pageup", "pagedown", "up", "ctrl+up", "ctrl+down", "tab")
        await browser.idle()
        assert browser.on_top(SearchScreen)
    assert not path.exists()
