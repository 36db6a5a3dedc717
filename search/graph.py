"""The graph: vertices that read the same text in several ways, and who contains whom (Part A1).

`Graph` is what searching needs to know. `HandmadeGraph` is built pattern by pattern and may be open;
search/closed.py builds closed graphs from texts. Searching never changes a graph (S-007). A graph belongs to one
thread at a time: every call runs to its end on one revision (S-209).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from search.errors import (
    EmptyQueryError,
    PatternMismatchError,
    PatternTooShortError,
    UnknownAtomError,
    UnknownTokenError,
)
from search.path import pieces
from search.tokens import UNKNOWN, ParentLink, Pattern, Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Graph(ABC):
    """The view that searches have of a graph."""

    closed: bool
    """S-008 holds, so that a search may drop what lies beside its best match (S-034)."""
    revision: int
    """Grows with every change (S-007)."""

    @abstractmethod
    def __len__(self) -> int:
        """Number of vertices; their ids are 0 … len - 1."""

    @abstractmethod
    def vertex(self, number: int) -> Token:
        """The token of vertex `number`."""

    @abstractmethod
    def atom(self, character: str) -> Token | None:
        """The vertex of one atom."""

    @abstractmethod
    def find(self, text: str) -> Token | None:
        """The vertex that reads exactly `text` (S-004)."""

    @abstractmethod
    def text(self, token: Token) -> str:
        """What the vertex reads."""

    @abstractmethod
    def first_atom(self, token: Token) -> str | None:
        """The atom a vertex begins with; None for an unknown token."""

    @abstractmethod
    def patterns(self, token: Token) -> Sequence[Pattern]:
        """Every reading of the vertex, in the order of their numbers; none for an atom."""

    @abstractmethod
    def parents(self, token: Token) -> Sequence[ParentLink]:
        """Every link of S-006."""

    @abstractmethod
    def continuing(self, token: Token, atom: str) -> Iterable[ParentLink]:
        """The links a climb has to follow when `atom` comes next: where a child that begins with it stands to the
        right, and where `token` is the last child (S-038). No link that leads to the smallest root is missing.
        """

    @abstractmethod
    def split(self, root: Token, start: int, end: int) -> Token:
        """Make [start, end) of `root` a vertex below it (S-210). It has two atoms or more and is not the root."""

    def token(self, text: str) -> Token:
        """The vertex that reads `text`. Raises UnknownTokenError."""
        found = self.find(text)
        if found is None:
            raise UnknownTokenError(text)
        return found

    def check(self, token: Token) -> None:
        """Raises UnknownTokenError unless the token is one of this graph."""
        if not 0 <= token.id < len(self) or self.vertex(token.id).width != token.width:
            raise UnknownTokenError(token)

    def tokens_of(self, query: str | Sequence[Token]) -> tuple[Token, ...]:
        """A query as tokens of this graph; text is looked up atom by atom (S-010).

        Raises EmptyQueryError, UnknownAtomError with the first unknown atom, UnknownTokenError.
        """
        if not query:
            raise EmptyQueryError
        if not isinstance(query, str):
            for token in query:
                self.check(token)
            return tuple(query)
        found = []
        for index, character in enumerate(query):
            atom = self.atom(character)
            if atom is None:
                raise UnknownAtomError(character, index)
            found.append(atom)
        return tuple(found)

    def known_or_not(self, text: str) -> tuple[Token, ...]:
        """A text as tokens, with UNKNOWN for every atom the graph lacks (S-313)."""
        return tuple(self.atom(character) or UNKNOWN for character in text)

    def vertices(self) -> Iterator[Token]:
        """Every vertex in the order of creation."""
        return (self.vertex(number) for number in range(len(self)))


class HandmadeGraph(Graph):
    """A graph assembled with `insert_atoms`, `insert_pattern` and `add_pattern`.

    `closed=True` is the caller's promise that S-008 holds; otherwise it counts as open.
    """

    def __init__(self, *, closed: bool = False) -> None:
        self.closed = closed
        self.revision = 0
        self._tokens: list[Token] = []
        self._texts: list[str] = []
        self._patterns: list[list[Pattern]] = []
        self._parents: list[dict[str, list[ParentLink]]] = []
        """Per vertex, by the first atom of the child to the right; "" where there is none."""
        self._by_text: dict[str, Token] = {}

    def __len__(self) -> int:
        return len(self._tokens)

    def vertex(self, number: int) -> Token:
        return self._tokens[number]

    def atom(self, character: str) -> Token | None:
        return self._by_text.get(character)

    def find(self, text: str) -> Token | None:
        return self._by_text.get(text)

    def text(self, token: Token) -> str:
        return self._texts[token.id]

    def first_atom(self, token: Token) -> str | None:
        return self._texts[token.id][0] if token.id >= 0 else None

    def patterns(self, token: Token) -> Sequence[Pattern]:
        return self._patterns[token.id]

    def parents(self, token: Token) -> Sequence[ParentLink]:
        return [link for links in self._parents[token.id].values() for link in links]

    def continuing(self, token: Token, atom: str) -> Iterable[ParentLink]:
        buckets = self._parents[token.id]
        return [*buckets.get(atom, ()), *buckets.get("", ())]

    def insert_atoms(self, characters: str) -> list[Token]:
        """The vertices of these atoms, made where they do not exist yet (S-001)."""
        return [self._by_text.get(character) or self._new_vertex(character) for character in characters]

    def insert_pattern(self, tokens: Sequence[Token]) -> Token:
        """The vertex that reads what `tokens` read together; it has this pattern afterwards (S-004).

        Raises PatternTooShortError, UnknownTokenError; then nothing has changed (S-005).
        """
        text = self._checked_text(tokens)
        vertex = self._by_text.get(text) or self._new_vertex(text)
        self._attach(vertex, tuple(tokens))
        return vertex

    def insert_patterns(self, patterns: Iterable[Sequence[Token]]) -> list[Token]:
        """`insert_pattern` for each, in order; all are checked before the first is inserted."""
        together = [tuple(tokens) for tokens in patterns]
        for tokens in together:
            self._checked_text(tokens)
        return [self.insert_pattern(tokens) for tokens in together]

    def add_pattern(self, vertex: Token, tokens: Sequence[Token]) -> None:
        """One more reading of `vertex`; nothing happens if it has it already (S-004).

        Raises as `insert_pattern`, and PatternMismatchError when the texts differ.
        """
        self.check(vertex)
        text = self._checked_text(tokens)
        if text != self.text(vertex):
            raise PatternMismatchError(self.text(vertex), text)
        self._attach(vertex, tuple(tokens))

    def split(self, root: Token, start: int, end: int) -> Token:
        """The new vertex gets the pieces along the path of the match, the root one more reading that holds it."""
        left, inside, right = pieces(self, root, start, end)
        vertex = self.insert_pattern(inside)
        self.add_pattern(root, [*left, vertex, *right])
        return vertex

    def _checked_text(self, tokens: Sequence[Token]) -> str:
        if len(tokens) < 2:
            raise PatternTooShortError
        for token in tokens:
            self.check(token)
        return "".join(map(self.text, tokens))

    def _new_vertex(self, text: str) -> Token:
        token = Token(len(self._tokens), len(text))
        self._tokens.append(token)
        self._texts.append(text)
        self._patterns.append([])
        self._parents.append({})
        self._by_text[text] = token
        self.revision += 1
        return token

    def _attach(self, vertex: Token, tokens: tuple[Token, ...]) -> None:
        pattern = Pattern.of(tokens)
        known = self._patterns[vertex.id]
        if pattern in known:
            return
        known.append(pattern)
        followers = [self._texts[token.id][0] for token in tokens[1:]]
        for child, (token, follower) in enumerate(zip(tokens, [*followers, ""], strict=True)):
            self._parents[token.id].setdefault(follower, []).append(ParentLink(vertex, len(known) - 1, child))
        self.revision += 1
