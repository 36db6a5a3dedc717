"""Continuing, typing sessions and inserting the next match (S-064, S-210, S-311 … S-315)."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings

from search.climb import Climb
from search.closed import ClosedGraph
from search.errors import SingleTokenError
from search.graph import Graph
from search.graph_session import GraphSession, NothingFound
from search.history import DENSE, SPARSE, History
from search.response import Response
from search.sequences import beginning, find_ancestor, find_parent, find_sequence, insert_next_match, text_of
from tests.search import oracle
from tests.search.graphs import handmade, random_graph, random_texts, random_tokens, seeds
from tests.search.test_climb import consistent, found

CASES = 1000


def any_graph(rng: Random) -> Graph:
    """An open or a closed one."""
    return random_graph(rng) if rng.random() < 0.5 else ClosedGraph(random_texts(rng))


def fresh(graph: Graph, text: str) -> Response:
    """A search for a text that may be one atom, and may hold unknown atoms behind the first."""
    return Climb(graph, beginning(graph, graph.known_or_not(text)), text).run().response()


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_continuation(rng: Random) -> None:
    """S-064: equal to a fresh search for the whole query, in every field, also when resumed more than once."""
    graph = any_graph(rng)
    tokens = random_tokens(rng, graph, 2, 5)
    more, other = random_tokens(rng, graph, 1, 3), random_tokens(rng, graph, 1, 3)
    search = rng.choice([find_ancestor, find_parent])
    first = search(graph, tokens)
    second = first.resume(more)
    assert second == search(graph, tokens + more)
    assert first.resume(other) == search(graph, tokens + other), "the first answer can be resumed again"
    assert second.resume(text_of(graph, tuple(other))) == search(
        graph, [*tokens, *more, *graph.tokens_of(text_of(graph, tuple(other)))]
    )


def test_after_a_change_everything_is_searched_again() -> None:
    """S-064, S-314."""
    graph = ClosedGraph(["heldld"])
    response = find_sequence(graph, "hel")
    graph.insert_sequence("hell")
    assert graph.text(response.root) == "heldld"
    assert graph.text(response.resume("l").root) == "hell"


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_typing(rng: Random) -> None:
    """S-064, S-312, S-313: every state of a session equals a fresh search for the same text, unknown atoms included."""
    graph = any_graph(rng)
    session = GraphSession(graph)
    text = ""
    for _ in range(rng.randint(1, 12)):
        if rng.random() < 0.3:
            count = rng.randint(0, 4)
            text = text[: max(len(text) - count, 0)]
            state = session.retract(count)
        else:
            added = "".join(rng.choices("aaabbbccd~", k=rng.randint(1, 4)))
            text += added
            state = session.extend(added)
        assert session.text == text
        if not text:
            assert state is None
        elif graph.atom(text[0]) is None:
            assert state == NothingFound(text)
        else:
            assert state == fresh(graph, text)
            assert isinstance(state, Response)
            consistent(graph, text, state)


def test_a_session_notices_a_change() -> None:
    """S-314: no error, no stale hit, in either direction."""
    graph = ClosedGraph(["heldld"])
    session = GraphSession(graph)
    session.extend("hell")
    graph.insert_sequence("hell")
    after = session.extend("o")
    assert isinstance(after, Response)
    assert (graph.text(after.root), after.checkpoint, after.remaining) == ("hell", 4, "o")
    before = session.retract(2)
    assert isinstance(before, Response)
    assert graph.text(before.root) == "hel"


def test_what_a_session_does_not_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """S-311 a, S-312: typing on behind a mismatch, and taking it back, visit nothing."""
    graph = ClosedGraph(["abcabd", "abx"])
    session = GraphSession(graph)
    session.extend("abc")
    partial = session.extend("z")

    def forbidden(*_: object) -> None:
        raise AssertionError("searched")

    monkeypatch.setattr(ClosedGraph, "continuing", forbidden)
    monkeypatch.setattr(ClosedGraph, "patterns", forbidden)
    longer = session.extend("yy")
    assert isinstance(longer, Response)
    assert longer.remaining == "zyy"
    assert session.retract(2) == partial
    whole = session.retract(1)
    assert isinstance(whole, Response)
    assert whole.exhausted
    assert session.retract(9) is None


def test_a_long_history_is_thinned_out() -> None:
    """S-315: every state up to 4,096, then every 64th and the newest."""
    history: History[int] = History()
    for length in range(1, DENSE + 10 * SPARSE + 6):
        history.add(length, length)
        assert history.newest() == (length, length)
    assert len(history) == DENSE + 10 + 1
    history.cut(DENSE + 3 * SPARSE + 5)
    assert history.newest() == (DENSE + 3 * SPARSE, DENSE + 3 * SPARSE)
    history.cut(17)
    assert history.newest() == (17, 17)
    history.cut(0)
    assert history.newest() is None


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_next_match(rng: Random) -> None:
    """S-210: afterwards the prefix is a vertex, found entire; every text is unchanged; links and patterns agree (S-006)."""
    graph = any_graph(rng)
    tokens = random_tokens(rng, graph, 2)
    query = text_of(graph, tuple(tokens))
    texts = [graph.text(vertex) for vertex in graph.vertices()]
    before = oracle.ancestor(graph, query, first=tokens[0].width)
    result = insert_next_match(graph, tokens)
    prefix = query[: before.checkpoint]
    assert found(graph, result.response) == before
    assert graph.text(result.token) == prefix
    assert (result.outcome == "created") == (prefix not in texts)
    assert (result.outcome == "complete") == (prefix in texts and prefix == query)
    assert [graph.text(vertex) for vertex in graph.vertices()][: len(texts)] == texts
    if len(prefix) > 1:
        after = find_sequence(graph, prefix)
        assert (after.root, after.is_entire) == (result.token, True)
    edges = {
        (child, vertex, number, index)
        for vertex in graph.vertices()
        for number, pattern in enumerate(graph.patterns(vertex))
        for index, child in enumerate(pattern.tokens)
    }
    assert edges == {(vertex, *link) for vertex in graph.vertices() for link in graph.parents(vertex)}
    if result.outcome == "created":
        assert any(link.parent == result.response.root for link in graph.parents(result.token))
        for vertex in graph.vertices():
            assert all(text_of(graph, p.tokens) == graph.text(vertex) for p in graph.patterns(vertex))


def test_next_match_refuses_one_token() -> None:
    """S-012."""
    graph = handmade("ab", [["ab", "ab"]])
    with pytest.raises(SingleTokenError):
        insert_next_match(graph, "a")
