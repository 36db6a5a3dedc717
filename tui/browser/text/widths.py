"""Cutting, padding and folding by cells. For text that has passed tui.safe_text only: no joiners, no selectors, no controls.

Cells are counted by the same tables that Textual crops with, so that a strip is as long as it says. A character that takes no
cell of its own belongs to the one before it and is never parted from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.safe_text import Span

ELLIPSIS = "…"


def cells(text: str) -> int:
    """How many cells `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def cut_at(text: str, limit: int, spans: Sequence[Span] = (), start: int = 0) -> tuple[int, int]:
    """(end, cells): the longest `text[start:end]` of at most `limit` cells. Neither a character nor one of `spans` is broken."""
    end = max(start, min(len(text), start + max(0, limit))) if text.isascii() else _scan(text, limit, start)
    for first, last, *_ in spans:
        if first >= end:
            break
        if last > end:
            end = max(first, start)
            break
    return end, cells(text[start:end])


def _scan(text: str, limit: int, start: int) -> int:
    used = 0
    for index in range(start, len(text)):
        used += get_character_cell_size(text[index])
        if used > limit:
            return index
    return len(text)


def pad(text: str, width: int) -> str:
    """`text` followed by the blanks that fill it up to `width` cells; unchanged if it is as wide already."""
    return text + " " * (width - cells(text))


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if cells(text) > width:
        text = text[: cut_at(text, width - 1)[0]] + ELLIPSIS
    return pad(text, width)


def fold(text: str, width: int, spans: Sequence[Span] = ()) -> Iterator[tuple[int, int]]:
    """(start, end) of the rows of `text` at `width` cells, at least one row.

    A row ends at a blank if it has one in its second half; that blank is shown by the break. A mark is broken only if it alone
    is wider than a row; a wide character in a row of one cell stands alone and is cropped.
    """
    start, total, passed = 0, len(text), 0
    width = max(1, width)
    while True:
        while passed < len(spans) and spans[passed][1] <= start:
            passed += 1
        end, _ = cut_at(text, width, spans[passed : passed + width], start)
        if end >= total:
            yield start, total
            return
        if end == start:
            end = max(start + 1, cut_at(text, width, (), start)[0])
            yield start, end
            start = end
        elif (blank := text.rfind(" ", start + 1, end + 1)) - start > (end - start) // 2:
            yield start, blank
            start = blank + 1
        else:
            yield start, end
            start = end
