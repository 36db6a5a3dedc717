"""The application around the screens: first paint, long work, themes, palette, help, pasting, stale answers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from textual import events
from textual.command import CommandPalette

from store.async_database import AsyncDatabase
from store.operations.apply import apply_writes
from store.session import Choice, open_session
from store.streams.events import Write
from tests.tui.browsing import BY, NOW, SMALL, Browser, address, browsing, do, frame_of, put
from tests.tui.hostile import HOSTILE, dangerous
from tests.tui.steps import measured
from tests.tui.waiting import until, until_quiet
from tui.browser.app import BrowserApp
from tui.browser.flows.preferences import theme_at_start
from tui.browser.flows.scopes import Scope
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.help import HelpScreen, HelpText
from tui.browser.services import Services
from tui.browser.styles.themes import OFFERED, OURS
from tui.commands import COMMANDS

LONGEST_STEP_S = 0.2
"""Processor time of one step of the event loop: four times what the design allows, for slow and busy machines."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "small.db"
    put(path, SMALL)
    return path


async def test_the_first_paint_does_not_wait_for_the_database(store: Path) -> None:
    """Design: drawn before anything is read. A store that somebody locks shows furniture, then says that it reads, then all."""
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        session = open_session(Choice(database=str(store)), {"HOME": str(store.parent)}, "/")
        database = AsyncDatabase(session.database, busy_timeout_ms=20_000)
        app = BrowserApp(Services(database, session))
        await database.open()
        try:
            async with app.run_test(size=(120, 40)) as pilot:
                main = app.screen
                assert isinstance(main, BrowserScreen)

                def frame() -> str:
                    return frame_of(app.screen)

                await until(pilot, lambda: "contexts" in frame())
                assert main.looks == 0
                assert "small.db" in frame()
                await until(pilot, lambda: "reading" in frame())
                await pilot.press("down", "tab", "question_mark", "escape")
                other.close()
                await until(pilot, lambda: "readme" in frame())
        finally:
            await database.close()


async def test_no_step_is_long_in_a_hundred_thousand_entries(tmp_path: Path) -> None:
    """Design section 6: holding a key, paging, jumping to the end, filtering: the event loop is never away for long."""
    path = tmp_path / "big.db"
    writes = [Write(address(f"big:rows:key{n:06}"), b"value", None, "") for n in range(100_000)]
    do(path, apply_writes(writes, by=BY, now_ms=NOW))
    async with browsing(path) as browser:
        assert browser.main.meteor.title == "meteor big:rows · 100,000 entries"
        with measured() as steps:
            await browser.pilot.press("tab", *["j"] * 40, *["pagedown"] * 10, "end", "pageup", "home")
            await until(browser.pilot, lambda: browser.main.address == address("big:rows:key000000"))
            await browser.pilot.press("f", *"key0999")
            await until(browser.pilot, lambda: browser.main.meteor.entries.total == 100)
            await browser.pilot.press("escape")
        assert 0 < steps.longest < LONGEST_STEP_S


async def test_holding_a_key_reads_few_values(tmp_path: Path) -> None:
    """Tui-codebases 5.5: the cursor must rest before a value is read, so thirty rows are not thirty reads."""
    path = tmp_path / "rows.db"
    put(path, {f"app:main:key{number:02}": "x" for number in range(60)})
    async with browsing(path) as browser:
        await browser.press("tab")
        before = browser.main._asked.number
        for _ in range(30):
            browser.main.meteor.entries.action_entries_down()
        await until(browser.pilot, lambda: browser.main.value.header.startswith("app:main:key30"))
        assert browser.main._asked.number - before <= 3


async def test_stale_answers_are_dropped(store: Path) -> None:
    """An answer to an earlier question never replaces that to a later one."""
    async with browsing(store) as browser:
        await browser.press("down", "tab")
        main = browser.main
        late = main._asked.next()
        main._asked.next()
        await main._read_value.__wrapped__(main, address("user:main:name"), False, late)  # type: ignore[attr-defined]
        assert main.value.value is not None
        assert main.value.value.title == "app:ui:theme"


async def test_an_answer_about_what_was_left_is_dropped(store: Path) -> None:
    """A value that takes long, and meanwhile the cursor is on a context, which has none: it stays so."""
    async with browsing(store) as browser:
        main = browser.main
        late = main._asked.next()
        await browser.press("home")
        await main._read_value.__wrapped__(main, address("app:main:readme"), False, late)  # type: ignore[attr-defined]
        assert main.value.value is None
        assert not main.bar.info.working


