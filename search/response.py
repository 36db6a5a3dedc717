"""The answer of a search in the graph (A3, S-065)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from search.errors import IncompleteMatchError
from search.path import match_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.checkpointed import Checkpointed
    from search.climb import Climb
    from search.parent import Query
    from search.path import MatchPath
    from search.tokens import Token

Coverage = Literal["entire", "prefix", "postfix", "range"]
Stop = Literal["exhausted", "mismatch", "root_end", "no_match"]


def coverage_of(start: int, end: int, width: int) -> Coverage:
    """How [start, end) covers a text of `width` atoms (S-023)."""
    if start == 0:
        return "entire" if end == width else "prefix"
    return "postfix" if end == width else "range"


@dataclass(frozen=True, slots=True)
class Response:
    """Positions are atoms of the query, absolute; `root_start` and `root_end` are atoms of the root."""

    root: Token
    """The smallest vertex that holds the longest known prefix of the query (S-020, S-021)."""
    width: int
    """Of the root."""
    coverage: Coverage
    exhausted: bool
    """The whole query was matched."""
    stop: Stop
    """Why it went no further (S-025); `root_end` leaves a candidate."""
    match_start: int
    """Where in the query this match begins; 0 except in later pieces of `find_consecutive`."""
    checkpoint: int
    """Up to where the query is confirmed."""
    checkpoint_index: int
    """The query token that holds the last confirmed atom."""
    cursor: int
    """Up to where it was looked: the checkpoint, plus the next token if there is a candidate (S-045)."""
    cursor_index: int
    root_start: int
    root_end: int
    remaining: str
    """The text of the query behind the checkpoint."""
    query: Checkpointed[Query]
    climb: Climb = field(repr=False, compare=False)
    """The finished search, from which `resume` continues."""

    @property
    def path(self) -> MatchPath | None:
        """Where in the structure of the root the match lies, worked out at each call; None for an atom (A6)."""
        return match_path(self.climb.graph, self.root, self.root_start, self.root_end)

    @property
    def is_entire(self) -> bool:
        """The query is the whole text of the root (S-066)."""
        return self.exhausted and self.coverage == "entire"

    def expect_entire(self) -> Token:
        """The root. Raises IncompleteMatchError unless `is_entire`."""
        if not self.is_entire:
            raise IncompleteMatchError(self)
        return self.root

    def resume(self, more: str | Sequence[Token]) -> Response:
        """The answer for the query with `more` behind it, equal to that of a fresh search (S-064).

        Unconfirmed atoms are not searched again, and nothing at all is searched if some remained; after a change of the
        graph the whole is. Raises as a query of `more` would.
        """
        return self.climb.resumed(self.climb.graph.tokens_of(more)).response()
