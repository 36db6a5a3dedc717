"""The status line: who, which cursor, which database, which meta, where; what is going on, and how many pipes wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.browser.state import CursorInfo, counted
from tui.browser.text.safe import safe_line

if TYPE_CHECKING:
    from textual import events

SEPARATOR = " · "
LOCKED = " (locked)"
"""A word, because a lock as a glyph is two cells in one terminal, one in another, and nothing in a third."""


class CursorBar(Widget):
    """One line that shows a `CursorInfo`. In a narrow terminal it drops what is least needed, never the position and the pipes.

    Posts `PipesChosen` when the mention of the pipes is clicked.
    """

    DEFAULT_CSS = """
    CursorBar { height: 1; width: 1fr; padding: 0 1; }
    """

    info: reactive[CursorInfo] = reactive(CursorInfo())
    """What is shown."""

    @dataclass
    class PipesChosen(Message):
        """The user wants to see the cached pipes."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._right_from = 0

    def render(self) -> Content:
        """The line, exactly as wide as the widget."""
        width = self.size.width
        right = self._right()
        room = max(0, width - right.cell_length - (2 if right else 0))
        left = self._left(room)
        self._right_from = width - right.cell_length
        return Content.assemble(left, " " * max(0, width - left.cell_length - right.cell_length), right)

    def _left(self, room: int) -> Content:
        info = self.info
        # Name, text, style, how early it goes when room is short: 0 never.
        parts = [
            (_locked(info.user, info.user_locked), "$text-primary", 2),
            (f"cursor {info.cursor}" if info.cursor else "", "", 3),
            (info.database, "", 4),
            (_locked(f"meta {info.meta}" if info.meta else "", info.meta_locked), "", 1),
            ("strict" if info.strict else "", "bold $text-warning", 1),
            (info.position, "bold", 0),
        ]
        kept = [part for part in parts if part[0]]
        while len(kept) > 1 and self._width(kept) > room:
            kept.remove(max(kept, key=lambda part: part[2]))
        pieces = [safe_line(text, None if self._width(kept) <= room else room, style=style) for text, style, _ in kept]
        return Content.styled(SEPARATOR, "$text-muted").join(pieces)

    @staticmethod
    def _width(parts: list[tuple[str, str, int]]) -> int:
        return sum(safe_line(text).cell_length for text, _, _ in parts) + len(SEPARATOR) * max(0, len(parts) - 1)

    def _right(self) -> Content:
        info = self.info
        pieces = []
        if info.trouble:
            pieces.append(safe_line(f"✗ {info.trouble}", max(10, self.size.width // 2), style="$text-error"))
        if info.working:
            pieces.append(Content.styled("⋯ reading", "$text-muted"))
        if info.pipes:
            pieces.append(Content.styled(f"⚠ {counted(info.pipes, 'pipe')}", "bold $text-warning"))
        return Content("   ").join(pieces)

    def on_click(self, event: events.Click) -> None:
        """The mention of the pipes leads to them."""
        where = event.get_content_offset(self)
        if self.info.pipes and where is not None and where.x >= self._right_from:
            self.post_message(self.PipesChosen())


def _locked(text: str, locked: bool) -> str:
    return text + LOCKED if text and locked else text
