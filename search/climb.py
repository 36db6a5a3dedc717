"""The search itself: up from small vertices to those that contain them, and to the right inside each (A4)."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from search.checkpointed import Checkpointed
from search.parent import ParentState
from search.response import Response, Stop, coverage_of
from search.root import RootCursor, Walk, enter, go_on
from search.steps import SearchStep
from search.tokens import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.graph import Graph
    from search.parent import Query
    from search.steps import Kind, Recorder
    from search.tokens import ParentLink, Token

Entry = tuple[int, int, int, int, ParentState]
"""Root width, root id, where the match begins in the root, a running number, the state (S-031)."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best match so far."""

    root: Token
    offset: int
    matched: int
    query: Checkpointed[Query]

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Longest first, then the smallest root, the lowest id, the leftmost occurrence (S-020 … S-022)."""
        return self.matched, -self.root.width, -self.root.id, -self.offset


class Climb:
    """One search. It runs once; afterwards it is only read, so that any number of searches may resume from it.

    `start` tries the first token of the match; `text` is the whole query. With `direct` it enters only parents of that
    token and compares all of them (`find_parent`). A recorded search also visits the parents that the buckets of the
    graph would have spared it, so that the picture is whole; the answer is the same.
    """

    def __init__(
        self,
        graph: Graph,
        start: Checkpointed[Query],
        text: str,
        *,
        direct: bool = False,
        recorder: Recorder | None = None,
    ) -> None:
        self.graph = graph
        self.text = text
        self.direct = direct
        self._revision = graph.revision
        self._recorder = recorder
        self._start = start
        self._match_start = start.checkpoint.atom_position
        self._first_end = start.current.atom_position
        self._queue: list[Entry] = []
        self._visited: set[tuple[int, int]] = set()
        self._number = 0
        self._paused: RootCursor | None = None
        """The walk that used up the query: where a longer one goes on."""
        # In an open graph some occurrences of a composite token are not aligned with its vertex (S-030).
        first = (start if graph.closed or direct else start.narrow(graph)).mark_match()
        token = first.checkpoint.token
        assert token is not None, "the caller has advanced onto the first token"
        self._best = Best(token, 0, token.width, first)

    def run(self) -> Climb:
        """Search until the query is used up or nothing is left to look at; itself, finished."""
        first = self._best
        tried = first.query.as_candidate().advance(self.graph)
        self._record("start", first.root, tried or first.query)
        if tried is not None:
            self._raise(ParentState(first.root, 0, 0, (), 0, first.matched, tried), 0, begin=True)
            self._visit_all()
        self._record("done", self._best.root, self._best.query)
        return self

    def resumed(self, more: tuple[Token, ...]) -> Climb:
        """The finished search for the same query with `more` tokens behind it."""
        graph = self.graph
        added = "".join("?" if token == UNKNOWN else graph.text(token) for token in more)
        return self.resumed_with(more, added)

    def resumed_with(self, more: tuple[Token, ...], added: str) -> Climb:
        """As `resumed`, with the text of `more` given: it may hold atoms that the graph lacks."""
        tokens = (*self._start.checkpoint.tokens, *more)
        start = _extended(self._start, tokens).as_candidate().advance(self.graph)
        assert start is not None, "a longer query has a first token too"
        if self._start.current.inside:
            start = start.narrow(self.graph)
        after = Climb(self.graph, start, self.text + added, direct=self.direct)
        if self._revision != self.graph.revision or (self.is_exhausted and self._paused is None):
            return after.run()
        best = self._best
        after._best = Best(best.root, best.offset, best.matched, _extended(best.query, tokens))
        if self._paused is not None:
            after._queue, after._visited, after._number = [*self._queue], {*self._visited}, self._number
            child = self._paused.child
            if not after._settle(go_on(self.graph, RootCursor(after._best.query, child)), best.offset):
                after._visit_all()
        return after

    @property
    def is_exhausted(self) -> bool:
        """The whole query was matched."""
        return self._best.query.checkpoint.atom_position == len(self.text)

    def continuation(self) -> Checkpointed[Query]:
        """The query trying what comes behind the match: the next token, or the next atom of one partly confirmed (S-046).

        Only for a query that goes on.
        """
        tried = self._best.query.as_candidate().advance(self.graph)
        assert tried is not None, "the query goes on"
        return tried.narrow(self.graph) if tried.current.inside else tried

    def response(self) -> Response:
        """The answer, built from checkpoints."""
        best = self._best
        stop = self._stop()
        query = self.continuation() if stop == "root_end" else best.query.rollback()
        end = best.offset + best.matched
        return Response(
            root=best.root,
            width=best.root.width,
            coverage=coverage_of(best.offset, end, best.root.width),
            exhausted=stop == "exhausted",
            stop=stop,
            match_start=self._match_start,
            checkpoint=query.checkpoint.atom_position,
            checkpoint_index=query.checkpoint.index,
            cursor=query.current.atom_position,
            cursor_index=query.current.index,
            root_start=best.offset,
            root_end=end,
            remaining=self.text[query.checkpoint.atom_position :],
            query=query,
            climb=self,
        )

    def _stop(self) -> Stop:
        best = self._best
        if self.is_exhausted:
            return "exhausted"
        if best.query.checkpoint.atom_position == self._first_end:
            return "no_match"
        return "root_end" if best.offset + best.matched == best.root.width else "mismatch"

    def _visit_all(self) -> None:
        while self._queue:
            _, _, offset, _, state = heappop(self._queue)
            tokens = self._start.checkpoint.tokens
            if state.query.checkpoint.tokens is not tokens:
                state = self._brought_along(state, tokens)
            self._record("visit", state.root, state.query)
            walk = enter(self.graph, state, self._recorder.compared if self._recorder else None)
            if walk is None:
                self._raise(state, offset)
            elif walk.cursor.query.checkpoint is not state.query.checkpoint and self._settle(walk, offset):
                return

    def _settle(self, walk: Walk, offset: int) -> bool:
        """Take in a walk that matched something; whether the query is used up."""
        at = walk.cursor
        best = Best(at.root, offset, at.matched, at.query.rollback())
        if best.rank > self._best.rank:
            self._best = best
            self._record("root_match", at.root, at.query)
        if self.graph.closed and not self.direct:
            # Every better answer is this root or lies above it. Forgetting the visited pairs belongs to it: parents
            # seen with a shorter match would never be entered again (S-034).
            self._queue.clear()
            self._visited.clear()
        if walk.end == "exhausted":
            self._paused = at
            return True
        if walk.end == "root_end":
            child = at.child.checkpoint
            state = ParentState(at.root, child.pattern, child.entry, child.start, 0, at.matched, at.query)
            self._raise(state, offset)
        return False

    def _raise(self, state: ParentState, offset: int, *, begin: bool = False) -> None:
        """Queue the parents of the root that may go on with the query's candidate (S-036)."""
        graph = self.graph
        if (self.direct and not begin) or state.root == UNKNOWN:
            return
        count = 0
        for link in self._links(state):
            place = offset + graph.patterns(link.parent)[link.pattern].offsets[link.child]
            if (link.parent.id, place) not in self._visited:
                self._visited.add((link.parent.id, place))
                self._number += 1
                above = state.raised(link, offset)
                heappush(self._queue, (link.parent.width, link.parent.id, place, self._number, above))
                count += 1
        self._record("explore" if begin else "raise", state.root, state.query, links=count)

    def _links(self, state: ParentState) -> Iterable[ParentLink]:
        if self.direct or self._recorder:
            return self.graph.parents(state.root)
        return self.graph.continuing(state.root, self.text[state.query.checkpoint.atom_position])

    def _brought_along(self, state: ParentState, tokens: tuple[Token, ...]) -> ParentState:
        """An entry queued for a shorter query, trying the same place of this one."""
        query = _extended(state.query, tokens).as_candidate().advance(self.graph)
        assert query is not None, "what was a candidate in the shorter query is one in the longer"
        return ParentState(state.root, state.pattern, state.index, state.path, state.prev_pos, state.root_pos, query)

    def _record(self, kind: Kind, vertex: Token, query: Checkpointed[Query], links: int = 0) -> None:
        if self._recorder:
            self._recorder.add(SearchStep(kind, vertex, query, links=links))


def _extended(query: Checkpointed[Query], tokens: tuple[Token, ...]) -> Checkpointed[Query]:
    """At the checkpoint, in a query that has more tokens."""
    return Checkpointed(query.checkpoint.extended(tokens))
