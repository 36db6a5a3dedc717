"""The main screen with the real store: walking, reading, filtering, writing, undoing, copying, living with others."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from store.operations.entries import delete, get
from store.operations.expiry import create_cache
from store.operations.pipes import rescue
from store.session import Choice
from tests.tui.browsing import BY, NOW, SMALL, address, browsing, do, many, put
from tests.tui.waiting import until
from tui.browser.flows.scopes import Scope
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.dialogs import Confirm, GoTo, Menu
from tui.browser.screens.edit import EditScreen


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "small.db"
    put(path, SMALL)
    return path


async def test_it_begins_at_the_position(store: Path) -> None:
    """U-04: without a cursor the browser opens at app:main, its first entry chosen and shown."""
    async with browsing(store) as browser:
        assert browser.main.scope == Scope("app", "main")
        assert browser.main.meteor.title == "meteor app:main · 1 entry"
        assert browser.main.value.header.startswith("app:main:readme\ntext · 11 bytes · utf-8")
        assert browser.main.bar.info.position == "app:main"


async def test_walking_the_tree_shows_meteors(store: Path) -> None:
    """Design section 5: dotted namespaces are nested, and moving shows what is there."""
    async with browsing(store) as browser:
        await browser.press("down", "right")
        assert [line.label for line in browser.main.tree_pane.lines] == ["app", "main", "ui", "widgets", "user"]
        assert browser.main.meteor.title == "meteor app:ui · 2 entries"
        await browser.press("right")
        assert browser.main.meteor.title == "meteor app:ui.widgets · 2 entries"
        await browser.press("enter", "down", "enter")
        assert browser.has_focus(browser.main.value)
        assert browser.main.value.value is not None
        assert browser.main.value.value.head == b"cancel"


async def test_a_context_without_a_root_namespace_says_what_it_holds(store: Path) -> None:
    """What has no entries of its own is summed up instead of being shown as empty."""
    async with browsing(store) as browser:
        await browser.press("home")
        assert "3 namespaces · 5 entries" in browser.main.meteor.notice.plain
        assert browser.main.meteor.title == "meteor"


async def test_esc_steps_back_and_never_quits(store: Path) -> None:
    """Value, entries, tree; then it stays."""
    async with browsing(store) as browser:
        await browser.press("tab", "tab")
        assert browser.has_focus(browser.main.value)
        await browser.press("escape")
        assert browser.has_focus(browser.main.meteor.entries)
        await browser.press("escape")
        assert browser.has_focus(browser.main.tree_pane)
        await browser.press("escape", "escape")
        assert browser.app.is_running
        await browser.press("tab", "h")
        assert browser.has_focus(browser.main.tree_pane)


async def test_a_filter_narrows_and_esc_takes_it_away(tmp_path: Path) -> None:
    """P-020: a literal prefix; the title tells how many of how many."""
    path = tmp_path / "big.db"
    put(path, {**many(40), "big:rows:other": "x"})
    async with browsing(path) as browser:
        await browser.press("f")
        await browser.enter_text("key0001")
        meteor = browser.main.meteor
        await until(browser.pilot, lambda: (meteor.where.text, meteor.entries.total) == ("key0001", 10))
        assert browser.main.meteor.title == "meteor big:rows · 10 of 41 entries"
        await browser.press("enter", "down")
        assert browser.main.address == address("big:rows:key00011")
        await browser.press("escape")
        assert browser.main.meteor.title == "meteor big:rows · 41 entries"
        assert browser.main.address == address("big:rows:key00011"), "the cursor stays on its entry"


async def test_a_pattern_matches_printed_keys(tmp_path: Path) -> None:
    """P-020: `*` and `?`, over the printed form: a numeric variant has no `i_` there."""
    path = tmp_path / "some.db"
    put(
        path,
        {f"app:main:list__i_{number}": "x" for number in range(12)} | {"app:main:list": "x", "app:main:other": "x"},
    )
    async with browsing(path) as browser:
        await browser.press("f")
        await browser.enter_text("list__?")
        await until(browser.pilot, lambda: browser.main.meteor.title == "meteor app:main · 10 of 14 entries")
        await browser.enter_text("x")
        await until(browser.pilot, lambda: browser.main.meteor.title == "meteor app:main · 0 of 14 entries")


async def test_go_to_an_entry_a_namespace_and_nowhere(store: Path) -> None:
    """U-02 in the field; `app:ui:` is the namespace; an address without an entry says so."""
    async with browsing(store) as browser:
        await browser.press("g")
        await browser.shows(GoTo)
        await browser.enter_address("app:ui.widgets:button[1]")
        await until(browser.pilot, lambda: browser.main.address == address("app:ui.widgets:button__i_1"))
        assert browser.has_focus(browser.main.meteor.entries)
        await browser.press("g")
        await browser.enter_address("user:main:")
        await until(browser.pilot, lambda: browser.main.scope == Scope("user", "main"))
        await browser.press("g")
        await browser.enter_address("app:ui:zebra")
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts == ["app:ui:zebra is not there; this is where it would be"]
        await browser.press("g")
        await browser.enter_address("no:where:x")
        await until(browser.pilot, lambda: "no:where holds nothing yet" in browser.toasts)


async def test_go_to_what_the_panes_do_not_know_yet(store: Path) -> None:
    """Stored by another program a moment ago; or an address typed ahead while the browser is still reading."""
    async with browsing(store) as browser:
        browser.main._polling = True  # as if a look were under way
        put(store, {"brand:new:key": "v"})
        await browser.press("g")
        await browser.enter_address("brand:new:key")
        browser.main._polling = False
        await until(browser.pilot, lambda: browser.main.address == address("brand:new:key"))
        assert browser.has_focus(browser.main.meteor.entries)
        assert browser.toasts == []


async def test_edit_stores_and_undo_takes_it_back(store: Path) -> None:
    """e, ctrl+s, u: acknowledged means stored (T-001); the undo is an undo of that command (T-101)."""
    async with browsing(store) as browser:
        await browser.press("tab", "e")
        await browser.shows(EditScreen)
        await browser.enter_text("new ")
        await browser.press("ctrl+s")
        await until(browser.pilot, lambda: not isinstance(browser.screen, EditScreen))
        assert do(store, get(address("app:main:readme")))[0].value == b"new # prontodb\n"
        await until(
            browser.pilot, lambda: browser.main.value.value and browser.main.value.value.head.startswith(b"new")
        )
        assert browser.toasts[-1] == "stored app:main:readme — u undoes it"
        await browser.press("u")
        assert do(store, get(address("app:main:readme")))[0].value == b"# prontodb\n"
        assert browser.toasts[-1] == "undone: the change of app:main:readme"
        await browser.press("u")
        assert browser.toasts[-1] == "nothing was changed in this browser yet"


async def test_leaving_the_editor_never_throws_text_away_unasked(store: Path) -> None:
    """Unsaved input: esc asks; n goes back to the text; unchanged text is left at once."""
    async with browsing(store) as browser:
        await browser.press("tab", "e", "x", "escape")
        await browser.shows(Confirm)
        await browser.press("n")
        await browser.shows(EditScreen)
        await browser.press("backspace", "escape")
        await browser.shows(BrowserScreen)
        assert do(store, get(address("app:main:readme")))[0].value == b"# prontodb\n"


async def test_somebody_else_wrote_meanwhile(store: Path) -> None:
    """A change between reading and storing is never overwritten silently; the second ctrl+s means it."""
    async with browsing(store) as browser:
        await browser.press("tab", "e", "x")
        put(store, {"app:main:readme": "theirs"}, now_ms=NOW)
        await browser.press("ctrl+s")
        editor = browser.screen
        assert isinstance(editor, EditScreen)
        await until(browser.pilot, lambda: "changed by somebody else meanwhile" in editor.status)
        assert do(store, get(address("app:main:readme")))[0].value == b"theirs"
        await browser.press("ctrl+s")
        await browser.shows(BrowserScreen)
        assert do(store, get(address("app:main:readme")))[0].value == b"x# prontodb\n"


async def test_a_new_entry_in_an_empty_store(tmp_path: Path) -> None:
    """First steps: an empty store says how to begin, and n begins."""
    path = tmp_path / "new.db"
    async with browsing(path) as browser:
        assert "nothing is stored here yet" in browser.frame()
        assert "prontodb set app.notes.hello" in browser.frame()
        assert not path.exists(), "looking creates nothing"
        await browser.press("n")
        await browser.enter_address("app:notes:hello")
        await browser.enter_text("hi")
        await browser.press("ctrl+s")
        await until(browser.pilot, lambda: browser.main.address == address("app:notes:hello"))
        assert do(path, get(address("app:notes:hello")))[0].value == b"hi"
        await browser.press("u")
        await until(browser.pilot, lambda: "nothing is stored here yet" in browser.frame())


async def test_delete_is_undoable(store: Path) -> None:
    """d and u: the entry comes back as it was."""
    async with browsing(store) as browser:
        await browser.press("down", "tab", "d")
        assert do(store, get(address("app:ui:theme")))[0] is None
        await until(browser.pilot, lambda: browser.main.address == address("app:ui:theme__prod"))
        assert browser.toasts[-1] == "deleted app:ui:theme — u undoes it"
        await browser.press("u")
        assert do(store, get(address("app:ui:theme")))[0].value == b"dark"
        await until(browser.pilot, lambda: browser.main.address == address("app:ui:theme"))


async def test_what_cannot_be_undone_is_asked_about(tmp_path: Path) -> None:
    """U-10: old values of secrets are never kept, so deleting one asks first."""
    path = tmp_path / "secret.db"
    put(path, {"app:main:token": "s3cr3t"}, secret=True)
    async with browsing(path) as browser:
        await browser.press("tab", "d")
        await browser.shows(Confirm)
        await browser.press("n")
        assert do(path, get(address("app:main:token")))[0] is not None
        await browser.press("d", "y")
        await until(browser.pilot, lambda: do(path, get(address("app:main:token")))[0] is None)
        assert browser.toasts[-1] == "deleted app:main:token"


async def test_secrets_stay_masked_until_asked_for(tmp_path: Path) -> None:
    """U-11: not in the list, the value pane, the editor or the clipboard; r reveals; moving on masks again."""
    path = tmp_path / "secret.db"
    put(path, {"app:main:token": "s3cr3t"}, secret=True)
    put(path, {"app:main:zz": "plain"})
    async with browsing(path) as browser:
        assert "s3cr3t" not in browser.frame()
        await browser.press("tab", "e")
        await browser.shows(BrowserScreen)
        assert "reveal it first" in browser.toasts[-1]
        await browser.press("y")
        await browser.shows(Menu)
        await browser.press("v")
        assert browser.app.clipboard == ""
        await browser.press("escape", "r")
        await until(browser.pilot, lambda: "s3cr3t" in browser.frame())
        await browser.press("r")
        assert "s3cr3t" not in browser.frame()
        await browser.press("r", "down")
        await browser.press("up")
        assert "s3cr3t" not in browser.frame()


@pytest.mark.parametrize(
    ("keys", "copied"),
    [
        (("tab", "y", "a"), "app:ui:theme"),
        (("tab", "y", "v"), "dark"),
        (("tab", "y", "c"), "prontodb get app.ui.theme"),
        (("tab", "down", "y", "c"), "prontodb get app.ui.theme__prod"),
        (("y", "a"), "app:ui:"),
        (("y", "c"), "prontodb keys app.ui"),
        (("y", "enter"), "app:ui:"),
    ],
)
async def test_copy_says_what_it_copied(store: Path, keys: tuple[str, ...], copied: str) -> None:
    """U-14: the address, the original value, or the command line that gives the same."""
    async with browsing(store) as browser:
        await browser.press("down", *keys)
        await until(browser.pilot, lambda: browser.app.clipboard)
        assert browser.app.clipboard == copied
        assert browser.toasts[-1].startswith("copied the ")


async def test_a_list_that_is_being_read_is_not_taken_for_its_namespace(store: Path) -> None:
    """`y` typed ahead: the entry under the cursor is not known yet, and the namespace is not what was meant."""
    async with browsing(store) as browser:
        await browser.press("down", "tab")
        browser.main.go(address("app:ui:theme"))
        assert browser.main.unavailable("copy") == "the entries are still being read"
        await browser.settle()
        assert browser.main.unavailable("copy") == ""


async def test_changes_of_others_appear(store: Path) -> None:
    """T-086: new entries, changed values and new namespaces come by themselves, and the cursor stays where it was."""
    async with browsing(store) as browser:
        await browser.press("down", "tab", "down")
        assert browser.main.address == address("app:ui:theme__prod")
        put(store, {"app:ui:aaa": "first now", "app:ui:theme__prod": "changed", "new:main:x": "y"}, now_ms=NOW)
        await until(browser.pilot, lambda: browser.main.meteor.title == "meteor app:ui · 3 entries")
        await until(
            browser.pilot, lambda: browser.main.value.value is not None and browser.main.value.value.head == b"changed"
        )
        assert browser.main.address == address("app:ui:theme__prod")
        assert "new" in [line.label for line in browser.main.tree_pane.lines]
        do(store, delete(address("app:ui:theme__prod"), by=BY, now_ms=NOW))
        await until(browser.pilot, lambda: browser.main.address == address("app:ui:theme"))


async def test_what_is_moved_away_is_told_and_not_written_to(store: Path) -> None:
    """T-014, T-313: a database that was replaced while open: trouble in the bar, nothing written, F5 opens what is there."""
    async with browsing(store) as browser:
        await asyncio.to_thread(store.rename, store.with_name("elsewhere.db"))
        await until(browser.pilot, lambda: "replaced or deleted" in browser.main.bar.info.trouble)
        put(store, {"app:main:other": "x"})
        await browser.press("f5")
        await until(browser.pilot, lambda: browser.main.bar.info.trouble == "")
        await until(browser.pilot, lambda: browser.main.address == address("app:main:other"))


async def test_time_left_ticks_and_the_expired_go(tmp_path: Path) -> None:
    """P-043: an expired entry is gone from the list, the count and the value, swept or not."""
    path = tmp_path / "cache.db"
    do(path, create_cache("", "web", "sessions", 60, by=BY, now_ms=NOW))
    put(path, {"web:sessions:a": "1"}, now_ms=NOW)
    put(path, {"web:sessions:b": "2"}, now_ms=NOW + 30_000)
    async with browsing(path) as browser:
        assert "1:00" in browser.frame()
        browser.clock[0] = NOW + 20_000
        await until(browser.pilot, lambda: "0:40" in browser.frame())
        await browser.press("j")  # somebody is there, so nothing is swept
        browser.clock[0] = NOW + 61_000
        await until(browser.pilot, lambda: browser.main.meteor.title == "meteor web:sessions · 1 entry · cache")
        await until(browser.pilot, lambda: browser.main.address == address("web:sessions:b"))


async def test_several_marked_entries_go_and_come_back_together(tmp_path: Path) -> None:
    """Space marks, d asks once, one undo brings all of them back."""
    path = tmp_path / "big.db"
    put(path, many(5))
    async with browsing(path) as browser:
        await browser.press("tab", "space", "space", "space")
        assert browser.main.meteor.title == "meteor big:rows · 5 entries · 3 marked"
        await browser.press("d")
        await browser.shows(Confirm)
        await browser.press("y")
        await until(browser.pilot, lambda: browser.main.meteor.title == "meteor big:rows · 2 entries")
        assert browser.toasts[-1] == "deleted 3 entries — u undoes it"
        await browser.press("u")
        await until(browser.pilot, lambda: browser.main.meteor.title == "meteor big:rows · 5 entries")


async def test_cached_pipes_are_not_edited(tmp_path: Path) -> None:
    """P-022: only the rescue writes pipe.cache; the browser says where to go instead of letting one type in vain."""
    path = tmp_path / "pipes.db"
    do(path, rescue("", b"lost", suffix="x", intended="a..b", reason="empty_part", by=BY, now_ms=NOW))
    async with browsing(path) as browser:
        await browser.press("tab", "e")
        await browser.shows(BrowserScreen)
        assert browser.toasts[-1] == "it is a cached pipe; p brings it home"
        assert "⚠ 1 pipe" in browser.frame()


async def test_a_meta_sees_only_its_own(tmp_path: Path) -> None:
    """P-102, P-103: the browser works in the meta of its session, and says so."""
    path = tmp_path / "meta.db"
    put(path, {"app:main:outside": "x"})
    async with browsing(path, choice=Choice(meta="acme")) as browser:
        assert "nothing is stored here yet" in browser.frame()
        assert browser.main.bar.info.meta == "acme"
        assert "meta acme" in browser.frame()
