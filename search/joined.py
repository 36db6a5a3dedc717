"""Texts joined into one byte string: search without an index (S-216, S-316)."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from search.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.rows import Bound, Row
    from search.stopping import Stop

BORDER = b"\xff"
"""Stands in no UTF-8, so that nothing is ever found across the border of two texts."""
CHECK_EVERY = 1024


class Joined:
    """A number of rows to be looked through. Bytes and not `str`: one emoji would make a whole `str` four times as large."""

    def __init__(self, rows: Sequence[Row], *, ignore_case: bool, stop: Stop) -> None:
        self._rows = rows
        self._stop = stop
        self._starts = array("q")
        parts = []
        at = 0
        for number, row in enumerate(rows):
            if number % CHECK_EVERY == 0:
                stop.check()
            part = (fold(row.text) if ignore_case else row.text).encode()
            self._starts.append(at)
            parts.append(part)
            at += len(part) + 1
        self._starts.append(at)
        self._bytes = BORDER.join(parts)

    def stopped_by(self, stop: Stop) -> Joined:
        """The same texts, for another search."""
        self._stop = stop
        return self

    def longest(self, query: str, least: int) -> int:
        """The length of the longest prefix of `query` that occurs, `least` if none is longer than that. One pass.

        The match is extended in place at each hit, and from there on the longer one is looked for.
        """
        borders = _borders(query)
        wanted = query.encode()
        best = least
        at = 0
        while best < len(query):
            self._stop.check()
            at = self._bytes.find(wanted[: borders[best + 1]], at)
            if at < 0:
                break
            best = bisect_right(borders, self._agreeing(wanted, borders[best + 1], at)) - 1
            at += 1
        return best

    def _agreeing(self, wanted: bytes, known: int, at: int) -> int:
        """How many bytes of `wanted` stand at `at`; `known` of them do."""
        low, high = known, len(wanted)
        while low < high:
            middle = (low + high + 1) // 2
            if self._bytes.startswith(wanted[low:middle], at + low):
                low = middle
            else:
                high = middle - 1
        return low

    def holding(self, needle: str, bound: Bound) -> Iterator[Row]:
        """Every row whose text holds `needle`; those beyond `bound` are only counted there, unless they expire."""
        wanted = needle.encode()
        at = self._bytes.find(wanted)
        found = 0
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            row = self._rows[number]
            if row.width > bound.width and row.until is None:
                bound.skipped += 1
            else:
                yield row
            found += 1
            if found % CHECK_EVERY == 0:
                self._stop.check()
            at = self._bytes.find(wanted, self._starts[number + 1])


def _borders(text: str) -> list[int]:
    """Where each atom of `text` begins in its UTF-8, and where the last one ends."""
    borders = [0]
    for atom in text:
        borders.append(borders[-1] + len(atom.encode()))
    return borders
