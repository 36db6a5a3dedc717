"""The first and the last line of the inbox: how many wait, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from tui.browser.state import counted
from tui.browser.text.safe import show_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.browser.flows.pipe_undo import PipeUndo
    from tui.browser.flows.recovery import Item, Order

ORDERS: dict[Order, str] = {"newest": "newest first", "urgent": "least time left first"}


class InboxHead(Static):
    """One line: how many items wait, how many of them not for long, how many are marked, in which order."""

    DEFAULT_CSS = """
    InboxHead { height: 1; padding: 0 1; }
    """

    def show(self, items: Sequence[Item], more: int, marked: int, order: Order, now_ms: int) -> None:
        """Say it for `items` and `more` pipes beyond them."""
        live = [item for item in items if not item.expired(now_ms)]
        files = sum(item.is_file for item in live)
        urgent = sum(item.urgent(now_ms) for item in live)
        parts = [("recovery", "bold")]
        if live:
            parts.append((counted(len(live) - files + more, "pipe"), "$text-muted"))
        if files:
            parts.append((counted(files, "file"), "$text-muted"))
        if urgent:
            parts.append((f"⚠ {urgent} with less than 2 min", "bold $text-warning"))
        if marked:
            parts.append((f"● {marked} marked", "$text-accent"))
        width = self.content_size.width
        left = _joined(parts)
        if urgent and left.cell_length > width:
            left = _joined(
                [(f"⚠ {urgent}", style) if words.startswith("⚠") else (words, style) for words, style in parts]
            )
        right = Content.styled(ORDERS[order], "$text-muted")
        blank = width - left.cell_length - right.cell_length
        self.update(Content.assemble(left, " " * blank, right) if blank > 1 and items else left)


def _joined(parts: list[tuple[str, str]]) -> Content:
    return Content.styled(" · ", "$text-muted").join(Content.styled(words, style) for words, style in parts)


class SaidLine(Static):
    """One line: what was done or went wrong last, and at its end whether and for how long that can be taken back.

    It stays until something else is said. When nothing was, it tells what the next undo would take back.
    """

    DEFAULT_CSS = """
    SaidLine { height: 1; padding: 0 1; }
    """

    def __init__(self, undo: PipeUndo, *, now_ms: Callable[[], int], id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._undo = undo
        self._now_ms = now_ms
        self._message = ("", "", "", False)

    @property
    def words(self) -> str:
        """What is said, without its mark."""
        return self._message[1]

    @property
    def is_error(self) -> bool:
        """Whether it is about something that went wrong."""
        return self._message[2] == "$text-error"

    def say(self, mark: str, words: str, style: str = "", *, undoable: bool = False) -> None:
        """Say `words`, any text; "" takes back what was said."""
        self._message = (mark, words, style, undoable)
        self.tick()

    def tick(self) -> None:
        """Bring the time left up to the present."""
        width = self.content_size.width
        if width <= 0:
            return
        mark, words, style, undoable = self._message
        last = self._undo.last(self._now_ms())
        back = ""
        if last is not None and (undoable or not words):
            back = "u takes it back" if width > 60 else "u"
            back += f" ({last[1]})" if last[1] else ""
        if last is not None and not words:
            mark, words, style = "↶ ", last[0], "$text-muted"
        room = width - len(back) - (2 if back else 0) - len(mark)
        said = Content.assemble((mark, style), show_line(words, max(0, room)).content(style))
        self.update(Content.assemble(said, " " * max(0, width - said.cell_length - len(back)), (back, "$text-muted")))

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self.tick()
