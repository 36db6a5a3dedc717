"""Comparing a graph token with a query token by replacing the wider one (S-033)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.checkpointed import Checkpointed
    from search.graph import Graph
    from search.parent import Child, Query
    from search.tokens import Token

Mode = Literal["graph_major", "query_major"]


@dataclass(frozen=True, slots=True)
class CompareState:
    """One pair under comparison."""

    query: Checkpointed[Query]
    child: Checkpointed[Child]
    target: Token
    """The graph token under comparison: what `child` tries."""
    mode: Mode
    """Which side is replaced by its first children when the two are not the same: the wider, the graph's first."""

    @classmethod
    def of(cls, query: Checkpointed[Query], child: Checkpointed[Child]) -> CompareState:
        """What the two candidates point at, against each other."""
        asked, target = query.current.token, child.current.token
        assert asked is not None, "a candidate has been advanced onto a token"
        assert target is not None, "a candidate has been advanced onto a token"
        return cls(query, child, target, "query_major" if asked.width > target.width else "graph_major")

    @property
    def asked(self) -> Token:
        """The query token under comparison."""
        token = self.query.current.token
        assert token is not None, "`of` has looked at it"
        return token

    @property
    def is_match(self) -> bool:
        """Both are one vertex."""
        return self.asked == self.target

    def replaced(self, graph: Graph) -> list[CompareState]:
        """The alternatives, in the order to try them; of equal width, both sides are replaced. None for two atoms."""
        states = []
        if self.target.width >= self.asked.width:
            states += [CompareState.of(self.query, child) for child in self.child.alternatives(graph)]
        if self.asked.width >= self.target.width:
            states += [CompareState.of(query, self.child) for query in self.query.alternatives(graph)]
        return states

    def matched(self) -> CompareState:
        """Both sides confirmed."""
        return CompareState(self.query.mark_match(), self.child.mark_match(), self.target, self.mode)

    def mismatched(self) -> CompareState:
        """Both sides refused; both checkpoints stay."""
        return CompareState(self.query.mark_mismatch(), self.child.mark_mismatch(), self.target, self.mode)

    def whole(self, graph: Graph) -> CompareState | None:
        """Both sides at the end of the wider token, if the narrower side goes on to read all of it; not yet confirmed."""
        asked, target = self.asked, self.target
        query: Checkpointed[Query] | None = self.query
        child: Checkpointed[Child] | None = self.child
        if target.width > asked.width:
            query = self.query.over(graph, target)
        elif asked.width > target.width:
            child = self.child.over(graph, asked)
        else:
            return None
        return CompareState(query, child, self.target, self.mode) if query and child else None


def compare(
    graph: Graph, state: CompareState, watch: Callable[[CompareState, CompareState | None], None] | None = None
) -> CompareState:
    """The first pair of alternatives that match, both sides confirmed; else `state` with both sides refused.

    Depth first, widest first; a pair of tokens is looked at once. Two texts that begin differently have no common piece
    at all, and two that begin alike have at least that atom; so the loop only looks for how much the two share at once.
    Before it, the whole of the wider token is tried. `watch` is told each pair and what it is replaced by next (None at
    a match or a dead end); a watched comparison replaces step by step, with the same positions in the end.
    """
    alike = graph.first_atom(state.target) == graph.first_atom(state.asked)
    if alike and not watch and (whole := state.whole(graph)):
        return whole.matched()
    waiting, seen = [state], set()
    while waiting:
        pair = waiting.pop()
        if pair.is_match:
            confirmed = pair.matched()
            if watch:
                watch(confirmed, None)
            return confirmed
        if (pair.target, pair.asked) in seen:
            continue
        seen.add((pair.target, pair.asked))
        others = pair.replaced(graph) if alike else []
        if watch and others:
            watch(pair, others[0])
        waiting += reversed(others)
    refused = state.mismatched()
    if watch:
        watch(refused, None)
    return refused
