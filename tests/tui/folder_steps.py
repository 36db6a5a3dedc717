"""The way from a document to a folder, for tests of the comparison."""

from __future__ import annotations

from pathlib import Path

from tests.tui.browsing import Browser
from tests.tui.document_stores import opened
from tests.tui.hostile import HOSTILE_BYTES
from tests.tui.waiting import until
from tui.browser.screens.confirm import ConfirmPlan
from tui.browser.screens.folder import FolderScreen
from tui.browser.screens.folder_field import AskFolder
from tui.browser.widgets.line_field import LineField


def write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def write_odd_files() -> None:
    """A folder of hostile contents under hostile names."""
    Path("out").mkdir()
    for number, (name, content) in enumerate(HOSTILE_BYTES.items()):
        Path("out", f"{number}_{name.replace(' ', '_')}.sh").write_bytes(content[:3000])
    for odd in ("a\x1b[31m.sh", "b\u202e.sh", "[red]c.sh", "d\nd.sh"):
        write(f"out/{odd}", "odd")


async def compared(browser: Browser, folder: str = "out") -> FolderScreen:
    """The document of the store, compared with a folder."""
    await opened(browser)
    return await choose(browser, folder)


async def choose(browser: Browser, folder: str) -> FolderScreen:
    await browser.press("d")
    await browser.shows(AskFolder)
    browser.screen.query_one(LineField).value = folder
    await browser.press("enter")
    await browser.loaded(FolderScreen)
    return await settled(browser)


async def settled(browser: Browser) -> FolderScreen:
    """Until nothing is being read or written."""
    await until(browser.pilot, lambda: browser.on_top(FolderScreen))
    screen = browser.screen
    assert isinstance(screen, FolderScreen)
    await until(browser.pilot, lambda: screen.loads and screen.working.job is None)
    await browser.idle()
    return screen


async def confirm(browser: Browser, key: str) -> FolderScreen:
    """Press a key that asks, and say yes."""
    await browser.press(key)
    await browser.shows(ConfirmPlan)
    await browser.press("enter")
    return await settled(browser)


async def exported(browser: Browser, folder: str = "out") -> FolderScreen:
    """The document, written to a folder that was not there, and compared with it."""
    await compared(browser, folder)
    return await confirm(browser, "x")


def differing(screen: FolderScreen) -> list[str]:
    """Sign and key of each line."""
    assert screen.comparison is not None
    return [f"{difference.kind} {difference.shown}" for difference in screen.comparison.rows]
