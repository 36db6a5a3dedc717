"""The footer: keys and their words, from the catalog. A click on one is the same as its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from tui.browser.commands.bindings import key_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.dom import DOMNode

    from tui.browser.commands.catalog import BrowserCommand

GAP = "  "
LAST = 3
"""Hints at the end that always stay: command, help, quit."""


class HintBar(Widget):
    """One line of hints. Where room is short, those that are impossible now are left out first, then the later ones.

    `show` says which are possible at the moment; the others are faint.
    """

    DEFAULT_CSS = """
    HintBar { height: 1; width: 1fr; padding: 0 1; }
    """

    def __init__(self, commands: Sequence[BrowserCommand], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._commands = [command for command in commands if command.hint]
        self._owner: DOMNode | None = None
        self._impossible: frozenset[str] = frozenset()
        self._places: list[tuple[int, int, BrowserCommand]] = []

    def show(self, impossible: frozenset[str]) -> None:
        """Make the commands with these ids faint, all others plain."""
        if impossible != self._impossible:
            self._impossible = impossible
            self.refresh()

    def offer(self, commands: Sequence[BrowserCommand], owner: DOMNode | None = None) -> None:
        """Hint at other commands from now on. owner: whose actions they are, None for the screen's."""
        wanted = [command for command in commands if command.hint]
        if wanted != self._commands:
            self._commands, self._owner = wanted, owner
            self.refresh()

    def render(self) -> Content:
        """The line, as long as fits."""
        pieces: list[Content] = []
        self._places = []
        x = 0
        for command in self._fitting():
            hint = self._hint(command)
            self._places.append((x, x + hint.cell_length, command))
            pieces.append(hint)
            x += hint.cell_length + len(GAP)
        return Content(GAP).join(pieces)

    def _fitting(self) -> list[BrowserCommand]:
        fitting = list(self._commands)
        spare = [command for command in fitting[:-LAST] if command.id not in self._impossible]
        spare += [command for command in fitting[:-LAST] if command.id in self._impossible]
        while spare and sum(self._hint(each).cell_length + len(GAP) for each in fitting) - len(GAP) > self.size.width:
            fitting.remove(spare.pop())
        return fitting

    def _hint(self, command: BrowserCommand) -> Content:
        if command.id in self._impossible:
            return Content.styled(f"{key_name(command.keys[0])} {command.hint}", "$text-disabled")
        return Content.assemble((key_name(command.keys[0]), "bold $accent"), " ", (command.hint, "$text-muted"))

    async def on_click(self, event: events.Click) -> None:
        """Do what the key would."""
        where = event.get_content_offset(self)
        for start, end, command in self._places:
            if where is not None and start <= where.x < end:
                target = self.app if command.scope == "app" else self._owner or self.screen
                await self.app.run_action(command.action, target)
