"""Text with places set off in it: cut around one of them for a line of a list, or laid out for a viewer. All of it safe (U-15)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tui.browser.text.preview import FAINT
from tui.browser.text.safe import CUT, Shown, short_count, show_tabbed
from tui.browser.text.widths import ELLIPSIS, cells, cut_at, fold
from tui.safe_text import safe_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Place = tuple[int, int]

MATCH, HERE = 20, 21
"""Kinds of tints: a place that was found, and the one that is chosen."""

BEFORE, AFTER = 2048, 6144
"""Characters that a viewer shows on both sides of the chosen place."""

CHUNK = 512


def marked(text: str, places: Sequence[Place], chosen: Place | None, start: int, end: int) -> Iterator[tuple[str, int]]:
    """`text[start:end]` in pieces, each with its tint; places may overlap and are in order, the chosen one lies over the others."""
    borders = {start, end}
    for place in (*places, *((chosen,) if chosen else ())):
        borders.update(border for border in place if start < border < end)
    reached = _Reach(places)
    begun, now = start, -1
    for low, _high in pairwise(sorted(borders)):
        tint = HERE if chosen is not None and chosen[0] <= low < chosen[1] else MATCH if reached.covers(low) else 0
        if tint != now:
            if low > begun:
                yield text[begun:low], now
            begun, now = low, tint
    if end > begun:
        yield text[begun:end], max(now, 0)


class _Reach:
    """Whether a place covers a character; asked from left to right."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._next = 0
        self._end = 0

    def covers(self, at: int) -> bool:
        while self._next < len(self._places) and self._places[self._next][0] <= at:
            self._end = max(self._end, self._places[self._next][1])
            self._next += 1
        return at < self._end


def joined(pieces: Sequence[Shown]) -> Shown:
    """One line of several."""
    spans, tints = [], []
    at = 0
    for piece in pieces:
        spans += [(first + at, last + at, kind, source) for first, last, kind, source in piece.spans]
        tints += [(first + at, last + at, kind, source) for first, last, kind, source in piece.tints]
        at += len(piece.text)
    return Shown("".join(piece.text for piece in pieces), spans, tints=tints)


def _tinted(shown: Shown, tint: int) -> Shown:
    return Shown(shown.text, shown.spans, tints=[(0, len(shown.text), tint, 0)]) if tint else shown


def excerpt(text: str, places: Sequence[Place], chosen: Place, width: int) -> Shown:
    """One line of at most `width` cells with the chosen place in it, as far as that fits; marks say how much is missing."""
    place = cells(safe_parts(text[chosen[0] : min(chosen[1], chosen[0] + width)])[0])
    start = _before(text, chosen[0], max(0, min(width // 3, width - place - 1)))
    lead = Shown(ELLIPSIS, [(0, 1, CUT, 0)]) if start else Shown("")
    end = min(len(text), start + width + 1)
    near = [each for each in places if each[1] > start and each[0] < end]
    line = joined([_tinted(Shown(*safe_parts(part)), tint) for part, tint in marked(text, near, chosen, start, end)])
    room = width - lead.cells
    beyond = len(text) - end
    if not beyond and line.cells <= room:
        return joined([lead, line])
    tail = ELLIPSIS[: max(0, room)]
    while True:  # at most three turns: the number may gain a digit as the text loses one
        stop, _ = cut_at(line.text, max(0, room - len(tail)), line.spans)
        missing = beyond + len(line.text) - stop - sum(b - a - source for a, b, _, source in line.spans if a >= stop)
        longer = f"{ELLIPSIS}+{short_count(missing)}"
        if len(longer) <= len(tail) or len(longer) * 2 > width:
            break
        tail = longer
    if len(longer) <= len(tail):
        tail = longer
    return joined([lead, line.part(0, stop), Shown(tail, [(0, len(tail), CUT, 0)])])


def _before(text: str, at: int, room: int) -> int:
    """Where to begin so that what comes before `at` takes at most `room` cells, its mark included; from 0 on there is none."""
    start, used = at, 0
    while start:
        used += max(1, cells(safe_parts(text[start - 1])[0]))
        if used > room - (1 if start > 1 else 0):
            break
        start -= 1
    return start


class PlaceRows:
    """Rows for a viewer: the text around the chosen place, folded at `width` cells. `target`: the row it begins in, once made."""

    def __init__(self, text: str, places: Sequence[Place], chosen: Place | None, width: int) -> None:
        self.count = self.width = 0
        self.done = False
        self.target: int | None = None
        self._rows: list[Shown] = []
        at = chosen[0] if chosen else 0
        self._start = max(0, at - BEFORE)
        self._end = min(len(text), at + AFTER)
        self._text, self._chosen, self._fold = text, chosen, max(1, width)
        self._places = [each for each in places if each[1] > self._start and each[0] < self._end]
        self._steps = self._produce()

    def grow(self, budget: int) -> None:
        """As in `Rows`."""
        for row, cost in self._steps:
            if self.target is None and any(kind == HERE for _, _, kind, _ in row.tints):
                self.target = len(self._rows)
            self._rows.append(row)
            self.width = max(self.width, row.cells)
            budget -= cost + 8
            if budget <= 0:
                break
        else:
            self.done = True
        self.count = len(self._rows)

    def row(self, index: int) -> Shown:
        """As in `Rows`."""
        return self._rows[index]

    def line_of(self, index: int) -> int:
        """As in `Rows`: every row is a line of its own."""
        return index

    def row_of(self, line: int) -> int:
        """As in `Rows`."""
        return max(0, min(line, self.count - 1))

    def _produce(self) -> Iterator[tuple[Shown, int]]:
        """(row, characters read for it)."""
        if self._start:
            yield _note(f"— {self._start:,} characters before —"), 0
        at = self._start
        while at <= self._end:
            stop = self._text.find("\n", at, self._end)
            stop = self._end if stop < 0 else stop
            yield from self._line(at, stop)
            at = stop + 1
        if self._end < len(self._text):
            yield _note(f"— {len(self._text) - self._end:,} characters behind —"), 0

    def _line(self, at: int, stop: int) -> Iterator[tuple[Shown, int]]:
        rest = Shown("")
        while True:
            end = min(stop, at + CHUNK)
            pieces = marked(self._text, self._places, self._chosen, at, end)
            whole = joined([rest, *(_tinted(show_tabbed(part), tint) for part, tint in pieces)])
            *rows, last = fold(whole.text, self._fold, whole.spans)
            for low, high in rows:
                yield whole.part(low, high), (end - at) // (len(rows) + 1)
            rest = whole.part(*last)
            at = end
            if at >= stop:
                break
        yield rest, CHUNK // 8


def _note(text: str) -> Shown:
    return Shown(text, tints=[(0, len(text), FAINT, 0)])
