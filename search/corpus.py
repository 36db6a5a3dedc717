"""Entry search over any number of entries (S-212, S-301 … S-310).

Every search is one reading operation: it brings the index up to the newest change and looks in it, all in one state of the store
(U-13). Where there can be no index, and for entries that expire, the texts are joined and looked through.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

from search.catch_up import catch_up
from search.errors import EmptyQueryError
from search.folding import fold
from search.hits import Found, Hit, Piece, found_in, gather, options_of
from search.index import Index
from search.indexed import Indexed
from search.joined import Joined
from search.rows import Bound
from search.sidecar import Unusable
from search.source import lasting, passing, places, revision
from search.stopping import Stop
from store.database import MEMORY
from store.operation import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from typing import TypeVar

    from search.hits import Field, Gathered, Kind, Options
    from search.rows import Place, Row
    from search.source import Revision
    from store.operation import Operation, Steps

    T = TypeVar("T")


class Texts(Protocol):
    """Somewhere to look. Queries and needles are text that UTF-8 can hold, folded if case is ignored."""

    def longest(self, query: str, least: int) -> int:
        """The length of the longest prefix of `query` that occurs, `least` if none is longer than that."""

    def holding(self, needle: str, bound: Bound) -> Iterator[Row]:
        """Every row whose text holds `needle`; those beyond `bound` may be counted there instead, unless they expire."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything in scope, as of one state of the store."""

    options: Options
    _texts: tuple[Texts, ...]

    def longest(self, query: str, least: int = 0) -> int:
        """The length of the longest prefix of `query` that occurs in an entry; `least` of it are known to (S-301)."""
        query = self._comparable(query)
        for texts in self._texts:
            if least < len(query):
                least = texts.longest(query, least)
        return least

    def gather(self, needle: str, keep: int = 0) -> Gathered:
        """The rows whose texts hold `needle`, none for no needle; all of them if they are at most `keep`."""
        needle = fold(needle) if self.options.ignore_case else needle
        bound = Bound()
        found = chain.from_iterable(texts.holding(needle, bound) for texts in self._texts) if needle else ()
        return gather(found, bound, self.options, keep=keep)

    def search(self, query: str, least: int = 0, keep: int = 0) -> tuple[int, Gathered]:
        """The checkpoint of a query, `least` of which are known to occur, and what holds so much of it (S-301)."""
        if self._comparable(query) == (fold(query) if self.options.ignore_case else query):
            gathered = self.gather(query, keep)  # mostly all of it is there, and nothing else has to be asked
            if gathered.total or len(query) == 1:
                return (len(query) if gathered.total else 0), gathered
        checkpoint = self.longest(query, least)
        return checkpoint, self.gather(query[:checkpoint], keep)

    def best(self, needle: str) -> Hit | None:
        """The smallest entry that holds `needle` (S-302)."""
        return found_in(self.gather(needle), needle, len(needle), self.options).best

    def find(self, query: str) -> Found:
        """The answer of S-301."""
        checkpoint, gathered = self.search(query)
        return found_in(gathered, query, checkpoint, self.options)

    def _comparable(self, query: str) -> str:
        """As much of `query` as can stand in an entry at all, folded if case is ignored."""
        try:
            query.encode()
        except UnicodeEncodeError as error:  # half of a surrogate pair, from a command line that is not UTF-8 (T-131)
            query = query[: error.start]
        return fold(query) if self.options.ignore_case else query


class _Kept(NamedTuple):
    """Texts that were joined for a search without an index, for the next one."""

    key: tuple[object, ...]
    texts: Joined


