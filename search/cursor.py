"""Where a search stands: in the query (`QueryCursor`) and in the index (`ChildCursor`); Part B1, S-040 … S-044.

This is the only module that computes an `atom_position` (S-122). A cursor never changes; every move gives a new one.
"Confirmed" and "being tried" are not stored here but in search/checkpointed.py (S-102).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from search.tokens import UNKNOWN, Step, Token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from search.graph import Graph


class CursorState:
    """Marker of the three states: a static type parameter, and readable at run time as the class itself (S-100)."""

    name: ClassVar[str] = ""


class Candidate(CursorState):
    """Advanced, not compared yet."""

    name = "candidate"


class Matched(CursorState):
    """Confirmed."""

    name = "matched"


class Mismatched(CursorState):
    """Compared and refused; keeps the candidate's position, which tells how far was looked (S-042)."""

    name = "mismatched"


S = TypeVar("S", bound=CursorState, covariant=True)
T = TypeVar("T", bound=CursorState)


class Cursor(Protocol):
    """What `Checkpointed` asks of both cursors (S-101)."""

    @property
    def state(self) -> type[CursorState]: ...

    @property
    def atom_position(self) -> int:
        """Atoms before the end of the token it points at (S-040)."""

    @property
    def token(self) -> Token | None:
        """The token it points at; None before the first."""

    @property
    def index(self) -> int:
        """Number of the query token, or of the child of the root, that it is in; -1 before the first."""

    def with_state(self, state: type[CursorState]) -> Self:
        """The same place in another state; adds nothing to the position (S-043)."""

    def advance(self, graph: Graph) -> Self | None:
        """One token to the right; None at the end of the sequence, which is no error (S-106)."""

    def alternatives(self, graph: Graph, after: Self) -> tuple[Self, ...]:
        """The token replaced by its first children, one alternative per pattern, widest first (S-033).

        Positions are those of `after`, the checkpoint, plus the width of the alternative. Empty for an atom.
        """

    def over(self, graph: Graph, token: Token) -> Self | None:
        """As many advances as make the tokens from here on read together what the wider `token` reads; else None."""


@dataclass(frozen=True, slots=True)
class QueryCursor(Generic[S]):
    """A place in the query; `atom_position` is absolute in it, or relative to any start (S-043)."""

    tokens: tuple[Token, ...]
    index: int
    inside: tuple[Step, ...] = field(compare=False)
    """The way down inside query token `index`, when that has been replaced by smaller pieces.

    Two cursors at one place are equal, whatever the pieces were.
    """
    token: Token | None = field(compare=False)
    atom_position: int
    state: type[S]

    @staticmethod
    def before(tokens: tuple[Token, ...], position: int = 0) -> QueryCursor[Matched]:
        """A free-standing cursor before the first token (S-041)."""
        return QueryCursor(tokens, -1, (), None, position, Matched)

    def with_state(self, state: type[T]) -> QueryCursor[T]:
        return QueryCursor(self.tokens, self.index, self.inside, self.token, self.atom_position, state)

    def extended(self, tokens: tuple[Token, ...]) -> QueryCursor[S]:
        """The same place in a query that goes on: `tokens` begins with the tokens of this one."""
        return QueryCursor(tokens, self.index, self.inside, self.token, self.atom_position, self.state)

    def advance(self, graph: Graph) -> QueryCursor[S] | None:
        found = next_inside(graph, self.inside)
        if found is not None:
            inside, token, index = *found, self.index
        elif self.index + 1 < len(self.tokens):
            index = self.index + 1
            inside, token = (), self.tokens[index]
        else:
            return None
        return QueryCursor(self.tokens, index, inside, token, self.atom_position + token.width, self.state)

    def alternatives(self, graph: Graph, after: QueryCursor[CursorState]) -> tuple[QueryCursor[S], ...]:
        return tuple(
            QueryCursor(
                self.tokens,
                self.index,
                (*self.inside, step),
                token,
                after.atom_position + token.width,
                self.state,
            )
            for step, token in first_children(graph, self.token)
        )

    def over(self, graph: Graph, token: Token) -> QueryCursor[S] | None:
        if self.inside:
            return None
        index = last_of(graph, self.tokens, self.index, token)
        if index is None:
            return None
        position = self.atom_position - self.tokens[self.index].width + token.width
        return QueryCursor(self.tokens, index, (), self.tokens[index], position, self.state)


