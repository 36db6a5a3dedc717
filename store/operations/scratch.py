"""Scratch slots: named places for values on the way to somewhere, apart from the entries (M-147, M-233).

A slot holds values by key, in the order in which the keys were first set. It belongs to a meta, and is never part of contexts,
listings, finds, exports, trees or searches; a backup holds it, `reset storage` removes it. Its values are never secret and never
undone. What people keep with `scratch set` is a slot that holds one value, under the key `value`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import InputError, Refused
from store.operation import Statement, reading, writing
from store.operations.commands import record
from store.values import bind, unbind

if TYPE_CHECKING:
    from store.model import Actor
    from store.operation import Steps

MAKE = (
    "INSERT INTO scratch_slots(meta, name, kept, created_at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT(meta, name) DO UPDATE SET kept = CASE WHEN excluded.kept = 1 THEN 1 ELSE scratch_slots.kept END"
    " RETURNING id, created_at"
)
KEEP = "UPDATE scratch_slots SET kept = 1 WHERE meta = ? AND name = ?"
PUT = (
    "INSERT INTO scratch_values(slot_id, key, value) VALUES (?, ?, ?)"
    " ON CONFLICT(slot_id, key) DO UPDATE SET value = excluded.value"
)
SLOT = "SELECT id FROM scratch_slots WHERE meta = ? AND name = ?"
IN_SLOT = "scratch_values v JOIN scratch_slots s ON s.id = v.slot_id WHERE s.meta = ? AND s.name = ?"
VALUE = f"SELECT v.value FROM {IN_SLOT} AND v.key = ?"
VALUES = f"SELECT v.key, v.value FROM {IN_SLOT} ORDER BY v.id"
KEYS = f"SELECT v.key FROM {IN_SLOT} ORDER BY v.id"
TAKE = "DELETE FROM scratch_values WHERE slot_id = ? AND key = ? RETURNING id"
EMPTY = "DELETE FROM scratch_values WHERE slot_id = ? RETURNING id"
REMOVE = "DELETE FROM scratch_slots WHERE meta = ? AND name = ? RETURNING id"
ABANDON = (
    "DELETE FROM scratch_slots WHERE meta = ? AND name = ? AND kept = 0"
    " AND NOT EXISTS (SELECT 1 FROM scratch_values v WHERE v.slot_id = scratch_slots.id)"
)
CLEAR = "DELETE FROM scratch_slots WHERE meta = ? RETURNING id"
COUNT = "SELECT count(*) FROM scratch_slots WHERE meta = ?"
SLOTS = (
    "SELECT s.name, s.created_at, s.kept, (SELECT count(*) FROM scratch_values v WHERE v.slot_id = s.id)"
    " FROM scratch_slots s WHERE s.meta = ? ORDER BY s.id"
)
HELD = (
    "SELECT s.name, v.value FROM scratch_slots s JOIN scratch_values v ON v.slot_id = s.id"
    " WHERE s.meta = ? AND v.key = ? ORDER BY s.id"
)

ONE = "value"
"""The key of a slot that holds one value."""
LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot as a list shows it. `kept`: it was persisted; else somebody works in it, or died doing so. `size`: how many keys."""

    name: str
    created_at: int
    kept: bool
    size: int


def slot_name(text: str) -> str:
    """The name that `text` means: without edge whitespace and leading `$`, whitespace inside as `_` (M-233).

    Raises InputError `invalid-name` if nothing is left, for more than 128 characters, and for what cannot be printed.
    """
    bare = text.strip()
    while bare.startswith("$"):
        bare = bare[1:].lstrip()
    name = "".join("_" if char.isspace() else char for char in bare)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(
            "invalid-name",
            "this is no name for a scratch slot",
            hint=f"1 to {LONGEST_NAME} printable characters; a leading $ does not count",
            text=text,
        )
    return name


def checked_key(key: str) -> str:
    """`key`, if it can be kept exactly. Raises InputError `invalid-name` for NUL and lone surrogates."""
    if "\0" in key or any("\ud800" <= char <= "\udfff" for char in key):
        raise InputError("invalid-name", "this is no key for a scratch slot", hint="it must be text", text=key)
    return key


@writing
def enter(meta: str, name: str, *, now_ms: int) -> Steps[int]:
    """Make the slot or reopen the one there is; when it was created, in ms (M-147)."""
    created_at: int = (yield Statement(MAKE, (meta, name, 0, now_ms)))[0][1]
    return created_at


@writing
def leave(meta: str, name: str, *, keep: bool) -> Steps[None]:
    """Persist the slot, or remove it. That it is gone already is no error."""
    yield Statement(KEEP if keep else REMOVE, (meta, name))


