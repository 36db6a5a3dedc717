"""What entry search reads from the store: namespaces, revision, entries as rows (S-300, S-306, T-085).

Values of secret entries are no texts to anybody here (U-11); their addresses are. Entries that expire are `passing`: they are read
anew for every search and are never written into an index, as are those of `pipe.cache`, whose lifetime changes without a change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from search.rows import Place, Row
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE
from store.operation import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from search.hits import Field
    from store.operation import Rows, Steps

NEWEST = "SELECT coalesce(max(seq), 0) FROM changes"
SPACES = "SELECT id, context, name, entry_count FROM namespaces WHERE meta = ? AND entry_count > 0"
# old_value is not asked for: it is forgotten when its entry becomes a secret, and the rest identifies the change.
CHANGE = (
    "SELECT h.command_id, h.ns_id, h.key, h.kind, h.old_id, h.old_created_at, h.old_expires_at, c.at"
    " FROM changes h LEFT JOIN commands c ON c.id = h.command_id WHERE h.seq = ?"
)
PASSING = (
    "SELECT e.id, e.ns_id, e.key, e.value, e.secret, e.expires_at FROM entries e CROSS JOIN namespaces n ON n.id = e.ns_id"
    " WHERE e.expires_at IS NOT NULL AND e.expires_at > ? AND n.meta = ?"
    " UNION ALL SELECT e.id, e.ns_id, e.key, e.value, e.secret, e.expires_at FROM namespaces n JOIN entries e ON e.ns_id = n.id"
    " WHERE n.meta = ? AND n.context = ? AND n.name = ? AND e.expires_at IS NULL"
)
LASTING = (
    "SELECT id, key, CASE WHEN secret THEN NULL ELSE value END FROM entries"
    " WHERE ns_id = ? AND id > ? AND expires_at IS NULL ORDER BY id LIMIT ?"
)
PAGE = 500


class Revision(NamedTuple):
    """A state of the store: the newest change and what identifies it. Two states with the same one hold the same entries."""

    newest: int
    mark: str


def text_of(value: str | bytes | None) -> str | None:
    """A stored value as text; None if it is none (S-300: search is over code points)."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()  # text with NUL is kept as bytes (T-130)
    except UnicodeDecodeError:
        return None


def revision() -> Steps[Revision]:
    """Where the store is now."""
    newest: int = (yield Statement(NEWEST))[0][0]
    return Revision(newest, (yield from mark_of(newest)))


def mark_of(seq: int) -> Steps[str]:
    """What tells the change `seq` from one of that number in another history, such as before a restore; "" if it is not kept."""
    rows = yield Statement(CHANGE, (seq,))
    return repr(rows[0]) if rows else ""


def places(meta: str, scope: str) -> Steps[dict[int, Place]]:
    """The namespaces of `meta` that could hold something in scope, by id (P-102, S-306)."""
    found = {}
    for id_, context, name, entries in (yield Statement(SPACES, (meta,))):
        place = Place(meta, context, name, entries)
        if place.prefix.startswith(scope):
            found[id_] = place
        elif scope.startswith(place.prefix):
            found[id_] = place._replace(scope=scope)
    return found


def passing(where: Mapping[int, Place], meta: str, field: Field, now_ms: int) -> Steps[list[Row]]:
    """The rows of live entries that expire, and of what lies in `pipe.cache`."""
    rows = yield Statement(PASSING, (now_ms, meta, meta, CACHE_CONTEXT, CACHE_NAMESPACE))
    found = []
    for id_, ns, key, value, secret, until in rows:
        if ns in where:
            row = where[ns].row(field, id_, key, None if secret else text_of(value), until)
            if row is not None:
                found.append(row)
    return found


def lasting(where: Mapping[int, Place], field: Field) -> Steps[list[Row]]:
    """The rows of all entries that do not pass: for searching without an index."""
    found: list[Row] = []
    for ns, place in where.items():
        after = 0
        while not place.is_cache:
            rows = yield Statement(LASTING, (ns, after, PAGE))
            found.extend(_rows(place, field, rows))
            if len(rows) < PAGE:
                break
            after = rows[-1][0]
    return found


def _rows(place: Place, field: Field, rows: Rows) -> Iterator[Row]:
    for id_, key, value in rows:
        row = place.row(field, id_, key, text_of(value))
        if row is not None:
            yield row
