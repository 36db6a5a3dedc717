"""Graphs built from texts, against brute force (Part C)."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings

from search.automaton import Automaton
from search.closed import ClosedGraph
from search.errors import EmptyQueryError, ScopeTooLargeError
from search.graph import Graph
from search.path import match_path
from search.response import Response
from search.sequences import find_ancestor, find_sequence, text_of
from search.steps import Recorder
from search.tokens import Token
from tests.search import oracle
from tests.search.graphs import random_texts, random_tokens, seeds
from tests.search.test_climb import consistent, found, holds, indices

CASES = 1000


def composites(graph: ClosedGraph) -> set[str]:
    return {graph.text(vertex) for vertex in graph.vertices() if vertex.width > 1}


def links(graph: ClosedGraph) -> dict[str, list[tuple[str, int]]]:
    return {
        graph.text(vertex): [(graph.text(child), offset) for child, offset in graph.links(vertex)]
        for vertex in graph.vertices()
        if vertex.width > 1
    }


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("heldld", "ld heldld"),
        ("heldld hell", "ld hel hell heldld"),
        ("abcabcabc", "abc abcabc abcabcabc"),
        ("hypergraph hyper graph", "hyper graph hypergraph"),
        ("abcdefghi abc", "abc abcdefghi"),
        ("abcde bcdea cdeab", "ab cde bcde cdea abcde bcdea cdeab"),
        ("aabbaabb", "aabb aabbaabb"),
        ("mississippi", "issi mississippi"),
        ("xion yion", "ion xion yion"),
    ],
)
def test_the_table_of_vertices(texts: str, expected: str) -> None:
    """S-201, S-202."""
    assert composites(ClosedGraph(texts.split())) == set(expected.split())


def test_the_split() -> None:
    """S-203: an old text gains the link, and reads in two ways (S-207)."""
    graph = ClosedGraph(["heldld"])
    assert links(graph)["heldld"] == [("ld", 2), ("ld", 4)]
    before = graph.token("ld")
    graph.insert_sequence("hell")
    assert links(graph)["heldld"] == [("hel", 0), ("ld", 2), ("ld", 4)]
    assert graph.token("ld") == before, "ids never change (S-007)"
    readings = [" ".join(map(graph.text, pattern.tokens)) for pattern in graph.patterns(graph.token("heldld"))]
    assert readings == ["hel d ld", "h e ld ld"]


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_texts(rng: Random) -> None:
    """S-201 … S-207: vertices, links, outcomes and patterns are what the definitions say, after every insertion."""
    texts = random_texts(rng)
    graph = ClosedGraph()
    for number, text in enumerate(texts):
        existed = graph.find(text) is not None
        revision = graph.revision
        outcome = graph.insert_sequence(text)
        assert (outcome.created, outcome.token.width) == (not existed, len(text))
        assert graph.text(outcome.token) == text
        assert graph.is_text(outcome.token)
        assert (graph.revision > revision) == (text not in texts[:number])
    assert composites(graph) == oracle.vertices(texts)
    assert links(graph) == oracle.links(texts)
    assert graph.texts == list(dict.fromkeys(texts))
    well_formed(graph)


def well_formed(graph: ClosedGraph) -> None:
    """S-003, S-006, S-207: every pattern reads the vertex; every link is a child; links are listed from both sides."""
    edges: set[tuple[object, ...]] = set()
    for vertex in graph.vertices():
        assert graph.find(graph.text(vertex)) == vertex
        assert graph.first_atom(vertex) == graph.text(vertex)[0]
        assert (vertex.width == 1) == (not graph.patterns(vertex))
        assert len(set(graph.patterns(vertex))) == len(graph.patterns(vertex))
        for number, pattern in enumerate(graph.patterns(vertex)):
            assert len(pattern.tokens) > 1
            assert text_of(graph, pattern.tokens) == graph.text(vertex)
            edges.update((child, vertex, number, index) for index, child in enumerate(pattern.tokens))
        children = {pair for p in graph.patterns(vertex) for pair in zip(p.tokens, p.offsets, strict=True)}
        assert set(graph.links(vertex)) <= children
    assert edges == {(vertex, *link) for vertex in graph.vertices() for link in graph.parents(vertex)}


@settings(max_examples=CASES)
@given(rng=seeds)
def test_order_does_not_matter(rng: Random) -> None:
    """S-204: nor does inserting twice, or all at once."""
    texts = random_texts(rng)
    others = texts + texts[:2]
    rng.shuffle(others)
    one, other = ClosedGraph(texts), ClosedGraph(others)
    assert composites(one) == composites(other)
    assert links(one) == links(other)


@settings(max_examples=CASES)
@given(rng=seeds)
def test_climb_and_walk_agree(rng: Random) -> None:
    """S-215, S-208: the climb, recorded or not, the automaton and brute force; by tokens and by atoms; S-124."""
    graph = ClosedGraph(random_texts(rng))
    for _ in range(4):
        tokens = random_tokens(rng, graph, 2)
        text = text_of(graph, tuple(tokens))
        by_tokens, by_atoms = find_ancestor(graph, tokens), find_sequence(graph, text)
        assert found(graph, by_tokens) == oracle.ancestor(graph, text, first=tokens[0].width)
        assert found(graph, by_atoms) == oracle.ancestor(graph, text)
        for response, pieces in ((by_tokens, tokens), (by_atoms, list(graph.tokens_of(text)))):
            consistent(graph, text, response)
            assert (response.checkpoint_index, response.cursor, response.cursor_index) == indices(pieces, response)
        assert graph.lookup(text) == (by_atoms.root, by_atoms.root_start, by_atoms.checkpoint)
        recorded_alike(graph, text, by_atoms)


def recorded_alike(graph: Graph, text: str, response: Response) -> None:
    """S-124, and recording changes no answer."""
    recorder = Recorder()
    assert find_ancestor(graph, text, recorder=recorder) == response
    for step in recorder.steps:
        holds(text, step.query)
        if step.child is not None:
            assert step.child.checkpoint.atom_position == step.query.checkpoint.atom_position


@settings(max_examples=CASES)
@given(rng=seeds)
def test_the_smallest_text_around_the_root(rng: Random) -> None:
    """S-322, the graph's half: best entry and checkpoint by brute force over the texts alone."""
    texts = random_texts(rng)
    graph = ClosedGraph(texts)
    query = text_of(graph, tuple(random_tokens(rng, graph, 2)))
    response = find_sequence(graph, query)
    length = max(n for n in range(len(query) + 1) if any(query[:n] in text for text in texts))
    assert response.checkpoint == length
    if length > 1:
        around = graph.texts_around(response.root)
        assert {graph.text(token) for token in around} == {text for text in texts if query[:length] in text}
        assert [token.width for token in around] == sorted(token.width for token in around)


