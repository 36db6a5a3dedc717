"""Lists of what was done, read page by page as far as somebody looks; a line is told about once the cursor rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual import on, work
from textual.screen import ScreenResultType

from store.errors import StoreError
from tui.browser.flows.loader import Generation
from tui.browser.late import Later
from tui.browser.screens.list_screen import ListScreen
from tui.browser.widgets.line_list import LineList

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.widget import Widget

    from tui.browser.flows.past import Past
    from tui.browser.services import Services
    from tui.browser.widgets.notice import Said

Row = TypeVar("Row")

SETTLE_S = 0.05
"""How long the cursor must rest before it is read what its line is about."""


class PastScreen(ListScreen[ScreenResultType], Generic[ScreenResultType, Row]):
    """A list over `past`. A subclass fills it, and says in `look` what the line under the cursor is about."""

    def __init__(self, services: Services, lines: LineList[Any], detail: Widget, past: Past[Row], empty: Said) -> None:
        super().__init__(services, lines, detail, empty)
        self.past = past
        self.asked = Generation()
        """Answers about a line that is no longer under the cursor are told by it."""
        self._line_list = lines
        self._settling: Later | None = None

    def look(self) -> None:
        """The cursor is on another line, or on the same one after a reading."""
        raise NotImplementedError

    def when_settled(self, tell: Callable[[], object] | None) -> None:
        """Do `tell` once the cursor rests, instead of what was to be done for the line before."""
        if self._settling is not None:
            self._settling.stop()
        self._settling = None if tell is None else Later(self, SETTLE_S, tell)
        self.refresh_hints()

    def tick(self) -> None:
        """Ages grow."""
        self._line_list.tick()

    @on(LineList.Wanted)
    def _wanted(self, event: LineList.Wanted) -> None:
        event.stop()
        self._read_on(event.index)

    @work(exclusive=True, group="list")
    async def _read_on(self, index: int) -> None:
        """Read as far as somebody looks."""
        try:
            await self.past.reach(index)
        except StoreError as error:
            self.say_error(error, "not read")
            return
        self.draw()

    @on(LineList.Highlighted)
    def _highlighted(self, event: LineList.Highlighted) -> None:
        event.stop()
        self.look()
