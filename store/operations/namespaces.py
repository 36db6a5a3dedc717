"""The tree above the entries: contexts and namespaces with live counts (P-036, T-083)."""

from __future__ import annotations

from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Namespace
from store.operation import Statement, reading
from store.operations.expiry import PIPE_TTL_S

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.operation import Steps

# Both conditions on expires_at, so that the planner takes the partial index (T-083).
COUNTS = (
    "SELECT n.id, n.context, n.name, n.entry_count - coalesce(gone.n, 0), n.ttl_s, n.evict_on_read, n.max_items, n.secret"
    " FROM namespaces n LEFT JOIN (SELECT ns_id, count(*) AS n FROM entries WHERE expires_at IS NOT NULL AND expires_at <= ?"
    " GROUP BY ns_id) AS gone ON gone.ns_id = n.id WHERE n.meta = ?"
)
IN_CONTEXT = " AND n.context = ?"
ONE = " AND n.context = ? AND n.name = ?"
ORDER = " ORDER BY n.context, n.name"
METAS = "SELECT DISTINCT meta FROM namespaces WHERE entry_count > 0 OR ttl_s IS NOT NULL ORDER BY meta"


@reading
def namespaces(meta: str, context: str | None = None, *, now_ms: int) -> Steps[list[Namespace]]:
    """The namespaces of `meta` (of one `context`) that hold a live entry or are caches, by code point of context, then name."""
    if context is None:
        rows = yield Statement(COUNTS + ORDER, (now_ms, meta))
    else:
        rows = yield Statement(COUNTS + IN_CONTEXT + ORDER, (now_ms, meta, context))
    return [space for space in map(_namespace, rows) if space.entries or space.ttl_s is not None]


@reading
def namespace(meta: str, context: str, name: str, *, now_ms: int) -> Steps[Namespace | None]:
    """One namespace, be it empty; None if nothing was ever written there."""
    rows = yield Statement(COUNTS + ONE, (now_ms, meta, context, name))
    return _namespace(rows[0]) if rows else None


@reading
def contexts(meta: str, *, now_ms: int) -> Steps[list[str]]:
    """The contexts of `meta` that have a listed namespace, by code point."""
    found = yield from namespaces(meta, now_ms=now_ms)
    return list(dict.fromkeys(space.context for space in found))


@reading
def metas() -> Steps[list[str]]:
    """Every meta that has entries or caches, "" being none: for what concerns a database as a whole, never for showing (P-102)."""
    rows = yield Statement(METAS)
    return [meta for (meta,) in rows]


def _namespace(row: tuple[int, str, str, int, int | None, int, int | None, int]) -> Namespace:
    id_, context, name, entries, ttl_s, evict_on_read, max_items, secret = row
    if ttl_s is None and entries and (context, name) == (CACHE_CONTEXT, CACHE_NAMESPACE):
        ttl_s = PIPE_TTL_S  # built in (P-069): a cache without a definition of its own
    return Namespace(id_, context, name, entries, ttl_s, bool(evict_on_read), max_items, bool(secret))
