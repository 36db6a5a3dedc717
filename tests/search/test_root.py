"""Walking inside one root (S-032 … S-037), judged by strings; results from the checkpoints (S-103)."""

from __future__ import annotations

from random import Random

from hypothesis import assume, given, settings

from search.checkpointed import Checkpointed
from search.cursor import Matched, Mismatched, QueryCursor
from search.graph import Graph
from search.parent import ParentState, Query
from search.root import RootCursor, Walk, enter, go_on
from search.tokens import ParentLink, Token
from tests.search.graphs import handmade, named, random_graph, random_tokens, seeds
from tests.search.oracle import common_prefix

CASES = 1000


def begun(graph: Graph, query: list[Token], link: ParentLink) -> ParentState | None:
    """The first token of the query matched, the second tried, `link` about to be entered; None for a single token."""
    start: Query = QueryCursor.before(tuple(query))
    first = Checkpointed(start).as_candidate().advance(graph)
    assert first is not None
    tried = first.mark_match().as_candidate().advance(graph)
    if tried is None:
        return None
    return ParentState(link.parent, link.pattern, link.child, (), 0, query[0].width, tried)


def walked(graph: Graph, names: list[str], root: str, child: int) -> Walk | None:
    """Entering the first pattern of `root` at a child."""
    state = begun(graph, named(graph, names), ParentLink(graph.token(root), 0, child))
    assert state is not None
    return enter(graph, state)


def test_a_mismatch_keeps_what_was_confirmed() -> None:
    """S-037: `hel` matches inside the first `ld`, then d ≠ l."""
    graph = handmade("held", [["ld", "ld"], ["heldld", ["h", "e", "ld", "ld"]]])
    walk = walked(graph, ["h", "e", "l", "l"], "heldld", 0)
    assert walk is not None
    assert (walk.end, walk.cursor.matched, walk.cursor.offset(graph)) == ("mismatch", 3, 0)
    at = walk.cursor.child.checkpoint
    assert (at.exit, at.exit_pos, [step.child for step in at.end]) == (2, 2, [0])


def test_the_end_of_the_root_waits_for_a_parent() -> None:
    """S-036: the query's candidate is the next token, not compared yet."""
    graph = handmade("abc", [["ab", "ab"]])
    walk = walked(graph, ["a", "b", "c"], "ab", 0)
    assert walk is not None
    assert walk.end == "root_end"
    assert (walk.cursor.query.checkpoint.atom_position, walk.cursor.query.current.atom_position) == (2, 3)


def test_the_last_child_cannot_be_entered() -> None:
    """S-032, S-109: one has to raise; the state is as before."""
    graph = handmade("abc", [["ab", "ab"]])
    state = begun(graph, named(graph, ["b", "c"]), ParentLink(graph.token("ab"), 0, 1))
    assert state is not None
    assert enter(graph, state) is None
    assert (state.index, state.root_pos) == (1, 1)


@settings(max_examples=CASES)
@given(rng=seeds)
def test_any_walk(rng: Random) -> None:
    """S-035, S-043, S-048: from any child of any pattern, the walk matches exactly as far as the texts agree."""
    graph = random_graph(rng)
    root = rng.choice([vertex for vertex in graph.vertices() if vertex.width > 1])
    number = rng.randrange(len(graph.patterns(root)))
    pattern = graph.patterns(root)[number]
    child = rng.randrange(len(pattern.tokens))
    head = list(pattern.tokens[child : child + rng.randint(1, len(pattern.tokens))])
    query = head + random_tokens(rng, graph, 0, 4)
    state = begun(graph, query, ParentLink(root, number, child))
    assume(state is not None)
    assert state is not None
    walk = enter(graph, state)
    assert (walk is None) == (child == len(pattern.tokens) - 1)
    if walk is None:
        return
    asked = "".join(map(graph.text, query))
    offset = pattern.offsets[child]
    shared = len(common_prefix(asked, graph.text(root)[offset:]))
    at = walk.cursor
    assert (at.root, at.offset(graph), at.matched) == (root, offset, shared)
    assert at.query.checkpoint.atom_position == shared
    assert at.query.checkpoint.state is at.child.checkpoint.state is Matched
    assert (at.query.checkpoint is state.query.checkpoint) == (shared == query[0].width)
    ends = {"exhausted": shared == len(asked), "root_end": offset + shared == root.width, "mismatch": True}
    assert walk.end == next(end for end, holds in ends.items() if holds)
    assert (at.query.current.state is Mismatched) == (walk.end == "mismatch")
    assert go_on(graph, RootCursor(at.query.rollback(), at.child.rollback())).end == walk.end
