"""What a pipe was meant for, where in it the fault is, and what kind of content it has: two lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from tui.browser.flows.addressing import sentence
from tui.browser.flows.recovery import item_why, refusal
from tui.browser.text.caret import caret_line
from tui.browser.text.safe import safe_line, show_line
from tui.browser.text.widths import cells

if TYPE_CHECKING:
    from store.addresses import Reading
    from tui.browser.flows.recovery import Item

LABEL = "meant for  "


class RefusalView(Static):
    """Shows one `Item`: the address as it was typed with a caret under its fault, or what is known instead of it."""

    DEFAULT_CSS = """
    RefusalView { height: 2; width: 1fr; padding: 0 1; }
    """

    def __init__(self, reading: Reading, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._reading = reading
        self._item: Item | None = None
        self._kind = ""

    def show(self, item: Item | None, kind: str = "") -> None:
        """Show another item, or none. `kind`: what its content is, in words of ours, if that is known already."""
        self._item = item
        self._kind = kind
        self._draw()

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self._draw()

    def _draw(self) -> None:
        item, width = self._item, self.content_size.width
        if item is None or width <= len(LABEL):
            self.update(Content(""))
            return
        room = width - len(LABEL)
        kind = self._kind if cells(self._kind) + 12 <= room else ""
        space = room - cells(kind) - 2 if kind else room
        meant = safe_line(item.meant, space, style="bold" if item.known else "$text-muted italic")
        blank = " " * (room - meant.cell_length - cells(kind))
        first = Content.assemble((LABEL, "$text-muted"), meant, blank, (kind, "$text-secondary"))
        self.update(Content("\n").join([first, self._why(item, room)]))

    def _why(self, item: Item, room: int) -> Content:
        why = item_why(item, self._reading)
        error = refusal(item.intended, self._reading)
        if error is None or error.code != item.reason or error.position is None:
            return Content.assemble(("refused    ", "$text-muted"), safe_line(why, room, style="$text-error"))
        column = cells(show_line(item.intended[: error.position]).text)
        line, placed = caret_line(column, sentence(error), room)
        if not placed:
            line, _ = caret_line(column, why, room)
        return Content.assemble(" " * len(LABEL), line)
