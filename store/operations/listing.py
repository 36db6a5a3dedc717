"""Many entries: listings for the command line, keyset pages for the browser (P-019, P-020, T-081…T-084)."""

from __future__ import annotations

from store.addresses import print_key
from store.addresses.keys import to_notation
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address, Entry, Row
from store.operation import Statement, reading
from store.values import unbind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from store.model import Listing
    from store.operation import Rows, Steps

SPACE = "SELECT id FROM namespaces WHERE meta = ? AND context = ? AND name = ?"
KEYS = "SELECT key FROM entries WHERE ns_id = ? AND key >= ? AND key < ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY key"
ENTRIES = (
    "SELECT key, value, created_at, updated_at, expires_at, secret, change FROM entries WHERE ns_id = ? AND key >= ?"
    " AND key < ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY key"
)
ROW = (
    "SELECT id, key, CASE WHEN secret THEN '' ELSE substr(value, 1, 200) END, size, updated_at, expires_at, secret"
    " FROM entries WHERE ns_id = ? AND (expires_at IS NULL OR expires_at > ?)"
)
BEHIND_ALL = "\U0010ffff" * 256  # no name and no key may be so long (P-011)
PAGES = {
    # (by insertion, backwards): the statement and the value that lies before every row
    (False, False): (ROW + " AND key > ? ORDER BY key LIMIT ?", ""),
    (False, True): (ROW + " AND key < ? ORDER BY key DESC LIMIT ?", BEHIND_ALL),
    (True, False): (ROW + " AND id > ? ORDER BY id LIMIT ?", 0),
    (True, True): (ROW + " AND id < ? ORDER BY id DESC LIMIT ?", 1 << 62),
}
RANK = "SELECT count(*) FROM entries WHERE ns_id = ? AND key < ? AND (expires_at IS NULL OR expires_at > ?)"
NTH_KEY = "SELECT key FROM entries WHERE ns_id = ? ORDER BY key LIMIT 1 OFFSET ?"
SEEK = "SELECT key FROM entries WHERE ns_id = ? AND key >= ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY key LIMIT 1"
EVERYTHING = -1  # no expiry lies before it


@reading
def keys(listing: Listing, *, now_ms: int, include_expired: bool = False) -> Steps[list[str]]:
    """The canonical keys that `listing` asks for, sorted by code point of their printed form (P-008)."""
    rows = yield from _range(KEYS, listing, EVERYTHING if include_expired else now_ms)
    printed = _printer(listing)
    found = [(printed(key), key) for (key,) in rows]
    return [key for _, key in sorted([(shown, key) for shown, key in found if shown is not None])]


@reading
def entries(listing: Listing, *, now_ms: int, include_expired: bool = False) -> Steps[list[Entry]]:
    """The entries that `listing` asks for, with their values, sorted by code point of the printed key (P-008)."""
    rows = yield from _range(ENTRIES, listing, EVERYTHING if include_expired else now_ms)
    printed = _printer(listing)
    found = []
    for key, value, created, updated, expires, secret, change in rows:
        if (shown := printed(key)) is not None:
            address = Address(listing.meta, listing.context, listing.namespace, key)
            found.append((shown, Entry(address, unbind(value), created, updated, expires, bool(secret), change)))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


@reading
def page(
    namespace_id: int,
    *,
    now_ms: int,
    after: str | int | None = None,
    backwards: bool = False,
    limit: int = 200,
    by_insertion: bool = False,
    include_expired: bool = False,
) -> Steps[list[Row]]:
    """The next rows of a namespace by key (or by first insertion), at the same cost at any depth (T-081).

    after: the last row's `key` (or `id`), None for the start; with `backwards` the end, and rows come in descending order.
    limit: 1…1000. A key written while paging appears at most once (T-082).
    """
    sql, start = PAGES[by_insertion, backwards]
    alive = EVERYTHING if include_expired else now_ms
    rows = yield Statement(sql, (namespace_id, alive, start if after is None else after, min(limit, 1000)))
    return [
        Row(id_, key, start_of, size, updated, expires, bool(secret))
        for id_, key, start_of, size, updated, expires, secret in rows
    ]


@reading
def rank(namespace_id: int, key: str, *, now_ms: int) -> Steps[int]:
    """How many live entries come before `key` in key order: its position for a scroll bar. On demand only (T-082)."""
    return int((yield Statement(RANK, (namespace_id, key, now_ms)))[0][0])


@reading
def nth_key(namespace_id: int, index: int) -> Steps[str | None]:
    """The key at `index` of a namespace, for a jump to a place in the scroll bar; None beyond the end.

    The one place that counts rows (in the index alone: no value is read); pages never do.
    """
    rows = yield Statement(NTH_KEY, (namespace_id, index))
    return rows[0][0] if rows else None


@reading
def find_key(namespace_id: int, prefix: str, *, now_ms: int) -> Steps[str | None]:
    """The first live key not before `prefix`; None if there is none."""
    rows = yield Statement(SEEK, (namespace_id, prefix, now_ms))
    return rows[0][0] if rows else None


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a printed key matches: `*` any run, `?` one character, else a literal prefix; case-sensitive (P-020)."""
    if "*" not in pattern and "?" not in pattern:
        return lambda key: key.startswith(pattern)
    return lambda key: _glob(pattern, key)


def _printer(listing: Listing) -> Callable[[str], str | None]:
    """A key as it is printed, or None if it does not match: the printed key or, for a pattern with `[`, its notation."""
    matches = matcher(listing.pattern)
    cached = (listing.context, listing.namespace) == (CACHE_CONTEXT, CACHE_NAMESPACE)

    def printed(key: str) -> str | None:
        shown = print_key(key, cached=cached)
        if matches(shown) or ("[" in listing.pattern and matches(to_notation(key))):
            return shown
        return None

    return printed


def _glob(pattern: str, text: str) -> bool:
    """Greedy matching with one point of return: linear in practice, quadratic at worst, never exponential."""
    p = t = 0
    star, resume = -1, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] == "*":
            star, resume = p, t
            p += 1
        elif p < len(pattern) and pattern[p] in ("?", text[t]):
            p += 1
            t += 1
        elif star >= 0:
            resume += 1
            p, t = star + 1, resume
        else:
            return False
    return pattern[p:].strip("*") == ""


def _range(sql: str, listing: Listing, alive: int) -> Steps[Rows]:
    spaces = yield Statement(SPACE, (listing.meta, listing.context, listing.namespace))
    if not spaces:
        return []
    low, high = _bounds(listing.pattern)
    return (yield Statement(sql, (spaces[0][0], low, high, alive)))


def _bounds(pattern: str) -> tuple[str, str]:
    """The range of canonical keys in which everything that matches must lie (T-084)."""
    for mark in ("*", "?"):
        pattern = pattern.partition(mark)[0]
    return key_range(pattern)


def key_range(prefix: str) -> tuple[str, str]:
    """The range, end not included, of the canonical keys that begin with `prefix` in either spelling (T-084).

    Printed and canonical spelling agree up to the first `__` or `[`, so only so much of the prefix can be used.
    """
    for mark in ("__", "["):
        prefix = prefix.partition(mark)[0]
    return text_range(prefix)


def text_range(prefix: str) -> tuple[str, str]:
    """The range, end not included, of the texts that begin with `prefix`."""
    begin = prefix
    while prefix:
        last = ord(prefix[-1])
        if last < 0x10FFFF:
            following = 0xE000 if last == 0xD7FF else last + 1  # surrogates are no characters
            return begin, prefix[:-1] + chr(following)
        prefix = prefix[:-1]
    return begin, BEHIND_ALL
