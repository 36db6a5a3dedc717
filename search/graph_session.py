"""Typing against a graph: extend, retract, results (S-064, S-312 … S-315)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.climb import Climb
from search.history import History
from search.sequences import beginning

if TYPE_CHECKING:
    from search.graph import Graph
    from search.response import Response


@dataclass(frozen=True, slots=True)
class NothingFound:
    """The answer when the first atom is in no vertex: no root, checkpoint 0."""

    remaining: str


class GraphSession:
    """The text typed so far, and one finished climb per confirmed length of it.

    Every state equals a fresh search for the same text. Once some text remains, further typing makes that longer and
    searches nothing; taking text back searches nothing either. After a change of the graph the next step searches once
    for the current text and the history begins anew (S-314).
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._revision = graph.revision
        self._text = ""
        self._climbs: History[Climb] = History()
        """By typed length; the last of a text that is not wholly known is one with an unconfirmed atom."""

    @property
    def text(self) -> str:
        """What has been typed."""
        return self._text

    def extend(self, text: str) -> Response | NothingFound | None:
        """Type `text` behind what is there. Unknown atoms end up in `remaining` (S-313)."""
        self._text += text
        return self.results()

    def retract(self, count: int) -> Response | NothingFound | None:
        """Take `count` atoms back, at most all there are."""
        self._text = self._text[: max(len(self._text) - count, 0)]
        self._climbs.cut(len(self._text))
        return self.results()

    def results(self) -> Response | NothingFound | None:
        """The answer for the current text; None for no text."""
        if self._revision != self._graph.revision:
            self._revision = self._graph.revision
            self._climbs = History()
        if not self._text:
            return None
        if self._graph.atom(self._text[0]) is None:
            return NothingFound(self._text)
        length, climb = self._climbs.newest() or (0, None)
        while length < len(self._text) and (climb is None or climb.is_exhausted):
            climb = self._typed(climb, self._text[length])
            length += 1
            self._climbs.add(length, climb)
        assert climb is not None, "the text has a first atom"
        rest = self._text[length:]
        return (climb.resumed_with(self._graph.known_or_not(rest), rest) if rest else climb).response()

    def _typed(self, climb: Climb | None, atom: str) -> Climb:
        tokens = self._graph.known_or_not(atom)
        if climb is None:
            return Climb(self._graph, beginning(self._graph, tokens), atom).run()
        return climb.resumed_with(tokens, atom)
