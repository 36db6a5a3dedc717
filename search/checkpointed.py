"""`Checkpointed`: the single place where "confirmed" and "being tried" live (S-101 … S-108).

```
                     as_candidate            advance (n times)
   at checkpoint ───────────────► Candidate ──────────────────► Candidate'
        ▲   ▲                       │      │
        │   │ rollback   mark_match │      │ mark_mismatch
        │   └───────────────────────┼──────┼───────────► Mismatched   checkpoint unchanged
        └───────────────────────────┘      └─ position kept
```
Every method gives a new value and leaves the old one usable. Whoever needs the last confirmed state reads
`checkpoint`; whoever needs what is being tried reads `current`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from search.cursor import Candidate, Cursor, Matched, Mismatched
from search.errors import InvalidTransitionError

if TYPE_CHECKING:
    from search.graph import Graph
    from search.tokens import Token

C = TypeVar("C", bound=Cursor)


@dataclass(frozen=True, slots=True)
class Checkpointed(Generic[C]):
    """A cursor that can be tried and taken back."""

    checkpoint: C
    """Always Matched."""
    candidate: C | None = None
    """None: at the checkpoint."""

    @property
    def current(self) -> C:
        """What is being tried: the candidate if there is one, else the checkpoint (S-102)."""
        return self.checkpoint if self.candidate is None else self.candidate

    def as_candidate(self) -> Checkpointed[C]:
        """Begin to try at the checkpoint; drops any other candidate."""
        return Checkpointed(self.checkpoint, self.checkpoint.with_state(Candidate))

    def advance(self, graph: Graph) -> Checkpointed[C] | None:
        """The candidate one token to the right; None at the end of the sequence, and nothing has changed (S-106).

        Raises InvalidTransitionError without a live candidate.
        """
        moved = self._live("advance").advance(graph)
        return None if moved is None else Checkpointed(self.checkpoint, moved)

    def alternatives(self, graph: Graph) -> tuple[Checkpointed[C], ...]:
        """The candidate replaced by its first children, one value per pattern, widest first (S-033).

        Their positions count from the checkpoint, so the candidate must stand one token behind it. Empty for an atom.
        Raises InvalidTransitionError.
        """
        live = self._live("alternatives")
        if live.token is None or live.atom_position != self.checkpoint.atom_position + live.token.width:
            raise InvalidTransitionError("alternatives")
        return tuple(Checkpointed(self.checkpoint, other) for other in live.alternatives(graph, self.checkpoint))

    def over(self, graph: Graph, token: Token) -> Checkpointed[C] | None:
        """The candidate advanced until, from the token it is at, it has stepped over the whole text of `token`.

        None when the tokens read something else or none ends there. Raises InvalidTransitionError.
        """
        moved = self._live("over").over(graph, token)
        return None if moved is None else Checkpointed(self.checkpoint, moved)

    def narrow(self, graph: Graph) -> Checkpointed[C]:
        """The candidate replaced by its first atom (S-046). Raises InvalidTransitionError."""
        narrowed = self
        while smaller := narrowed.alternatives(graph):
            narrowed = smaller[-1]
        return narrowed

    def mark_match(self) -> Checkpointed[C]:
        """The candidate is confirmed and is the new checkpoint. Raises InvalidTransitionError."""
        matched = self._live("mark_match").with_state(Matched)
        return Checkpointed(matched, matched)

    def mark_mismatch(self) -> Checkpointed[C]:
        """The candidate is refused; the checkpoint stays the same object. Raises InvalidTransitionError."""
        return Checkpointed(self.checkpoint, self._live("mark_mismatch").with_state(Mismatched))

    def rollback(self) -> Checkpointed[C]:
        """Back at the checkpoint, exactly (S-107)."""
        return Checkpointed(self.checkpoint)

    def _live(self, transition: str) -> C:
        if self.candidate is None or self.candidate.state is not Candidate:
            raise InvalidTransitionError(transition)
        return self.candidate
