"""A list of lines in columns: what happened, what there was, what can be opened. Only what is visible is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, NamedTuple, Protocol, TypeVar

from rich.segment import Segment
from textual.message import Message

from tui.browser.text.excerpt import HERE, MATCH
from tui.browser.text.safe import CUT, show_line
from tui.browser.text.widths import fit
from tui.browser.widgets.paint import cell_segments, ink, strip_of
from tui.browser.widgets.row_list import RowList
from tui.safe_text import HIDDEN, LAYOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rich.style import Style
    from textual.strip import Strip

    from tui.browser.text.safe import Shown

T = TypeVar("T")
Tone = Literal["plain", "strong", "faint", "good", "bad", "mark"]

CURSOR, CURSOR_BLURRED = "▌", "▏"
GUTTER, GAP = 2, 2
WAITING = "⋯"


class Cell(NamedTuple):
    """One field of a line; `text` is any text, made safe here. beyond: characters of it that were never fetched."""

    text: str
    tone: Tone = "plain"
    beyond: int = 0

    def shown(self, room: int) -> Shown:
        """It in at most `room` cells."""
        return show_line(self.text, room, beyond=self.beyond)


class Field(Protocol):
    """Whatever can stand in a line. It is compared with `==` to see whether it must be drawn again."""

    @property
    def tone(self) -> Tone:
        """How it looks."""

    def shown(self, room: int) -> Shown:
        """It in at most `room` cells."""


class Column(NamedTuple):
    """One column. width: cells, the least of them if it has a `share` of the room that is left.

    spare: where room is short, the column with the highest number goes first; 0 stays whatever happens.
    """

    title: str
    width: int
    share: int = 0
    right: bool = False
    spare: int = 0


def shape(columns: Sequence[Column], width: int) -> list[int]:
    """The cells of each column in a line of `width`; 0 leaves one out."""
    kept = [index for index, _ in enumerate(columns)]

    def needed() -> int:
        return GUTTER + sum(columns[index].width for index in kept) + GAP * (len(kept) - 1)

    while len(kept) > 1 and needed() > width:
        spare = max(kept, key=lambda index: columns[index].spare)
        if not columns[spare].spare:
            break
        kept.remove(spare)
    room, shares = width - needed(), sum(columns[index].share for index in kept)
    cells = [0] * len(columns)
    for index in kept:
        column = columns[index]
        part = room * column.share // shares if shares and column.share else 0
        cells[index] = max(1, column.width + part)
        room, shares = room - part, shares - column.share
    return cells


class LineList(RowList, Generic[T], can_focus=True):
    """Shows `rows`, the first of `total`; each becomes cells by `line` when it is drawn, and is known by `identity`.

    Posts `Highlighted` when another row, or none, is under the cursor; `Wanted` when rows beyond the known ones are looked at;
    `Opened` on a double click. After `show` the cursor is on the same row, else where it was.
    """

    DEFAULT_CSS = """
    LineList {
        & > .line-list--header { color: $text-muted; text-style: bold; }
        & > .line-list--strong { color: $text; text-style: bold; }
        & > .line-list--faint { color: $text-muted; }
        & > .line-list--good { color: $text-success; }
        & > .line-list--bad { color: $text-error; }
        & > .line-list--mark { color: $text-accent; text-style: bold; }
        & > .line-list--cut { color: $text-muted; text-style: italic; }
        & > .line-list--hidden { color: $text-warning; text-style: reverse; }
        & > .line-list--match { color: $text-accent; text-style: underline; }
        & > .line-list--here { color: $text-accent; text-style: bold reverse; }
        & > .line-list--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: $block-cursor-text-style;
        }
        & > .line-list--cursor-blurred {
            background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-list--header",
        "line-list--strong",
        "line-list--faint",
        "line-list--good",
        "line-list--bad",
        "line-list--mark",
        "line-list--cut",
        "line-list--hidden",
        "line-list--match",
        "line-list--here",
        "line-list--cursor",
        "line-list--cursor-blurred",
    }

    @dataclass
    class Highlighted(Message):
        """Another row is under the cursor."""

        line_list: LineList[Any]

        @property
        def control(self) -> LineList[Any]:
            """The list that sent it."""
            return self.line_list

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst matters."""
            return isinstance(message, LineList.Highlighted)

    @dataclass
    class Wanted(Message):
        """The row at `index`, and what comes before it, should be known."""

        line_list: LineList[Any]
        index: int

        @property
        def control(self) -> LineList[Any]:
            """The list that sent it."""
            return self.line_list

        def can_replace(self, message: Message) -> bool:
            """As `Highlighted`."""
            return isinstance(message, LineList.Wanted)

    @dataclass
    class Opened(Message):
        """The user wants to go into the row under the cursor."""

        line_list: LineList[Any]

        @property
        def control(self) -> LineList[Any]:
            """The list that sent it."""
            return self.line_list

    def __init__(
        self,
        columns: Sequence[Column],
        line: Callable[[T], Sequence[Field]],
        identity: Callable[[T], object],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._line = line
        self._identity = identity
        self._rows: Sequence[T] = ()
        self._total = 0
        self._told: object = None
        self._shape: tuple[int, list[int]] = (0, [])
        self._styles: _Styles | None = None
        self._drawn: dict[int, Sequence[Field]] = {}

    @property
    def total(self) -> int:
        """How many rows there are, known or not."""
        return self._total

    @property
    def rows(self) -> Sequence[T]:
        """Those that are known."""
        return self._rows

    @property
    def row(self) -> T | None:
        """The row under the cursor; None if there is none or it is not known."""
        return self._rows[self.cursor_index] if self.cursor_index < len(self._rows) else None

    def show(self, rows: Sequence[T], total: int | None = None) -> None:
        """Show these rows, the first of `total` if there are more. Cursor and scroll stay with the row they are on."""
        shift = self._shift(rows)
        self._rows = list(rows)
        self._total = max(len(rows), total or 0)
        self.measure(shift)
        self.refresh()
        self.viewport_changed()

    def _shift(self, rows: Sequence[T]) -> int:
        """By how much the row under the cursor has moved. At the top one stays at the top: what is new should be seen."""
        row, index = self.row, self.cursor_index
        if row is None or not index:
            return 0
        identity = self._identity(row)
        near = next((at for at, each in enumerate(rows) if self._identity(each) == identity), index)
        return near - index

    def select(self, identity: object) -> None:
        """Put the cursor on that row if it is known."""
        for index, row in enumerate(self._rows):
            if self._identity(row) == identity:
                self.move_to(index)
                return

    def tick(self) -> None:
        """Draw the visible rows again whose cells, which may tell the time, have changed."""
        for index in self.shown:
            if index < len(self._rows) and self._drawn.get(index) != self._line(self._rows[index]):
                self.refresh_row(index)

    # --- what RowList asks ------------------------------------------------------------------------------------------

    def viewport_changed(self) -> None:
        """Tell the owner what is under the cursor, and what is missing."""
        row = self.row
        identity = None if row is None else self._identity(row)
        if identity != self._told:
            self._told = identity
            self.post_message(self.Highlighted(self))
        last = max(self.shown.stop - 1, self.cursor_index)
        if len(self._rows) <= last < self._total:
            self.post_message(self.Wanted(self, last))

    def action_entries_open(self) -> None:
        """Tell the owner."""
        if self.row is not None:
            self.post_message(self.Opened(self))

    # --- drawing ------------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Textual's word that colours have changed."""
        super().notify_style_update()
        self._styles = None

    def render_line(self, y: int) -> Strip:
        """The header, a row, or a mark for a row that is not known yet."""
        width = self.scrollable_content_region.width
        styles = self._styles = self._styles or _Styles(self)
        if self._shape[0] != width:
            self._shape = width, shape(self._columns, width)
        cells = self._shape[1]
        if y < self.header_rows:
            return _header(self._columns, cells, width, styles)
        index = self.scroll_offset.y + y - self.header_rows
        if index >= self._total:
            return strip_of([], width, styles.base)
        cursor = index == self.cursor_index
        base = (styles.cursor if self.has_focus else styles.blurred) if cursor else styles.base
        glyph = (CURSOR if self.has_focus else CURSOR_BLURRED) if cursor else " "
        parts = [Segment(glyph.ljust(GUTTER), base)]
        if index >= len(self._rows):
            return strip_of([*parts, Segment(WAITING, base)], width, base)
        line = self._drawn[index] = self._line(self._rows[index])
        parts += self._fields(line, cells, base, styles, cursor=cursor)
        return strip_of(parts, width, base)

    def _fields(
        self, line: Sequence[Field], cells: list[int], base: Style, styles: _Styles, *, cursor: bool
    ) -> list[Segment]:
        parts: list[Segment] = []
        kinds = styles.plain_kinds if cursor else styles.kinds
        for cell, column, room in zip(line, self._columns, cells, strict=True):
            if not room:
                continue
            if parts:
                parts.append(Segment(" " * GAP, base))
            shown = cell.shown(room)
            if column.right and shown.cells < room:
                parts.append(Segment(" " * (room - shown.cells), base))
                room = shown.cells
            style = base if cursor or cell.tone == "plain" else base + styles.tones[cell.tone]
            parts += cell_segments(shown, room, style, kinds)
        return parts


def _header(columns: Sequence[Column], cells: list[int], width: int, styles: _Styles) -> Strip:
    names = [
        fit(column.title, room).rstrip().rjust(room) if column.right else fit(column.title, room)
        for column, room in zip(columns, cells, strict=True)
        if room
    ]
    return strip_of([Segment(" " * GUTTER + (" " * GAP).join(names), styles.header)], width, styles.base)


class _Styles:
    """Taken from the component classes once per theme."""

    def __init__(self, widget: LineList[T]) -> None:
        self.base = widget.rich_style
        self.header = self.base + ink(widget, "line-list--header")
        self.cursor = widget.get_component_rich_style("line-list--cursor")
        self.blurred = widget.get_component_rich_style("line-list--cursor-blurred")
        self.tones = {tone: ink(widget, f"line-list--{tone}") for tone in ("strong", "faint", "good", "bad", "mark")}
        names = {HIDDEN: "hidden", LAYOUT: "faint", CUT: "cut", MATCH: "match", HERE: "here"}
        self.kinds = {kind: ink(widget, f"line-list--{name}") for kind, name in names.items()}
        self.plain_kinds = {kind: ink(widget, f"line-list--{name}", colour=False) for kind, name in names.items()}
