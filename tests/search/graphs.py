"""Graphs for tests: built from the notation of the vectors, and the best known ones by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


@st.composite
def random_graphs(draw: st.DrawFn, atoms: str = "abc", most: int = 10) -> HandmadeGraph:
    """An open graph: patterns of two to four tokens drawn from what is there, and sometimes other readings of a text."""
    graph = HandmadeGraph()
    graph.insert_atoms(atoms[: draw(st.integers(2, len(atoms)))])
    for _ in range(draw(st.integers(1, most))):
        tokens = draw(st.lists(st.sampled_from(list(graph.vertices())), min_size=2, max_size=4))
        if sum(token.width for token in tokens) <= 24:
            vertex = graph.insert_pattern(tokens)
            text, cut = graph.text(vertex), draw(st.integers(1, vertex.width - 1))
            sides = [graph.find(side) for side in (text[:cut], text[cut:])]
            if draw(st.booleans()) and all(sides):
                graph.add_pattern(vertex, [side for side in sides if side])
    return graph
