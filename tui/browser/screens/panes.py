"""The main screen as furniture: three panes and two lines, which of them have room, how the focus goes round."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Container, Horizontal

from tui.browser.commands.catalog import in_scope
from tui.browser.screens.speaking import SpeakingScreen
from tui.browser.state import info_of
from tui.browser.widgets.console_drawer import ConsoleDrawer
from tui.browser.widgets.cursor_bar import CursorBar
from tui.browser.widgets.hint_bar import HintBar
from tui.browser.widgets.meteor_pane import MeteorPane
from tui.browser.widgets.notice import Notice, too_small
from tui.browser.widgets.scope_tree import ScopeTree
from tui.browser.widgets.value_view import ValueView

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from tui.browser.services import Services

COMMANDS = [*in_scope("browser"), *in_scope("app")]
"""What the line of hints is made of."""

SMALLEST = (60, 15)
"""Columns and lines below which only a notice is shown."""

NARROW = 80
"""Columns below which the tree and the rest take turns."""


class PaneScreen(SpeakingScreen[None]):
    """Tree, meteor, value, bar and hints, not yet filled with anything."""

    AUTO_FOCUS = "#tree"

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.tree_pane = ScopeTree(id="tree")
        self.meteor = MeteorPane(now_ms=services.now_ms, id="meteor")
        self.value = ValueView(now_ms=services.now_ms, id="value")
        self.console_drawer = ConsoleDrawer(services, id="console")
        self.bar = CursorBar(id="bar")
        self.hints = HintBar(COMMANDS, id="hints")
        self._work = Container(self.meteor, self.value, id="work")
        self._small = Notice(id="too-small")
        self._before_console: Widget | None = None

    def compose(self) -> ComposeResult:
        """Three panes, the drawer below them, two lines, and what stands in for all of it in a tiny terminal."""
        with Horizontal(id="panes"):
            yield self.tree_pane
            yield self._work
        yield self.console_drawer
        yield self.bar
        yield self.hints
        yield self._small

    def on_mount(self) -> None:
        """Say what is known without reading anything."""
        self.tree_pane.border_title = "contexts"
        self.value.border_title = "value"
        self.bar.info = info_of(self.services.session)

    # -- saying things ------------------------------------------------------------------------------------------------

    def show_position(self, position: str) -> None:
        """Where we are, in the bar."""
        self.bar.info = replace(self.bar.info, position=position)

    def show_working(self, working: bool) -> None:
        """Whether a read takes longer than one would think, in the bar."""
        self.bar.info = replace(self.bar.info, working=working)

    def show_pipes(self, pipes: int) -> None:
        """How many cached pipes wait, in the bar."""
        self.bar.info = replace(self.bar.info, pipes=pipes)

    def show_trouble(self, trouble: str) -> None:
        """Why the store cannot be read, in the bar."""
        self.bar.info = replace(self.bar.info, trouble=trouble)

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        return ""

    def refresh_hints(self) -> None:
        """Show which commands are possible now; in the drawer, its own."""
        if self.in_console:
            self.hints.offer(in_scope("console"), self.console_drawer)
        else:
            self.hints.offer(COMMANDS)
        self.hints.show(frozenset(command.id for command in COMMANDS if command.hint and self.unavailable(command.id)))

    # -- who has the room and the focus -------------------------------------------------------------------------------

    def enter(self, pane: Widget) -> None:
        """Give a pane the focus, and in a narrow terminal the room."""
        self._make_room(in_tree=pane is self.tree_pane)
        pane.focus()

    def _make_room(self, *, in_tree: bool) -> None:
        narrow = self.size.width < NARROW
        self.tree_pane.display = not narrow or in_tree
        self._work.display = not narrow or not in_tree

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """However the focus got there."""
        self._make_room(in_tree=event.widget is self.tree_pane)
        self.refresh_hints()

    def on_resize(self, event: events.Resize) -> None:
        """Fewer panes in a narrow terminal; in a tiny one only the reason."""
        notice = too_small(event.size, SMALLEST)
        self.set_class(notice is not None, "-too-small")
        self._small.say(notice)
        self._make_room(in_tree=self.focused in (self.tree_pane, None))

    @property
    def in_console(self) -> bool:
        """Whether what is typed goes to the console."""
        return self.focused is self.console_drawer.field

    def action_console(self) -> None:
        """Open the console, or go to it."""
        if self.focused is not None and not self.in_console:
            self._before_console = self.focused
        self.console_drawer.open()

    @on(ConsoleDrawer.Closed)
    def _console_closed(self, event: ConsoleDrawer.Closed) -> None:
        event.stop()
        self.console_drawer.close()
        self.enter(self._before_console or self.tree_pane)

    def action_pane_next(self) -> None:
        """Round and round: tree, entries, value."""
        self._turn(1)

    def action_pane_previous(self) -> None:
        """The other way round."""
        self._turn(-1)

    def action_pane_tree(self) -> None:
        """To the tree."""
        self.enter(self.tree_pane)

    def _turn(self, step: int) -> None:
        panes: list[Widget] = [self.tree_pane, self.meteor.entries, self.value]
        if not self.meteor.entries.display:
            del panes[1]
        at = panes.index(self.focused) if self.focused in panes else 0
        self.enter(panes[(at + step) % len(panes)])

    def action_back(self) -> None:
        """Filter field, filter, value, entries, tree: one step; in the tree there is nothing to step back from."""
        if self.meteor.filtering or (self.meteor.where and self.focused is not self.value):
            self.meteor.drop_filter()
            self.enter(self.meteor.entries)
        elif self.focused is self.value and self.meteor.entries.display:
            self.enter(self.meteor.entries)
        else:
            self.enter(self.tree_pane)
