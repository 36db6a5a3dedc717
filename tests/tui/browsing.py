"""The whole browser over a real store in a file, for tests: a clock that stands, frames as text, helpers that wait."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from store.database import Database
from store.model import Actor, Address
from store.operation import Operation
from store.operations.entries import set_entry
from store.session import Choice
from tests.tui.waiting import until, until_quiet
from tui.browser.app import BrowserApp
from tui.browser.opener import Opener
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.list_screen import ListScreen
from tui.browser.services import Services
from tui.browser.widgets.address_input import AddressInput

NOW = 1_800_000_000_000
BY = Actor("", "", "cli")
FRAMES = Path(__file__).parent / "frames"
TOASTS_STAY_S = 3600.0
"""Longer than any test: after Textual's 5 s, a slow machine would no longer know what has been said."""
SMALL: dict[str, str | bytes] = {
    "app:main:readme": "# prontodb\n",
    "app:ui:theme": "dark",
    "app:ui:theme__prod": "light",
    "app:ui.widgets:button__i_0": "submit",
    "app:ui.widgets:button__i_1": "cancel",
    "user:main:name": "ada",
}
"""A store small enough to be seen whole."""

SIZES = [(80, 24), (120, 40), (200, 60)]


def address(text: str) -> Address:
    """`context:namespace:canonical key` as an address without meta."""
    context, namespace, key = text.split(":", 2)
    return Address("", context, namespace, key)


def put(path: Path, entries: Mapping[str, str | bytes], *, now_ms: int = NOW - 180_000, secret: bool = False) -> None:
    """Store entries, each given as `context:namespace:key`, as another program would."""
    with Database(str(path)) as database:
        for text, value in entries.items():
            stored = value if isinstance(value, bytes) else value.encode()
            database.run(set_entry(address(text), stored, by=BY, now_ms=now_ms, secret=secret))


def do(path: Path, *operations: Operation[Any]) -> list[Any]:
    """Run operations as another program would; their results."""
    with Database(str(path)) as database:
        return [database.run(operation) for operation in operations]


