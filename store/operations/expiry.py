"""Cache namespaces: their definitions, the expiry of what is written there, sweeping (P-040…P-049, T-090…T-094)."""

from __future__ import annotations

from store.errors import LimitError, Refused
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE
from store.operation import Statement, writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.model import Actor, Address
    from store.operation import Rows, Steps

PIPE_TTL_S = 900  # P-069
LONGEST_TTL_S = 2_147_483_647
SWEEP_BATCH = 200  # T-092

DEFINE = (
    "INSERT INTO namespaces(meta, context, name, ttl_s, evict_on_read, max_items) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(meta, context, name) DO UPDATE SET ttl_s = excluded.ttl_s, evict_on_read = excluded.evict_on_read,"
    " max_items = excluded.max_items"
)
DEFINITION = "SELECT ttl_s, evict_on_read, max_items FROM namespaces WHERE meta = ? AND context = ? AND name = ?"
# Both conditions on expires_at, and CROSS JOIN, so that the planner begins with the partial index (T-083) and does not read all.
SWEEP = (
    "DELETE FROM entries WHERE id IN (SELECT e.id FROM entries e CROSS JOIN namespaces n ON n.id = e.ns_id"
    " WHERE e.expires_at IS NOT NULL AND e.expires_at <= ? AND n.meta = ? ORDER BY e.expires_at LIMIT ?) RETURNING ns_id, key"
)
SWEEP_ON_THE_SIDE = (
    "DELETE FROM entries WHERE id IN (SELECT e.id FROM entries e CROSS JOIN namespaces n ON n.id = e.ns_id"
    " WHERE e.expires_at IS NOT NULL AND e.expires_at <= ? AND n.meta = ? AND n.evict_on_read = 1"
    " ORDER BY e.expires_at LIMIT ?)"
    " RETURNING ns_id, key"
)
OVERFLOW = (
    "DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE ns_id = ? ORDER BY change LIMIT"
    " (SELECT max(0, entry_count - ?) FROM namespaces WHERE id = ?)) RETURNING ns_id, key"
)
NOTE = "INSERT INTO changes(command_id, ns_id, key, kind) VALUES (0, ?, ?, 3)"
EVERYTHING = 1 << 62


def check_ttl(seconds: int) -> int:
    """`seconds` if it is a lifetime; else `bad_ttl` (P-040)."""
    if not 1 <= seconds <= LONGEST_TTL_S:
        raise LimitError("bad_ttl", f"not a positive number of seconds up to {LONGEST_TTL_S}: {seconds}")
    return seconds


def expiry_of(address: Address, default_s: int | None, ttl_s: int | None, now_ms: int) -> int | None:
    """When something written now to `address` expires, in ms; None for never. `default_s`: its namespace's lifetime."""
    if address.is_cache and default_s is None:
        default_s = PIPE_TTL_S
    if ttl_s is not None:
        check_ttl(ttl_s)
        if default_s is None:
            raise Refused(
                "ttl_not_allowed",
                f"TTL not allowed: {address.context}.{address.namespace} is not a cache namespace",
                hint=f"prontodb create-cache {address.context}.{address.namespace} <seconds>",
            )
    seconds = default_s if ttl_s is None else ttl_s
    return None if seconds is None else now_ms + seconds * 1000


@writing
def create_cache(
    meta: str,
    context: str,
    namespace: str,
    ttl_s: int,
    *,
    evict_on_read: bool = True,
    max_items: int | None = None,
    by: Actor,
    now_ms: int,
) -> Steps[None]:
    """Define, or define anew, a cache namespace; entries already there stay permanent (P-040, P-041)."""
    from store.operations.commands import record

    check_ttl(ttl_s)
    if max_items is not None and max_items < 1:
        raise LimitError("bad_ttl", f"max_items must be positive: {max_items}")
    yield from record("create-cache", f"{context}.{namespace}", 0, by=by, now_ms=now_ms)
    yield Statement(DEFINE, (meta, context, namespace, ttl_s, int(evict_on_read), max_items))