async def test_quitting_while_something_is_read(tmp_path: Path) -> None:
    """q is q, whatever is going on."""
    path = tmp_path / "rows.db"
    put(path, {f"app:n{number}:key": "x" for number in range(50)})
    async with browsing(path) as browser:
        await browser.pilot.press("f", "*", "x", "escape", "down", "down", "q")
        await until(browser.pilot, lambda: not browser.app.is_running)
        assert browser.app.return_code == 0


@pytest.mark.parametrize("theme", OFFERED)
async def test_every_theme_draws_everything(store: Path, theme: str) -> None:
    """A theme without a variable that a style names would crash: the main screen, every dialog, the help, the palette."""
    async with browsing(store, (100, 30), theme=theme) as browser:
        for key in ("tab", "question_mark", "e", "y", "colon", "g", "n", "p"):
            await browser.press(key)
            assert browser.frame().strip()
            assert browser.app.export_screenshot()
            if key != "tab":
                await browser.press("escape")
                await browser.shows(BrowserScreen)


async def found(browser: Browser, words: str) -> None:
    """Until the palette has looked for all of what was typed: what it found for the beginning stands there until then."""
    group = CommandPalette._GATHER_COMMANDS_GROUP
    await until_quiet(browser.pilot, lambda: all(w.is_finished for w in browser.app.workers if w.group == group))
    await until(browser.pilot, lambda: words in browser.frame())


async def test_a_chosen_theme_is_remembered(store: Path) -> None:
    """Chosen in the palette, there again at the next start."""
    async with browsing(store) as browser:
        assert browser.app.theme == "night"
        await browser.press("colon")
        await browser.enter_text("theme: day")
        await found(browser, "Theme: day")
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.app.theme == "day")
        state = browser.services.session.workspace.state
        assert theme_at_start(state, {}, OFFERED, "night", "day") == "day"


@pytest.mark.parametrize(
    ("ground", "theme"), [("15;0", "night"), ("0;15", "day"), ("0;default;7", "day"), ("", "night"), ("x", "night")]
)
def test_the_first_theme_fits_the_terminal(tmp_path: Path, ground: str, theme: str) -> None:
    """As far as the terminal tells by COLORFGBG; a file that names an unknown theme counts as none."""
    (tmp_path / "theme").write_text("no-such-theme\n")
    assert theme_at_start(str(tmp_path), {"COLORFGBG": ground}, OFFERED, "night", "day") == theme


def test_our_themes_can_be_read() -> None:
    """Text, faint text, cursor and accent stand out from their ground: 4.5, 3, 4.5 and 3 to 1."""
    for theme in OURS:
        colors = theme.to_color_system().generate()
        pairs = [
            ("foreground", "background", 4.5),
            ("text-muted", "background", 3.0),
            ("block-cursor-foreground", "block-cursor-background", 4.5),
            ("accent", "background", 3.0),
            ("error", "background", 3.0),
            ("warning", "background", 3.0),
        ]
        for front, back, least in pairs:
            assert contrast(colors[front], colors[back]) >= least, (theme.name, front)


