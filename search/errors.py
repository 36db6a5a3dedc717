"""What can be wrong with a search or with building a graph (S-070). A query that is not found is never an error.

    SearchError
      EmptyQueryError          empty_query
      SingleTokenError         single_token          token
      UnknownAtomError         unknown_atom          atom, index
      UnknownTokenError        unknown_token         token
      PatternTooShortError     pattern_too_short
      PatternMismatchError     pattern_mismatch      expected, got
      InvalidTransitionError   invalid_transition
      IncompleteMatchError     incomplete_match      response
      ScopeTooLargeError       scope_too_large       limit

`kind` is the stable word, also the `code` that faces print. The facts are attributes; texts of vertices are stored
values and therefore stand in no sentence (P-116).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store.errors import InputError

if TYPE_CHECKING:
    from search.response import Response
    from search.tokens import Token


class SearchError(InputError):
    """A search or an insertion that cannot be carried out; nothing was changed."""

    kind: ClassVar[str] = "search"

    def __init__(self, message: str, *, hint: str = "", position: int | None = None) -> None:
        super().__init__(self.kind, message, hint=hint, position=position)


class EmptyQueryError(SearchError):
    """Nothing to search for, nothing to insert (S-011)."""

    kind = "empty_query"

    def __init__(self) -> None:
        super().__init__("The text is empty.", hint="Give at least one character.")


class SingleTokenError(SearchError):
    """One token is no sequence: the caller already holds the answer, `token` (S-012)."""

    kind = "single_token"

    def __init__(self, token: Token) -> None:
        super().__init__("A sequence needs at least two tokens.", hint="The single token is itself the answer.")
        self.token = token


class UnknownAtomError(SearchError):
    """`atom`, at `index` of the query, occurs nowhere in the graph; it is the first such one (S-013)."""

    kind = "unknown_atom"

    def __init__(self, atom: str, index: int) -> None:
        super().__init__("The graph does not hold this character.", position=index)
        self.atom = atom
        self.index = index


class UnknownTokenError(SearchError):
    """`token` is not in the graph: a token of another graph, or a text that has no vertex (S-005, S-013)."""

    kind = "unknown_token"

    def __init__(self, token: Token | str) -> None:
        super().__init__("The graph does not hold this token.", hint="Insert it first.")
        self.token = token


class PatternTooShortError(SearchError):
    """A pattern has at least two tokens (S-005)."""

    kind = "pattern_too_short"

    def __init__(self) -> None:
        super().__init__("A pattern needs at least two tokens.")


class PatternMismatchError(SearchError):
    """A pattern that reads `got` cannot belong to a vertex that reads `expected` (S-005)."""

    kind = "pattern_mismatch"

    def __init__(self, expected: str, got: str) -> None:
        super().__init__("The pattern has another text than the vertex.")
        self.expected = expected
        self.got = got


class InvalidTransitionError(SearchError):
    """A cursor was to be moved or marked while nothing was being tried (S-108): a defect of the caller."""

    kind = "invalid_transition"

    def __init__(self, transition: str) -> None:
        super().__init__(f"{transition} needs a live candidate.", hint="Call as_candidate() first.")
        self.transition = transition


class IncompleteMatchError(SearchError):
    """An entire match was demanded and `response` is none (S-066)."""

    kind = "incomplete_match"

    def __init__(self, response: Response) -> None:
        super().__init__("The query is not the whole text of one vertex.")
        self.response = response


class ScopeTooLargeError(SearchError):
    """More than `limit` atoms: the graph tier refuses instead of swapping (S-211)."""

    kind = "scope_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"More than {limit} characters are too many for a graph.", hint="Choose a smaller scope.")
        self.limit = limit