def test_refusals_leave_the_graph_alone() -> None:
    """S-011, S-209, S-211: all or none."""
    graph = ClosedGraph(["abc"], limit=8)
    before = composites(graph), graph.revision, len(graph)
    for texts, error in ((["xy", ""], EmptyQueryError), (["xyz", "xyzx"], ScopeTooLargeError)):
        with pytest.raises(error):
            graph.insert_sequences(texts)
        assert (composites(graph), graph.revision, len(graph)) == before
        assert graph.atom("x") is None
    graph.insert_sequences(["xyz", "xyz", "abc", "xy"])
    assert composites(graph) == {"abc", "xy", "xyz"}


def test_a_new_text_costs_its_own_length() -> None:
    """S-214: it touches at most a few states per atom, in a small graph and in one forty times as large."""
    rng = Random(1)
    words = ["".join(rng.choices("abcdefgh", k=30)) for _ in range(400)]
    text = "".join(rng.choices("abcdefgh", k=50))
    for size in (10, 400):
        automaton = Automaton()
        for word in words[:size]:
            automaton.insert(word)
        _, touched = automaton.insert(text)
        assert len(touched) < 8 * len(text)


@settings(max_examples=CASES)
@given(rng=seeds)
def test_containers_are_where_the_links_are(rng: Random) -> None:
    """S-203 seen from below, for wider vertices: also after clones have moved the tree of suffixes."""
    graph = ClosedGraph(random_texts(rng))
    above: dict[Token, set[Token]] = {}
    for vertex in graph.vertices():
        for child, _ in graph.links(vertex):
            above.setdefault(child, set()).add(vertex)
    for vertex in graph.vertices():
        if vertex.width > 1:
            assert set(graph.containers(vertex)) == above.get(vertex, set())


def test_a_path_through_many_readings() -> None:
    """S-050: 60 nested vertices with two readings each have 2**60 ways down; a place is looked at once."""
    graph = ClosedGraph(["a" * 60])
    path = match_path(graph, graph.token("a" * 60), 20, 40)
    assert path is not None
    assert (len(path.start), len(path.end)) == (20, 19)


def test_a_long_run_of_one_atom() -> None:
    """S-214: links and patterns are worked out per vertex: 20,000 nested vertices do not cost their squared length."""
    graph = ClosedGraph(["a" * 20_000])
    response = find_sequence(graph, "a" * 12)
    assert (graph.text(response.root), response.coverage) == ("a" * 12, "entire")
