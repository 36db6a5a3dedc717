"""Text that attacks the terminal, through the whole browser: names, values, the editor (U-15)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.operations.entries import get
from tests.tui.browsing import NOW, Browser, address, browsing, do, put
from tests.tui.hostile import HOSTILE, HOSTILE_BYTES, dangerous
from tests.tui.waiting import until
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.edit import EditScreen


def assert_harmless(browser: Browser, what: str) -> None:
    """Nothing on the screen that a terminal would act on."""
    assert dangerous(browser.frame(), "\n") == [], what


async def test_hostile_values_harm_nobody(tmp_path: Path) -> None:
    """U-15: list, value, title and menu get nothing a terminal would act on, and no markup is parsed."""
    path = tmp_path / "hostile.db"
    values = {f"app:main:e{number:02}": value for number, value in enumerate(HOSTILE_BYTES.values())}
    put(path, {**values, "app:main:zz": "x"})
    async with browsing(path, (100, 30)) as browser:
        await browser.press("tab")
        for name, key in zip(HOSTILE_BYTES, values, strict=True):
            assert browser.main.address == address(key)
            await until(browser.pilot, lambda: browser.main.value.value is not None)
            assert_harmless(browser, name)
            await browser.press("down")


@pytest.mark.parametrize("name", ["plain", "osc 52 clipboard", "emoji zwj", "carriage returns", "markup close"])
async def test_an_editor_that_changes_nothing_stores_the_same_bytes(tmp_path: Path, name: str) -> None:
    """U-15 and T-130 together: strangers stand in as something visible and come back as themselves."""
    path = tmp_path / "hostile.db"
    value = HOSTILE_BYTES[name]
    put(path, {"app:main:evil": value})
    async with browsing(path, (100, 30)) as browser:
        await browser.press("tab", "e")
        await browser.shows(EditScreen)
        assert_harmless(browser, name)
        await browser.press("x", "backspace", "ctrl+s")
        await browser.shows(BrowserScreen)
        assert do(path, get(address("app:main:evil")))[0].value == value
        assert do(path, get(address("app:main:evil")))[0].updated_at == NOW


async def test_hostile_names_harm_nobody(tmp_path: Path) -> None:
    """U-15 where names are shown: a file may come from anywhere, whatever our own rules allow."""
    path = tmp_path / "hostile.db"
    put(path, {"app:main:zz": "x"})
    names = [
        text.encode("utf-8", "replace").decode().replace("\0", "") for text in HOSTILE.values() if len(text) < 2000
    ]
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, name in enumerate(names, 100):
            row = (number, name, name)
            connection.execute("INSERT OR IGNORE INTO namespaces(id, meta, context, name) VALUES (?, '', ?, ?)", row)
            connection.execute(
                "INSERT INTO entries(ns_id, key, value, size, created_at, updated_at, change) VALUES (?, ?, 'v', 1, 0, 0, 0)",
                (number, name),
            )
    async with browsing(path, (100, 60)) as browser:
        tree = browser.main.tree_pane
        await browser.press("home")
        for line in list(tree.lines):
            if line.node is not None:
                tree.unfold(line.node.scope)
        await browser.settle()
        for number, line in enumerate(tree.lines):
            if line.depth:  # a namespace: its name is in tree, title, bar, list and value
                tree.move_to(number)
                await browser.settle()
                assert_harmless(browser, f"line {number}")
        await browser.press("tab", "y")
        assert_harmless(browser, "the menu")
