"""`Checkpointed` with both cursors through one suite (S-100 … S-108, S-125)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.checkpointed import Checkpointed
from search.cursor import Candidate, ChildCursor, Matched, Mismatched, QueryCursor
from search.errors import InvalidTransitionError
from search.graph import Graph, HandmadeGraph
from search.tokens import Token
from tests.search.graphs import for_tokens, named

CASES = 1000
Factory = Callable[[list[str], int], tuple[Graph, Checkpointed[Any]]]


def in_query(names: list[str], position: int = 0) -> tuple[Graph, Checkpointed[Any]]:
    """Before the first token of a query."""
    graph = for_tokens(names)
    return graph, Checkpointed(QueryCursor.before(tuple(named(graph, names)), position))


def in_index(names: list[str], position: int = 0) -> tuple[Graph, Checkpointed[Any]]:
    """Before the first child of a root made of the same tokens."""
    graph = for_tokens(names)
    root, number = root_of(graph, names)
    return graph, Checkpointed(ChildCursor.before(root, number, position))


def root_of(graph: HandmadeGraph, names: list[str]) -> tuple[Token, int]:
    """A vertex with the pattern `names`, and the number of that pattern."""
    tokens = tuple(named(graph, names))
    root = graph.insert_pattern(tokens)
    return root, [pattern.tokens for pattern in graph.patterns(root)].index(tokens)


BOTH = pytest.mark.parametrize("cursor", [in_query, in_index])
WORDS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=2, max_size=5)
METHODS = ("as_candidate", "advance", "alternatives", "narrow", "mark_match", "mark_mismatch", "rollback")


def matched(graph: Graph, at: Checkpointed[Any], times: int) -> Checkpointed[Any]:
    """`at` after so many confirmed tokens."""
    for _ in range(times):
        tried = at.as_candidate().advance(graph)
        assert tried is not None
        at = tried.mark_match()
    return at


@BOTH
def test_a_walk(cursor: Factory) -> None:
    """S-105, S-042: the candidate counts the token under test, the checkpoint does not; a mismatch adds nothing."""
    graph, start = cursor(["g", "h", "i", "a"], 0)
    at = matched(graph, start, 3)
    assert (at.checkpoint.atom_position, at.checkpoint.index) == (3, 2)
    tried = at.as_candidate().advance(graph)
    assert tried is not None
    assert (tried.current.atom_position, tried.current.index, tried.current.state) == (4, 3, Candidate)
    refused = tried.mark_mismatch()
    assert refused.checkpoint is at.checkpoint
    assert (refused.current.state, refused.current.atom_position) == (Mismatched, 4)


@BOTH
def test_the_end_is_no_error(cursor: Factory) -> None:
    """S-106: None, and the value is as before."""
    graph, start = cursor(["a", "bc"], 0)
    at_end = matched(graph, start, 2).as_candidate()
    before = dataclasses.replace(at_end)
    assert at_end.advance(graph) is None
    assert at_end == before


@BOTH
@pytest.mark.parametrize("method", ["advance", "alternatives", "narrow", "mark_match", "mark_mismatch"])
def test_without_a_live_candidate_nothing_moves(cursor: Factory, method: str) -> None:
    """S-108: at the checkpoint, after a match, after a mismatch."""
    graph, start = cursor(["a", "b"], 0)
    tried = start.as_candidate().advance(graph)
    assert tried is not None
    for value in (start, tried.mark_match(), tried.mark_mismatch(), tried.rollback()):
        with pytest.raises(InvalidTransitionError) as caught:
            call(value, method, graph)
        assert caught.value.kind == "invalid_transition"


@BOTH
def test_alternatives_count_from_the_checkpoint(cursor: Factory) -> None:
    """S-033, S-042: `bc` replaced by `b` stands at 1 + 1, not at 3 + 1; then `c` at 3."""
    graph, start = cursor(["a", "bc"], 0)
    tried = matched(graph, start, 1).as_candidate().advance(graph)
    assert tried is not None
    assert tried.current.atom_position == 3
    (smaller,) = tried.alternatives(graph)
    assert (smaller.current.atom_position, smaller.current.index) == (2, 1)
    assert smaller.alternatives(graph) == ()
    last = smaller.mark_match().as_candidate().advance(graph)
    assert last is not None
    assert (last.checkpoint.atom_position, last.current.atom_position) == (2, 3)
    assert last.mark_match().as_candidate().advance(graph) is None


@BOTH
def test_alternatives_are_widest_first(cursor: Factory) -> None:
    """S-033: one per pattern, the same first child once."""
    names = ["a", "bcd"]
    graph, start = cursor(names, 0)
    assert isinstance(graph, HandmadeGraph)
    bc, cd, b, c, d = (
        graph.insert_pattern(named(graph, "bc")),
        graph.insert_pattern(named(graph, "cd")),
        *named(graph, "bcd"),
    )
    for tokens in ([bc, d], [b, cd]):
        graph.add_pattern(graph.token("bcd"), tokens)
    tried = matched(graph, start, 1).as_candidate().advance(graph)
    assert tried is not None
    assert [graph.text(other.current.token) for other in tried.alternatives(graph)] == ["bc", "b"]
    assert graph.text(tried.narrow(graph).current.token) == "b"
    assert c in graph.patterns(bc)[0].tokens


def call(value: Checkpointed[Any], method: str, graph: Graph) -> Checkpointed[Any] | None:
    """One method by name; the first of the alternatives; None where there is nothing to go to."""
    if method == "alternatives":
        found = value.alternatives(graph)
        return found[0] if found else None
    if method in ("advance", "narrow"):
        made: Checkpointed[Any] | None = getattr(value, method)(graph)
        return made
    result: Checkpointed[Any] = getattr(value, method)()
    return result


@BOTH
@settings(max_examples=CASES)
@given(names=WORDS, position=st.integers(0, 100), script=st.lists(st.sampled_from(METHODS), max_size=24))
def test_any_script(cursor: Factory, names: list[str], position: int, script: list[str]) -> None:
    """S-125 with S-043, S-103, S-104, S-107: whatever is called in whatever order, on either side."""
    graph, at = cursor(names, position)
    length = position + sum(map(len, names))
    for method in script:
        before = dataclasses.replace(at)
        live = at.current.state is Candidate
        try:
            after = call(at, method, graph)
        except InvalidTransitionError:
            tried = at.current
            one_ahead = tried.token and tried.atom_position == at.checkpoint.atom_position + tried.token.width
            assert not live or (method in ("alternatives", "narrow") and not one_ahead)
            assert method not in ("as_candidate", "rollback")
            after = None
        assert at == before, "nothing mutates in place"
        if after is None:
            continue
        assert after.checkpoint.state is Matched
        assert at.checkpoint.atom_position <= after.checkpoint.atom_position <= after.current.atom_position <= length
        assert (after.checkpoint is at.checkpoint) == (method != "mark_match")
        if method == "advance":
            assert after.current.token is not None
            assert after.current.atom_position == at.current.atom_position + after.current.token.width
        elif method in ("mark_match", "mark_mismatch"):
            assert after.current.atom_position == at.current.atom_position
        assert after.rollback() == at.rollback() or method == "mark_match"
        at = after


@BOTH
@settings(max_examples=CASES)
@given(names=WORDS, begin=st.integers(0, 4), end=st.integers(1, 5), other=st.text("abc", min_size=2, max_size=4))
def test_over_is_so_many_advances(cursor: Factory, names: list[str], begin: int, end: int, other: str) -> None:
    """S-104: stepping over a wider token equals advancing once per piece; a text that does not fit is no step."""
    graph, start = cursor(names, 0)
    assert isinstance(graph, HandmadeGraph)
    begin = min(begin, len(names) - 1)
    pieces = names[begin : max(end, begin + 2)]
    fits = graph.insert_pattern(named(graph, pieces)) if len(pieces) > 1 else None
    tried = matched(graph, start, begin).as_candidate().advance(graph)
    assert tried is not None
    if fits:
        one_by_one = tried
        for _ in pieces[1:]:
            one_by_one = one_by_one.advance(graph) or one_by_one
        assert tried.over(graph, fits) == one_by_one
    strange = graph.find(other)
    rest = ["".join(names[begin:last]) for last in range(begin + 1, len(names) + 1)]
    if strange and other not in rest:
        assert tried.over(graph, strange) is None


@BOTH
@settings(max_examples=CASES)
@given(names=WORDS, done=st.integers(0, 5), further=st.integers(0, 5), refuse=st.booleans())
def test_rollback_is_exact(cursor: Factory, names: list[str], done: int, further: int, refuse: bool) -> None:
    """S-107: with any number of advances or a mismatch in between, and the second attempt starts where the first did."""
    graph, start = cursor(names, 0)
    at = matched(graph, start, min(done, len(names)))
    tried = at.as_candidate()
    for _ in range(further):
        tried = tried.advance(graph) or tried
    back = (tried.mark_mismatch() if refuse else tried).rollback()
    assert back == at.rollback()
    assert back.checkpoint is at.checkpoint
    assert back.as_candidate().advance(graph) == at.as_candidate().advance(graph)


def test_the_type_is_frozen() -> None:
    """S-126, S-103."""
    _, at = in_query(["a", "b"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        at.candidate = None  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        at.checkpoint.atom_position = 4
