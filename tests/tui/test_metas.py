"""Two metas in one database: a browser under one never shows, counts, recovers, undoes or finds anything of the other (P-102)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.model import Actor, Address
from store.operations import changes, commands, pipes
from store.operations.entries import delete, get, set_entry
from store.session import Choice
from store.spool_files import scope_of
from store.workspace import find_workspace
from tests.tui.browsing import NOW, Browser, browsing, do
from tests.tui.waiting import until
from tui.browser.screens.dialogs import GoTo
from tui.browser.screens.edit import EditScreen
from tui.browser.screens.history import HistoryScreen
from tui.browser.screens.recovery import RecoveryScreen
from tui.browser.screens.timeline import TimelineScreen
from tui.browser.widgets.address_input import AddressInput

OURS, THEIRS = "ours", "theirs"
SECRET_WORDS = ("zebra", "theirvalue", "theirkey", "theirpipe", THEIRS)
"""What only the other meta holds. None of it may ever be on the screen."""


def fill(path: Path, meta: str, word: str) -> None:
    """The same shape in each meta: entries, a deletion, a failure, a cached pipe; one address is that of both."""
    by = Actor("", meta, "cli")
    own = Address(meta, "app", "main", "shared")
    gone = Address(meta, "app", "main", f"{word}key_gone")
    do(
        path,
        set_entry(own, f"{word}value 1".encode(), by=by, now_ms=NOW - 3000),
        set_entry(own, f"{word}value 2".encode(), by=by, now_ms=NOW - 2000),
        set_entry(Address(meta, "app", "main", f"{word}key"), b"x" * 77, by=by, now_ms=NOW),
        set_entry(Address(meta, "zebra" if meta == THEIRS else "horse", "main", "k"), b"x", by=by, now_ms=NOW),
        set_entry(gone, b"x", by=by, now_ms=NOW),
        delete(gone, by=by, now_ms=NOW),
        commands.record_failure("set", f"{word}key..bad", "empty_part", by=by, now_ms=NOW),
        pipes.rescue(
            meta,
            f"{word}pipe".encode(),
            suffix=f"{word}pipe",
            intended=f"{word}pipe..x",
            reason="empty_part",
            by=by,
            now_ms=NOW,
        ),
    )


@pytest.fixture(params=[OURS, ""], ids=["under a meta", "without a meta"])
def meta(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def store(tmp_path: Path, meta: str) -> Path:
    path = tmp_path / "both.db"
    fill(path, meta, "our")
    fill(path, THEIRS, "their")
    return path


def choice(meta: str) -> Choice:
    return Choice(meta=meta or None)


def assert_ours_alone(browser: Browser) -> None:
    frame = browser.frame()
    assert not [word for word in SECRET_WORDS if word in frame], frame


async def test_no_screen_shows_anything_of_the_other(store: Path, meta: str) -> None:
    """Trees, entries, values, filters, going, the inbox, the history, the timeline; and every count."""
    async with browsing(store, choice=choice(meta)) as browser:
        assert browser.main.meteor.title == "meteor app:main · 2 entries"
        assert browser.main.bar.info.pipes == 1
        for keys in (["tab"], ["down"], ["tab"], ["escape"], ["escape"], ["end"], ["left"], ["home"]):
            await browser.press(*keys)
            assert_ours_alone(browser)
        await browser.press("down", "f")
        await browser.enter_text("their")
        await until(browser.pilot, lambda: browser.main.meteor.entries.total == 0)
        await browser.press("escape", "escape")
        await browser.press("p")
        await until(browser.pilot, lambda: browser.on_top(RecoveryScreen) and "1 pipe" in browser.frame())
        assert_ours_alone(browser)
        await browser.press("escape", "H")
        await browser.loaded(HistoryScreen)
        screen = browser.screen
        assert isinstance(screen, HistoryScreen)
        assert screen.count == 8
        for _ in range(screen.count):
            assert_ours_alone(browser)
            await browser.press("down")
            await browser.idle()
        await browser.press("f")
        await until(browser.pilot, lambda: screen.count == 1)
        assert_ours_alone(browser)
        await browser.press("escape", "escape", "tab", "end", "t")
        await browser.loaded(TimelineScreen)
        assert "2 changes" in browser.frame()
        assert_ours_alone(browser)
        await browser.press("down")
        await browser.idle()
        assert_ours_alone(browser)


async def test_going_there_finds_only_ours(store: Path, meta: str) -> None:
    """The field that says while typing what is there looks into our own meta, and suggests nothing of the other."""
    async with browsing(store, choice=choice(meta)) as browser:
        await browser.press("tab", "end", "g")
        assert browser.on_top(GoTo)
        field = browser.screen.query_one(AddressInput)
        field.value = "app:main:ourkey"
        await until(browser.pilot, lambda: "77 bytes" in browser.frame())
        field.value = "app:main:theirkey"
        await browser.pilot.pause(0.3)
        assert field.address == (meta, "app", "main", "theirkey")
        assert "77 bytes" not in browser.frame()
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts[-1].endswith("this is where it would be")


async def test_a_four_part_address_must_agree(tmp_path: Path) -> None:
    """P-018: under a meta another one cannot be named, neither for looking nor for writing."""
    path = tmp_path / "both.db"
    fill(path, OURS, "our")
    fill(path, THEIRS, "their")
    async with browsing(path, choice=choice(OURS)) as browser:
        for key in ("g", "n"):
            await browser.press(key)
            field = browser.screen.query_one(AddressInput)
            field.value = "theirs.app.main.theirkey"
            await browser.pilot.pause(0.2)
            assert field.address is None
            if isinstance(browser.screen, EditScreen):
                await browser.press("ctrl+s")
                assert browser.on_top(EditScreen)
            await browser.press("escape")


async def test_undo_stays_on_our_side(store: Path, meta: str) -> None:
    """`U` until nothing is left takes back ours alone; a number of theirs is as good as none."""
    theirs = Address(THEIRS, "app", "main", "shared")
    async with browsing(store, choice=choice(meta)) as browser:
        await browser.press("H")
        await browser.loaded(HistoryScreen)
        for _ in range(7):
            await browser.press("U")
            await browser.idle()
        assert "there is nothing to undo" in browser.toasts[-1]
        assert do(store, get(theirs))[0].value == b"theirvalue 2"
        assert do(store, get(Address(meta, "app", "main", "shared")))[0] is None
        known = do(store, set_entry(theirs, b"theirvalue 3", by=Actor("", THEIRS, "cli"), now_ms=NOW))[0]
        operation = changes.undo(known.command_id, by=browser.services.actor, now_ms=NOW)
        with pytest.raises(Exception, match="changed nothing that is kept"):
            await browser.services.run(operation)


@pytest.fixture
def orphan(store: Path) -> Path:
    """What a killed command of the other meta left in the spool of both."""
    spool = Path(find_workspace(os.environ, "/").spool)
    spool.mkdir(parents=True)
    scope = scope_of(os.path.realpath(store), THEIRS)
    file = spool / f"1799999000_0011aabb-{scope}_theirpipe.full"
    file.write_bytes(b"theirpipe, cut off")
    return file


async def test_what_was_interrupted_is_adopted_under_its_own_meta(store: Path, meta: str, orphan: Path) -> None:
    """P-074, T-112: an orphan of theirs is not ours to bring home; under its own meta it is."""
    async with browsing(store, choice=choice(meta)) as browser:
        await browser.main._adopt().wait()
        await browser.refreshed()
        assert browser.main.bar.info.pipes == 1
        assert (browser.toasts, os.listdir(orphan.parent)) == ([], [orphan.name])
    async with browsing(store, choice=choice(THEIRS)) as browser:
        await until(browser.pilot, lambda: browser.main.bar.info.pipes == 2)
        await until(browser.pilot, lambda: not os.listdir(orphan.parent))  # it is stored before it is removed


async def test_expiry_ticks(tmp_path: Path) -> None:
    """The column counts down by the clock, warns, and what has expired goes without anybody writing."""
    from store.operations.expiry import create_cache

    path = tmp_path / "cache.db"
    by = Actor("", "", "cli")
    entry = Address("", "web", "s", "token")
    do(path, create_cache("", "web", "s", 100, by=by, now_ms=NOW), set_entry(entry, b"x", by=by, now_ms=NOW))
    async with browsing(path) as browser:
        assert "1:40" in browser.frame()
        browser.clock[0] += 41_000
        await until(browser.pilot, lambda: "0:59" in browser.frame())
        browser.clock[0] += 60_000
        await until(browser.pilot, lambda: browser.main.meteor.entries.total == 0)
