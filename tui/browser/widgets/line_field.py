"""A line of text to type into that never holds what a terminal must not be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from tui.safe_text import HIDDEN, LAYOUT, safe_parts

if TYPE_CHECKING:
    from textual.events import Paste

LONGEST = 1024
"""Characters a field takes: longer than any address or path of ours."""

STRANGER = "�"
"""Stands for every character that may not be shown. No part of an address, so a caret can point at it."""


def presentable(text: str) -> str:
    """`text` character by character as it may stand in a field: nothing invisible, nothing that acts, at most `LONGEST` of it."""
    text = text[:LONGEST]
    shown, spans = safe_parts(text)
    if not spans:
        return text
    out, place = [], 0
    for start, end, kind, source in spans:
        if kind in (HIDDEN, LAYOUT):
            out += [shown[place:start], (" " if kind == LAYOUT else STRANGER) * source]
            place = end
    return "".join([*out, shown[place:]])


class LineField(Input):
    """One line without a frame. Whatever it is given, typed, pasted or set, it holds only what may be shown.

    Its look is `padding: 0 1` on a raised ground, so that lines below it align when they have the same padding.
    """

    DEFAULT_CSS = """
    LineField.-textual-compact {
        background: $surface; background-tint: $foreground 4%; padding: 0 1;
        & > .input--suggestion { color: $text-muted; }
    }
    """

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:
        super().__init__(presentable(value), placeholder, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Textual asks before each change; one character stays one character, so the cursor stays right."""
        return presentable(value)

    def action_end(self, select: bool = False) -> None:
        """To the end; there already, take what is offered behind it, as right does."""
        if self.cursor_at_end and not select:
            self.action_cursor_right()
        else:
            super().action_end(select)

    def on_paste(self, event: Paste) -> None:
        """Blanks and line ends around what is pasted were caught by the mouse, not meant."""
        event.text = event.text.strip()
