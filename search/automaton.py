"""One suffix automaton over all texts: the string facts behind a closed graph (S-213).

A state stands for all substrings that end at the same places; `length` is that of its longest one, which never changes
and is what a vertex reads. Numbers are states; 0 is the empty text. Restarting at 0 for every text and reusing
transitions makes it generalised; a partial overlap of texts is what happens when a state is cloned.
"""

from __future__ import annotations


class Automaton:
    """Grows text by text; every list is indexed by state."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.next: list[dict[str, int]] = [{}]
        self.link = [-1]
        """The longest proper suffix that occurs in more places."""
        self.length = [0]
        self.ends = [0]
        """How many distinct texts end where this state ends."""
        self.before = [-1]
        """The state of the longest string without its last atom."""
        self.below: list[list[int]] = [[]]
        """The states that link here."""
        self.place = [(0, 0)]
        """Number of a text and the end of one occurrence in it."""
        self.whole: set[int] = set()
        """States whose longest string is a text."""

    def insert(self, text: str) -> tuple[int, list[int]]:
        """Add a text that is not there yet: its state, and every state whose branches or ends have become more.

        Costs about the length of the text, whatever is there already.
        """
        number = len(self.texts)
        self.texts.append(text)
        last = 0
        touched: list[int] = []
        for end, character in enumerate(text, start=1):
            last = self._extend(last, character, (number, end), touched)
        self.whole.add(last)
        state = last
        while state:
            self.ends[state] += 1
            touched.append(state)
            state = self.link[state]
        return last, touched

    def is_vertex(self, state: int) -> bool:
        """S-201: its longest string is a text, or goes on in at least two ways; the end of a text counts as one way."""
        if self.length[state] < 2:
            return False
        return len(self.next[state]) + self.ends[state] >= 2 or state in self.whole

    def string(self, state: int, length: int) -> str:
        """The string of that length that ends where the state ends."""
        number, end = self.place[state]
        return self.texts[number][end - length : end]

    def last_atom(self, state: int) -> str:
        """The atom all strings of the state end with."""
        number, end = self.place[state]
        return self.texts[number][end - 1]

    def walk(self, text: str) -> tuple[int, int]:
        """The state of the longest prefix of `text` that occurs anywhere, and the length of that prefix."""
        state = 0
        for length, character in enumerate(text):
            following = self.next[state].get(character)
            if following is None:
                return state, length
            state = following
        return state, len(text)

    def _extend(self, last: int, character: str, place: tuple[int, int], touched: list[int]) -> int:
        following = self.next[last].get(character)
        if following is not None:
            if self.length[following] == self.length[last] + 1:
                return following
            return self._clone(last, character, following, touched)
        state = self._new({}, self.length[last] + 1, last, place, 0)
        touched.append(state)
        at = last
        while at >= 0 and character not in self.next[at]:
            self.next[at][character] = state
            touched.append(at)
            at = self.link[at]
        if at < 0:
            link = 0
        else:
            link = self.next[at][character]
            if self.length[link] != self.length[at] + 1:
                link = self._clone(at, character, link, touched)
        self.link[state] = link
        self.below[link].append(state)
        return state

    def _clone(self, at: int, character: str, state: int, touched: list[int]) -> int:
        """The shorter strings of `state`, up to `at` with the character, occur in more places: they get their own."""
        shorter = self._new(dict(self.next[state]), self.length[at] + 1, at, self.place[state], self.ends[state])
        touched.append(shorter)
        link = self.link[state]
        self.link[shorter] = link
        self.below[link].remove(state)
        self.below[link].append(shorter)
        self.link[state] = shorter
        self.below[shorter].append(state)
        while at >= 0 and self.next[at].get(character) == state:
            self.next[at][character] = shorter
            at = self.link[at]
        return shorter

    def _new(self, following: dict[str, int], length: int, before: int, place: tuple[int, int], ends: int) -> int:
        self.next.append(following)
        self.link.append(-1)
        self.length.append(length)
        self.ends.append(ends)
        self.before.append(before)
        self.below.append([])
        self.place.append(place)
        return len(self.next) - 1
