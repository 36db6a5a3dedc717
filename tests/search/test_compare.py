"""Comparing and replacing tokens on hand-made states (S-033, S-042, S-121)."""

from __future__ import annotations

import dataclasses
from random import Random

from hypothesis import given, settings

from search.checkpointed import Checkpointed
from search.compare import CompareState, compare
from search.cursor import ChildCursor, Matched, Mismatched, QueryCursor
from search.graph import Graph
from search.parent import Child, Query
from search.tokens import Token
from tests.search.graphs import handmade, random_graph, seeds
from tests.search.oracle import common_prefix

CASES = 1000


def state_of(graph: Graph, target: Token, asked: Token, *, before: int = 0, root: str = "") -> CompareState:
    """`target` as first child of a root against `asked` as first token of a query, after `before` query atoms."""
    links = [link for link in graph.parents(target) if link.child == 0]
    vertex, pattern, _ = next(link for link in links if graph.text(link.parent).endswith(root))
    query: Query = QueryCursor.before((asked,), before)
    child: Child = ChildCursor.before(vertex, pattern)
    tried, under = Checkpointed(query).as_candidate().advance(graph), Checkpointed(child).as_candidate().advance(graph)
    assert tried is not None
    assert under is not None
    return CompareState.of(tried, under)


def step_by_step(*_: object) -> None:
    """Watches, so that nothing is stepped over."""


def test_exactly_four_fields() -> None:
    """S-121."""
    assert [field.name for field in dataclasses.fields(CompareState)] == ["query", "child", "target", "mode"]


def test_the_same_vertex_matches_as_a_whole() -> None:
    """S-033, first line."""
    graph = handmade("abx", [["ab", "ab"], ["abx", ["ab", "x"]]])
    ab = graph.token("ab")
    result = compare(graph, state_of(graph, ab, ab))
    assert result.query.checkpoint.atom_position == result.child.checkpoint.atom_position == 2


def test_two_different_atoms() -> None:
    """S-033, second line: the checkpoints are the objects they were (S-103)."""
    graph = handmade("abx", [["ax", "ax"]])
    state = state_of(graph, graph.token("a"), graph.token("b"))
    result = compare(graph, state)
    assert result.query.checkpoint is state.query.checkpoint
    assert result.child.checkpoint is state.child.checkpoint
    assert (result.query.current.state, result.child.current.state) == (Mismatched, Mismatched)
    assert result.query.current.atom_position == 1


def test_the_wider_side_is_replaced() -> None:
    """S-033, S-042: positions of an alternative count from the checkpoint; the mode names the side."""
    graph = handmade("abcx", [["bc", "bc"], ["bcx", ["bc", "x"]], ["bx", "bx"]])
    wide, narrow = graph.token("bc"), graph.token("b")
    for target, asked, mode in ((wide, narrow, "graph_major"), (narrow, wide, "query_major")):
        state = state_of(graph, target, asked, before=1)
        assert state.mode == mode
        result = compare(graph, state, step_by_step)
        assert result.query.checkpoint.atom_position == 2
        assert result.child.checkpoint.atom_position == 1
        assert result.query.checkpoint.state is Matched


def test_a_stretch_of_tokens_is_stepped_over_at_once() -> None:
    """The same pair unwatched: `b` against `bc`, and the root goes on with `c`; one confirmation on each side."""
    graph = handmade("abcx", [["bc", "bc"], ["bcx", ["b", "c", "x"]]])
    result = compare(graph, state_of(graph, graph.token("b"), graph.token("bc"), root="bcx"))
    assert result.query.checkpoint.atom_position == result.child.checkpoint.atom_position == 2
    assert (result.child.checkpoint.exit, result.child.checkpoint.exit_pos) == (1, 1)
    assert result.query.checkpoint.inside == ()


def test_equal_widths_replace_both_sides() -> None:
    """S-033, last line: `abx` against `aby` share `ab`, the widest piece both know."""
    graph = handmade("abxyz", [["ab", "ab"], ["abx", ["ab", "x"]], ["aby", ["ab", "y"]], ["abxz", ["abx", "z"]]])
    result = compare(graph, state_of(graph, graph.token("abx"), graph.token("aby")))
    assert result.query.checkpoint.atom_position == result.child.checkpoint.atom_position == 2


def test_the_widest_alternative_is_tried_first() -> None:
    """S-033: `abcd` = [a bcd] | [abc d] against the query token `abc`: three atoms at once."""
    graph = handmade(
        "abcdx", [["bc", "bc"], ["abc", ["a", "bc"]], ["bcd", ["bc", "d"]], ["abcd", ["a", "bcd"], ["abc", "d"]]]
    )
    graph.insert_pattern([graph.token("abcd"), graph.token("x")])
    result = compare(graph, state_of(graph, graph.token("abcd"), graph.token("abc")))
    assert result.child.checkpoint.atom_position == 3
    assert [graph.text(step.vertex) for step in result.child.checkpoint.end] == ["abcd"]


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_two_tokens(rng: Random) -> None:
    """S-033, S-103: two tokens match in a common prefix of both, exactly when there is one."""
    graph = random_graph(rng)
    firsts = [v for v in graph.vertices() if any(link.child == 0 for link in graph.parents(v))]
    target = rng.choice(firsts)
    asked = rng.choice(list(graph.vertices()))
    state = state_of(graph, target, asked)
    seen: list[CompareState] = []
    result = compare(graph, state, lambda pair, _: seen.append(pair))
    shared = len(common_prefix(graph.text(target), graph.text(asked)))
    got = result.query.checkpoint.atom_position
    assert got == result.child.checkpoint.atom_position
    assert got <= shared
    assert (got > 0) == (shared > 0)
    if target == asked:
        assert got == target.width
    assert seen[-1] == result
    at_once = compare(graph, state)
    further = at_once.query.checkpoint.atom_position
    assert got <= further == at_once.child.checkpoint.atom_position <= asked.width
    root = graph.text(at_once.child.checkpoint.root)
    assert root[:further] == graph.text(asked)[:further]
    for pair in seen:
        assert pair.query.checkpoint.atom_position <= pair.query.current.atom_position <= asked.width