class Corpus:
    """What is needed to search in one database, from search to search: its index, if there can be one. Close it after use.

    path: of the database. index: False to go without; then nothing is written anywhere.
    For the connection that runs its operations: they must not run at the same time.
    """

    def __init__(self, path: str, *, index: bool = True) -> None:
        self.path = path if path == MEMORY else os.path.realpath(path)  # the one name a database has (T-011)
        self._index = Index(self.path) if index and path != MEMORY else None
        self._kept: _Kept | None = None

    def begin(self) -> None:
        """Hold on to the state of the index; to be called before the first statement, so that the store is not older."""
        if self._index is not None:
            self._index.begin()

    def end(self) -> None:
        """Let go of the index; what has been indexed is kept."""
        if self._index is not None:
            self._index.end()

    def close(self) -> None:
        """Close the index and forget everything. May be called any number of times."""
        self._kept = None
        if self._index is not None:
            self._index.close()

    def sources(
        self, meta: str, options: Options, now: Revision, *, now_ms: int, stop: Stop, index: bool
    ) -> Steps[Sources]:
        """Everything of `meta` in scope as of `now`. index: whether to look in it. Raises Unusable, if so; `interrupted`."""
        where = yield from places(meta, options.scope)
        fleeting = yield from passing(where, meta, options.field, now_ms)
        main: Texts
        if index and self._index is not None:
            yield from catch_up(self._index, now, stop=stop)
            main = Indexed(self._index, where, options, stop=stop)
        else:
            main = yield from self._joined(
                where, (meta, options.scope, options.field, options.ignore_case, now), options, stop
            )
        return Sources(options, (main, Joined(fleeting, ignore_case=options.ignore_case, stop=stop)))

    def _joined(
        self, where: Mapping[int, Place], key: tuple[object, ...], options: Options, stop: Stop
    ) -> Steps[Joined]:
        if self._kept is None or self._kept.key != key:
            self._kept = None
            rows = yield from lasting(where, options.field)
            self._kept = _Kept(key, Joined(rows, ignore_case=options.ignore_case, stop=stop))
        return self._kept.texts.stopped_by(stop)

    @property
    def has_index(self) -> bool:
        """Whether to try the index first."""
        return self._index is not None


def searching(corpus: Corpus, steps: Callable[[Revision, bool], Steps[T]]) -> Steps[T]:
    """Do `steps` with the revision of the store, in the index (True) or, if that cannot be, without (False).

    Whatever is wrong with the index, an answer does not depend on it.
    """
    if corpus.has_index:
        try:
            corpus.begin()
            return (yield from steps((yield from revision()), True))
        except Unusable:
            pass
        finally:
            corpus.end()
    return (yield from steps((yield from revision()), False))


def find_entries(
    corpus: Corpus,
    query: str,
    *,
    now_ms: int,
    meta: str = "",
    scope: str = "",
    field: Field = "value",
    kinds: Collection[Kind] | None = None,
    ignore_case: bool = False,
    limit: int | None = None,
    stop: Stop | None = None,
) -> Operation[Found]:
    """The live entries of `meta` that hold `query`, or as much of its beginning as any of them holds (S-301 … S-309).

    Nothing in `query` is a wildcard. What is not found is no error. Raises EmptyQueryError, ValueError (see `Options`).
    """
    if not query:
        raise EmptyQueryError
    options = options_of(scope, field, kinds, ignore_case, limit)
    return _search(corpus, meta, options, now_ms, stop or Stop(), lambda sources: sources.find(query))


def find_entries_consecutive(
    corpus: Corpus,
    query: str,
    *,
    now_ms: int,
    meta: str = "",
    scope: str = "",
    field: Field = "value",
    ignore_case: bool = False,
    stop: Stop | None = None,
) -> Operation[list[Piece]]:
    """`query` cut into pieces from left to right, each the longest that some entry holds (S-310). They cover all of it.

    Raises EmptyQueryError, ValueError (see `Options`).
    """
    if not query:
        raise EmptyQueryError
    options = options_of(scope, field, None, ignore_case, 1)
    return _search(corpus, meta, options, now_ms, stop or Stop(), lambda sources: _pieces(sources, query))


@reading
def _search(
    corpus: Corpus, meta: str, options: Options, now_ms: int, stop: Stop, use: Callable[[Sources], T]
) -> Steps[T]:
    def steps(now: Revision, index: bool) -> Steps[T]:
        return use((yield from corpus.sources(meta, options, now, now_ms=now_ms, stop=stop, index=index)))

    return (yield from searching(corpus, steps))


def _pieces(sources: Sources, query: str) -> list[Piece]:
    pieces: list[Piece] = []
    unknown: set[str] = set()
    best: dict[str, Hit | None] = {}
    at = 0
    while at < len(query):
        length = 0 if query[at] in unknown else sources.longest(query[at:])
        if length == 0:
            unknown.add(query[at])
            start = at
            if pieces and pieces[-1].best is None:
                start = pieces.pop().start
            at += 1
            pieces.append(Piece(start, at, None))
            continue
        needle = query[at : at + length]
        if needle not in best:
            best[needle] = sources.best(needle)
        pieces.append(Piece(at, at + length, best[needle]))
        at += length
    return pieces
