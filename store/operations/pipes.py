"""The pipe cache: rescued content under keys made of time, digest and the address it was meant for (P-060…P-082)."""

from __future__ import annotations

from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address, Pipe
from store.named import NamedTuple
from store.operation import Statement, reading, writing
from store.operations.commands import record, set_affected
from store.operations.entries import DELETE, find, make_space, remove, write
from store.operations.expiry import check_ttl
from store.values import unbind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Actor
    from store.operation import Steps

PREVIEW = 65536
LONGEST_SANITIZED = 64
SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")

LIST = (
    "SELECT e.key, substr(e.value, 1, ?), e.size, e.created_at, e.expires_at, coalesce(c.target, ''), coalesce(c.error, '')"
    " FROM namespaces n JOIN entries e ON e.ns_id = n.id"
    " LEFT JOIN changes h ON h.seq = e.change LEFT JOIN commands c ON c.id = h.command_id AND c.type = 'rescue'"
    " WHERE n.meta = ? AND n.context = ? AND n.name = ? AND (e.expires_at IS NULL OR e.expires_at > ?)"
    " ORDER BY e.created_at DESC, e.key DESC"
)
PROLONG = "UPDATE entries SET expires_at = ? WHERE ns_id = ? AND key = ? AND (expires_at IS NULL OR expires_at > ?) RETURNING id"
RESTORE_TIMES = "UPDATE entries SET created_at = ?, expires_at = ? WHERE ns_id = ? AND key = ?"


class Removed(NamedTuple):
    """A cached pipe that was taken out, whole, so that it can be put back while its time lasts."""

    key: str
    value: bytes
    cached_at: int
    expires_at: int | None
    intended: str = ""
    reason: str = ""


def hash8(content: bytes) -> str:
    """The first 8 hexadecimal digits of the SHA-256 of `content`: a label, neither secret nor unique (P-065)."""
    from hashlib import sha256

    return sha256(content).hexdigest()[:8]


def sanitize(text: str | None) -> str:
    """What of an unusable address goes into a cache key (P-066); `missing` when there was none."""
    if not text:
        return "missing"
    return "".join([c if c in SAFE else "_" for c in text[:LONGEST_SANITIZED]])


def make_key(now_s: int, content: bytes, suffix: str) -> str:
    """The key of a rescue, without `pipe.cache.` (P-064). `suffix` is already sanitised."""
    return f"{now_s}_{hash8(content)}_{suffix}"


def is_cache_key(text: str) -> bool:
    """Whether `text` is a whole cache address (P-021)."""
    prefix, key = text[:11], text[11:]
    return prefix == "pipe.cache." and 1 <= len(key) <= 128 and SAFE.issuperset(key)


@writing
def rescue(
    meta: str,
    content: bytes,
    *,
    suffix: str,
    intended: str,
    reason: str,
    by: Actor,
    now_ms: int,
    received_at: int | None = None,
) -> Steps[str]:
    """Keep `content` in `pipe.cache` and give its key; an equal key with other bytes gets `_2`, `_3`, … (P-068).

    intended: the address it was meant for, as typed, "" for none; reason: the code of the error that refused it. Both are kept
    in the command record, for the recovery screen. received_at: when it came in, in seconds, if that was not now: it names the
    key, while the lifetime begins now (T-112).
    """
    command_id = yield from record("rescue", intended, 1, by=by, now_ms=now_ms, error=reason)
    base = key = make_key(now_ms // 1000 if received_at is None else received_at, content, suffix)
    number = 1
    while True:
        there = yield from find(_address(meta, key))
        if there is None or there.value == content:
            break
        number += 1
        key = f"{base}_{number}"
    yield from write(_address(meta, key), content, command_id, now_ms=now_ms)
    return key


@reading
def pipes(meta: str, *, now_ms: int) -> Steps[list[Pipe]]:
    """The cached pipes of `meta` that have time left, newest first; values cut to 64 KiB, `size` is the truth."""
    rows = yield Statement(LIST, (PREVIEW, meta, CACHE_CONTEXT, CACHE_NAMESPACE, now_ms))
    return [Pipe(row[0], unbind(row[1])[:PREVIEW], *row[2:]) for row in rows]


@writing
def discard(meta: str, keys: Sequence[str], *, by: Actor, now_ms: int) -> Steps[list[Removed]]:
    """Remove cached pipes and give them whole, so that `put_back` can undo it; keys that are gone are left out."""
    command_id = yield from record("discard", _target(keys), 0, by=by, now_ms=now_ms)
    told = {pipe.key: pipe for pipe in (yield from pipes(meta, now_ms=now_ms))}
    removed = []
    for key in keys:
        entry = yield from find(_address(meta, key))
        if entry is not None and key in told:
            pipe = told[key]
            removed.append(Removed(key, entry.value, entry.created_at, entry.expires_at, pipe.intended, pipe.reason))
            yield from remove(entry.address, command_id, DELETE)
    yield from set_affected(command_id, len(removed))
    return removed


@writing
def put_back(meta: str, removed: Sequence[Removed], *, by: Actor, now_ms: int) -> Steps[int]:
    """Undo a `discard`: the same keys, contents and remaining times; what has expired meanwhile stays away. How many came back."""
    return (yield from restore(meta, removed, by=by, now_ms=now_ms))


def restore(meta: str, removed: Sequence[Removed], *, by: Actor, now_ms: int) -> Steps[int]:
    """The steps of `put_back`, also part of undoing a recovery."""
    back = 0
    for pipe in removed:
        if pipe.expires_at is not None and pipe.expires_at <= now_ms:
            continue
        command_id = yield from record(
            "rescue", pipe.intended, 1, by=by, now_ms=now_ms, error=pipe.reason or "put-back"
        )
        address = _address(meta, pipe.key)
        space = yield from make_space(address)
        yield from write(address, pipe.value, command_id, now_ms=now_ms)
        yield Statement(RESTORE_TIMES, (pipe.cached_at, pipe.expires_at, space.id, pipe.key))
        back += 1
    return back


@writing
def keep_longer(meta: str, keys: Sequence[str], ttl_s: int, *, by: Actor, now_ms: int) -> Steps[int]:
    """Give cached pipes `ttl_s` seconds from now; how many still were there."""
    check_ttl(ttl_s)
    command_id = yield from record("keep-longer", _target(keys), 0, by=by, now_ms=now_ms)
    space = yield from make_space(_address(meta, ""))
    kept = 0
    for key in keys:
        kept += len((yield Statement(PROLONG, (now_ms + ttl_s * 1000, space.id, key, now_ms))))
    yield from set_affected(command_id, kept)
    return kept


def _address(meta: str, key: str) -> Address:
    return Address(meta, CACHE_CONTEXT, CACHE_NAMESPACE, key)


def _target(keys: Sequence[str]) -> str:
    return f"pipe.cache.{keys[0]}" if len(keys) == 1 else f"{len(keys)} cached pipes"
