"""Finding entries by a query pattern, and keeping what was found for the next time (M-146, M-149…M-156)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from search.pattern import QueryPattern
from store.addresses.keys import canonical_key, to_notation
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address, Entry
from store.operation import Operation, Statement, reading
from store.operations.changes import changes_since
from store.operations.listing import key_range, text_range
from store.values import unbind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.pattern import Glob
    from store.operation import Rows, Steps

SPACES = "SELECT id, context, name FROM namespaces WHERE meta = ? AND context >= ? AND context < ? AND entry_count > 0"
SPACE = "SELECT id, context, name FROM namespaces WHERE meta = ? AND context = ? AND name = ? AND entry_count > 0"
IN_RANGE = (
    "SELECT id, key, expires_at FROM entries WHERE ns_id = ? AND key >= ? AND key < ?"
    " AND (expires_at IS NULL OR expires_at > ?)"
)
EXACT = "SELECT id, key, expires_at FROM entries WHERE ns_id = ? AND key IN (?, ?) AND (expires_at IS NULL OR expires_at > ?)"
PLACE = "SELECT meta, context, name FROM namespaces WHERE id = ?"
NEWEST = "SELECT coalesce(max(seq), 0) FROM changes"
BY_ID = (
    "SELECT id, key, value, created_at, updated_at, expires_at, secret, change FROM entries WHERE id IN ({})"
    " AND (expires_at IS NULL OR expires_at > ?)"
)
AT_ONCE = 200
MOST_PATTERNS = 128
MOST_MATCHES = 100_000


class Match(NamedTuple):
    """An entry that was found. path: `context:namespace:key` in notation (M-154). expires_at: in ms, None for never."""

    path: str
    address: Address
    id: int
    expires_at: int | None


@reading
def find(pattern: QueryPattern, meta: str = "", *, now_ms: int) -> Steps[list[Match]]:
    """The live entries of `meta` that `pattern` means, by code point of their paths (M-154).

    Visits the namespaces the pattern's context can mean, and in them the keys that begin as its key does (M-149).
    """
    return (yield from _found(pattern, meta, now_ms))


def _found(pattern: QueryPattern, meta: str, now_ms: int) -> Steps[list[Match]]:
    found: list[Match] = []
    for ns_id, context, name in (yield from _spaces(pattern, meta)):
        rows = yield from _candidates(ns_id, pattern.key, now_ms)
        cached = (context, name) == (CACHE_CONTEXT, CACHE_NAMESPACE)
        fits = pattern.key.matches if cached else pattern.key.matches_key
        place = f"{context}:{name}:"
        for id_, key, expires_at in rows:
            if fits(key):
                shown = key if cached or "__" not in key else to_notation(key)
                found.append(Match(place + shown, Address(meta, context, name, key), id_, expires_at))
    found.sort(key=itemgetter(0))
    return found


def _spaces(pattern: QueryPattern, meta: str) -> Steps[Rows]:
    """Id, context and name of the namespaces that hold something and could be meant."""
    context, name = pattern.context, pattern.namespace
    if context.literal is not None and name.literal is not None:
        return (yield Statement(SPACE, (meta, context.literal, name.literal)))
    rows = yield Statement(SPACES, (meta, *text_range(context.prefix)))
    return [row for row in rows if pattern.matches_namespace(row[1], row[2])]


def _candidates(ns_id: int, key: Glob, now_ms: int) -> Steps[Rows]:
    """Id, key and expiry of the live entries that a key could mean."""
    if key.literal is not None:
        return (yield Statement(EXACT, (ns_id, key.literal, canonical_key(key.literal), now_ms)))
    return (yield Statement(IN_RANGE, (ns_id, *key_range(key.prefix), now_ms)))


@reading
def entries_of(matches: Sequence[Match], *, now_ms: int) -> Steps[list[Entry]]:
    """The entries that were found, in the order of `matches`; those that have gone since are left out."""
    found: list[Entry] = []
    for start in range(0, len(matches), AT_ONCE):
        some = matches[start : start + AT_ONCE]
        marks = ",".join("?" * len(some))
        rows = {
            row[0]: row[1:] for row in (yield Statement(BY_ID.format(marks), (*[match.id for match in some], now_ms)))
        }
        for match in some:
            row = rows.get(match.id)
            if row is not None and row[0] == match.address.key:  # a freed id may have been given to another entry
                _, value, created, updated, expires, secret, change = row
                found.append(Entry(match.address, unbind(value), created, updated, expires, bool(secret), change))
    return found


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a pattern found. newest: the last change it takes into account. asked_at, until: when it is good, end not included.

    hits: how often it was given again.
    """

    pattern: QueryPattern
    matches: tuple[Match, ...]
    newest: int
    asked_at: int
    until: int | None
    hits: int = 0