@dataclass(frozen=True, slots=True)
class ChildCursor(Generic[S]):
    """A place inside one root of the index. Positions count matched atoms from the start of the match (S-044)."""

    root: Token
    pattern: int
    entry: int
    """The child in which the match begins."""
    exit: int
    """The child in which it ends so far."""
    start: tuple[Step, ...]
    """The way from the entry child down to where the match begins; empty at its left border."""
    end: tuple[Step, ...]
    """The way from the exit child down to the token pointed at; empty when that is the exit child itself."""
    entry_pos: int
    """Matched atoms inside the entry child."""
    exit_pos: int
    """Matched atoms before the exit child."""
    token: Token | None
    atom_position: int
    state: type[S]

    @staticmethod
    def before(root: Token, pattern: int, position: int = 0) -> ChildCursor[Matched]:
        """A free-standing cursor before the first child of a pattern (S-041)."""
        return ChildCursor(root, pattern, -1, -1, (), (), position, position, None, position, Matched)

    @property
    def index(self) -> int:
        return self.exit

    def with_state(self, state: type[T]) -> ChildCursor[T]:
        return self._at(self.exit, self.end, self.exit_pos, self.token, self.atom_position, state)

    def advance(self, graph: Graph) -> ChildCursor[S] | None:
        found = next_inside(graph, self.end)
        if found is not None:
            end, token = found
            return self._at(self.exit, end, self.exit_pos, token, self.atom_position + token.width, self.state)
        children = graph.patterns(self.root)[self.pattern].tokens
        if self.exit + 1 == len(children):
            return None
        token = children[self.exit + 1]
        position = self.atom_position + token.width
        return self._at(self.exit + 1, (), self.atom_position, token, position, self.state)

    def alternatives(self, graph: Graph, after: ChildCursor[CursorState]) -> tuple[ChildCursor[S], ...]:
        return tuple(
            self._at(self.exit, (*self.end, step), self.exit_pos, token, after.atom_position + token.width, self.state)
            for step, token in first_children(graph, self.token)
        )

    def over(self, graph: Graph, token: Token) -> ChildCursor[S] | None:
        if self.end:
            return None
        children = graph.patterns(self.root)[self.pattern].tokens
        exit = last_of(graph, children, self.exit, token)
        if exit is None:
            return None
        position = self.exit_pos + token.width
        return self._at(exit, (), position - children[exit].width, children[exit], position, self.state)

    def _at(
        self, exit: int, end: tuple[Step, ...], exit_pos: int, token: Token | None, position: int, state: type[T]
    ) -> ChildCursor[T]:
        return ChildCursor(
            self.root, self.pattern, self.entry, exit, self.start, end, self.entry_pos, exit_pos, token, position, state
        )


def entered(
    root: Token, pattern: int, child: int, path: tuple[Step, ...], token: Token, before: int, matched: int
) -> ChildCursor[Matched]:
    """Inside `root` at the right border of its child `token`, in which the match begins by `path` (S-109).

    `before`: the position at the left border of the child. `matched`: the position at its right border.
    """
    return ChildCursor(root, pattern, child, child, path, (), matched, before, token, matched, Matched)


def next_inside(graph: Graph, path: tuple[Step, ...]) -> tuple[tuple[Step, ...], Token] | None:
    """The piece to the right of where `path` leads, and the way to it; None when `path` leads to a right border."""
    while path:
        step = path[-1]
        children = graph.patterns(step.vertex)[step.pattern].tokens
        path = path[:-1]
        if step.child + 1 < len(children):
            return (*path, Step(step.vertex, step.pattern, step.child + 1)), children[step.child + 1]
    return None


def last_of(graph: Graph, row: tuple[Token, ...], index: int, token: Token) -> int | None:
    """The last of the tokens from `index` on that together read what `token` reads; None when no border fits."""
    width, last = row[index].width, index
    while width < token.width and last + 1 < len(row):
        last += 1
        width += row[last].width
    if width != token.width or UNKNOWN in row[index : last + 1]:
        return None
    return last if "".join(map(graph.text, row[index : last + 1])) == graph.text(token) else None


def first_children(graph: Graph, token: Token | None) -> Iterator[tuple[Step, Token]]:
    """The first child of every pattern of `token`, widest first, each child once, with the step into it."""
    if token is None or token.width == 1:
        return
    firsts: dict[Token, Step] = {}
    for number, pattern in enumerate(graph.patterns(token)):
        firsts.setdefault(pattern.tokens[0], Step(token, number, 0))
    for child in sorted(firsts, key=lambda child: -child.width):
        yield firsts[child], child
