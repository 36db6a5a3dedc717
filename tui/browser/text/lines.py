"""Rows of a value for a viewer that draws line by line: made once, in small steps, safe when they come out.

A step is bounded by characters read, not by lines: a value may be one line of 64 KiB or 64 Ki lines of nothing, and either may be
made of characters that each become a mark of nine cells.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Protocol

from rich.cells import get_character_cell_size

from tui.browser.text.preview import FAINT, hex_line, json_tints
from tui.browser.text.safe import Shown, cut_mark, show_tabbed
from tui.browser.text.widths import cells, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK = 512
"""Characters of a line that are made safe at a time."""

ROW_COST = 8
"""What a row costs apart from its characters, in characters."""

LINE_LIMIT = 2000
"""Characters of a line shown when lines are not wrapped; wrapping shows all of it."""


class Rows(Protocol):
    """What a viewer draws. `count` and `width` (cells of the widest row) grow until `done`."""

    count: int
    width: int
    done: bool

    def grow(self, budget: int) -> None:
        """Read about `budget` more characters, at least one row if there is one."""

    def row(self, index: int) -> Shown:
        """Row `index`, 0 ≤ index < count."""

    def line_of(self, index: int) -> int:
        """The number of the line of the value that row `index` belongs to."""

    def row_of(self, line: int) -> int:
        """The first row of a line, the last known one if it has not been made yet."""


class TextRows:
    """The rows of `lines`, wrapped at `wrap` cells, or one each if that is None. `tinted`: they are lines of laid-out JSON.

    `note` is a last row that is not part of the value.
    """

    def __init__(self, lines: Iterable[str], *, wrap: int | None, tinted: bool = False, note: str = "") -> None:
        self.count = self.width = 0
        self.done = False
        self._rows: list[Shown | str] = []  # plain lines stay `str`: they need nothing until they are drawn
        self._lines: list[int] = []
        self._wrap = wrap
        self._tinted = tinted
        self._note = note
        self._steps = self._produce(lines)

    def grow(self, budget: int) -> None:
        """As in `Rows`."""
        for number, row, cost in self._steps:
            self._rows.append(row)
            self._lines.append(number)
            self.width = max(self.width, len(row) if isinstance(row, str) else row.cells)
            budget -= cost
            if budget <= 0:
                break
        else:
            self.done = True
        self.count = len(self._rows)

    def row(self, index: int) -> Shown:
        """As in `Rows`."""
        row = self._rows[index]
        return self._shown(row) if isinstance(row, str) else row

    def line_of(self, index: int) -> int:
        """As in `Rows`."""
        return self._lines[index] if self._lines else 0

    def row_of(self, line: int) -> int:
        """As in `Rows`."""
        return min(bisect_left(self._lines, line), max(0, self.count - 1))

    def _produce(self, lines: Iterable[str]) -> Iterator[tuple[int, Shown | str, int]]:
        """(number of the line, row, characters read for it)."""
        number, limit = 0, LINE_LIMIT if self._wrap is None else self._wrap
        for number, line in enumerate(lines):
            if len(line) <= limit and line.isascii() and line.isprintable():
                yield number, line, ROW_COST + len(line)
            elif self._wrap is None:
                yield number, self._single(line), ROW_COST + min(len(line), LINE_LIMIT)
            else:
                for row, cost in self._wrapped(line, self._wrap):
                    yield number, row, ROW_COST + cost
        if self._note:
            yield number + 1, Shown(self._note, tints=[(0, len(self._note), FAINT, 0)]), ROW_COST

    def _single(self, line: str) -> Shown:
        shown = self._shown(line[:LINE_LIMIT])
        missing = len(line) - LINE_LIMIT
        return cut_mark(shown, missing) if missing > 0 else shown

    def _wrapped(self, line: str, width: int) -> Iterator[tuple[Shown, int]]:
        rest, kind, cost = Shown(""), None, 0
        for chunk in _chunks(line):
            shown = self._shown(chunk, kind)
            if self._tinted and shown.tints:
                kind = shown.tints[-1][2]
            whole = join(rest, shown)
            *rows, last = fold(whole.text, width, whole.spans)
            cost += len(chunk)
            for start, end in rows:
                yield whole.part(start, end), cost
                cost = 0
            rest = whole.part(*last)
        yield rest, cost

    def _shown(self, text: str, kind: int | None = None) -> Shown:
        """`kind`: the tint of a token that began in an earlier chunk; only a long string spans chunks."""
        shown = show_tabbed(text)
        if not self._tinted:
            return shown
        tints = json_tints(shown.text) if kind is None else [(0, len(shown.text), kind, 0)]
        return Shown(shown.text, shown.spans, tints=tints)


class HexRows:
    """The rows of `data` as hexadecimal, `per_line` bytes each; every row is made when it is drawn."""

    def __init__(self, data: bytes, per_line: int, *, note: str = "") -> None:
        self.done = True
        self._data = data
        self._per_line = per_line
        self._note = note
        self._last = -(-len(data) // per_line)
        self.count = self._last + bool(note)
        self.width = max(cells(hex_line(data, 0, per_line).text), cells(note))

    def grow(self, budget: int) -> None:
        """As in `Rows`: nothing to do."""

    def row(self, index: int) -> Shown:
        """As in `Rows`."""
        if index == self._last:
            return Shown(self._note, tints=[(0, len(self._note), FAINT, 0)])
        return hex_line(self._data, index * self._per_line, self._per_line)

    def line_of(self, index: int) -> int:
        """As in `Rows`: a line is sixteen bytes, whatever a row holds."""
        return index * self._per_line // 16

    def row_of(self, line: int) -> int:
        """As in `Rows`."""
        return min(line * 16 // self._per_line, max(0, self.count - 1))


def text_lines(text: str) -> list[str]:
    r"""The lines of `text`, parted at "\n" only; a final one ends the last line and does not begin another."""
    lines = text.split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def each_line(text: str) -> Iterator[str]:
    """The same, one after the other: for texts that are too long to be parted at once."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    if start < len(text) or not text:
        yield text[start:]


def _chunks(line: str) -> Iterator[str]:
    """`line` in parts of CHUNK characters, at least one; none begins with what belongs to a character of another."""
    start = 0
    while True:
        end = start + CHUNK
        while end < min(len(line), start + CHUNK + 16) and get_character_cell_size(line[end]) == 0:
            end += 1
        yield line[start:end]
        start = end
        if start >= len(line):
            return


def join(left: Shown, right: Shown) -> Shown:
    """One after the other, as one line."""
    offset = len(left.text)
    if not offset:
        return right
    spans = [*left.spans, *((start + offset, end + offset, kind, source) for start, end, kind, source in right.spans)]
    tints = [*left.tints, *((start + offset, end + offset, kind, source) for start, end, kind, source in right.tints)]
    return Shown(left.text + right.text, spans, tints=tints)
