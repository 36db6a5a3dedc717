"""Bottom-up: a vertex about to be entered from one of its children (S-109)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from search.checkpointed import Checkpointed
from search.cursor import ChildCursor, CursorState, QueryCursor, entered
from search.tokens import ParentLink, Step, Token

if TYPE_CHECKING:
    from search.graph import Graph

Query: TypeAlias = QueryCursor[CursorState]
Child: TypeAlias = ChildCursor[CursorState]


@dataclass(frozen=True, slots=True)
class ParentState:
    """The match so far ends at the right border of child `index` of a root's pattern."""

    root: Token
    pattern: int
    index: int
    path: tuple[Step, ...]
    """From that child down to where the match begins; empty at its left border."""
    prev_pos: int
    """Matched atoms before that child."""
    root_pos: int
    """Matched atoms up to its right border."""
    query: Checkpointed[Query]
    """The candidate to be compared with the next child; passed through unchanged."""

    def advance(self, graph: Graph) -> Checkpointed[Child] | None:
        """The cursor inside the root, trying child `index + 1`; None at the last child, where one has to raise."""
        child = graph.patterns(self.root)[self.pattern].tokens[self.index]
        here: Child = entered(self.root, self.pattern, self.index, self.path, child, self.prev_pos, self.root_pos)
        return Checkpointed(here).as_candidate().advance(graph)

    def raised(self, link: ParentLink, offset: int) -> ParentState:
        """The same match seen from a parent of the root; `offset` is where it begins in the root (S-032)."""
        path = (Step(self.root, self.pattern, self.index), *self.path) if offset else ()
        return ParentState(link.parent, link.pattern, link.child, path, self.prev_pos, self.root_pos, self.query)
