"""Graphs for tests: built from the notation of the vectors, and the best known ones by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from search.graph import Graph, HandmadeGraph
from search.tokens import Token


def handmade(atoms: str, patterns: Iterable[Sequence[Any]] = (), *, closed: bool = False) -> HandmadeGraph:
    """A graph from `[name, alt, alt, …]` entries, each alt a list of names, in the order given (vector schema)."""
    graph = HandmadeGraph(closed=closed)
    graph.insert_atoms(atoms)
    for name, *alternatives in patterns:
        for alternative in alternatives:
            tokens = named(graph, alternative)
            vertex = graph.find(name)
            if vertex is None:
                graph.insert_pattern(tokens)
            else:
                graph.add_pattern(vertex, tokens)
    return graph


def named(graph: Graph, names: Iterable[str]) -> list[Token]:
    """The vertices that read these texts."""
    return [graph.token(name) for name in names]


def for_tokens(names: Iterable[str]) -> HandmadeGraph:
    """A graph that holds these texts and their atoms, each text in one flat pattern."""
    graph = HandmadeGraph()
    for name in names:
        atoms = graph.insert_atoms(name)
        if len(atoms) > 1:
            graph.insert_pattern(atoms)
    return graph


def random_graph(rng: Random, atoms: str = "abc", most: int = 10) -> HandmadeGraph:
    """An open graph: patterns of two to four tokens drawn from what is there, and sometimes other readings of a text."""
    graph = HandmadeGraph()
    graph.insert_atoms(atoms[: rng.randint(2, len(atoms))])
    for _ in range(rng.randint(1, most)):
        tokens = random_tokens(rng, graph, 2, 4)
        if sum(token.width for token in tokens) <= 24:
            vertex = graph.insert_pattern(tokens)
            text, cut = graph.text(vertex), rng.randint(1, vertex.width - 1)
            sides = [side for part in (text[:cut], text[cut:]) if (side := graph.find(part))]
            if len(sides) == 2 and rng.random() < 0.5:
                graph.add_pattern(vertex, sides)
    return graph


def random_tokens(rng: Random, graph: Graph, least: int, most: int = 6) -> list[Token]:
    """`least` to `most` tokens of the graph."""
    return [graph.vertex(rng.randrange(len(graph))) for _ in range(rng.randint(least, most))]


seeds = st.integers(0, 2**40).map(Random)
"""Random graphs and queries from a number: ten times as fast as drawing each part, and the number replays the case."""

LETTERS: list[list[Any]] = [
    ["ab", "ab"],
    ["bc", "bc"],
    ["abc", ["ab", "c"], ["a", "bc"]],
    ["cd", "cd"],
    ["bcd", ["bc", "d"], ["b", "cd"]],
    ["abcd", ["abc", "d"], ["a", "bcd"]],
    ["ef", "ef"],
    ["def", ["d", "ef"]],
    ["cdef", ["c", "def"], ["cd", "ef"]],
    ["abcdef", ["abcd", "ef"], ["abc", "def"], ["ab", "cdef"]],
    ["aba", ["ab", "a"]],
    ["abab", ["aba", "b"], ["ab", "ab"]],
]
"""The graph around the worked run of A4."""


def random_texts(rng: Random, most: int = 5, longest: int = 10) -> list[str]:
    """Texts over two to four atoms; small alphabets overlap in every way."""
    atoms = "abcd"[: rng.randint(2, 4)]
    return ["".join(rng.choices(atoms, k=rng.randint(1, longest))) for _ in range(rng.randint(1, most))]