@dataclass
class Browser:
    """A running browser. `now_ms` is its clock, to be set."""

    pilot: Pilot[None]
    app: BrowserApp
    opener: Opener
    clock: list[int]

    @property
    def services(self) -> Services:
        """Those in use."""
        return self.app.services

    @property
    def main(self) -> BrowserScreen:
        """The main screen, covered or not."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, BrowserScreen)
        return screen

    @property
    def screen(self) -> Screen[Any]:
        """The screen on top."""
        return self.app.screen

    async def press(self, *keys: str) -> None:
        """Press keys as somebody who looks at the panes: each when what the one before began there has come to an end."""
        for key in keys:
            await self.pilot.press(key)
            if len(self.app.screen_stack) == 1 and not self.quiet:
                await self.settle()
        await self.settle()

    async def enter_text(self, text: str) -> None:
        """Type into whatever has the focus."""
        await self.press(*text)

    async def enter_address(self, text: str) -> None:
        """Put an address into the field of the dialog on top, and press enter."""
        self.screen.query_one(AddressInput).value = text
        await self.press("enter")

    async def loaded(self, screen: type[ListScreen[Any]]) -> None:
        """Until a list screen of that kind is on top, has read its list once more and its details, and nothing is going on."""
        await until(self.pilot, lambda: isinstance(self.screen, screen))
        top = self.screen
        assert isinstance(top, ListScreen)
        await until(self.pilot, lambda: top.loads)
        await self.idle()

    async def idle(self) -> None:
        """Until no worker is at work, those that only watch or wait for an answer excepted."""
        reading = {"list", "effects", "value", "rows", "entries", "rebuild", "reopen", "switch"}
        await self.pilot.pause(0.08)  # longer than a cursor must rest
        await self.pilot.pause()  # if the machine stood still, that time was over at once: let what was due begin
        await until_quiet(self.pilot, lambda: not self._working(reading))

    def has_focus(self, widget: Widget) -> bool:
        """Whether the main screen's focus is there."""
        return self.main.focused is widget

    def on_top(self, screen: type[Screen[Any]]) -> bool:
        """Whether a screen of that kind is on top."""
        return isinstance(self.app.screen, screen)

    async def shows(self, screen: type[Screen[Any]]) -> None:
        """Until a screen of that kind is on top."""
        await until(self.pilot, lambda: self.on_top(screen))

    async def settle(self) -> None:
        """Until nothing is being read, written or waited for by a resting cursor."""
        await self.pilot.pause()
        await until_quiet(self.pilot, lambda: self.quiet)

    @property
    def quiet(self) -> bool:
        """Whether every key has had its effect, every command has been done or asks, and what the panes show has been read."""
        doing = {"write", "go", "copy", "store", "leave", "submit"}
        if not self.app.type_ahead.idle or self._working(doing) > self._questions:
            return False
        reading = {"rebuild", "entries", "value", "rows", "reopen"}
        return len(self.app.screen_stack) > 1 or (self.main.resting and not self._working(reading))

    def _working(self, groups: Collection[str]) -> int:
        """How many workers of these groups are at work, or wait for an answer."""
        return sum(1 for worker in self.app.workers if worker.group in groups and not worker.is_finished)

    @property
    def _questions(self) -> int:
        """How many workers wait for the answer of a screen."""
        asked = [callback for screen in self.app.screen_stack for callback in screen._result_callbacks]
        return sum(1 for callback in asked if callback.future is not None and not callback.future.done())

    async def refreshed(self) -> None:
        """Until the watcher has looked once more."""
        before = self.main.looks
        await until(self.pilot, lambda: self.main.looks > before + 1)
        await self.settle()

    @property
    def toasts(self) -> list[str]:
        """What has been said, oldest first."""
        return [notification.message for notification in self.app._notifications]

    def frame(self) -> str:
        """The screen as text, blanks at the ends of lines removed."""
        return frame_of(self.screen)


def frame_of(screen: Screen[Any]) -> str:
    """What a screen and those below it show, as text."""
    strips = screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips) + "\n"


@asynccontextmanager
async def browsing(
    path: Path | None, size: tuple[int, int] = (120, 40), *, theme: str = "night", choice: Choice | None = None
) -> AsyncIterator[Browser]:
    """The browser on the store at `path`, which need not exist; what was there has been read. None: what `choice` says."""
    clock = [NOW]
    chosen = choice or Choice()
    if path is not None:
        chosen = chosen._replace(database=str(path))
    opener = Opener(chosen, os.environ, os.getcwd(), now_ms=lambda: clock[0])
    services = await opener.open(opener.session())
    if path is not None:
        services.options = ()  # the path is another one in every run, and command lines are on the screen
    app = BrowserApp(services, opener)
    app.theme = theme
    app.NOTIFICATION_TIMEOUT = TOASTS_STAY_S  # type: ignore[misc]  # theirs is for all apps, this one alone is meant
    try:
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            browser = Browser(pilot, app, opener, clock)
            await until(pilot, lambda: browser.main.looks)
            await browser.settle()
            yield browser
    finally:
        await opener.close_all()


def same_frame(name: str, shown: str) -> None:
    """Compare with tests/tui/frames/`name`.txt. UPDATE_FRAMES=1 in the environment writes it instead; read the diff."""
    file = FRAMES / f"{name}.txt"
    if os.environ.get("UPDATE_FRAMES"):
        FRAMES.mkdir(exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8"), f"frame {name} differs; look, then UPDATE_FRAMES=1"


def many(count: int, namespaces: Iterable[str] = ("rows",)) -> dict[str, str | bytes]:
    """`count` entries in each of the namespaces of context `big`."""
    return {f"big:{name}:key{number:05}": f"value {number}" for name in namespaces for number in range(count)}
