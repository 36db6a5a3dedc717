"""One row of a meteor as a strip: gutter, key, beginning of the value, time left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment

from store.addresses.keys import to_notation
from tui.browser.text.preview import FAINT, human_left, human_size
from tui.browser.text.safe import CUT, Shown, show_line
from tui.browser.text.widths import cells, fit
from tui.browser.widgets.paint import cell_segments, ink, segments, strip_of
from tui.safe_text import HIDDEN, LAYOUT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style
    from textual.strip import Strip
    from textual.widget import Widget

    from store.model import Row

MASK = "••••••"
CURSOR, CURSOR_BLURRED, MARK = "▌", "▏", "●"
GUTTER, GAP, EXPIRES = 2, 2, 8
NARROW, TINY = 36, 20
"""Below so many cells the time left, then the value, gives way."""

SHORTEST_KEY = 8


class Columns(NamedTuple):
    """Cells of the three columns; 0 leaves a column out."""

    key: int
    value: int
    expires: int


def columns(width: int, keys: Iterable[str]) -> Columns:
    """How `width` cells are shared out: the key column fits `keys` as far as it can without taking more than 45 %."""
    room = max(1, width - GUTTER)
    if width < TINY:
        return Columns(room, 0, 0)
    expires = EXPIRES if width >= NARROW else 0
    longest = max((cells(show_line(to_notation(key), width).text) for key in keys), default=0)
    key = max(SHORTEST_KEY, min(longest, room * 45 // 100))
    return Columns(key, room - key - GAP - (expires + GAP if expires else 0), expires)


@dataclass(frozen=True, slots=True)
class Look:
    """What else a row is: under the cursor (of a list with or without the focus), marked, with so much time left."""

    cursor: bool = False
    focused: bool = False
    marked: bool = False
    left: str = ""


class Palette:
    """The styles of a list, taken from its component classes once per theme."""

    def __init__(self, widget: Widget) -> None:
        self.base = widget.rich_style
        self.header = self.base + ink(widget, "token-list--header")
        self.faint = self.base + ink(widget, "token-list--faint")
        self.cursor = widget.get_component_rich_style("token-list--cursor")
        self.blurred = widget.get_component_rich_style("token-list--cursor-blurred")
        self.key = ink(widget, "token-list--key")
        self.mark = ink(widget, "token-list--mark")
        self.soon = ink(widget, "token-list--soon")
        names = {HIDDEN: "hidden", LAYOUT: "faint", CUT: "cut", FAINT: "faint"}
        self.kinds = {kind: ink(widget, f"token-list--{name}") for kind, name in names.items()}
        self.plain_kinds = {kind: ink(widget, f"token-list--{name}", colour=False) for kind, name in names.items()}


def value_cell(row: Row, width: int) -> Shown:
    """The beginning of a value in at most `width` cells. What is not stored text itself is tinted faint."""
    if row.secret:
        return _faint(MASK, width)
    if not row.size:
        return _faint("empty", width)
    if isinstance(row.head, str):
        return show_line(row.head, width, beyond=max(0, row.size - len(row.head.encode("utf-8", "surrogatepass"))))
    return _faint(f"{human_size(row.size)}: {row.head[:width].hex(' ')}", width)


def _faint(text: str, width: int) -> Shown:
    text = fit(text, width).rstrip()
    return Shown(text, tints=[(0, len(text), FAINT, 0)])


def time_left(row: Row, now_ms: int) -> str:
    """What the last column says about `row`; "" for one that stays."""
    return "" if row.expires_at is None else human_left(row.expires_at - now_ms)


def row_strip(row: Row, width: int, shape: Columns, look: Look, palette: Palette) -> Strip:
    """`row` in exactly `width` cells. The cursor and a mark are glyphs as well as colours."""
    base = palette.base
    if look.cursor:
        base = palette.cursor if look.focused else palette.blurred
    kinds = palette.plain_kinds if look.cursor else palette.kinds

    def over(style: Style) -> Style:
        return base if look.cursor else base + style

    glyph = (CURSOR if look.focused else CURSOR_BLURRED) if look.cursor else " "
    parts = [Segment(glyph, base), Segment(MARK if look.marked else " ", over(palette.mark))]
    parts += cell_segments(show_line(to_notation(row.key), shape.key), shape.key, over(palette.key), kinds)
    if shape.value > 0:
        parts.append(Segment(" " * GAP, base))
        parts += cell_segments(value_cell(row, shape.value), shape.value, base, kinds)
    if shape.expires:
        soon = look.left.count(":") == 1 and look.left.startswith("0:")
        parts.append(Segment(" " * GAP, base))
        parts.append(Segment(look.left.rjust(shape.expires), over(palette.soon if soon else palette.kinds[FAINT])))
    return strip_of(parts, width, base)


def header_strip(width: int, shape: Columns, palette: Palette) -> Strip:
    """The names of the columns."""
    text = " " * GUTTER + fit("key", shape.key)
    if shape.value > 0:
        text += " " * GAP + fit("value", shape.value)
    if shape.expires:
        text += " " * GAP + "expires".rjust(shape.expires)
    return strip_of([Segment(text, palette.header)], width, palette.header)


def waiting_strip(width: int, palette: Palette, *, cursor: bool, focused: bool) -> Strip:
    """A row that is there but not yet known."""
    style = (palette.cursor if focused else palette.blurred) if cursor else palette.faint
    glyph = (CURSOR if focused else CURSOR_BLURRED) if cursor else " "
    return strip_of([Segment(f"{glyph} ···", style)], width, style)


def told_strip(text: str, width: int, palette: Palette) -> Strip:
    """A line of our own in place of rows: nothing here, or why there is nothing."""
    return strip_of(segments(show_line(f"  {text}", width), palette.faint, palette.kinds), width, palette.base)
