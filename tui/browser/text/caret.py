"""The line below a text that points at the character at fault and says what is wrong."""

from __future__ import annotations

from textual.content import Content

from tui.browser.text.safe import show_line


def caret_line(column: int, what: str, width: int, style: str = "$text-error bold") -> tuple[Content, bool]:
    """A caret in cell `column` and `what` beside it if there is room; whether there was.

    A column outside of the `width` visible cells becomes an arrow at the edge that it lies beyond.
    """
    caret = "◂" if column < 0 else "▸" if column >= width else "^"
    column = max(0, min(column, width - 1))
    said = show_line(what)
    if column + 2 + said.cells <= width:
        return Content.assemble(" " * column, caret, " ", said.content()).stylize(style), True
    if said.cells + 1 <= column:
        return Content.assemble(" " * (column - said.cells - 1), said.content(), " ", caret).stylize(style), True
    return Content.assemble(" " * column, caret).stylize(style), False
