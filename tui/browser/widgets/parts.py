"""What is shown, as parts for a `PartView`: texts of a document, values that differ, what a console has said."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from tui.browser.text.lines import TextRows, each_line
from tui.browser.text.markdown import STRONG, MarkdownRows
from tui.browser.text.preview import FAINT, NUMBER, STRING
from tui.browser.text.safe import Shown, show_line, show_tabbed
from tui.browser.widgets.part_view import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tui.browser.flows.documents import Text
    from tui.browser.text.lines import Rows

TONES = {"+": STRING, "-": NUMBER, "@": FAINT, "…": FAINT}
"""Kinds of tints by the first character of a toned line."""


class TonedRows(TextRows):
    """Lines whose first character says what they are (TONES); it stays visible, so that no colour is needed."""

    def _kind(self, line: str) -> int:
        return TONES.get(line[:1], 0)

    def _produce(self, lines: Iterable[str]) -> Iterator[tuple[int, Shown | str, int]]:
        for number, line in enumerate(lines):
            kind = self._kind(line)
            for _, row, cost in super()._produce([line]):
                shown = show_tabbed(row) if isinstance(row, str) else row
                tints = [(0, len(shown.text), kind, 0)] if kind and shown.text else ()
                yield number, Shown(shown.text, shown.spans, tints=tints), cost


class TypedRows(TonedRows):
    """Lines that somebody typed, set off from what was answered."""

    def _kind(self, line: str) -> int:
        return STRONG


class TitledRows:
    """Rows below a faint one with a title; see `Rows`."""

    def __init__(self, title: str, rows: Rows, width: int) -> None:
        shown = show_line(f"── {title} ──", max(8, width))
        self._title = Shown(shown.text, shown.spans, tints=[(0, len(shown.text), FAINT, 0)])
        self._rows = rows
        self._measure()

    def _measure(self) -> None:
        self.count = self._rows.count + 1
        self.width = max(self._rows.width, self._title.cells)
        self.done = self._rows.done

    def grow(self, budget: int) -> None:
        """As in `Rows`."""
        self._rows.grow(budget)
        self._measure()

    def row(self, index: int) -> Shown:
        """As in `Rows`."""
        return self._rows.row(index - 1) if index else self._title

    def line_of(self, index: int) -> int:
        """As in `Rows`; the title counts as a line."""
        return self._rows.line_of(index - 1) + 1 if index and self._rows.count else 0

    def row_of(self, line: int) -> int:
        """As in `Rows`."""
        return self._rows.row_of(line - 1) + 1 if line and self._rows.count else 0


def text_part(text: Text, *, markdown: bool, last: bool = True) -> Part:
    """A part of a document, as Markdown or as it stands; under its label if it has one. Markdown has a blank row between parts."""
    space = () if last or text.text.endswith("\n\n") else ("",)

    def make(width: int, wrap: bool) -> Rows:
        room = width if wrap else None
        rows: Rows
        if text.note:
            rows = TextRows([], wrap=room, note=text.text)
        elif markdown:
            rows = MarkdownRows(chain(each_line(text.text), space), wrap=room)
        else:
            rows = TextRows(each_line(text.text), wrap=room)
        return TitledRows(text.label, rows, width) if text.label else rows

    return Part(text.key, make, len(text.text) + len(text.label))


def toned_part(key: object, lines: Sequence[str]) -> Part:
    """Lines whose first character says what they are."""
    return Part(key, lambda width, wrap: TonedRows(lines, wrap=width if wrap else None), sum(map(len, lines)))


def lines_part(key: object, lines: Sequence[str], *, typed: bool = False) -> Part:
    """Lines as they stand, or set off because they were typed."""
    make = TypedRows if typed else TextRows
    return Part(key, lambda width, wrap: make(lines, wrap=width if wrap else None), sum(map(len, lines)))