@writing
def abandon(meta: str, name: str) -> Steps[None]:
    """Remove the slot if nobody has put anything into it or persisted it: what a cancelled entering may have left."""
    yield Statement(ABANDON, (meta, name))


@writing
def put(meta: str, name: str, key: str, value: bytes, *, now_ms: int) -> Steps[None]:
    """Set one value; a key that is there keeps its place. A slot that somebody removed meanwhile is made anew."""
    slot_id = (yield Statement(MAKE, (meta, name, 0, now_ms)))[0][0]
    yield Statement(PUT, (slot_id, checked_key(key), bind(value)))


@reading
def fetch(meta: str, name: str, key: str = ONE) -> Steps[bytes | None]:
    """One value; None if the slot or the key is not there."""
    rows = yield Statement(VALUE, (meta, name, key))
    return unbind(rows[0][0]) if rows else None


@writing
def take(meta: str, name: str, key: str) -> Steps[bool]:
    """Remove one key; whether it was there."""
    rows = yield Statement(SLOT, (meta, name))
    return bool(rows) and bool((yield Statement(TAKE, (rows[0][0], key))))


@writing
def empty(meta: str, name: str) -> Steps[int]:
    """Remove all keys of a slot, which stays; how many there were."""
    rows = yield Statement(SLOT, (meta, name))
    return len((yield Statement(EMPTY, rows[0]))) if rows else 0


@reading
def keys(meta: str, name: str) -> Steps[list[str]]:
    """The keys of a slot, in the order in which they were first set."""
    return [key for (key,) in (yield Statement(KEYS, (meta, name)))]


@reading
def values(meta: str, name: str) -> Steps[list[tuple[str, bytes]]]:
    """Keys and values of a slot, in the order of `keys`."""
    return [(key, unbind(value)) for key, value in (yield Statement(VALUES, (meta, name)))]


@reading
def slots(meta: str) -> Steps[list[Slot]]:
    """The slots of `meta`, in the order of their creation."""
    return [
        Slot(name, created_at, bool(kept), size) for name, created_at, kept, size in (yield Statement(SLOTS, (meta,)))
    ]


@reading
def names(meta: str) -> Steps[list[str]]:
    """The names of the slots of `meta`, in the order of their creation (M-147)."""
    return [slot.name for slot in (yield from slots(meta))]


@reading
def held(meta: str) -> Steps[list[tuple[str, bytes]]]:
    """Name and value of the slots that hold one value, in the order of their creation (M-233)."""
    return [(name, unbind(value)) for name, value in (yield Statement(HELD, (meta, ONE)))]


@reading
def has(meta: str, name: str) -> Steps[bool]:
    """Whether there is a slot of this name."""
    return bool((yield Statement(SLOT, (meta, name))))


@reading
def count(meta: str) -> Steps[int]:
    """How many slots `meta` has (M-148)."""
    total: int = (yield Statement(COUNT, (meta,)))[0][0]
    return total


@writing
def remove(meta: str, name: str, *, by: Actor | None = None, now_ms: int = 0) -> Steps[bool]:
    """Remove a slot with all it holds; whether it was there. `by`: whose command that is, None for none (M-136)."""
    found = bool((yield Statement(REMOVE, (meta, name))))
    if by is not None:
        yield from record("scratch-delete", f"${name}", int(found), by=by, now_ms=now_ms)
    return found


@writing
def clear_all(meta: str, *, by: Actor | None = None, now_ms: int = 0) -> Steps[int]:
    """Remove every slot of `meta`; how many there were. `by` as in `remove`."""
    removed = yield from drop_all(meta)
    if by is not None:
        yield from record("scratch-clear", "all", removed, by=by, now_ms=now_ms)
    return removed


def drop_all(meta: str) -> Steps[int]:
    """Remove every slot of `meta` as part of a command that has its own record; how many there were."""
    return len((yield Statement(CLEAR, (meta,))))


@writing
def store(meta: str, name: str, value: bytes, *, by: Actor, now_ms: int) -> Steps[None]:
    """Keep one value in a persisted slot, as one command (M-233)."""
    yield from record("scratch-set", f"${name}", 1, by=by, now_ms=now_ms)
    slot_id = (yield Statement(MAKE, (meta, name, 1, now_ms)))[0][0]
    yield Statement(PUT, (slot_id, ONE, bind(value)))


@writing
def store_unless_changed(
    meta: str, name: str, value: bytes, *, known: bytes | None, by: Actor, now_ms: int
) -> Steps[None]:
    """`store`, if the slot still holds what was read: `known`, None for nothing. Raises Refused `changed-meanwhile`."""
    if (yield from fetch(meta, name)) != known:
        raise Refused("changed-meanwhile", f"${name} was changed by somebody else meanwhile")
    yield from store(meta, name, value, by=by, now_ms=now_ms)
