"""The furniture of the screens beside the main one: a list, what is known about one of its lines, two lines at the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.containers import Container
from textual.screen import ScreenResultType

from store.errors import StoreError
from tui.browser.commands.catalog import by_id, in_scope
from tui.browser.screens.watching import WatchingScreen
from tui.browser.state import info_of
from tui.browser.widgets.cursor_bar import CursorBar
from tui.browser.widgets.hint_bar import HintBar
from tui.browser.widgets.notice import READING, Notice, Said, failure, too_small

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from tui.browser.commands.catalog import Scope
    from tui.browser.flows.editing import UndoStack
    from tui.browser.services import Services

SMALLEST = (40, 12)
"""Columns and lines below which only a notice is shown."""


class ListScreen(WatchingScreen[ScreenResultType]):
    """Shows a list that is read whenever the store changes. A subclass fills it: `read`, `draw`, `unavailable`.

    scope: of its commands. list_pane, detail: the two panes. empty: what is said in place of an empty list.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (15, "-high")]
    AUTO_FOCUS = ""
    SCOPES: ClassVar[tuple[Scope, ...]] = ()

    def __init__(self, services: Services, list_pane: Widget, detail: Widget, empty: Said) -> None:
        super().__init__(services, classes="list-screen")
        self.list_pane = list_pane
        self.detail = detail
        self.bar = CursorBar(id="bar")
        self.loads = 0
        """How often the list has been read."""
        self._empty = empty
        self._notice = Notice(READING)
        self._hints = HintBar([*in_scope(self.SCOPES[0]), by_id("help")])
        self._failed: StoreError | None = None

    # --- for the subclass ---------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    async def read(self) -> None:
        """Read the list anew. Raises StoreError."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show what has been read."""
        raise NotImplementedError

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        return ""

    def refused(self, command: str) -> bool:
        """Whether it is impossible; if so, the reason is told."""
        why = self.unavailable(command)
        if why:
            self.say(why, "warning")
        return bool(why)

    async def take_back(self, undo: UndoStack) -> None:
        """Undo the last change of this browser, say what came of it, and read again if it was done."""
        what = undo.next
        try:
            await undo.undo()
        except StoreError as error:
            self.say_error(error, f"could not undo {what}")
            return
        self.say(f"undone: {what}")
        self.load()

    # --- furniture ----------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """List and detail, what stands in for them, two lines."""
        with Container(id="body"):
            yield self.list_pane
            yield self.detail
        yield self._notice
        yield self.bar
        yield self._hints

    def on_mount(self) -> None:
        """Say where we are. Textual calls that of the base class too."""
        self.bar.info = info_of(self.services.session)

    def on_resize(self) -> None:
        """It may have become too small, or large enough."""
        self.make_room()

    @property
    def overdue(self) -> bool:
        """After a reading that failed."""
        return self._failed is not None

    @work(exclusive=True, group="list")
    async def load(self) -> None:
        """Read the list and show it; only the newest of several runs gets to its end."""
        try:
            await self.read()
            self._failed = None
        except StoreError as error:
            self._failed = error
        self.loads += 1
        self.draw()
        self.make_room()

    def make_room(self) -> None:
        """Panes or a notice; and which keys do something."""
        notice = too_small(self.size, SMALLEST)
        if notice is None and not self.count:
            if self._failed is not None:
                notice = failure(self._failed, "it is tried again all the time")
            else:
                notice = self._empty if self.loads else READING
        self._notice.say(notice)
        self.set_class(notice is not None, "-bare")
        if notice is None and self.focused is None:
            self.list_pane.focus()
        self.refresh_hints()

    def refresh_hints(self) -> None:
        """Show which commands are possible now."""
        commands = in_scope(self.SCOPES[0])
        self._hints.show(frozenset(command.id for command in commands if self.unavailable(command.id)))
