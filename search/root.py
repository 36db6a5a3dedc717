"""Top-down: walking to the right inside one root while the query keeps agreeing (S-032 … S-037)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from search.compare import CompareState, compare
from search.cursor import Mismatched

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.checkpointed import Checkpointed
    from search.graph import Graph
    from search.parent import Child, ParentState, Query
    from search.tokens import Step, Token

Watch: TypeAlias = "Callable[[CompareState, CompareState | None], None] | None"
End = Literal["exhausted", "mismatch", "root_end"]


@dataclass(frozen=True, slots=True)
class RootCursor:
    """Both cursors of a walk. What it has found is read from the two checkpoints and nothing else."""

    query: Checkpointed[Query]
    child: Checkpointed[Child]

    @property
    def root(self) -> Token:
        """The vertex walked in."""
        return self.child.checkpoint.root

    @property
    def matched(self) -> int:
        """Confirmed atoms, counted from where the match begins."""
        return self.child.checkpoint.atom_position

    def offset(self, graph: Graph) -> int:
        """Where the match begins in the root."""
        at = self.child.checkpoint
        entry = graph.patterns(at.root)[at.pattern].offsets[at.entry]
        return entry + sum(left_border(graph, step) for step in at.start)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk ended, and why.

    `exhausted`: the query is used up. `mismatch`: conclusive for this root (S-037). `root_end`: the root is used up, and
    the query's candidate waits to be compared by a parent (S-036).
    """

    cursor: RootCursor
    end: End


def enter(graph: Graph, state: ParentState, watch: Watch = None) -> Walk | None:
    """Step from the child that holds the match into its right neighbour and go on; None at the last child (S-032).

    The walk has matched nothing here if its query checkpoint is the object that `state` has.
    """
    child = state.advance(graph)
    return None if child is None else _compared(graph, state.query, child, watch)


def go_on(graph: Graph, at: RootCursor, watch: Watch = None) -> Walk:
    """Walk from the checkpoints of `at` to the next mismatch, border or end of the query (S-035)."""
    query = at.query.as_candidate().advance(graph)
    if query is None:
        return Walk(at, "exhausted")
    child = at.child.as_candidate().advance(graph)
    if child is None:
        return Walk(RootCursor(query, at.child), "root_end")
    return _compared(graph, query, child, watch)


def _compared(graph: Graph, query: Checkpointed[Query], child: Checkpointed[Child], watch: Watch) -> Walk:
    while True:
        result = compare(graph, CompareState.of(query, child), watch)
        at = RootCursor(result.query, result.child)
        if at.query.current.state is Mismatched:
            return Walk(at, "mismatch")
        further = at.query.as_candidate().advance(graph)
        if further is None:
            return Walk(at, "exhausted")
        neighbour = at.child.as_candidate().advance(graph)
        if neighbour is None:
            return Walk(RootCursor(further, at.child), "root_end")
        query, child = further, neighbour


def left_border(graph: Graph, step: Step) -> int:
    """Where the child that `step` leads into begins."""
    return graph.patterns(step.vertex)[step.pattern].offsets[step.child]
