"""Changes by number: what moved since, and undoing what a command did (U-10, T-086, T-101)."""

from __future__ import annotations

from dataclasses import dataclass

from store.errors import NotFound, Refused
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address
from store.named import NamedTuple
from store.operation import Statement, reading, writing
from store.operations.commands import NEWEST_CHANGE, record, set_affected
from store.operations.entries import CHANGE, DELETE, OLD, REMOVE, SET, WRITE, kept
from store.operations.expiry import PIPE_TTL_S
from store.operations.pipes import Removed, restore
from store.values import unbind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from store.model import Actor
    from store.operation import Steps

MOVED = "SELECT ns_id, count(*) FROM changes WHERE seq > ? GROUP BY ns_id"
COMMAND = "SELECT type, target, affected FROM commands WHERE id = ? AND meta = ?"
# Not those in the pipe cache: their values are never kept, so there is nothing in them to take back.
ALL = (
    "SELECT h.seq, h.command_id, h.ns_id, h.key, c.type, c.user, c.meta, h.old_id IS NOT NULL AND h.old_value IS NULL"
    " FROM changes h LEFT JOIN commands c ON c.id = h.command_id"
    " WHERE h.ns_id NOT IN (SELECT id FROM namespaces WHERE context = ? AND name = ?) ORDER BY h.seq"
)
OF_COMMAND = (
    "SELECT seq, ns_id, key, kind, old_id, old_created_at, old_value, old_expires_at FROM changes"
    " WHERE command_id = ? AND kind <> 3 ORDER BY seq DESC"
)
NAMESPACE = "SELECT meta, context, name FROM namespaces WHERE id = ?"
PLACE_FREE = "SELECT count(*) FROM entries WHERE id = ?"
PUT_IN_PLACE = (
    "INSERT INTO entries(id, ns_id, key, value, size, secret, created_at, updated_at, expires_at, change)"
    " VALUES (?, ?, ?, ?, ?, 0, ?, ?, NULL, ?)"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed after a known number. `complete` is False if not all of it is kept: then refresh everything."""

    newest: int
    complete: bool
    namespace_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: the command it reversed and the addresses it touched."""

    command_id: int
    kind: str
    target: str
    addresses: tuple[Address, ...]
    pipes: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """A command of the past, by its record."""

    command_id: int
    kind: str
    target: str


@reading
def changes_since(seq: int) -> Steps[Moved]:
    """The namespaces touched after change number `seq` (T-086). Old changes are trimmed, a bulk write keeps only its last one."""
    newest: int = (yield Statement(NEWEST_CHANGE))[0][0]
    moved = (yield Statement(MOVED, (seq,))) if newest > seq else []
    kept_since = sum(count for _, count in moved)
    return Moved(newest, kept_since == newest - seq, frozenset(ns_id for ns_id, _ in moved))


@reading
def in_the_way(*, by: Actor) -> Steps[tuple[Past | None, Past | None]]:
    """The user's last command that still stands, at which counting back stops when it cannot be undone; and the last of those
    before it that can: none of its entries was changed again, and every value before is kept."""
    stacks = yield from _standing()
    ids = _ids_of(stacks, by)
    last = max(ids, default=0)
    stuck = {change.command_id for stack in stacks.values() for change in stack[:-1]}
    stuck |= {change.command_id for stack in stacks.values() for change in stack if change.withheld}
    return (yield from _past(last, by)), (yield from _past(max(ids - stuck - {last}, default=0), by))


def _past(command_id: int, by: Actor) -> Steps[Past | None]:
    rows = (yield Statement(COMMAND, (command_id, by.meta))) if command_id else []
    return Past(command_id, rows[0][0], rows[0][1]) if rows else None


@writing
def undo(command_id: int | None, *, by: Actor, now_ms: int, pipes: Sequence[Removed] = ()) -> Steps[Undone]:
    """Put back what a command changed, as a new command; None means the user's last one that is not undone yet.

    pipes: cached pipes the command consumed, put back in the same transaction (their old values are never kept in history).
    Without them a copied pipe is made anew of its copy, to be kept for at least 15 minutes: what was piped is not lost by undoing.
    Raises `nothing-to-undo`; `changed-since` when an entry was changed again later (T-101); `not-kept` when an old value was
    secret or expiring, or the command changed more entries than history holds, or consumed a pipe nobody has. Then nothing is
    changed.
    """
    stacks = yield from _standing()
    nothing = "there is nothing to undo"
    if command_id is None:
        command_id = max(_ids_of(stacks, by), default=0)
    else:
        nothing = f"command {command_id} changed nothing that is kept"
    found = (yield Statement(COMMAND, (command_id, by.meta))) if command_id else []
    changes = (yield Statement(OF_COMMAND, (command_id,))) if found else []
    if not found or not changes:
        raise NotFound("nothing-to-undo", nothing)
    kind, target, affected = found[0]
    if len(changes) < affected:  # more than history holds (T-102): undoing what is left of it would be half an undo
        raise Refused("not-kept", "it changed more entries than are kept in history; nothing was undone")
    record_id = yield from record("undo", target, 0, by=by, now_ms=now_ms)
    addresses = []
    known = {pipe.key for pipe in pipes}
    consumed = None
    for change in changes:  # the newest first: a pipe is met before its copy
        meta, context, name = (yield Statement(NAMESPACE, (change[1],)))[0]
        address = Address(meta, context, name, change[2])
        if address.is_cache:  # expiring: its value was never kept; `pipes` holds it if it is to come back
            if change[3] == DELETE and address.key not in known:
                consumed = change
            continue
        stack = stacks[change[1], change[2]]
        if not stack or stack[-1].seq != change[0]:
            raise Refused(
                "changed-since", "it was changed again since; nothing was undone", hint="undo the newer change first"
            )
        if consumed is not None:
            if kind != "copy":
                raise Refused("not-kept", "the cached pipe it came from is not kept; nothing was undone")
            pipes = [(yield from _made_anew(consumed, change, now_ms))]
        yield from _reverse(change, record_id, now_ms)
        addresses.append(address)
    back = yield from restore(by.meta, pipes, by=by, now_ms=now_ms)
    yield from set_affected(record_id, len(addresses) + back)
    return Undone(command_id, kind, target, tuple(addresses), back)


class _Stands(NamedTuple):
    """A change that still stands: neither undone nor itself an undoing. `by`: user and meta. `withheld`: the value before."""

    seq: int
    command_id: int
    by: tuple[str, str]
    withheld: bool


def _standing() -> Steps[dict[tuple[int, str], list[_Stands]]]:
    """For each entry its changes that still stand, oldest first: every undoing takes the last one away."""
    stacks: dict[tuple[int, str], list[_Stands]] = {}
    rows = yield Statement(ALL, (CACHE_CONTEXT, CACHE_NAMESPACE))
    for seq, command_id, ns_id, key, kind, user, meta, withheld in rows:
        stack = stacks.setdefault((ns_id, key), [])
        if kind != "undo":
            stack.append(_Stands(seq, command_id, (user or "", meta or ""), bool(withheld)))
        elif stack:
            stack.pop()
    return stacks


def _ids_of(stacks: dict[tuple[int, str], list[_Stands]], by: Actor) -> set[int]:
    """The commands of that user, in that meta, of which something still stands. 0 is no command: evictions, sweeps."""
    mine = (by.user, by.meta)
    return {change.command_id for stack in stacks.values() for change in stack if change.by == mine} - {0}


def _made_anew(consumed: tuple[Any, ...], copied: tuple[Any, ...], now_ms: int) -> Steps[Removed]:
    """The cached pipe that a copy consumed, made of what stands at the destination."""
    value = (yield Statement(OLD, (copied[1], copied[2])))[0][1]
    until = max(consumed[7] or 0, now_ms + PIPE_TTL_S * 1000)
    return Removed(consumed[2], unbind(value), consumed[5], until)


def _reverse(change: tuple[Any, ...], record_id: int, now_ms: int) -> Steps[None]:
    _seq, ns_id, key, _kind, old_id, old_created_at, old_value, _old_expires_at = change
    rows = yield Statement(OLD, (ns_id, key))
    current_id, current, created, expires, secret = rows[0] if rows else (None, None, None, None, 0)
    before = kept(current_id, current, created, expires, bool(secret))
    if old_id is None:
        if current_id is not None:
            yield Statement(CHANGE, (record_id, ns_id, key, DELETE, *before))
            yield Statement(REMOVE, (current_id,))
        return
    if old_value is None:
        raise Refused("not-kept", "the value before was secret or expiring and was not kept; nothing was undone")
    seq: int = (yield Statement(CHANGE, (record_id, ns_id, key, SET, *before)))[0][0]
    size = len(old_value.encode() if isinstance(old_value, str) else old_value)
    free = current_id is None and not (yield Statement(PLACE_FREE, (old_id,)))[0][0]
    if free:  # back to its old place in insertion order
        yield Statement(PUT_IN_PLACE, (old_id, ns_id, key, old_value, size, old_created_at, now_ms, seq))
    else:
        yield Statement(WRITE, (ns_id, key, old_value, size, 0, old_created_at, now_ms, None, seq))
