"""The record of what was done, for people: commands, the life of one entry, emptying on purpose (U-10, M-136…M-141)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.model import Address
from store.operation import Statement, reading, writing
from store.operations.commands import record, trim
from store.operations.scratch import drop_all
from store.values import unbind

if TYPE_CHECKING:
    from store.model import Actor
    from store.operation import Steps

# A rescue keeps in `error` why the address was refused, but is itself a success.
COMMANDS = (
    "SELECT c.id, c.at, c.type, c.target, c.face, c.user, c.affected, CASE WHEN c.type = 'rescue' THEN NULL ELSE c.error END,"
    " EXISTS (SELECT 1 FROM changes h WHERE h.command_id = c.id AND h.kind <> 3) FROM commands c"
    " WHERE c.meta = ? AND c.id > ? AND c.id < ? AND (? = 0 OR (c.error IS NOT NULL AND c.type <> 'rescue'))"
    " ORDER BY c.id DESC LIMIT ?"
)
COUNT_COMMANDS = (
    "SELECT count(*) FROM commands WHERE meta = ? AND id > ? AND (? = 0 OR (error IS NOT NULL AND type <> 'rescue'))"
)
FORGOTTEN = "SELECT id FROM commands WHERE meta = ? ORDER BY id DESC LIMIT 1 OFFSET ?"
SIZE = "length(CAST(h.old_value AS BLOB))"
# What was stored before its entry, or the namespace of it, became a secret is one now (U-11).
MASKED = "n.secret <> 0 OR EXISTS (SELECT 1 FROM entries e WHERE e.ns_id = h.ns_id AND e.key = h.key AND e.secret <> 0)"
OF_ENTRY = (
    " FROM changes h JOIN namespaces n ON n.id = h.ns_id LEFT JOIN commands c ON c.id = h.command_id"
    " WHERE n.meta = ? AND n.context = ? AND n.name = ? AND h.key = ?"
)
LIFE = (
    "SELECT h.seq, h.command_id, h.kind, h.old_id, h.old_created_at, substr(h.old_value, 1, ?), coalesce(c.at, 0),"
    " coalesce(c.type, CASE h.kind WHEN 1 THEN 'set' WHEN 2 THEN 'delete' ELSE 'expired' END), coalesce(c.face, ''),"
    f" coalesce(c.user, ''), {SIZE}, {MASKED}{OF_ENTRY}"
    " AND h.seq < ? ORDER BY h.seq DESC LIMIT ?"
)
COUNT_LIFE = f"SELECT count(*){OF_ENTRY}"
OLD_VALUE = f"SELECT substr(h.old_value, 1, ?){OF_ENTRY} AND h.seq = ?"
EFFECTS = (
    f"SELECT h.seq, n.context, n.name, h.key, h.kind, h.old_id, substr(h.old_value, 1, ?), {SIZE}, {MASKED}"
    " FROM changes h JOIN namespaces n ON n.id = h.ns_id WHERE h.command_id = ? AND n.meta = ? AND h.kind <> 3"
    " ORDER BY h.seq LIMIT ?"
)
COUNT_EFFECTS = (
    "SELECT count(*) FROM changes h JOIN namespaces n ON n.id = h.ns_id"
    " WHERE h.command_id = ? AND n.meta = ? AND h.kind <> 3"
)
SPACES = "SELECT id, context, name FROM namespaces WHERE meta = ? AND entry_count > 0"
# Old values of expiring and secret entries are withheld (U-10, U-11), as `entries.kept` does for one.
NOTE_REMOVALS = (
    "INSERT INTO changes(command_id, ns_id, key, kind, old_id, old_created_at, old_expires_at, old_value)"
    " SELECT ?, ns_id, key, 2, id, created_at, expires_at,"
    " CASE WHEN secret <> 0 OR expires_at IS NOT NULL THEN NULL ELSE value END FROM entries WHERE ns_id = ? ORDER BY id"
)
COUNT = "SELECT count(*) FROM entries WHERE ns_id = ? AND (expires_at IS NULL OR expires_at > ?)"
EMPTY = "DELETE FROM entries WHERE ns_id = ?"
NEWEST = 1 << 62
WHOLE = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Done:
    """One command record (M-136). `at`: ms. `error`: its code, None for success. `undoable`: it left changes that are kept."""

    id: int
    at: int
    kind: str
    target: str
    face: str
    user: str
    affected: int
    error: str | None
    undoable: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """One change in the life of an entry: `before` is the value it replaced or removed.

    before: None when there was none, or when it was secret or expiring and therefore not kept (`withheld`). size: of all of it,
    in bytes, when `before` is only its beginning. masked: it is that of an entry which is a secret by now. at: ms, 0 if unknown.
    """

    seq: int
    command_id: int
    kind: int
    at: int
    command: str
    face: str
    user: str
    before: bytes | None
    withheld: bool
    size: int = 0
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What a command did to one entry. kind: as in `Change`; before, withheld, size, masked: as in `Moment`."""

    seq: int
    address: Address
    kind: int
    before: bytes | None
    withheld: bool
    size: int
    masked: bool


