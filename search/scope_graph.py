"""The graph of the values in one scope: what the teaching view and the shared pieces are made of (S-067, S-211, S-321)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.climb import Climb
from search.closed import LIMIT, ClosedGraph
from search.errors import EmptyQueryError, ScopeTooLargeError
from search.sequences import beginning
from search.source import LASTING, PAGE, passing, places, text_of
from store.operation import Statement, reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.response import Response
    from search.rows import Place, Row
    from search.steps import Recorder
    from search.stopping import Stop
    from search.tokens import Token
    from store.operation import Steps

AT_ONCE = 50
"""Texts put into a graph between two looks at whether it is still wanted."""


@reading
def values_in(meta: str, scope: str, *, now_ms: int, limit: int = LIMIT) -> Steps[list[Row]]:
    """The values in scope that are text and no secret, empty ones left out, by width and path.

    Raises ScopeTooLargeError as soon as different ones have more than `limit` atoms together.
    """
    where = yield from places(meta, scope)
    rows = _Rows(limit)
    rows.add((yield from passing(where, meta, "value", now_ms)))
    for ns, place in where.items():
        after = 0
        while not place.is_cache:
            page = yield Statement(LASTING, (ns, after, PAGE))
            rows.add([row for id_, key, value in page if (row := _row(place, id_, key, value)) is not None])
            if len(page) < PAGE:
                break
            after = page[-1][0]
    return sorted(rows.found)


def _row(place: Place, id_: int, key: str, value: str | bytes | None) -> Row | None:
    return place.row("value", id_, key, text_of(value))


class _Rows:
    """Rows as they come, within the limit."""

    def __init__(self, limit: int) -> None:
        self.found: list[Row] = []
        self._limit = limit
        self._texts: set[str] = set()
        self._size = 0

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row.text and row.text not in self._texts:
                self._texts.add(row.text)
                self._size += row.width
            if self._size > self._limit:
                raise ScopeTooLargeError(self._limit)
            if row.text:
                self.found.append(row)


def graph_of(rows: Sequence[Row], stop: Stop | None = None) -> ClosedGraph:
    """The graph of these values. Takes up to three seconds for as many as there may be (S-323); raises `interrupted`."""
    graph = ClosedGraph()
    texts = list(dict.fromkeys(row.text for row in rows))
    for start in range(0, len(texts), AT_ONCE):
        if stop is not None:
            stop.check()
        graph.insert_sequences(texts[start : start + AT_ONCE])
    return graph


def climb_to(graph: ClosedGraph, query: str, *, recorder: Recorder | None = None) -> Response | None:
    """`find_ancestor` as a session would answer: one atom is enough, an unknown one is a mismatch (S-064, S-313).

    None if nothing holds the first atom. Raises EmptyQueryError.
    """
    if not query:
        raise EmptyQueryError
    if graph.atom(query[0]) is None:
        return None
    return Climb(graph, beginning(graph, graph.known_or_not(query)), query, recorder=recorder).run().response()


def containing(graph: ClosedGraph, text: str) -> list[Token]:
    """The vertices that hold `text`, the smallest first, lower ids before higher (S-321); none if nothing holds it."""
    response = climb_to(graph, text)
    if response is None or not response.exhausted:
        return []
    found = {response.root}
    waiting = [response.root]
    while waiting:
        fresh = set(graph.containers(waiting.pop())) - found
        found |= fresh
        waiting += fresh
    return sorted(found, key=lambda token: (token.width, token.id))
