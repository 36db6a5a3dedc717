"""Which rows of a long list are in memory, where they are, and what to fetch next. Pure bookkeeping, no Textual.

The store gives keyset pages: the rows after or before a known row, never "row 500,000" (T-081). So one contiguous window of
rows is kept; it slides by pages, and its place in the list is known from where it was begun. When others have written meanwhile
that place is an estimate (`exact` is false) until an end is reached; the rows are right at all times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Row

PAGE = 200
"""Rows fetched at a time."""

KEPT = 5 * PAGE
"""Rows in memory at most."""

MARGIN = PAGE // 4
"""How near to the edge of the window the visible rows may come before the next page is fetched."""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One question; two of the same content are not equal.

    first, last     the page at that end of the list
    after, before   the page behind, in front of `row`, which is at the edge of the window
    at              the page at `index`
    around          the two pages around `row`, which was at `index`
    find            the page on which `key` is, wherever that may be

    total: how many rows there are now, if that is news that comes with the answer.
    """

    kind: Literal["first", "last", "after", "before", "at", "around", "find"]
    index: int = 0
    row: Row | None = None
    key: str = ""
    total: int | None = None

    @property
    def slides(self) -> bool:
        """Whether its answer is put to the window; that of any other replaces it."""
        return self.kind in ("after", "before")

    def serves(self, top: int, bottom: int) -> bool:
        """Whether its answer will hold rows from `top` to before `bottom`, as far as can be told; the others are near then."""
        return self.kind in ("first", "last", "at") and self.index < bottom and top < self.index + PAGE


@dataclass(slots=True)
class RowWindow:
    """`total` rows of which `rows` are known, the first of them at `start`. at_start, at_end: nothing comes before, after them."""

    total: int = 0
    start: int = 0
    rows: list[Row] = field(default_factory=list)
    at_start: bool = False
    at_end: bool = False
    exact: bool = False

    @property
    def end(self) -> int:
        """The index behind the last known row."""
        return self.start + len(self.rows)

    def get(self, index: int) -> Row | None:
        """The row at `index`, None if it is not known."""
        return self.rows[index - self.start] if self.start <= index < self.end else None

    def index_of(self, key: str) -> int | None:
        """Where the row called `key` is, None if it is not known."""
        for offset, row in enumerate(self.rows):
            if row.key == key:
                return self.start + offset
        return None

    def need(self, top: int, bottom: int) -> Request | None:
        """What to fetch so that the rows from `top` to before `bottom`, and some around them, are known; None if they are."""
        top, bottom = max(0, top), min(bottom, self.total)
        if top >= bottom:
            return None
        if not self.rows or bottom <= self.start - PAGE or top >= self.end + PAGE:
            return self._jump(top, bottom)
        for margin in (0, MARGIN):
            if bottom + margin > self.end and not self.at_end:
                return Request("after", self.end, self.rows[-1])
            if top - margin < self.start and not self.at_start:
                return Request("before", self.start, self.rows[0])
        return None

    def _jump(self, top: int, bottom: int) -> Request:
        if top < PAGE // 2:
            return Request("first")
        if bottom > self.total - PAGE // 2:
            return Request("last", max(0, self.total - PAGE))
        return Request("at", max(0, (top + bottom - PAGE) // 2))

    def accept(self, request: Request, rows: Sequence[Row]) -> int:
        """Take in the answer to `request`, in ascending order; fewer than PAGE rows mean that an end is reached.

        Returns by how much the indexes of the rows known before have moved: the caller moves its cursor and scroll by as much.
        """
        short = len(rows) < PAGE
        if request.kind == "after":
            self.rows.extend(rows)
            self.at_end = short
            if (extra := len(self.rows) - KEPT) > 0:
                del self.rows[:extra]
                self.start += extra
                self.at_start = False
            return self._settle()
        if request.kind == "before":
            self.rows[:0] = rows
            self.start -= len(rows)
            self.at_start = short
            if len(self.rows) > KEPT:
                del self.rows[KEPT:]
                self.at_end = False
            return self._settle()
        if request.kind == "first":
            self._replace(rows, 0, at_start=True, at_end=short)
        elif request.kind == "last":
            self._replace(rows, self.total - len(rows), at_start=short, at_end=True)
        elif rows or not request.index:
            self._replace(rows, request.index, at_start=request.index == 0, at_end=short)
            self.exact = True  # the store has counted to here; that is newer than the total we were told
        else:  # nothing is that far down: at least that much is known now
            self._replace((), 0, at_start=False, at_end=False)
            self.total = min(self.total, request.index)
            return 0
        self._settle()
        return 0

    def accept_around(self, before: Sequence[Row], after: Sequence[Row], index: int) -> None:
        """Replace everything by a page that ends with, and one that begins behind, the row now believed to be at `index`."""
        start = index - len(before) + 1
        self._replace([*before, *after], start, at_start=len(before) < PAGE, at_end=len(after) < PAGE)
        self._settle()

    def _replace(self, rows: Sequence[Row], start: int, *, at_start: bool, at_end: bool) -> None:
        self.rows = list(rows)
        self.start = start
        self.at_start, self.at_end = at_start, at_end
        self.exact = False

    def _settle(self) -> int:
        """Make `start`, `total` and the ends agree: an end that was reached is a fact, the rest gives way. Returns the shift."""
        before = self.start
        if self.at_start:
            self.start, self.exact = 0, True
        elif self.at_end and not self.exact:
            self.start, self.exact = max(1, self.total - len(self.rows)), True
        elif not self.exact:
            self.start = max(1, min(self.start, self.total - len(self.rows) - 1))
        elif self.start < 1:
            self.start, self.exact = 1, False
        self.total = self.end if self.at_end else max(self.total, self.end + 1)
        return self.start - before
