"""Screens beside the main one keep up with the store while somebody looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.screen import ScreenResultType

from store.errors import StoreError
from tui.browser.flows.watcher import Watcher
from tui.browser.screens.speaking import SpeakingScreen

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.worker import Worker

    from tui.browser.services import Services

TICK_S = 1.0


class WatchingScreen(SpeakingScreen[ScreenResultType]):
    """Reads at once, and again whenever the store has changed. A subclass says how: `load`, `tick`, `overdue`."""

    def __init__(self, services: Services, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.services = services
        self._watcher = Watcher(services)
        self._clock: Timer | None = None
        self._due = True

    def load(self) -> Worker[None]:
        """Read and show what there is; only the newest of several runs gets to its end."""
        raise NotImplementedError

    def catch_up(self) -> None:
        """Read again because somebody may have written, not because the user asked."""
        self.load()

    def tick(self) -> None:
        """A second has passed."""

    @property
    def overdue(self) -> bool:
        """Whether to read again though nobody is known to have written."""
        return False

    def on_mount(self) -> None:
        """Read at once, and keep time."""
        self._clock = self.set_interval(TICK_S, self._tick)
        self._watch()

    def on_screen_suspend(self) -> None:
        """Nobody looks: let the clock stand."""
        if self._clock:
            self._clock.pause()

    def on_screen_resume(self) -> None:
        """Back again: what happened meanwhile?"""
        if self._clock:
            self._clock.resume()
            self._due = True
            self._watch()

    def _tick(self) -> None:
        self.tick()
        self._watch()

    @work(exclusive=True, group="watch")
    async def _watch(self) -> None:
        """Has the store changed? Looked at before reading, so that what is read the first time is not news a second later."""
        try:
            changed = await self._watcher.look() is not None
        except StoreError:
            changed = True  # reading will say why
        if changed or self._due or self.overdue:
            self._due = False
            self.catch_up()
