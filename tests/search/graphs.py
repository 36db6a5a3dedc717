"""Graphs for tests: built from the notation of the vectors, and the best known ones by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

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
