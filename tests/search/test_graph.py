"""Vertices, patterns, parent links and refusals of hand-made graphs (Part A1)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import (
    EmptyQueryError,
    PatternMismatchError,
    PatternTooShortError,
    UnknownAtomError,
    UnknownTokenError,
)
from search.graph import HandmadeGraph
from search.tokens import ParentLink, Token
from tests.search.graphs import handmade, named

ABC = ("abc", [["ab", ["a", "b"]], ["bc", ["b", "c"]], ["abc", ["ab", "c"], ["a", "bc"]]])


def picture(graph: HandmadeGraph) -> object:
    """Everything that can be seen of a graph."""
    return [
        (graph.text(vertex), vertex.width, list(graph.patterns(vertex)), sorted(map(repr, graph.parents(vertex))))
        for vertex in graph.vertices()
    ], graph.revision


def test_atoms_are_code_points() -> None:
    """S-001: one vertex per code point, no normalisation."""
    graph = handmade("aéea\u0301")
    assert [graph.text(vertex) for vertex in graph.vertices()] == ["a", "é", "e", "\u0301"]


def test_tokens_are_equal_by_id() -> None:
    """S-002."""
    assert Token(3, 1) == Token(3, 2)
    assert Token(3, 1) != Token(4, 1)


def test_several_readings_of_one_text() -> None:
    """S-003, S-006: both patterns, and a link for every occurrence."""
    graph = handmade(*ABC)
    abc, ab, a = named(graph, ["abc", "ab", "a"])
    assert [[graph.text(token) for token in pattern.tokens] for pattern in graph.patterns(abc)] == [
        ["ab", "c"],
        ["a", "bc"],
    ]
    assert list(graph.parents(ab)) == [ParentLink(abc, 0, 0)]
    assert set(graph.parents(a)) == {ParentLink(ab, 0, 0), ParentLink(abc, 1, 0)}
    assert [pattern.offsets for pattern in graph.patterns(abc)] == [(0, 2), (0, 1)]


def test_a_token_twice_gives_two_links() -> None:
    """S-006."""
    graph = handmade("a", [["aa", ["a", "a"]]])
    aa = graph.token("aa")
    assert sorted(graph.parents(graph.token("a"))) == [ParentLink(aa, 0, 0), ParentLink(aa, 0, 1)]


def test_links_are_bucketed_by_what_follows() -> None:
    """S-038: only links that can go on with the atom, and those at the right border."""
    graph = handmade("abc", [["ab", ["a", "b"]], ["ac", ["a", "c"]], ["ca", ["c", "a"]]])
    ab, ca, a = named(graph, ["ab", "ca", "a"])
    assert list(graph.continuing(a, "b")) == [ParentLink(ab, 0, 0), ParentLink(ca, 0, 1)]


def test_the_same_pattern_again_changes_nothing() -> None:
    """S-004, S-007: not even the revision."""
    graph = handmade(*ABC)
    before = picture(graph)
    assert graph.insert_pattern(named(graph, ["ab", "c"])) == graph.token("abc")
    assert picture(graph) == before


def test_a_new_reading_belongs_to_the_old_vertex() -> None:
    """S-004: one vertex per text."""
    graph = handmade("abc", [["ab", ["a", "b"]], ["abc", ["ab", "c"]], ["bc", ["b", "c"]]])
    revision = graph.revision
    assert graph.insert_pattern(named(graph, ["a", "bc"])) == graph.token("abc")
    assert len(graph.patterns(graph.token("abc"))) == 2
    assert graph.revision > revision


@pytest.mark.parametrize(
    ("names", "error"),
    [([], PatternTooShortError), (["a"], PatternTooShortError)],
)
def test_short_patterns_are_refused(names: list[str], error: type[Exception]) -> None:
    """S-005: the graph stays exactly as it was."""
    graph = handmade(*ABC)
    before = picture(graph)
    with pytest.raises(error):
        graph.insert_pattern(named(graph, names))
    assert picture(graph) == before


def test_unknown_tokens_are_refused() -> None:
    """S-005, also in the last of several patterns, and for an id with another width."""
    graph = handmade(*ABC)
    before = picture(graph)
    a = graph.token("a")
    for stranger in (Token(99, 1), Token(-1, 1), Token(a.id, 2)):
        with pytest.raises(UnknownTokenError) as caught:
            graph.insert_patterns([[a, a], [a, stranger]])
        assert caught.value.token is stranger
    assert picture(graph) == before


def test_another_text_is_refused() -> None:
    """S-005: the error carries both texts as facts, and its sentence none of them (P-116)."""
    graph = handmade(*ABC)
    before = picture(graph)
    with pytest.raises(PatternMismatchError) as caught:
        graph.add_pattern(graph.token("ab"), named(graph, ["bc", "a"]))
    assert (caught.value.expected, caught.value.got) == ("ab", "bca")
    assert "bca" not in caught.value.message + caught.value.hint
    assert picture(graph) == before


def test_queries_in_both_forms() -> None:
    """S-010, S-011, S-013."""
    graph = handmade(*ABC)
    assert graph.tokens_of("ab") == tuple(named(graph, "ab"))
    assert graph.tokens_of(named(graph, ["ab", "c"])) == tuple(named(graph, ["ab", "c"]))
    with pytest.raises(UnknownAtomError) as caught:
        graph.tokens_of("abxy")
    assert (caught.value.atom, caught.value.index, caught.value.code) == ("x", 2, "unknown_atom")
    with pytest.raises(EmptyQueryError):
        graph.tokens_of("")
    with pytest.raises(EmptyQueryError):
        graph.tokens_of([])


@given(st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=4), max_size=12))
def test_links_and_patterns_are_the_same_edges(plan: list[list[int]]) -> None:
    """S-003, S-006: whatever was built, both sides list the same edges, and every pattern reads the vertex's text."""
    graph = handmade("abc")
    for numbers in plan:
        graph.insert_pattern([graph.vertex(number % len(graph)) for number in numbers])
    edges = Counter(
        (child, ParentLink(vertex, number, index))
        for vertex in graph.vertices()
        for number, pattern in enumerate(graph.patterns(vertex))
        for index, child in enumerate(pattern.tokens)
    )
    assert edges == Counter((vertex, link) for vertex in graph.vertices() for link in graph.parents(vertex))
    for vertex in graph.vertices():
        assert vertex.width == len(graph.text(vertex))
        assert (vertex.width == 1) == (not graph.patterns(vertex))
        for pattern in graph.patterns(vertex):
            assert "".join(map(graph.text, pattern.tokens)) == graph.text(vertex)
    texts = [graph.text(vertex) for vertex in graph.vertices()]
    assert len(texts) == len(set(texts))