@reading
def history(
    meta: str, *, limit: int = 100, before: int | None = None, failed: bool = False, kept: int | None = None
) -> Steps[list[Done]]:
    """The last `limit` commands of `meta`, oldest first (M-141); `before`: only those with a smaller id, for the page above.

    kept: no more than so many of the newest count, and `failed` chooses among those (M-136, M-141); None: all of them.
    """
    since = yield from _forgotten(meta, kept)
    rows = yield Statement(COMMANDS, (meta, since, NEWEST if before is None else before, int(failed), limit))
    return [
        Done(id_, at, kind, target, face, user, affected, error, bool(undoable))
        for id_, at, kind, target, face, user, affected, error, undoable in reversed(rows)
    ]


@reading
def count(meta: str, *, failed: bool = False, kept: int | None = None) -> Steps[int]:
    """How many commands `history` would give without a limit."""
    since = yield from _forgotten(meta, kept)
    total: int = (yield Statement(COUNT_COMMANDS, (meta, since, int(failed))))[0][0]
    return total


def _forgotten(meta: str, kept: int | None) -> Steps[int]:
    """The number of the newest command that does not count any more, 0 if all do."""
    rows = [] if kept is None else (yield Statement(FORGOTTEN, (meta, kept)))
    return rows[0][0] if rows else 0


@reading
def effects(command_id: int, meta: str, *, limit: int = 200, head: int = WHOLE) -> Steps[tuple[list[Effect], int]]:
    """What a command of `meta` changed, in order, at most `limit` entries, as far as that is kept; and how many there are.

    head: characters or bytes of the values before that are wanted.
    """
    rows = yield Statement(EFFECTS, (head, command_id, meta, limit))
    total: int = (yield Statement(COUNT_EFFECTS, (command_id, meta)))[0][0]
    return [_effect(meta, row) for row in rows], total


@reading
def timeline(
    address: Address, *, limit: int = 100, before: int | None = None, head: int = WHOLE
) -> Steps[list[Moment]]:
    """The last `limit` changes of one entry, oldest first, as far back as changes are kept (T-102).

    before: only those with a smaller number; head: characters or bytes of the values before that are wanted.
    """
    rows = yield Statement(LIFE, (head, *address, NEWEST if before is None else before, limit))
    return [_moment(row) for row in reversed(rows)]


@reading
def count_moments(address: Address) -> Steps[int]:
    """How many changes of one entry are kept."""
    total: int = (yield Statement(COUNT_LIFE, address))[0][0]
    return total


@reading
def old_value(address: Address, seq: int, *, limit: int = WHOLE) -> Steps[bytes | None]:
    """The value before a change, or its first `limit` characters or bytes; None if there was none or it is not kept."""
    rows = yield Statement(OLD_VALUE, (limit, *address, seq))
    return None if not rows or rows[0][0] is None else unbind(rows[0][0])


def _moment(
    row: tuple[int, int, int, int | None, int | None, str | bytes | None, int, str, str, str, int | None, int],
) -> Moment:
    seq, command_id, kind, old_id, _created, value, at, command, face, user, size, masked = row
    before, withheld = _kept(old_id, value)
    return Moment(seq, command_id, kind, at, command, face, user, before, withheld, size or 0, bool(masked))


def _effect(meta: str, row: tuple[int, str, str, str, int, int | None, str | bytes | None, int | None, int]) -> Effect:
    seq, context, name, key, kind, old_id, value, size, masked = row
    before, withheld = _kept(old_id, value)
    return Effect(seq, Address(meta, context, name, key), kind, before, withheld, size or 0, bool(masked))


def _kept(old_id: int | None, value: str | bytes | None) -> tuple[bytes | None, bool]:
    """The value before, and whether there was one that was not kept."""
    return None if value is None else unbind(value), old_id is not None and value is None


@writing
def clear(meta: str, context: str | None = None, namespace: str | None = None, *, by: Actor, now_ms: int) -> Steps[int]:
    """Remove all entries of a namespace, of a context, or of the whole meta; how many live ones went (M-138, M-139).

    Namespaces keep their cache definitions. One command, undone like any other as far as old values are kept. The whole meta
    includes its scratch slots; those are not counted, and no undo brings them back.
    """
    kind = "reset" if context is None else "clear_context" if namespace is None else "clear_namespace"
    target = "storage" if context is None else context if namespace is None else f"{context}:{namespace}"
    return (yield from clear_as(kind, target, meta, context, namespace, by=by, now_ms=now_ms))


def clear_as(
    kind: str,
    target: str,
    meta: str,
    context: str | None = None,
    namespace: str | None = None,
    *,
    by: Actor,
    now_ms: int,
) -> Steps[int]:
    """The steps of `clear`, recorded as another command: what `delete` of a namespace and `reset` are made of (M-121, M-139)."""
    wanted = [
        id_
        for id_, found_context, name in (yield Statement(SPACES, (meta,)))
        if context in (None, found_context) and namespace in (None, name)
    ]
    removed = 0
    for id_ in wanted:
        removed += (yield Statement(COUNT, (id_, now_ms)))[0][0]
    command_id = yield from record(kind, target, removed, by=by, now_ms=now_ms)
    for id_ in wanted:
        yield Statement(NOTE_REMOVALS, (command_id, id_))
        yield Statement(EMPTY, (id_,))
    if context is None:
        yield from drop_all(meta)
    yield from trim()
    return removed


@writing
def note(kind: str, target: str, *, by: Actor, now_ms: int) -> Steps[int]:
    """Record a command that was done by other means than statements, such as a restore; its number."""
    return (yield from record(kind, target, 0, by=by, now_ms=now_ms))
