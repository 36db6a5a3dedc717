"""The patterns that a closed graph offers for a vertex (S-207)."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from search.tokens import Pattern, Token

if TYPE_CHECKING:
    from search.closed import ClosedGraph


def readings(graph: ClosedGraph, vertex: Token, links: list[tuple[Token, int]]) -> tuple[Pattern, ...]:
    """Patterns in which every link is a child at its place at least once; gaps hold the widest vertices that fit.

    `links`: from left to right, none inside another. Each goes into the first pattern where it does not overlap the
    last one put there; then the gaps are filled from the left.
    """
    rows: list[list[tuple[Token, int]]] = []
    borders: list[int] = []
    for child, offset in links:
        for number, border in enumerate(borders):
            if border <= offset:
                rows[number].append((child, offset))
                borders[number] = offset + child.width
                break
        else:
            rows.append([(child, offset)])
            borders.append(offset + child.width)
    text = graph.text(vertex)
    filler = _Filler(graph, text, links)
    return tuple(dict.fromkeys(filler.filled(row) for row in rows or [[]]))


class _Filler:
    """Fills the gaps of one vertex's patterns."""

    def __init__(self, graph: ClosedGraph, text: str, links: list[tuple[Token, int]]) -> None:
        self._graph = graph
        self._text = text
        self._starts = [offset for _, offset in links]
        self._ends = [offset + child.width for child, offset in links]

    def filled(self, row: list[tuple[Token, int]]) -> Pattern:
        """The pattern with these children and the gaps between them filled."""
        children: list[Token] = []
        at = 0
        for child, offset in row:
            children += self._gap(at, offset)
            children.append(child)
            at = offset + child.width
        children += self._gap(at, len(self._text))
        return Pattern.of(tuple(children))

    def _gap(self, start: int, end: int) -> list[Token]:
        children = []
        while start < end:
            # A vertex in the gap lies inside some link; the last one that begins up to here reaches furthest.
            link = bisect_right(self._starts, start) - 1
            border = min(end, self._ends[link]) if link >= 0 else start
            child = self._graph.widest_at(self._text, start, max(border, start + 1))
            children.append(child)
            start += child.width
        return children
