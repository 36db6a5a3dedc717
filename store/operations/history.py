"""The record of what was done, for people: commands, the life of one entry, emptying on purpose (U-10, M-136…M-141)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.operation import Statement, reading, writing
from store.operations.commands import record, trim
from store.values import unbind

if TYPE_CHECKING:
    from store.model import Actor, Address
    from store.operation import Steps

# A rescue keeps in `error` why the address was refused, but is itself a success.
COMMANDS = (
    "SELECT c.id, c.at, c.type, c.target, c.face, c.user, c.affected, CASE WHEN c.type = 'rescue' THEN NULL ELSE c.error END,"
    " EXISTS (SELECT 1 FROM changes h WHERE h.command_id = c.id AND h.kind <> 3) FROM commands c"
    " WHERE c.meta = ? AND c.id < ? AND (? = 0 OR (c.error IS NOT NULL AND c.type <> 'rescue')) ORDER BY c.id DESC LIMIT ?"
)
LIFE = (
    "SELECT h.seq, h.command_id, h.kind, h.old_id, h.old_created_at, h.old_value, coalesce(c.at, 0), coalesce(c.type, 'expired'),"
    " coalesce(c.face, ''), coalesce(c.user, '') FROM changes h JOIN namespaces n ON n.id = h.ns_id"
    " LEFT JOIN commands c ON c.id = h.command_id"
    " WHERE n.meta = ? AND n.context = ? AND n.name = ? AND h.key = ? AND h.seq < ? ORDER BY h.seq DESC LIMIT ?"
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

    before: None when there was none, or when it was secret or expiring and therefore not kept (`withheld`).
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


@reading
def history(meta: str, *, limit: int = 100, before: int | None = None, failed: bool = False) -> Steps[list[Done]]:
    """The last `limit` commands of `meta`, oldest first (M-141); `before`: only those with a smaller id, for the page above."""
    rows = yield Statement(COMMANDS, (meta, NEWEST if before is None else before, int(failed), limit))
    return [
        Done(id_, at, kind, target, face, user, affected, error, bool(undoable))
        for id_, at, kind, target, face, user, affected, error, undoable in reversed(rows)
    ]


@reading
def timeline(address: Address, *, limit: int = 100, before: int | None = None) -> Steps[list[Moment]]:
    """The last `limit` changes of one entry, oldest first, as far back as changes are kept (T-102)."""
    rows = yield Statement(LIFE, (*address, NEWEST if before is None else before, limit))
    return [_moment(row) for row in reversed(rows)]


def _moment(row: tuple[int, int, int, int | None, int | None, str | bytes | None, int, str, str, str]) -> Moment:
    seq, command_id, kind, old_id, _created, old_value, at, command, face, user = row
    before = None if old_value is None else unbind(old_value)
    return Moment(seq, command_id, kind, at, command, face, user, before, old_id is not None and old_value is None)


@writing
def clear(meta: str, context: str | None = None, namespace: str | None = None, *, by: Actor, now_ms: int) -> Steps[int]:
    """Remove all entries of a namespace, of a context, or of the whole meta; how many live ones went (M-138, M-139).

    Namespaces keep their cache definitions. One command, undone like any other as far as old values are kept.
    """
    kind = "reset" if context is None else "clear_context" if namespace is None else "clear_namespace"
    target = "storage" if context is None else context if namespace is None else f"{context}:{namespace}"
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
    yield from trim()
    return removed
