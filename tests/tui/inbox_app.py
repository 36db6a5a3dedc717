"""The inbox in an app of its own, for tests: what a user sees of it, and helpers that wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from tests.tui.inbox import MINUTE, Inbox
from tests.tui.waiting import until, until_quiet
from tui.browser.flows.pipe_undo import PipeUndo
from tui.browser.screens.recovery import RecoveryScreen
from tui.browser.styles.themes import OURS
from tui.browser.widgets.address_input import AddressInput
from tui.browser.widgets.inbox_lines import SaidLine
from tui.browser.widgets.notice import Notice
from tui.browser.widgets.recovery_list import RecoveryList


class Harness(App[None]):
    """An app whose only business is the inbox."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, box: Inbox) -> None:
        super().__init__()
        self.box = box
        self.undo = PipeUndo()
        self.animation_level = "none"
        for theme in OURS:
            self.register_theme(theme)
        self.theme = "night"

    def on_mount(self) -> None:
        self.open()

    def open(self) -> None:
        self.push_screen(RecoveryScreen(self.box.services, self.undo))


class Shown:
    """The inbox on a screen, and what a user sees of it."""

    def __init__(self, app: Harness, pilot: Pilot[None], box: Inbox) -> None:
        self.app, self.pilot, self.box = app, pilot, box

    @property
    def screen(self) -> RecoveryScreen:
        """The inbox, covered by a dialog or not."""
        return next(screen for screen in reversed(self.app.screen_stack) if isinstance(screen, RecoveryScreen))

    def of(self, kind: type[Any]) -> Any:
        return self.screen.query_one(kind)

    @property
    def meant(self) -> list[str]:
        return [item.meant for item in self.of(RecoveryList).items]

    @property
    def current(self) -> str:
        item = self.of(RecoveryList).item
        return item.meant if item else ""

    @property
    def said(self) -> str:
        words: str = self.of(SaidLine).words
        return words

    @property
    def field(self) -> AddressInput:
        field: AddressInput = self.of(AddressInput)
        return field

    def rows(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settled()

    async def settled(self) -> None:
        """Until nothing is being read."""
        workers = self.app.workers
        await until_quiet(self.pilot, lambda: all(each.group == "act" or each.is_finished for each in workers))

    async def until_said(self, words: str) -> None:
        await until(self.pilot, lambda: words in self.said)
        await self.settled()


@asynccontextmanager
async def inbox_shown(box: Inbox, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Shown]:
    """The inbox of `box`, read and drawn."""
    app = Harness(box)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        shown = Shown(app, pilot, box)

        def drawn() -> bool:
            if not app.screen.query(RecoveryList):
                return False
            notice = shown.of(Notice)
            return notice.said is None or bool(notice.plain)

        await until(pilot, drawn)
        await shown.settled()
        yield shown


STREAM = b'ns=animals; dog=fido; meta:path=zoo.cats; tom="a;b";'


async def fill(box: Inbox) -> None:
    """Three pipes: bad address, stream, and one with little time."""
    await box.pipe(b"critical data\n", "invalid...address", "empty_part", ago=1000)
    await box.pipe(STREAM, "animals", "incomplete", suffix="stream_ready", ago=2000)
    await box.pipe(b'{"a": 1}', "app.ui.key", "ttl_not_allowed", ago=14 * MINUTE)