class QueryCache:
    """What was found before, by meta and pattern text, as long as it is still true (M-146). For one database.

    An answer counts as true while no change touched a namespace that its pattern could mean, and none of its entries has expired;
    other processes write too, so the changes in the database are asked each time. What lies in the pipe cache may be given another
    lifetime without a change, so answers with cached pipes are not kept. Hits and misses are those of the answers that are kept:
    with an answer its counts are dropped (M-148).
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], _Answer] = {}

    def __len__(self) -> int:
        """How many patterns have an answer here."""
        return len(self._answers)

    @property
    def figures(self) -> tuple[int, int, int]:
        """Cached patterns, hits and misses, for the status (M-148). Each answer that is kept was missed once."""
        return len(self._answers), self.hits, len(self._answers)

    def clear(self) -> None:
        """Forget everything, the counts too (M-148)."""
        self._answers.clear()

    def find(self, text: str, meta: str = "", *, now_ms: int) -> Operation[list[Match]]:
        """What `find` gives for the pattern `text`. Raises AddressError for a malformed one (M-156)."""
        return _find_cached(self, QueryPattern.parse(text), meta, now_ms=now_ms)

    def stale(self) -> Steps[tuple[int, list[tuple[str, str]]]]:
        """The newest change, and which answers are not to be trusted any more. Changes nothing."""
        if not self._answers:
            return (yield Statement(NEWEST))[0][0], []
        oldest = min(answer.newest for answer in self._answers.values())
        moved = yield from changes_since(oldest)
        if moved.newest < oldest or not moved.complete:
            return moved.newest, list(self._answers)
        places = []
        for ns_id in moved.namespace_ids:
            rows = yield Statement(PLACE, (ns_id,))
            if not rows:
                return moved.newest, list(self._answers)
            places.append(rows[0])
        doubtful = [
            (meta, text)
            for (meta, text), answer in self._answers.items()
            if any(meta == place[0] and answer.pattern.matches_namespace(*place[1:]) for place in places)
        ]
        return moved.newest, doubtful

    def settle(self, newest: int, doubtful: list[tuple[str, str]]) -> None:
        """Drop the doubtful answers; the others are good up to the change `newest`."""
        for name in doubtful:
            self._answers.pop(name, None)
        for name, answer in self._answers.items():
            if answer.newest < newest:
                self._answers[name] = replace(answer, newest=newest)

    @property
    def hits(self) -> int:
        """How often an answer that is kept was given again."""
        return sum(answer.hits for answer in self._answers.values())

    def look_up(self, text: str, meta: str, now_ms: int) -> _Answer | None:
        """The answer kept for `text`, if it is good at `now_ms`."""
        answer = self._answers.get((meta, text))
        if answer is None or now_ms < answer.asked_at or (answer.until is not None and now_ms >= answer.until):
            return None
        return answer

    def keep(self, meta: str, answer: _Answer) -> None:
        """Keep an answer, unless it is too large or holds cached pipes; the answers asked for longest ago make room."""
        name = (meta, answer.pattern.text)
        self._answers.pop(name, None)
        if len(answer.matches) > MOST_MATCHES or any(match.address.is_cache for match in answer.matches):
            return
        self._answers[name] = answer
        while len(self._answers) > MOST_PATTERNS or self._total() > MOST_MATCHES:
            del self._answers[next(iter(self._answers))]

    def _total(self) -> int:
        return sum(len(answer.matches) for answer in self._answers.values())


@reading
def _find_cached(cache: QueryCache, pattern: QueryPattern, meta: str, *, now_ms: int) -> Steps[list[Match]]:
    newest, doubtful = yield from cache.stale()
    answer = None if (meta, pattern.text) in doubtful else cache.look_up(pattern.text, meta, now_ms)
    if answer is not None:  # nothing is changed before the last statement: a driver may begin again (T-045)
        cache.settle(newest, doubtful)
        cache.keep(meta, replace(answer, newest=newest, hits=answer.hits + 1))
        return list(answer.matches)
    matches = yield from _found(pattern, meta, now_ms)
    cache.settle(newest, doubtful)
    until = min((match.expires_at for match in matches if match.expires_at is not None), default=None)
    cache.keep(meta, _Answer(pattern, tuple(matches), newest, now_ms, until))
    return matches
