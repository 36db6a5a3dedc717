"""The search in open graphs against brute force (Parts A3 … A7, S-124)."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.checkpointed import Checkpointed
from search.cursor import Matched
from search.errors import EmptyQueryError, IncompleteMatchError, SingleTokenError
from search.graph import Graph
from search.parent import Query
from search.response import Response
from search.sequences import find_ancestor, find_consecutive, find_parent, find_sequence, text_of
from search.steps import Recorder
from search.tokens import Token
from tests.search import oracle
from tests.search.graphs import LETTERS, handmade, named, random_graph, random_tokens, seeds

CASES = 1000
CORNERS = handmade("helox", [["hello", "hello"]])
TABLE = handmade("abcghi", [["ab", "ab"], ["abc", ["ab", "c"]], ["ghi", "ghi"]])


def found(graph: Graph, response: Response) -> oracle.Found:
    """The part of a response that the oracle gives."""
    return oracle.Found(
        graph.text(response.root), response.root_start, response.checkpoint, response.match_start, response.stop
    )


def consistent(graph: Graph, query: str, response: Response) -> None:
    """S-043, S-045, S-048, S-050: whatever was found."""
    length = response.checkpoint - response.match_start
    root = graph.text(response.root)
    assert response.width == len(root)
    assert length == response.root_end - response.root_start
    assert root[response.root_start : response.root_end] == query[response.match_start : response.checkpoint]
    assert (response.coverage == "entire") == (length == response.width)
    assert response.exhausted == (response.stop == "exhausted") == (response.checkpoint == len(query))
    assert response.remaining == query[response.checkpoint :]
    assert (response.cursor > response.checkpoint) == (response.stop == "root_end")
    assert response.cursor <= len(query)
    assert response.query.checkpoint.atom_position == response.checkpoint
    path = response.path
    expected = oracle.shortest_path(graph, response.root, response.root_start, response.root_end)
    assert (path and (path.pattern, path.entry, path.exit, path.start, path.end)) == expected


def indices(tokens: list[Token], response: Response) -> tuple[int, int, int]:
    """S-045, S-046 from the token borders: checkpoint_index, cursor, cursor_index."""
    ends = [sum(token.width for token in tokens[: n + 1]) for n in range(len(tokens))]
    last = next(n for n, end in enumerate(ends) if end >= response.checkpoint)
    if response.stop != "root_end":
        return last, response.checkpoint, last
    if response.checkpoint == ends[last]:
        return last, ends[last + 1], last + 1
    return last, response.checkpoint + 1, last


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_query(rng: Random) -> None:
    """A3 in open graphs, tokens and atoms alike (S-014), with the bookkeeping of S-045 and S-046."""
    graph = random_graph(rng)
    tokens = random_tokens(rng, graph, 2)
    text = text_of(graph, tuple(tokens))
    by_tokens, by_atoms = find_ancestor(graph, tokens), find_sequence(graph, text)
    assert found(graph, by_tokens) == oracle.ancestor(graph, text, first=tokens[0].width)
    assert found(graph, by_atoms) == oracle.ancestor(graph, text)
    for response, pieces in ((by_tokens, tokens), (by_atoms, list(graph.tokens_of(text)))):
        consistent(graph, text, response)
        assert (response.checkpoint_index, response.cursor, response.cursor_index) == indices(pieces, response)


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_parent(rng: Random) -> None:
    """S-061: all direct parents are compared, nothing above them is visited."""
    graph = random_graph(rng)
    tokens = random_tokens(rng, graph, 2)
    response = find_parent(graph, tokens)
    assert found(graph, response) == oracle.parent(graph, tokens)
    consistent(graph, text_of(graph, tuple(tokens)), response)


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_consecutive(rng: Random) -> None:
    """S-062: pieces without a gap, each the longest at its place; together they are the query."""
    graph = random_graph(rng)
    tokens = random_tokens(rng, graph, 1)
    text = text_of(graph, tuple(tokens))
    borders = [sum(token.width for token in tokens[:n]) for n in range(len(tokens))]
    at = 0
    for response in find_consecutive(graph, tokens):
        first = tokens[borders.index(at)].width if at in borders else 1
        assert found(graph, response) == oracle.ancestor(graph, text, at, first)
        consistent(graph, text, response)
        at = response.checkpoint
    assert at == len(text)


@settings(max_examples=CASES)
@given(rng=seeds, direct=st.booleans())
def test_every_recorded_step(rng: Random, direct: bool) -> None:
    """S-124: S-043, S-048 and S-103 hold in every step; recording changes no answer (S-067)."""
    graph = random_graph(rng)
    tokens = random_tokens(rng, graph, 2)
    text = text_of(graph, tuple(tokens))
    recorder = Recorder()
    search = find_parent if direct else find_ancestor
    response = search(graph, tokens, recorder=recorder)
    assert response == search(graph, tokens)
    assert recorder.steps[0].kind == "start"
    assert recorder.steps[-1].kind == "done"
    for step in recorder.steps:
        holds(text, step.query)
        if step.child is None:
            continue
        at = step.child.checkpoint
        assert at.state is Matched
        assert at.atom_position == step.query.checkpoint.atom_position <= step.child.current.atom_position
        borders = graph.patterns(at.root)[at.pattern].offsets
        start = borders[at.entry] + sum(graph.patterns(s.vertex)[s.pattern].offsets[s.child] for s in at.start)
        assert graph.text(at.root)[start : start + at.atom_position] == text[: at.atom_position]
    boards = [step.query.checkpoint for step in recorder.steps if step.kind in ("replace", "mismatch")]
    confirmed = {id(step.query.checkpoint) for step in recorder.steps if step.kind in ("start", "match")}
    assert {id(board) for board in boards} <= confirmed, "only mark_match makes a checkpoint"


def holds(text: str, query: Checkpointed[Query]) -> None:
    """S-043, S-103 for the query side of one step."""
    assert query.checkpoint.state is Matched
    assert 0 <= query.checkpoint.atom_position <= query.current.atom_position <= len(text)


def test_the_longest_match_wins() -> None:
    """S-028: aaaa is found although the climb meets aaa first."""
    graph = handmade("a", [["aa", "aa"], ["aaa", ["aa", "a"]], ["aaaa", ["aa", "aa"]]])
    assert find_sequence(graph, "aaaa").expect_entire() == graph.token("aaaa")


@pytest.mark.parametrize(
    ("query", "coverage", "exhausted", "checkpoint"),
    [
        ("hello", "entire", True, 5),
        ("hel", "prefix", True, 3),
        ("hellox", "entire", False, 5),
        ("hex", "prefix", False, 2),
    ],
)
def test_two_independent_questions(query: str, coverage: str, exhausted: bool, checkpoint: int) -> None:
    """S-024: all four corners; S-066: only one of them is a whole vertex."""
    response = find_sequence(CORNERS, query)
    assert (response.coverage, response.exhausted, response.checkpoint) == (coverage, exhausted, checkpoint)
    assert response.is_entire == (query == "hello")
    if response.is_entire:
        assert response.expect_entire() == CORNERS.token("hello")
    else:
        with pytest.raises(IncompleteMatchError) as caught:
            response.expect_entire()
        assert caught.value.response is response


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("a b", ("ab", 2, 1, 2, 1, "", "exhausted")),
        ("a b c", ("abc", 3, 2, 3, 2, "", "exhausted")),
        ("a b c c", ("abc", 3, 2, 4, 3, "c", "root_end")),
        ("ab c", ("abc", 3, 1, 3, 1, "", "exhausted")),
        ("g h i a b c", ("ghi", 3, 2, 4, 3, "abc", "root_end")),
    ],
)
def test_off_by_one(names: str, expected: tuple[object, ...]) -> None:
    """S-047."""
    response = find_ancestor(TABLE, named(TABLE, names.split()))
    assert row(response) == expected


def row(response: Response) -> tuple[object, ...]:
    """A line of the table of S-047."""
    return (
        TABLE.text(response.root),
        response.checkpoint,
        response.checkpoint_index,
        response.cursor,
        response.cursor_index,
        response.remaining,
        response.stop,
    )


def test_off_by_one_in_the_second_piece() -> None:
    """S-047, last line: positions stay absolute (S-040)."""
    pieces = find_consecutive(TABLE, "ghiabc")
    assert [piece.match_start for piece in pieces] == [0, 3]
    assert row(pieces[1]) == ("abc", 6, 5, 6, 5, "", "exhausted")


@pytest.mark.parametrize("search", [find_ancestor, find_parent])
def test_refused_queries(search: object) -> None:
    """S-011, S-012: for an atom and for a composite alike."""
    assert callable(search)
    with pytest.raises(EmptyQueryError):
        search(TABLE, "")
    for token in named(TABLE, ["a", "abc"]):
        with pytest.raises(SingleTokenError) as caught:
            search(TABLE, [token])
        assert caught.value.token == token


def test_searching_leaves_the_graph_alone() -> None:
    """S-007."""
    graph = handmade("abcdefghi", LETTERS)
    before = graph.revision, len(graph)
    response = find_sequence(graph, "abcdefx".replace("x", "a"))
    assert response.path is not None
    assert (graph.revision, len(graph)) == before


def test_a_place_is_visited_once() -> None:
    """S-038: four links lead from `a` and `ab` to the left border of `abcd`, and one visit."""
    graph = handmade("abcdx", [["ab", "ab"], ["abcd", ["ab", "c", "d"], ["a", "b", "c", "d"]]])
    graph.add_pattern(graph.token("abcd"), [graph.token("ab"), graph.insert_pattern(named(graph, "cd"))])
    recorder = Recorder()
    find_ancestor(graph, "abx", recorder=recorder)
    visited = [graph.text(step.vertex) for step in recorder.steps if step.kind == "visit"]
    assert visited == ["ab", "abcd"]


def test_the_start_step_touches_only_what_can_match() -> None:
    """S-038: with 2,000 parents of the start atom, one is entered."""
    graph = handmade("ab")
    characters = [chr(0x4E00 + n) for n in range(2000)]
    graph.insert_patterns([[graph.token("a"), *graph.insert_atoms(character)] for character in characters])
    graph.insert_pattern(graph.insert_atoms("ab"))
    assert len(list(graph.continuing(graph.token("a"), "b"))) == 1
    assert graph.text(find_sequence(graph, "ab").root) == "ab"
