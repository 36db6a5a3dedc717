"""The calls of the graph tier (A7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from search.checkpointed import Checkpointed
from search.climb import Climb
from search.cursor import QueryCursor
from search.errors import SingleTokenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.graph import Graph
    from search.parent import Query
    from search.response import Response
    from search.steps import Recorder
    from search.tokens import Token


def find_ancestor(graph: Graph, query: str | Sequence[Token], *, recorder: Recorder | None = None) -> Response:
    """The smallest vertex that contains the longest known prefix of the query (A3).

    Raises EmptyQueryError, SingleTokenError, UnknownAtomError, UnknownTokenError. With a `recorder` every step is kept.
    """
    tokens = _sequence(graph, query)
    return Climb(graph, beginning(graph, tokens), text_of(graph, tokens), recorder=recorder).run().response()


def find_sequence(graph: Graph, text: str) -> Response:
    """`find_ancestor` of a text (S-063)."""
    return find_ancestor(graph, text)


def find_parent(graph: Graph, query: str | Sequence[Token], *, recorder: Recorder | None = None) -> Response:
    """The same among the vertices that have the first query token as a direct child (S-061). Raises the same."""
    tokens = _sequence(graph, query)
    climb = Climb(graph, beginning(graph, tokens), text_of(graph, tokens), direct=True, recorder=recorder)
    return climb.run().response()


def find_consecutive(graph: Graph, query: str | Sequence[Token]) -> list[Response]:
    """The whole query in pieces from left to right, each the longest possible at its place (S-062).

    A query of one token is valid. Raises EmptyQueryError, UnknownAtomError, UnknownTokenError.
    """
    tokens = graph.tokens_of(query)
    climb = Climb(graph, beginning(graph, tokens), text_of(graph, tokens)).run()
    pieces = [climb.response()]
    while not climb.is_exhausted:
        climb = Climb(graph, climb.continuation(), climb.text).run()
        pieces.append(climb.response())
    return pieces


@dataclass(frozen=True, slots=True)
class NextMatch:
    """What `insert_next_match` did: the vertex of the longest known prefix of the query, and the search behind it."""

    outcome: Literal["complete", "no_expansion", "created"]
    token: Token
    response: Response


def insert_next_match(graph: Graph, query: str | Sequence[Token]) -> NextMatch:
    """Make the longest known prefix of the query a vertex (S-210). Raises as `find_ancestor`.

    `complete`: it is one, and it is the whole query. `no_expansion`: it is one, and the query goes on. `created`: it
    was part of the root, and is now a vertex below it.
    """
    response = find_ancestor(graph, query)
    if response.coverage != "entire":
        return NextMatch("created", graph.split(response.root, response.root_start, response.root_end), response)
    return NextMatch("complete" if response.exhausted else "no_expansion", response.root, response)


def beginning(graph: Graph, tokens: tuple[Token, ...]) -> Checkpointed[Query]:
    """A query trying its first token."""
    start: Query = QueryCursor.before(tokens)
    tried = Checkpointed(start).as_candidate().advance(graph)
    assert tried is not None, "the query is not empty"
    return tried


def text_of(graph: Graph, tokens: tuple[Token, ...]) -> str:
    """What the tokens read together."""
    return "".join(map(graph.text, tokens))


def _sequence(graph: Graph, query: str | Sequence[Token]) -> tuple[Token, ...]:
    tokens = graph.tokens_of(query)
    if len(tokens) == 1:
        raise SingleTokenError(tokens[0])
    return tokens
