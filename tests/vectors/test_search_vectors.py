"""Areas of search.jsonl that the graph tier answers."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from search.checkpointed import Checkpointed
from search.closed import ClosedGraph
from search.cursor import QueryCursor
from search.errors import (
    InvalidTransitionError,
    PatternMismatchError,
    SearchError,
    SingleTokenError,
    UnknownAtomError,
    UnknownTokenError,
)
from search.graph import Graph, HandmadeGraph
from search.graph_session import GraphSession, NothingFound
from search.parent import ParentState, Query
from search.response import Response
from search.sequences import find_ancestor, find_consecutive, find_parent, insert_next_match
from search.tokens import Step, Token
from tests.search.graphs import for_tokens, handmade, named
from vector_files import HERE, Vector, cases, vectors


def fault(error: SearchError, graph: Graph | None = None) -> dict[str, Any]:
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


def checkpoint_script(given: dict[str, Any]) -> dict[str, Any]:
    graph = for_tokens(given["tokens"])
    start: Query = QueryCursor.before(tuple(named(graph, given["tokens"])), given.get("initial", 0))
    at = Checkpointed(start)
    states = []
    for method in given["script"]:
        state: dict[str, Any] = {"op": method}
        try:
            after = at.advance(graph) if method == "advance" else getattr(at, method)()
            if after is None:
                state["error"] = "exhausted"
            at = after or at
        except InvalidTransitionError as error:
            state["error"] = error.kind
        confirmed, tried = at.checkpoint, None if at == at.rollback() else at.current
        state |= {"checkpoint": confirmed.atom_position, "checkpoint_index": confirmed.index}
        state["candidate"] = tried and [tried.state.name, tried.atom_position, tried.index]
        states.append(state)
    return {"states": states}


def advance_parent(given: dict[str, Any]) -> dict[str, Any]:
    graph = for_tokens(given["pattern"])
    root = graph.insert_pattern(named(graph, given["pattern"]))
    number = len(graph.patterns(root)) - 1
    position = given["atom_position"]
    query: Query = QueryCursor.before((), position)
    state = ParentState(root, number, given["index"], (), 0, position, Checkpointed(query))
    child = state.advance(graph)
    passed = {"advanced": child is not None, "atom_position": state.query.current.atom_position}
    if child is None:
        return passed | {"exit": state.index}
    at = child.current
    assert at.token is not None
    return passed | {
        "exit": at.exit,
        "child": graph.text(at.token),
        "entry_pos": at.entry_pos,
        "exit_pos": at.exit_pos,
    }


@pytest.mark.parametrize("vector", cases("search", "checkpoint"))
def test_checkpoint(vector: Vector) -> None:
    given = vector["input"]
    check(
        {"checkpoint_script": checkpoint_script, "advance_parent": advance_parent}[given["op"]](given), vector["expect"]
    )


def asked(graph: Graph, query: dict[str, Any]) -> Any:
    """The query of a vector: tokens by name, or the text."""
    return named(graph, query["tokens"]) if "tokens" in query else query["atoms"]


def shown(graph: Graph, response: Response) -> dict[str, Any]:
    """A response as the vectors write it: tokens as texts, patterns as lists of names, the path if it is asked for."""
    fields = {field.name: getattr(response, field.name) for field in dataclasses.fields(response)}
    return fields | {"root": graph.text(response.root), "path": shown_path(graph, response)}


def shown_path(graph: Graph, response: Response) -> dict[str, Any] | None:
    path = response.path
    if path is None:
        return None

    def names(vertex: Token, pattern: int) -> list[str]:
        return [graph.text(token) for token in graph.patterns(vertex)[pattern].tokens]

    def steps(way: tuple[Step, ...]) -> list[Any]:
        return [[graph.text(step.vertex), names(step.vertex, step.pattern), step.child] for step in way]

    return dataclasses.asdict(path) | {
        "pattern": names(response.root, path.pattern),
        "start": steps(path.start),
        "end": steps(path.end),
    }


def find(given: dict[str, Any], graph: HandmadeGraph) -> dict[str, Any]:
    """Any call that searches a hand-made graph."""
    try:
        query = asked(graph, given["query"])
        match given["op"]:
            case "find_consecutive":
                return {"matches": [shown(graph, response) for response in find_consecutive(graph, query)]}
            case "find_parent":
                return shown(graph, find_parent(graph, query))
            case "find_ancestor":
                return shown(graph, find_ancestor(graph, query))
        raise AssertionError(given["op"])
    except SearchError as error:
        return fault(error, graph)


FINDING = ("find_ancestor", "find_parent", "find_consecutive")


def finding(area: str) -> list[Any]:
    return cases("search", area, lambda vector: vector["input"]["op"] in FINDING)


AREAS = ("ancestor", "parent", "range", "prefix", "postfix", "consecutive", "mismatch")


@pytest.mark.parametrize("vector", [case for area in AREAS for case in finding(area)])
def test_finding(vector: Vector) -> None:
    check(find(vector["input"], built(vector["input"])), vector["expect"])


def insert_texts(given: dict[str, Any]) -> dict[str, Any]:
    graph = ClosedGraph()
    try:
        outcomes = [(text, graph.insert_sequence(text)) for text in given["texts"]]
        search = shown(graph, find_ancestor(graph, asked(graph, given["query"]))) if "query" in given else None
    except SearchError as error:
        return fault(error, graph)
    texts = [graph.text(vertex) for vertex in graph.vertices()]
    return {
        "vertices": sorted((text for text in texts if len(text) > 1), key=lambda text: (len(text), text)),
        "atoms": "".join(sorted(text for text in texts if len(text) == 1)),
        "links": {
            name: [[graph.text(child), offset] for child, offset in graph.links(graph.token(name))]
            for name in given.get("links", ())
        },
        "outcomes": [
            {"text": text, "width": outcome.token.width, "created": outcome.created} for text, outcome in outcomes
        ],
        "search": search,
    }


def next_match(given: dict[str, Any]) -> dict[str, Any]:
    graph = built(given)
    try:
        result = insert_next_match(graph, asked(graph, given["query"]))
    except SearchError as error:
        return fault(error, graph)
    actual: dict[str, Any] = {
        "outcome": result.outcome,
        "token": graph.text(result.token),
        "checkpoint": result.response.checkpoint,
        "split_root": graph.text(result.response.root),
    }
    if result.token.width > 1:
        text = graph.text(result.token)
        actual["after"] = shown(graph, find_ancestor(graph, text)) | {"query": text}
    return actual


def session(given: dict[str, Any]) -> dict[str, Any]:
    graph = ClosedGraph(given["texts"]) if "texts" in given else built(given)
    typing = GraphSession(graph)
    steps: list[dict[str, Any]] = []
    for op in given["ops"]:
        state = typing.extend(op["extend"]) if "extend" in op else typing.retract(op["retract"])
        match state:
            case None:
                steps.append({"empty": True, "checkpoint": 0})
            case NothingFound():
                nothing = {"root": None, "exhausted": False, "stop": "no_match", "checkpoint": 0}
                steps.append(nothing | {"remaining": state.remaining})
            case _:
                steps.append(shown(graph, state))
    return {"steps": steps}


INSERTING = {"insert_texts": insert_texts, "insert_next_match": next_match, "session": session}


@pytest.mark.parametrize(
    "vector",
    [
        case
        for area in (*AREAS, "insert", "resume")
        for case in cases("search", area, lambda vector: vector["input"]["op"] in INSERTING)
    ],
)
def test_inserting_and_typing(vector: Vector) -> None:
    given = vector["input"]
    check(INSERTING[given["op"]](given), vector["expect"])


def test_every_vector_of_the_graph_tier_is_run() -> None:
    """What is left are the operations on entries, which the corpus tier answers."""
    operations = {vector["input"]["op"] for vector in vectors("search", HERE)}
    assert operations == {
        *FINDING,
        *INSERTING,
        "build_graph",
        "checkpoint_script",
        "advance_parent",
        *(f"entries_{kind}" for kind in ("find", "consecutive", "session")),
    }
