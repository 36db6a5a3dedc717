"""The only door through which stored strings, and any other text we did not write, reach the screen (U-15).

Nothing here parses markup. What tui.safe_text makes visible is also styled, so that a mark differs from the same characters
typed literally. The functions return `Content` (or rich `Text` for Tree labels), never `str`: a plain `str` given to a widget
would be parsed as markup. Widgets that draw line by line take `Shown` and paint its spans with their own styles.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from rich.text import Text
from textual.content import Content
from textual.content import Span as ContentSpan

from tui.browser.text.widths import ELLIPSIS, cells, cut_at
from tui.safe_text import HIDDEN, LAYOUT, MAX_COMBINING, safe_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.safe_text import Span

CUT = 3
"""Kind of the span that says how much is missing."""

TAB_SIZE = 4
BLOCK_LIMIT = 4096
"""Characters of a block shown when the caller names no limit."""

CONTENT_STYLES = {HIDDEN: "$text-warning reverse", LAYOUT: "$text-muted", CUT: "$text-muted italic"}
RICH_STYLES = {HIDDEN: "yellow reverse", LAYOUT: "dim", CUT: "dim italic"}


@dataclass(frozen=True, slots=True)
class Shown:
    """Safe text for one line, with its marks as `spans`: (start, end, kind, source characters), in order, disjoint.

    missing: characters cut away. tints: what parts of the text are (colours of JSON); marks lie over them.
    """

    text: str
    spans: Sequence[Span] = ()
    missing: int = 0
    tints: Sequence[Span] = ()

    @property
    def cells(self) -> int:
        """The width of the line."""
        return cells(self.text)

    def content(self, style: str = "") -> Content:
        """The same for widgets that take `Content`; `style` lies under the styles of the spans."""
        spans = [ContentSpan(start, end, CONTENT_STYLES[kind]) for start, end, kind, _ in self.spans]
        if style:
            spans.insert(0, ContentSpan(0, len(self.text), style))
        return Content(self.text, spans)

    def part(self, start: int, end: int) -> Shown:
        """The characters `start` to `end`; a span that is broken there counts its source in its first part."""
        return Shown(self.text[start:end], _slice(self.spans, start, end), tints=_slice(self.tints, start, end))


def _slice(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    low = bisect_right(spans, start, key=itemgetter(1))
    high = bisect_left(spans, end, key=itemgetter(0))
    return [
        (max(first, start) - start, min(last, end) - start, kind, source if first >= start else 0)
        for first, last, kind, source in spans[low:high]
    ]


def show_line(text: str, limit: int | None = None, *, beyond: int = 0) -> Shown:
    """`text` as one safe line of at most `limit` cells (None: as long as it gets), newlines and tabs visible.

    beyond: how many characters follow `text` that were never fetched. What is missing is said at the end: `…+1.2k`,
    or just `…` where there is no room for a number. Costs no more than `limit`, however long `text` is.
    """
    if limit is None:
        whole = Shown(*safe_parts(text))
        return cut_mark(whole, beyond) if beyond else whole
    limit = max(0, limit)
    head = text[: limit * (MAX_COMBINING + 1) + 16]
    shown, spans = safe_parts(head)
    beyond += len(text) - len(head)
    if not beyond and cells(shown) <= limit:
        return Shown(shown, spans)
    room = limit
    while True:  # at most three turns: the number may gain a digit as the text loses one
        end, _ = cut_at(shown, room, spans)
        mark = _cut_mark(_missing(len(head), spans, end) + beyond, limit)
        if end == 0 or room + len(mark) <= limit:
            break
        room = max(0, limit - len(mark))
    missing = _missing(len(head), spans, end) + beyond
    mark = _cut_mark(missing, limit)
    kept = [span for span in spans if span[1] <= end]
    return Shown(shown[:end] + mark, [*kept, (end, end + len(mark), CUT, 0)], missing)


def show_tabbed(text: str, tab_size: int = TAB_SIZE) -> Shown:
    """One line of a block as a safe line: tabs become blanks up to the next stop, everything else as in `show_line`."""
    if "\t" not in text:
        return Shown(*safe_parts(text))
    out: list[str] = []
    spans: list[Span] = []
    length = column = 0
    for number, piece in enumerate(text.split("\t")):
        if number:
            blanks = tab_size - column % tab_size
            out.append(" " * blanks)
            length += blanks
            column += blanks
        shown, marks = safe_parts(piece)
        spans.extend((first + length, last + length, kind, source) for first, last, kind, source in marks)
        out.append(shown)
        length += len(shown)
        column += cells(shown)
    return Shown("".join(out), spans)


def safe_line(text: str, limit: int | None = None, *, beyond: int = 0, style: str = "") -> Content:
    """`show_line` for widgets that take `Content`."""
    return show_line(text, limit, beyond=beyond).content(style)


def safe_block(text: str, limit: int = BLOCK_LIMIT, *, beyond: int = 0, style: str = "") -> Content:
    """At most `limit` characters of `text` over several lines; a last line says how much is missing (as in `show_line`)."""
    head = text[:limit]
    beyond += len(text) - len(head)
    lines = [show_tabbed(line).content(style) for line in head.split("\n")]
    if beyond:
        lines.append(cut_mark(Shown(""), beyond).content())
    return Content("\n").join(lines)


def safe_text(text: str, limit: int | None = None, *, beyond: int = 0, style: str = "") -> Text:
    """`show_line` as rich `Text`, for the labels of a Tree. Its styles are fixed, since rich knows no theme."""
    shown = show_line(text, limit, beyond=beyond)
    label = Text(shown.text, style=style, no_wrap=True, end="")
    for start, end, kind, _ in shown.spans:
        label.stylize(RICH_STYLES[kind], start, end)
    return label


def short_count(count: int) -> str:
    """A number in at most five characters, rounded down: 999, 1.2k, 45k, 9.8M."""
    if count < 1000:
        return str(count)
    unit = 1000
    for letter in "kMG":
        if count < unit * 1000 or letter == "G":
            break
        unit *= 1000
    tenths = count * 10 // unit
    return f"{tenths // 10}.{tenths % 10}{letter}" if tenths < 100 and tenths % 10 else f"{tenths // 10}{letter}"


def _missing(total: int, spans: Sequence[Span], end: int) -> int:
    """How many of `total` source characters lie behind `end` of the safe text."""
    return total - end + sum(last - first - source for first, last, _, source in spans if last <= end)


def cut_mark(shown: Shown, missing: int) -> Shown:
    """`shown` followed by the mark that says how many characters are missing behind it."""
    start = len(shown.text)
    mark = _cut_mark(missing, 80)
    span = (start, start + len(mark), CUT, 0)
    return Shown(shown.text + mark, [*shown.spans, span], missing, shown.tints)


def _cut_mark(missing: int, limit: int) -> str:
    mark = f"{ELLIPSIS}+{short_count(missing)}"
    return mark if len(mark) * 2 <= limit else ELLIPSIS[:limit]
