"""Keys typed ahead go where they were meant to go."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from textual import events

from tests.tui.browsing import browsing, put
from tests.tui.waiting import until
from tui.browser import type_ahead
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.dialogs import Confirm, GoTo
from tui.browser.screens.help import HelpScreen
from tui.browser.widgets.address_input import AddressInput


@pytest.fixture
def store(home: Path) -> Path:
    path = home / "main.db"
    put(path, {"app:ui:theme": "dark", "app:ui:size": "12", "work:notes:monday": "call"})
    return path


def burst(text: str) -> list[events.Key]:
    """Keys that all arrive in one moment, as over a slow line."""
    return [events.Key("slash" if char == "/" else char, char) for char in text]


async def test_a_burst_opens_a_dialog_and_fills_its_field(store: Path) -> None:
    """`g` and an address in one go: no letter of it may act on the list behind (d deletes there)."""
    async with browsing(store) as browser:
        for key in burst("gdddd"):
            browser.app.post_message(key)
        await until(browser.pilot, lambda: browser.app.type_ahead.idle)
        await until(browser.pilot, lambda: browser.screen.query_one(AddressInput).value == "dddd")
        await browser.press("escape")
        assert browser.on_top(BrowserScreen)
        assert browser.main.meteor.entries.total == 2


@pytest.mark.parametrize("when", ["__init__", "compose", "on_mount"])
async def test_a_dialog_that_is_slow_to_come_gets_every_letter(
    store: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that does something else for a while is no reason to give a letter to the old place, or to nobody."""
    original = getattr(GoTo, when)

    def slow(*arguments: object) -> object:
        time.sleep(0.8)  # the whole program stands still
        return original(*arguments)

    monkeypatch.setattr(GoTo, when, slow)
    async with browsing(store) as browser:
        for key in burst("gdddd"):
            browser.app.post_message(key)
        await until(browser.pilot, lambda: browser.app.type_ahead.idle)
        await until(browser.pilot, lambda: browser.screen.query_one(AddressInput).value == "dddd")


async def test_the_question_of_a_command_gets_the_next_key(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that asked is at work until it has its answer: that is no reason to keep the answer back."""
    monkeypatch.setattr(type_ahead, "PATIENCE", 1_000_000)
    async with browsing(store) as browser:
        await browser.press("tab")
        for key in burst("ya"):
            browser.app.post_message(key)
        await until(browser.pilot, lambda: browser.toasts)
        assert browser.toasts == ["copied the address · 11 bytes"]
        assert browser.on_top(BrowserScreen)


async def test_what_has_no_focus_gets_the_next_key(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Help and questions hold nothing that could have the focus: nobody waits until something has."""
    monkeypatch.setattr(type_ahead, "PATIENCE", 1_000_000)
    async with browsing(store) as browser:
        await browser.press("question_mark")
        assert browser.on_top(HelpScreen)
        await browser.press("escape", "tab", "space", "space", "d")
        assert browser.on_top(Confirm)
        await browser.press("n")
        assert browser.on_top(BrowserScreen)
        assert browser.main.meteor.entries.total == 2


async def test_a_burst_of_moves_is_not_slowed_down_for_ever(store: Path) -> None:
    """Every key is given out, in order, and the line is empty afterwards."""
    async with browsing(store) as browser:
        await browser.press("tab")
        for key in burst("jkjkjkjkjkj"):
            browser.app.post_message(key)
        await until(browser.pilot, lambda: browser.app.type_ahead.idle)
        await browser.settle()
        assert browser.main.meteor.entries.cursor_index == 1


@pytest.mark.parametrize("gap_s", [0, 0.02, 0.04])
async def test_a_filter_typed_right_behind_a_move_is_that_of_the_new_place(store: Path, gap_s: float) -> None:
    """The tree waits for its cursor to rest. `f` does not: it filters where the cursor is, and nothing closes it afterwards."""
    put(store, {"app:zoo:dodo": "extinct", "app:zoo:duck": "not"})
    async with browsing(store) as browser:
        assert browser.main.meteor.title == "meteor app:ui · 2 entries"
        browser.app.post_message(events.Key("j", "j"))
        await asyncio.sleep(gap_s)
        for key in burst("fdo"):
            browser.app.post_message(key)
        await until(browser.pilot, lambda: browser.app.type_ahead.idle)
        await browser.pilot.pause(0.1)  # longer than a cursor must rest
        await browser.settle()
        assert browser.main.meteor.filtering
        await until(browser.pilot, lambda: browser.main.meteor.title == "meteor app:zoo · 1 of 2 entries")
        await browser.press("escape")
        assert browser.main.meteor.title == "meteor app:zoo · 2 entries"


async def test_no_filter_opens_over_a_context(store: Path) -> None:
    """`f` right behind a move to where there are no entries does not filter the place before."""
    async with browsing(store) as browser:
        for key in burst("kfddd"):
            browser.app.post_message(key)
        await until(browser.pilot, lambda: browser.app.type_ahead.idle)
        await browser.settle()
        assert not browser.main.meteor.filtering
        assert browser.toasts == ["no namespace chosen", *["no entry chosen"] * 3]