def contrast(front: str, back: str) -> float:
    """The contrast of two colours, 1 to 21, by relative luminance."""

    def luminance(text: str) -> float:
        parts = [int(text[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(front), luminance(back)))
    return (high + 0.05) / (low + 0.05)


async def test_the_palette_runs_commands_and_says_why_not(store: Path) -> None:
    """Found by a part of the title; what is impossible at present tells the reason."""
    async with browsing(store) as browser:
        await browser.press("colon")
        await browser.enter_text("undo")
        await found(browser, "Not now")
        await browser.press("escape")
        await browser.press("ctrl+p")
        await browser.enter_text("pipes")
        await found(browser, "Open the recovery screen")
        await browser.press("enter")
        await until(browser.pilot, lambda: browser.app.screen.__class__.__name__ == "RecoveryScreen")
        await browser.press("escape")
        await browser.shows(BrowserScreen)


async def test_help_opens_everywhere_and_closes(store: Path) -> None:
    """?, with what has the focus first; esc, q and ? leave it; its text fits every width."""
    async with browsing(store) as browser:
        await browser.press("tab", "question_mark")
        screen = browser.screen
        assert isinstance(screen, HelpScreen)
        assert [section.title for section in screen.sections][:2] == ["In the entries", "In the tree"]
        await browser.press("end")
        assert COMMANDS[-1].summary in browser.frame()
        for width in (60, 200, 33):
            await browser.pilot.resize_terminal(width, 24)
            text = browser.screen.query_one(HelpText)
            await browser.pilot.pause()
            assert text.content_size.width > 0
        await browser.press("question_mark")
        await browser.shows(BrowserScreen)


async def test_ctrl_c_tells_how_to_leave(store: Path) -> None:
    """It may have been meant for copying, so it does not quit."""
    async with browsing(store) as browser:
        await browser.press("ctrl+c")
        assert browser.toasts == ["q leaves the browser"]


@pytest.mark.parametrize("keys", [("slash",), ("f",), ("colon",), ("g",)], ids=["search", "filter", "palette", "go to"])
async def test_hostile_text_can_be_pasted(store: Path, keys: tuple[str, ...]) -> None:
    """U-15 for the user's own clipboard: no field shows what a terminal would act on."""
    async with browsing(store) as browser:
        await browser.press("tab", *keys)
        for name, text in HOSTILE.items():
            browser.app.post_message(events.Paste(text))
            await browser.pilot.pause()
            await browser.pilot.pause()
            assert dangerous(browser.frame(), "\n") == [], name


async def test_what_is_pasted_into_the_editor_is_what_is_stored(store: Path) -> None:
    """There the bytes count: strangers stand in, and come back."""
    async with browsing(store) as browser:
        await browser.press("tab", "e")
        browser.app.post_message(events.Paste("\x1b[31mred\u200d"))
        await browser.settle()
        assert dangerous(browser.frame(), "\n") == []
        assert "is ESC" in browser.frame()
        browser.app.post_message(events.Paste("x" * 100_000))
        await browser.settle()
        assert browser.toasts[-1] == "not pasted: it is too large to be pasted here"
        await browser.press("ctrl+s")
        await browser.shows(BrowserScreen)
        from store.operations.entries import get

        assert do(store, get(address("app:main:readme")))[0].value == "\x1b[31mred\u200d# prontodb\n".encode()


async def test_the_bar_and_the_hints_take_clicks(store: Path) -> None:
    """The mouse does what keys do."""
    async with browsing(store) as browser:
        hints = browser.main.hints
        x = browser.frame().splitlines()[-1].index("? help")
        await browser.pilot.click(hints, offset=(x, 0))
        await browser.shows(HelpScreen)


async def test_the_bar_gives_way_from_the_least_needed(store: Path) -> None:
    """Narrow: user, cursor and database go, the position and the pipes stay; hostile names stay harmless."""
    async with browsing(store) as browser:
        from dataclasses import replace

        bar = browser.main.bar
        bar.info = replace(bar.info, user="keeper", cursor="pantheon", meta="acme", position="app:ui", pipes=2)
        await browser.pilot.pause()
        assert "keeper · cursor pantheon · small.db · meta acme · app:ui" in browser.frame()
        assert "⚠ 2 pipes" in browser.frame()
        await browser.pilot.resize_terminal(60, 20)
        await browser.settle()
        line = browser.frame().splitlines()[-2]
        assert "meta acme · app:ui" in line
        assert "⚠ 2 pipes" in line
        for text in HOSTILE.values():
            bar.info = replace(bar.info, database=text, position=text, trouble=text)
            await browser.pilot.pause(0)
            assert dangerous(browser.frame(), "\n") == []


async def test_many_namespaces_do_not_stall_the_screen(tmp_path: Path) -> None:
    """Ten thousand namespaces: shown, walked, and refreshed when another program writes."""
    path = tmp_path / "wide.db"
    writes = [Write(address(f"wide:n{n:05}:key"), b"x", None, "") for n in range(10_000)]
    do(path, apply_writes(writes, by=BY, now_ms=NOW))
    async with browsing(path) as browser:
        assert browser.main.scope == Scope("wide", "n00000")
        await browser.press("end")
        assert browser.main.tree_pane.lines[-1].label == "… 9,750 more"
        put(path, {"wide:n00001:other": "y"})
        await until(browser.pilot, lambda: browser.main.index.spaces[1].entries == 2)
