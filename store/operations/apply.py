"""The one applier: the writes of a whole stream in one transaction, all or nothing (U-06, X-040, T-046)."""

from __future__ import annotations

from store.errors import StoreError, StreamError
from store.model import CACHE_CONTEXT
from store.operation import Statement, writing
from store.operations import commands
from store.operations.entries import APPEND, OLD, SET, WRITE, Space, kept, make_space, refuse_cache, settle
from store.operations.expiry import expiry_of, limit_items, sweep_some
from store.values import bind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from store.model import Actor, Address
    from store.operation import Steps
    from store.streams.events import Write

NEXT_CHANGE = "SELECT coalesce(max(seq), 0) + 1 FROM changes"
ENTRY_COUNT = "SELECT entry_count FROM namespaces WHERE id = ?"
CHANGES = (
    "INSERT INTO changes(seq, command_id, ns_id, key, kind, old_id, old_created_at, old_expires_at, old_value)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ASKED_AT_ONCE = 400  # below every SQLite's limit of bound parameters
OLD_MANY = (
    "SELECT key, id, value, created_at, expires_at, secret FROM entries WHERE ns_id = ? AND key IN ("
    + ",".join("?" * ASKED_AT_ONCE)
    + ")"
)
ONE_BY_ONE = 8
NOTHING = (None, None, None, None, 0)


@writing
def apply_writes(
    writes: Sequence[Write], *, by: Actor, now_ms: int, kind: str = "stream", target: str = ""
) -> Steps[list[Address]]:
    """Store every write, or none; the last of several to one address wins. The addresses in the order of `writes`.

    Raises `reserved` for `pipe.cache` and `TTL not allowed` for a lifetime outside cache namespaces (X-036), naming the token.
    """
    addresses, _ = yield from apply_steps(writes, by=by, now_ms=now_ms, kind=kind, target=target)
    return addresses


def apply_steps(
    writes: Sequence[Write], *, by: Actor, now_ms: int, kind: str, target: str
) -> Steps[tuple[list[Address], int]]:
    """The steps of `apply_writes`, also part of recovering a cached stream; gives the number of their command as well."""
    addresses, last = yield from _settled(writes)
    command_id = yield from commands.record(kind, target, len(last), by=by, now_ms=now_ms)
    spaces: dict[tuple[str, str, str], Space] = {}
    for address in last:
        if address[:3] not in spaces:
            spaces[address[:3]] = yield from make_space(address)
    olds = yield from _olds(last, spaces)
    seq: int = (yield Statement(NEXT_CHANGE))[0][0]
    change_rows: list[tuple[Any, ...]] = []
    entry_rows: list[tuple[Any, ...]] = []
    for address, write in last.items():
        space = spaces[address[:3]]
        change, row = _rows(address, write, space, olds.get((space.id, address.key), NOTHING), now_ms)
        change_rows.append((seq, command_id, space.id, address.key, SET, *change))
        entry_rows.append((*row, seq))
        seq += 1
    if len(change_rows) > commands.KEPT_CHANGES:
        change_rows = change_rows[-1:]  # what trimming would leave of it (T-102), without writing the rest first
    yield Statement(CHANGES, change_rows, many=True)
    yield Statement(WRITE, entry_rows, many=True)
    yield from _tidy(spaces, len(entry_rows), now_ms)
    return addresses, command_id


def _settled(writes: Sequence[Write]) -> Steps[tuple[list[Address], dict[Address, Write]]]:
    """The final address of each write, and for each address the write that wins, in order of first appearance."""
    addresses: list[Address] = []
    last: dict[Address, Write] = {}
    for write in writes:
        address = write.address
        if address.context == CACHE_CONTEXT:
            refuse_cache(address)
        if address.key.endswith(APPEND):
            address = yield from settle(address, writes=True)
        addresses.append(address)
        last[address] = write
    return addresses, last


def _olds(last: Iterable[Address], spaces: dict[tuple[str, str, str], Space]) -> Steps[dict[tuple[int, str], Any]]:
    """What is stored now under the addresses to be written, by (namespace id, key)."""
    keys: dict[int, list[str]] = {}
    for address in last:
        keys.setdefault(spaces[address[:3]].id, []).append(address.key)
    olds: dict[tuple[int, str], Any] = {}
    for id_, wanted in keys.items():
        if not (yield Statement(ENTRY_COUNT, (id_,)))[0][0]:
            continue
        if len(wanted) <= ONE_BY_ONE:
            for key in wanted:
                for row in (yield Statement(OLD, (id_, key))):
                    olds[id_, key] = row
            continue
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            part = wanted[start : start + ASKED_AT_ONCE]
            padded = part + part[-1:] * (ASKED_AT_ONCE - len(part))  # constant text, whatever the number (T-023)
            rows = yield Statement(OLD_MANY, (id_, *padded))
            olds.update({(id_, row[0]): row[1:] for row in rows})
    return olds


def _rows(
    address: Address, write: Write, space: Space, old: tuple[Any, ...], now_ms: int
) -> tuple[tuple[object, ...], tuple[Any, ...]]:
    """The `old_*` columns of the change, and the entry's columns up to `expires_at`."""
    value = write.value
    if old is NOTHING and space.ttl_s is None and write.ttl_s is None:  # nearly all of a large stream
        secret = int(space.secret or write.secret)
        return NOTHING[:4], (space.id, address.key, bind(value), len(value), secret, now_ms, now_ms, None)
    old_id, old_value, created_at, old_expires_at, old_secret = old
    if old_expires_at is not None and old_expires_at <= now_ms:
        old_id = old_value = created_at = old_expires_at = None
    secret = bool(space.secret or old_secret or write.secret)
    before = kept(old_id, old_value, created_at, old_expires_at, secret)
    expires_at = None
    if space.ttl_s is not None or write.ttl_s is not None:
        try:
            expires_at = expiry_of(address, space.ttl_s, write.ttl_s, now_ms)
        except StoreError as error:
            raise StreamError(
                error.code, f"{write.label}: {error.message}", hint=error.hint, text=write.label
            ) from None
        if space.ttl_s is not None and write.expires_at is not None:
            expires_at = write.expires_at
    created = now_ms if created_at is None else created_at
    return before, (space.id, address.key, bind(value), len(value), int(secret), created, now_ms, expires_at)


def _tidy(spaces: dict[tuple[str, str, str], Space], changed: int, now_ms: int) -> Steps[None]:
    for (meta, _context, _name), space in spaces.items():
        if space.ttl_s is not None:
            yield from sweep_some(meta, now_ms)
        if space.max_items is not None:
            yield from limit_items(space.id, space.max_items)
    if changed >= commands.TRIM_EVERY:
        yield from commands.trim()
