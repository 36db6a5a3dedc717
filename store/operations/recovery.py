"""Bringing cached pipes home: the inbox, and each way out of it in one transaction together with what undoing it needs (P-075).

A cached pipe expires, so history keeps no value of it (U-10). Whoever takes one out therefore receives it whole, and gives it back
to undo.
"""

from __future__ import annotations

from store.errors import NotFound, Refused, StoreError
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address
from store.named import NamedTuple
from store.operation import Statement, reading, writing
from store.operations.apply import apply_steps
from store.operations.changes import undo
from store.operations.commands import KEPT_CHANGES
from store.operations.entries import DELETE, copy, find, remove, verify_digest
from store.operations.pipes import Removed, keep_longer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Actor, Entry
    from store.operation import Steps
    from store.streams.events import Write

OF_META = " WHERE n.meta = ? AND n.context = ? AND n.name = ?"
FROM = (
    " FROM namespaces n JOIN entries e ON e.ns_id = n.id"
    " LEFT JOIN changes h ON h.seq = e.change LEFT JOIN commands c ON c.id = h.command_id AND c.type = 'rescue'"
)
LIVE = " AND (e.expires_at IS NULL OR e.expires_at > ?)"
INBOX = (
    "SELECT e.key, e.size, e.created_at, e.expires_at, e.secret, coalesce(c.target, ''), coalesce(c.error, '')"
    f"{FROM}{OF_META}{LIVE} ORDER BY e.created_at DESC, e.key DESC LIMIT ?"
)
WAITING = f"SELECT count(*) FROM namespaces n JOIN entries e ON e.ns_id = n.id{OF_META}{LIVE}"
TOLD = f"SELECT coalesce(c.target, ''), coalesce(c.error, ''){FROM}{OF_META} AND e.key = ?"


class Waiting(NamedTuple):
    """One line of the inbox. key: what follows `pipe.cache.`; size: bytes; times: ms since the epoch.

    intended: the address as it was typed, "" for none; reason: the code of the error that refused it.
    """

    key: str
    size: int
    cached_at: int
    expires_at: int | None
    secret: bool
    intended: str
    reason: str


class Recovered(NamedTuple):
    """A pipe that came home. `removed` and `command_id` are what `take_back` needs."""

    address: Address
    overwrote: bool
    removed: Removed
    command_id: int


class Missed(NamedTuple):
    """A pipe that stayed where it was, or is gone, and why."""

    key: str
    error: StoreError


class Streamed(NamedTuple):
    """A pipe that was run as a stream: where its values went. `command_id` is None if history cannot hold so many changes."""

    addresses: list[Address]
    removed: Removed
    command_id: int | None


@reading
def inbox(meta: str, *, now_ms: int, most: int = 10_000) -> Steps[tuple[list[Waiting], int]]:
    """The newest `most` cached pipes of `meta` that have time left, newest first, and how many there are in all. Reads no value."""
    place = (meta, CACHE_CONTEXT, CACHE_NAMESPACE, now_ms)
    rows = yield Statement(INBOX, (*place, most))
    waiting = [Waiting(key, size, at, until, bool(secret), *told) for key, size, at, until, secret, *told in rows]
    total = len(rows) if len(rows) < most else (yield Statement(WAITING, place))[0][0]
    return waiting, total


@writing
def recover(
    meta: str, moves: Sequence[tuple[str, Address]], *, by: Actor, now_ms: int
) -> Steps[list[Recovered | Missed]]:
    """Copy each pipe to its address and take it out of the cache, all in one transaction; one result per move, in order.

    A pipe that is gone, expired or damaged (T-114) is Missed and keeps no other from coming home. So is one whose address is
    `pipe.cache` itself.
    """
    results: list[Recovered | Missed] = []
    for key, destination in moves:
        try:
            removed = _removed((yield from _live(meta, key, now_ms)), (yield from _told(meta, key)))
            copied = yield from copy(cache_address(meta, key), destination, by=by, now_ms=now_ms)
        except StoreError as error:  # raised before anything of this pipe was written
            results.append(Missed(key, error))
        else:
            results.append(Recovered(copied.address, copied.overwrote, removed, copied.command_id))
    return results


@writing
def run_stream(meta: str, key: str, writes: Sequence[Write], *, by: Actor, now_ms: int) -> Steps[Streamed]:
    """Store what the pipe says as a stream, and take the pipe out of the cache, as one command.

    `writes`: what the placing of exactly this content gave. Raises `not-found`, `corrupt`, and as `apply_writes` does.
    """
    entry = yield from _live(meta, key, now_ms)
    verify_digest(key, entry.value)
    removed = _removed(entry, (yield from _told(meta, key)))
    addresses, command_id = yield from apply_steps(
        writes, by=by, now_ms=now_ms, kind="stream", target=f"pipe.cache.{key}"
    )
    yield from remove(entry.address, command_id, DELETE)
    return Streamed(addresses, removed, command_id if len(writes) < KEPT_CHANGES else None)


@writing
def store_stream(
    writes: Sequence[Write], *, by: Actor, now_ms: int, target: str
) -> Steps[tuple[list[Address], int | None]]:
    """`apply_writes` for a stream that lies in a file called `target`; also gives the command's number, as in `Streamed`."""
    addresses, command_id = yield from apply_steps(writes, by=by, now_ms=now_ms, kind="stream", target=target)
    return addresses, command_id if len(writes) < KEPT_CHANGES else None


@writing
def take_back(done: Sequence[tuple[int, Removed | None]], *, by: Actor, now_ms: int) -> Steps[int]:
    """Undo recoveries, the last one first, and put their pipes back; all or nothing. How many pipes came back.

    done: command numbers with the pipes they consumed. Raises `expired` when the time of a pipe is over: then what was recovered
    stays, for nothing else would hold the content; and as `undo` does.
    """
    back = 0
    for command_id, removed in reversed(done):
        if removed is not None and removed.expires_at is not None and removed.expires_at <= now_ms:
            raise Refused("expired", "the time of the cached pipe is over; what was recovered stays where it is")
        undone = yield from undo(command_id, by=by, now_ms=now_ms, pipes=() if removed is None else (removed,))
        back += undone.pipes
    return back


@writing
def keep(meta: str, wanted: Sequence[tuple[str, int]], *, by: Actor, now_ms: int) -> Steps[int]:
    """Give each pipe its own number of seconds from now, in one transaction; how many still were there."""
    kept = 0
    for key, ttl_s in wanted:
        kept += yield from keep_longer(meta, (key,), ttl_s, by=by, now_ms=now_ms)
    return kept


def cache_address(meta: str, key: str) -> Address:
    """Where the pipe called `key` lies."""
    return Address(meta, CACHE_CONTEXT, CACHE_NAMESPACE, key)


def _live(meta: str, key: str, now_ms: int) -> Steps[Entry]:
    entry = yield from find(cache_address(meta, key))
    if entry is None or entry.expired(now_ms):
        raise NotFound("not-found", f"pipe.cache.{key} is no longer there")
    return entry


def _told(meta: str, key: str) -> Steps[tuple[str, str]]:
    """What was intended with a pipe, and why it was refused."""
    rows = yield Statement(TOLD, (meta, CACHE_CONTEXT, CACHE_NAMESPACE, key))
    return (rows[0][0], rows[0][1]) if rows else ("", "")


def _removed(entry: Entry, told: tuple[str, str]) -> Removed:
    return Removed(entry.address.key, entry.value, entry.created_at, entry.expires_at, *told)
