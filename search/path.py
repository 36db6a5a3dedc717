"""Where in the pattern structure of its root a match lies (Part A6, S-044)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.tokens import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.graph import Graph
    from search.tokens import Pattern, Token


@dataclass(frozen=True, slots=True)
class MatchPath:
    """A root pattern, the children in which the match begins and ends, and the ways down to its two borders."""

    pattern: int
    entry: int
    exit: int
    start: tuple[Step, ...]
    """From the entry child down; empty when the match begins at its left border."""
    end: tuple[Step, ...]
    """From the exit child down; empty when the match ends at its right border."""
    entry_pos: int
    """Matched atoms inside the entry child."""
    exit_pos: int
    """Matched atoms before the exit child."""


def match_path(graph: Graph, root: Token, root_start: int, root_end: int) -> MatchPath | None:
    """The path of the match at [root_start, root_end) of `root`; None for an atom (S-052).

    Of all possibilities the one with the fewest steps, then the lowest pattern number, then the lexicographically
    lowest start path, then end path (S-050). It depends on these arguments and the patterns alone.
    """
    best: tuple[int, MatchPath] | None = None
    for number, pattern in enumerate(graph.patterns(root)):
        entry, exit = _child_from(pattern, root_start), _child_to(pattern, root_end)
        start = _start_path(graph, pattern.tokens[entry], root_start - pattern.offsets[entry])
        end = _end_path(graph, pattern.tokens[exit], root_end - pattern.offsets[exit])
        if best is None or len(start) + len(end) < best[0]:
            border = pattern.offsets[entry] + pattern.tokens[entry].width
            entry_pos = min(border, root_end) - root_start
            exit_pos = max(pattern.offsets[exit] - root_start, 0)
            path = MatchPath(number, entry, exit, start, end, entry_pos, exit_pos)
            best = (len(start) + len(end), path)
    return best[1] if best else None


def pieces(graph: Graph, root: Token, start: int, end: int) -> tuple[list[Token], list[Token], list[Token]]:
    """`root` cut at both borders of a match, along its path: what is left of it, inside, and right of it.

    No child of the root may hold the whole match, which is so in the smallest root.
    """
    path = match_path(graph, root, start, end)
    assert path is not None, "an atom has no part"
    assert path.entry < path.exit, "the root is the smallest vertex around the match"
    children = graph.patterns(root)[path.pattern].tokens
    left, inside = list(children[: path.entry]), list(children[path.entry + 1 : path.exit])
    right: list[Token] = []
    begins: list[Token] = [] if path.start else [children[path.entry]]
    for level, step in enumerate(path.start):
        below = graph.patterns(step.vertex)[step.pattern].tokens
        left += below[: step.child]
        begins = [*below[step.child + (level < len(path.start) - 1) :], *begins]
    ends: list[Token] = [] if path.end else [children[path.exit]]
    for level, step in enumerate(path.end):
        below = graph.patterns(step.vertex)[step.pattern].tokens
        right = [*below[step.child + 1 :], *right]
        ends += below[: step.child + (level == len(path.end) - 1)]
    right += children[path.exit + 1 :]
    return left, [*begins, *inside, *ends], right


def _child_from(pattern: Pattern, position: int) -> int:
    """The child that contains the atom at `position`."""
    return bisect_right(pattern.offsets, position) - 1


def _child_to(pattern: Pattern, position: int) -> int:
    """The child that contains the atom before `position`."""
    return bisect_left(pattern.offsets, position) - 1


def _start_path(graph: Graph, token: Token, position: int) -> tuple[Step, ...]:
    if position == 0:
        return ()
    return _descend(graph, token, position, _child_from, lambda child, inside: inside == 0)


def _end_path(graph: Graph, token: Token, position: int) -> tuple[Step, ...]:
    if position == token.width:
        return ()
    return _descend(graph, token, position, _child_to, lambda child, inside: inside == child.width)


def _descend(
    graph: Graph,
    token: Token,
    position: int,
    choose: Callable[[Pattern, int], int],
    arrived: Callable[[Token, int], bool],
) -> tuple[Step, ...]:
    """The shortest way down from `token` until `position` is a border, the lexicographically lowest of these.

    Level by level, each level in lexicographic order: the first arrival is the wanted one, and of two ways to one place
    the first is kept.
    """
    level: list[tuple[Token, int, tuple[Step, ...]]] = [(token, position, ())]
    seen = {(token, position)}
    while True:
        below = []
        for vertex, place, path in level:
            for number, pattern in enumerate(graph.patterns(vertex)):
                index = choose(pattern, place)
                child, inside = pattern.tokens[index], place - pattern.offsets[index]
                way = (*path, Step(vertex, number, index))
                if arrived(child, inside):
                    return way
                if (child, inside) not in seen:
                    seen.add((child, inside))
                    below.append((child, inside, way))
        level = below