@writing
def set_cache(
    meta: str,
    context: str,
    namespace: str,
    *,
    ttl_s: int | None = None,
    evict_on_read: bool | None = None,
    max_items: int | None = None,
    by: Actor,
    now_ms: int,
) -> Steps[None]:
    """Change what is given of a definition. Raises `not_a_cache` (P-047)."""
    from store.operations.commands import record

    old_ttl_s, old_evict, old_items = yield from definition(meta, context, namespace)
    new_ttl_s = check_ttl(old_ttl_s if ttl_s is None else ttl_s)
    if max_items is not None and max_items < 1:
        raise LimitError("bad_ttl", f"max_items must be positive: {max_items}")
    evict = old_evict if evict_on_read is None else int(evict_on_read)
    yield from record("set-cache", f"{context}.{namespace}", 0, by=by, now_ms=now_ms)
    items = old_items if max_items is None else max_items
    yield Statement(DEFINE, (meta, context, namespace, new_ttl_s, evict, items))


@writing
def drop_cache(meta: str, context: str, namespace: str, *, by: Actor, now_ms: int) -> Steps[None]:
    """Make it an ordinary namespace; entries keep the expiry they have. Raises `not_a_cache` (P-047)."""
    from store.operations.commands import record

    yield from definition(meta, context, namespace)
    yield from record("drop-cache", f"{context}.{namespace}", 0, by=by, now_ms=now_ms)
    yield Statement(DEFINE, (meta, context, namespace, None, 1, None))


def definition(meta: str, context: str, namespace: str) -> Steps[tuple[int, int, int | None]]:
    """Seconds, evict_on_read and max_items of a cache namespace; `not_a_cache` if it is none."""
    rows = yield Statement(DEFINITION, (meta, context, namespace))
    if rows and rows[0][0] is not None:
        ttl_s, evict, items = rows[0]
        return ttl_s, evict, items
    if (context, namespace) == (CACHE_CONTEXT, CACHE_NAMESPACE):
        return PIPE_TTL_S, 1, None
    raise Refused(
        "not_a_cache",
        f"{context}.{namespace} is not a cache namespace",
        hint=f"prontodb create-cache {context}.{namespace} <seconds>",
    )


@writing
def sweep(meta: str, *, by: Actor, now_ms: int, limit: int | None = None) -> Steps[int]:
    """Delete the expired entries of `meta`, oldest expiry first, at most `limit`; how many went (P-048, P-103).

    Work that may be split (T-046) is done by calling it with a limit until it gives 0.
    """
    from store.operations.commands import record

    gone = yield Statement(SWEEP, (now_ms, meta, EVERYTHING if limit is None else limit))
    if gone:
        yield from record("sweep", "expired", len(gone), by=by, now_ms=now_ms)
        yield from _note(gone)
    return len(gone)


@writing
def tidy(meta: str, *, now_ms: int) -> Steps[int]:
    """What an idle browser does: the same small sweep as a write into a cache, without a command record; how many went."""
    return (yield from sweep_some(meta, now_ms))


def sweep_some(meta: str, now_ms: int) -> Steps[int]:
    """What each write into a cache namespace does on the side: at most 200 entries, sparing evict_on_read = 0 (T-092).

    Those of `meta` only: others may still want to see what has expired (P-045, P-103). How many went.
    """
    gone = yield Statement(SWEEP_ON_THE_SIDE, (now_ms, meta, SWEEP_BATCH))
    yield from _note(gone)
    return len(gone)


def limit_items(namespace_id: int, most: int) -> Steps[None]:
    """Delete the oldest-written entries beyond `most` (P-046, T-093)."""
    yield from _note((yield Statement(OVERFLOW, (namespace_id, most, namespace_id))))


def _note(gone: Rows) -> Steps[None]:
    if gone:
        yield Statement(NOTE, gone, many=True)
