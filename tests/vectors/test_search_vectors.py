"""Areas of search.jsonl that the graph tier answers."""

from __future__ import annotations

from typing import Any

import pytest

from search.errors import (
    PatternMismatchError,
    SearchError,
    SingleTokenError,
    UnknownAtomError,
    UnknownTokenError,
)
from search.graph import HandmadeGraph
from search.tokens import Token
from tests.search.graphs import handmade
from vector_files import Vector, cases


def fault(error: SearchError, graph: HandmadeGraph | None = None) -> dict[str, Any]:
    """An error as the vectors write it: kind, and the data named in S-070."""
    shown: dict[str, Any] = {"kind": error.kind}
    match error:
        case UnknownAtomError():
            shown |= {"atom": error.atom, "index": error.index}
        case PatternMismatchError():
            shown |= {"expected": error.expected, "got": error.got}
        case SingleTokenError() | UnknownTokenError():
            token = error.token
            shown["token"] = graph.text(token) if graph and isinstance(token, Token) else token
    return {"error": shown}


def check(actual: Any, expected: Any, where: str = "") -> None:
    """`expected` is a subset: keys it does not name are not checked, lists have equal length (vector schema)."""
    if isinstance(expected, dict):
        assert isinstance(actual, dict), where
        for name, value in expected.items():
            assert name in actual, f"{where}.{name}"
            check(actual[name], value, f"{where}.{name}")
    elif isinstance(expected, list):
        assert isinstance(actual, list | tuple), where
        assert len(actual) == len(expected), where
        for number, (one, other) in enumerate(zip(actual, expected, strict=True)):
            check(one, other, f"{where}[{number}]")
    else:
        assert actual == expected, where


def built(given: dict[str, Any]) -> HandmadeGraph:
    return handmade(given["atoms"], given.get("patterns", ()))


def build_graph(given: dict[str, Any]) -> dict[str, Any]:
    try:
        graph = built(given)
    except SearchError as error:
        return fault(error)
    return {"vertices": [[graph.text(v), v.width, len(graph.patterns(v))] for v in graph.vertices()]}


@pytest.mark.parametrize("vector", cases("search", "graph"))
def test_graph(vector: Vector) -> None:
    check(build_graph(vector["input"]), vector["expect"])
