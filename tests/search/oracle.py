"""Brute force on strings: what the graph tier must say, computed from the definitions alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from search.graph import Graph
from search.tokens import Step, Token


def common_prefix(one: str, other: str) -> str:
    """The longest text both begin with."""
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@dataclass(frozen=True)
class Found:
    """What A3 fixes of an answer, by names of S-065."""

    root: str
    root_start: int
    checkpoint: int
    match_start: int
    stop: str


def ancestor(graph: Graph, query: str, start: int = 0, first: int = 1) -> Found:
    """S-020 … S-026 read literally, for the query from `start` on; `first`: width of its first token."""
    vertices = list(graph.vertices())
    texts = [graph.text(vertex) for vertex in vertices]
    rest = query[start:]
    length = max(n for n in range(1, len(rest) + 1) if any(rest[:n] in text for text in texts))
    prefix = rest[:length]
    _, _, root = min((len(text), number, text) for number, text in enumerate(texts) if prefix in text)
    return judged(query, start, length, root, root.index(prefix), first)


def judged(query: str, start: int, length: int, root: str, offset: int, first: int) -> Found:
    """S-025: why a match stopped."""
    if start + length == len(query):
        stop = "exhausted"
    elif length == first:
        stop = "no_match"
    else:
        stop = "root_end" if offset + length == len(root) else "mismatch"
    return Found(root, offset, start + length, start, stop)


def parent(graph: Graph, tokens: Sequence[Token]) -> Found:
    """S-061 read literally: every vertex that has the first token as a direct child, by longest match from there."""
    query = "".join(map(graph.text, tokens))
    first = tokens[0]
    best = (-first.width, first.width, first.id, 0)
    for vertex in graph.vertices():
        for pattern in graph.patterns(vertex):
            for child, offset in zip(pattern.tokens, pattern.offsets, strict=True):
                if child == first:
                    length = len(common_prefix(query, graph.text(vertex)[offset:]))
                    if length > first.width:
                        best = min(best, (-length, vertex.width, vertex.id, offset))
    length, _, number, offset = best
    return judged(query, 0, -length, graph.text(graph.vertex(number)), offset, first.width)


def shortest_path(graph: Graph, root: Token, start: int, end: int) -> tuple[object, ...] | None:
    """S-050 by enumerating every possibility: (pattern, entry, exit, start path, end path)."""
    everything = []
    for number, pattern in enumerate(graph.patterns(root)):
        entry = max(i for i, offset in enumerate(pattern.offsets) if offset <= start)
        exit = max(i for i, offset in enumerate(pattern.offsets) if offset < end)
        for begin in ways(graph, pattern.tokens[entry], start - pattern.offsets[entry], left=True):
            for finish in ways(graph, pattern.tokens[exit], end - pattern.offsets[exit], left=False):
                everything.append((len(begin) + len(finish), number, begin, finish, entry, exit))
    if not everything:
        return None
    key = min((steps, n, numbers(a), numbers(b)) for steps, n, a, b, _, _ in everything)
    _, n, a, b, entry, exit = next(e for e in everything if (e[0], e[1], numbers(e[2]), numbers(e[3])) == key)
    return n, entry, exit, a, b


def ways(graph: Graph, token: Token, position: int, *, left: bool) -> Iterator[tuple[Step, ...]]:
    """Every way down from `token` until `position` is a border of a child."""
    if position == (0 if left else token.width):
        yield ()
        return
    for number, pattern in enumerate(graph.patterns(token)):
        index = max(
            i for i, offset in enumerate(pattern.offsets) if (offset <= position if left else offset < position)
        )
        for rest in ways(graph, pattern.tokens[index], position - pattern.offsets[index], left=left):
            yield (Step(token, number, index), *rest)


def numbers(path: tuple[Step, ...]) -> list[tuple[int, int]]:
    """What S-050 compares of a path."""
    return [(step.pattern, step.child) for step in path]


def occurrences(piece: str, texts: Iterable[str]) -> list[tuple[str, int]]:
    """Every (text, offset), overlapping ones too."""
    return [(text, at) for text in texts for at in range(len(text) - len(piece) + 1) if text.startswith(piece, at)]


def vertices(given: Iterable[str]) -> set[str]:
    """S-201, S-202 read literally: the composite vertices of a set of texts."""
    texts = set(given)
    found = {text for text in texts if len(text) > 1}
    pieces = {text[i:j] for text in texts for i in range(len(text)) for j in range(i + 2, len(text) + 1)}
    for piece in pieces:
        places = occurrences(piece, texts)
        lefts = {text[at - 1] if at else (text, "border") for text, at in places}
        rights = {text[at + len(piece)] if at + len(piece) < len(text) else (text, "border") for text, at in places}
        if len(places) > 1 and len(lefts) > 1 and len(rights) > 1:
            found.add(piece)
    return found


def links(given: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """S-203 read literally: for each vertex its maximal proper occurrences of others."""
    known = vertices(given)
    result = {}
    for vertex in known:
        inside = [
            (at, at + len(part), part) for part in known if part != vertex for _, at in occurrences(part, [vertex])
        ]
        result[vertex] = sorted(
            (
                (part, a)
                for a, b, part in inside
                if not any(c <= a and b <= d and (c, d) != (a, b) for c, d, _ in inside)
            ),
            key=lambda link: link[1],
        )
    return result
