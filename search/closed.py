"""The closed graph of a set of texts (Part C): canonical vertices, worked out from a suffix automaton.

Vertices get their ids when the text arrives that makes them canonical. Links, patterns and parents of a vertex are
worked out when first asked for and kept until the next insertion (S-214).

Why links cost so little: where a vertex v is followed by an atom, the smallest vertex around both is fixed, and so is
the place of v in it. So v is a maximal part of it there, unless a longer vertex ends where v ends.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from search.automaton import Automaton
from search.errors import EmptyQueryError, ScopeTooLargeError
from search.graph import Graph
from search.readings import readings
from search.tokens import ParentLink, Pattern, Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIMIT = 262_144
"""Atoms; above it a scope belongs to the corpus tier (S-211)."""


class InsertOutcome(NamedTuple):
    """The vertex of an inserted text; `created` is False exactly if it existed before (S-205)."""

    token: Token
    created: bool


class Occurrence(NamedTuple):
    """Where the automaton finds the longest known prefix of a text: `checkpoint` atoms at `start` of `root`."""

    root: Token
    start: int
    checkpoint: int


class ClosedGraph(Graph):
    """Built by `insert_sequence` only, so that S-008 holds at every revision."""

    def __init__(self, texts: Iterable[str] = (), *, limit: int = LIMIT) -> None:
        self.closed = True
        self.revision = 0
        self._limit = limit
        self._size = 0
        self._automaton = Automaton()
        self._tokens: list[Token] = []
        self._atoms: dict[str, Token] = {}
        self._letters: dict[int, str] = {}
        """The atom of each vertex of width 1."""
        self._states: dict[int, int] = {}
        """The state of each wider vertex; an atom's may change, so it is looked up."""
        self._vertices: dict[int, Token] = {}
        """The other way round."""
        self._texts: dict[str, Token] = {}
        self._forget()
        self.insert_sequences(texts)

    def insert_sequence(self, text: str) -> InsertOutcome:
        """Add a text. Raises EmptyQueryError, ScopeTooLargeError; then nothing has changed (S-209)."""
        return self.insert_sequences([text])[0]

    def insert_sequences(self, texts: Iterable[str]) -> list[InsertOutcome]:
        """Add texts in order, all or none. Raises as `insert_sequence`."""
        together = list(texts)
        if not all(together):
            raise EmptyQueryError
        fresh = {text for text in together if text not in self._texts}
        if self._size + sum(map(len, fresh)) > self._limit:
            raise ScopeTooLargeError(self._limit)
        outcomes = [self._insert(text) for text in together]
        if fresh:
            self.revision += 1
            self._forget()
        return outcomes

    def split(self, root: Token, start: int, end: int) -> Token:
        """The matched part becomes a text of its own, so that the graph stays closed (S-210)."""
        return self.insert_sequence(self.text(root)[start:end]).token

    @property
    def texts(self) -> Sequence[str]:
        """What was inserted, in order, each once (S-200)."""
        return list(self._texts)

    def is_text(self, token: Token) -> bool:
        """The vertex was inserted as a whole."""
        return self.text(token) in self._texts

    def __len__(self) -> int:
        return len(self._tokens)

    def vertex(self, number: int) -> Token:
        return self._tokens[number]

    def atom(self, character: str) -> Token | None:
        return self._atoms.get(character)

    def find(self, text: str) -> Token | None:
        if len(text) < 2:
            return self._atoms.get(text)
        state, length = self._automaton.walk(text)
        return self._vertices.get(state) if length == len(text) == self._automaton.length[state] else None

    def text(self, token: Token) -> str:
        letter = self._letters.get(token.id)
        return self._automaton.string(self._states[token.id], token.width) if letter is None else letter

    def first_atom(self, token: Token) -> str | None:
        if token.width == 1:
            return self._letters.get(token.id)
        number, end = self._automaton.place[self._states[token.id]]
        return self._automaton.texts[number][end - token.width]

    def links(self, token: Token) -> list[tuple[Token, int]]:
        """The maximal proper occurrences of other composite vertices, with their offsets, from left to right (S-203)."""
        if token.width == 1:
            return []
        automaton = self._automaton
        found = []
        top = state = self._states[token.id]
        while state and (state == top or not automaton.is_vertex(state)):
            part = self._longest_part(state)
            if part:
                found.append((self._vertices[part], automaton.length[state] - 1 - automaton.length[part]))
            state = automaton.before[state]
        found.reverse()
        suffix = automaton.link[top]
        if automaton.is_vertex(suffix):
            found.append((self._vertices[suffix], token.width - automaton.length[suffix]))
        return found

    def patterns(self, token: Token) -> Sequence[Pattern]:
        if token.width == 1:
            return ()
        known = self._patterns.get(token.id)
        if known is None:
            known = self._patterns[token.id] = readings(self, token, self.links(token))
        return known

    def widest_at(self, text: str, start: int, end: int) -> Token:
        """The widest vertex that reads a prefix of [start, end) of a text of this graph; at least the atom there."""
        automaton = self._automaton
        state, found = 0, self._atoms[text[start]]
        for length in range(1, end - start + 1):
            state = automaton.next[state][text[start + length - 1]]
            if automaton.length[state] == length and state in self._vertices:
                found = self._vertices[state]
        return found

    def parents(self, token: Token) -> Sequence[ParentLink]:
        """Every link of S-006. Works out the patterns of the whole graph once per revision."""
        if not self._parents:
            for vertex in self._tokens:
                for number, pattern in enumerate(self.patterns(vertex)):
                    for index, child in enumerate(pattern.tokens):
                        self._parents.setdefault(child.id, []).append(ParentLink(vertex, number, index))
        return self._parents.get(token.id, ())

    def continuing(self, token: Token, atom: str) -> Iterable[ParentLink]:
        """The links towards the smallest vertex in which `atom` stands behind the token; it is unique (S-208).

        Either the token is a child of it, or of the vertex that ends with the token and lies on the way.
        """
        automaton = self._automaton
        state = self._state(token)
        following = automaton.next[state].get(atom)
        if following is None:
            return ()
        direct = self._links_at(self._around(following), token, automaton.length[following] - 1 - token.width)
        if direct:
            return direct
        between = self._longest_part(following)
        if token.width == automaton.length[state]:
            while automaton.link[between] != state:
                between = automaton.link[between]
        else:
            between = state  # an atom that always follows the same: the vertex of its own state ends with it
        above = self._vertices[between]
        return self._links_at(above, token, above.width - token.width)

    def containers(self, token: Token) -> list[Token]:
        """The vertices that contain this one in nothing smaller, by width; a wider one has a link in each."""
        automaton = self._automaton
        state = self._state(token)
        itself = 0 if token.width == 1 else state
        following = automaton.next[state].values()
        around = {self._around(other) for other in following if self._longest_part(other) == itself}
        around.update(self._vertices[other] for other in self._ending_with(state, token))
        return sorted(around, key=lambda vertex: (vertex.width, vertex.id))

    def texts_around(self, token: Token) -> list[Token]:
        """The texts that contain this vertex or are it, from the smallest (S-321, S-322)."""
        seen, waiting = {token}, [token]
        while waiting:
            fresh = set(self.containers(waiting.pop())) - seen
            seen |= fresh
            waiting += fresh
        return sorted(filter(self.is_text, seen), key=lambda vertex: (vertex.width, vertex.id))

    def lookup(self, text: str) -> Occurrence | None:
        """What `find_ancestor` gives, by walking the automaton (S-213 ii); None if the first atom is unknown."""
        state, length = self._automaton.walk(text)
        if length < 2:
            return Occurrence(self._atoms[text[0]], 0, 1) if length else None
        root = self._around(state)
        return Occurrence(root, self._automaton.length[state] - length, length)

    def _insert(self, text: str) -> InsertOutcome:
        known = self._texts.get(text)
        if known is not None:
            return InsertOutcome(known, False)
        before = len(self._tokens)
        self._size += len(text)
        for character in text:
            if character not in self._atoms:
                self._letters[len(self._tokens)] = character
                self._atoms[character] = self._new_vertex(1)
        automaton = self._automaton
        state, touched = automaton.insert(text)
        fresh = {other for other in touched if other not in self._vertices and automaton.is_vertex(other)}
        for other in sorted(fresh, key=lambda other: (automaton.length[other], other)):
            vertex = self._new_vertex(automaton.length[other])
            self._vertices[other] = vertex
            self._states[vertex.id] = other
        token = self._texts[text] = self._vertices[state] if len(text) > 1 else self._atoms[text]
        return InsertOutcome(token, token.id >= before)

    def _new_vertex(self, width: int) -> Token:
        self._tokens.append(Token(len(self._tokens), width))
        return self._tokens[-1]

    def _forget(self) -> None:
        self._patterns: dict[int, tuple[Pattern, ...]] = {}
        self._parents: dict[int, list[ParentLink]] = {}
        self._roots: dict[int, Token] = {}

    def _state(self, token: Token) -> int:
        return self._automaton.next[0][self._letters[token.id]] if token.width == 1 else self._states[token.id]

    def _around(self, state: int) -> Token:
        """The smallest vertex around the strings of a state: what always follows them belongs to it.

        It ends as many atoms behind them as it is longer than the state's longest string.
        """
        automaton = self._automaton
        passed = []
        while state not in self._vertices and state not in self._roots:
            passed.append(state)
            (state,) = automaton.next[state].values()
        root = self._roots.get(state) or self._vertices[state]
        self._roots.update(dict.fromkeys(passed, root))
        return root

    def _longest_part(self, state: int) -> int:
        """The longest vertex that ends one atom before the end of the state's longest string and always goes on so; or 0."""
        automaton = self._automaton
        atom, part = automaton.last_atom(state), automaton.before[state]
        while part > 0 and automaton.next[part].get(atom) == state:
            if automaton.is_vertex(part):
                return part
            part = automaton.link[part]
        return 0

    def _ending_with(self, state: int, token: Token) -> list[int]:
        """The vertices, as states, in which the token is the maximal part at the right border."""
        if token.width < self._automaton.length[state]:
            # An atom that always follows the same: the vertex of its own state, if there is one, ends with it.
            return [state] if state in self._vertices else []
        return [other for other in self._automaton.below[state] if other in self._vertices]

    def _links_at(self, parent: Token, token: Token, place: int) -> list[ParentLink]:
        found = []
        for number, pattern in enumerate(self.patterns(parent)):
            index = bisect_left(pattern.offsets, place)
            if index < len(pattern.tokens) and pattern.offsets[index] == place and pattern.tokens[index] == token:
                found.append(ParentLink(parent, number, index))
        return found
