"""The one applier: the writes of a whole stream in one transaction, all or nothing (U-06, X-040, T-046)."""

from __future__ import annotations

from itertools import chain

from store.errors import StoreError, StreamError
from store.model import CACHE_CONTEXT
from store.operation import Statement, writing
from store.operations import commands
from store.operations.appending import Appends
from store.operations.entries import INDEX, OLD, SET, WRITE, Space, kept, make_space, refuse_cache
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
ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?)"  # both tables happen to take nine values
CHANGES = (
    "INSERT INTO changes(seq, command_id, ns_id, key, kind, old_id, old_created_at, old_expires_at, old_value)"
    f" VALUES {ROW}"
)
ROWS_AT_ONCE = 100  # 900 parameters
ASKED_AT_ONCE = 400  # below every SQLite's limit of bound parameters
OLD_MANY = (
    "SELECT key, id, value, created_at, expires_at, secret FROM entries WHERE ns_id = ? AND key IN ("
    + ",".join("?" * ASKED_AT_ONCE)
    + ")"
)
ONE_BY_ONE = 8
NOTHING: tuple[object, ...] = (None, None, None, None)  # the `old_*` columns where nothing was


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
    writes: Sequence[Write], *, by: Actor, now_ms: int, kind: str, target: str, command_id: int | None = None
) -> Steps[tuple[list[Address], int]]:
    """The steps of `apply_writes`, also part of recovering a cached stream; gives the number of their command as well.

    command_id: of the command they belong to, if that is recorded already.
    """
    addresses, last = yield from _settled(writes)
    if command_id is None:
        command_id = yield from commands.record(kind, target, len(last), by=by, now_ms=now_ms)
    spaces: dict[tuple[str, str, str], Space] = {}
    for address in last:
        if address[:3] not in spaces:
            spaces[address[:3]] = yield from make_space(address)
    olds = yield from _olds(last, spaces)
    first: int = (yield Statement(NEXT_CHANGE))[0][0]
    # What trimming would leave of the changes (T-102), without writing the rest first.
    first_kept = first if len(last) <= commands.KEPT_CHANGES else first + len(last) - 1
    change_rows: list[tuple[Any, ...]] = []
    entry_rows: list[tuple[Any, ...]] = []
    for seq, (address, write) in enumerate(last.items(), first):
        ns_id, ttl_s, _, _, secret = space = spaces[address[:3]]
        key, value = address.key, write.value
        secret = secret or write.secret
        created_at, expires_at, before = now_ms, None, NOTHING
        if olds:
            before, created_at, secret = _before(olds.get((ns_id, key)), now_ms, secret)
        if ttl_s is not None or write.ttl_s is not None:
            expires_at = _expiry(address, write, space, now_ms)
        if seq >= first_kept:
            change_rows.append((seq, command_id, ns_id, key, SET, *before))
        entry_rows.append((ns_id, key, bind(value), len(value), int(secret), created_at, now_ms, expires_at, seq))
    yield from _insert(CHANGES, change_rows)
    yield from _insert(WRITE, entry_rows)
    yield from _tidy(spaces, now_ms)
    if len(last) >= commands.TRIM_EVERY or not command_id:
        yield from commands.trim_unrecorded(first + len(last) - 1, len(last))
    return addresses, command_id


def _settled(writes: Sequence[Write]) -> Steps[tuple[list[Address], dict[Address, Write]]]:
    """The final address of each write, and for each address the write that wins, in order of first appearance."""
    addresses: list[Address] = []
    last: dict[Address, Write] = {}
    appends = Appends()
    for write in writes:
        address = write.address
        if address.context == CACHE_CONTEXT:
            refuse_cache(address)
        if INDEX in address.key:
            address = yield from appends.settle(address)
        addresses.append(address)
        last[address] = write
    return addresses, last


def _olds(last: Iterable[Address], spaces: dict[tuple[str, str, str], Space]) -> Steps[dict[tuple[int, str], Any]]:
    """What is stored now under the addresses to be written, by (namespace id, key)."""
    keys: dict[tuple[str, str, str], list[str]] = {}
    for place, space in spaces.items():
        if (yield Statement(ENTRY_COUNT, (space.id,)))[0][0]:
            keys[place] = []
    for address in last if keys else ():
        if address[:3] in keys:
            keys[address[:3]].append(address.key)
    olds: dict[tuple[int, str], Any] = {}
    for place, wanted in keys.items():
        id_ = spaces[place].id
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


def _before(old: tuple[Any, ...] | None, now_ms: int, secret: bool) -> tuple[tuple[object, ...], int, bool]:
    """Of what is stored now: the `old_*` columns of the change, and when the entry was created and whether it is secret."""
    if old is None:
        return NOTHING, now_ms, secret
    old_id, old_value, created_at, old_expires_at, old_secret = old
    secret = bool(secret or old_secret)
    if old_expires_at is not None and old_expires_at <= now_ms:  # gone already, only not swept
        return NOTHING, now_ms, secret
    return kept(old_id, old_value, created_at, old_expires_at, secret), created_at, secret


def _expiry(address: Address, write: Write, space: Space, now_ms: int) -> int | None:
    """When an entry with a lifetime expires, in ms. Raises `ttl_not_allowed`, naming the token (X-036)."""
    try:
        expires_at = expiry_of(address, space.ttl_s, write.ttl_s, now_ms)
    except StoreError as error:
        raise StreamError(error.code, f"{write.label}: {error.message}", hint=error.hint, text=write.label) from None
    return expires_at if space.ttl_s is None or write.expires_at is None else write.expires_at


def _insert(sql: str, rows: list[tuple[Any, ...]]) -> Steps[None]:
    """Run `sql`, an INSERT of one `ROW`, for all `rows`. By hundreds it takes SQLite half the time of one by one."""
    whole = len(rows) - len(rows) % ROWS_AT_ONCE
    if whole:
        hundreds = (tuple(chain(*rows[at : at + ROWS_AT_ONCE])) for at in range(0, whole, ROWS_AT_ONCE))
        yield Statement(sql.replace(ROW, ",".join([ROW] * ROWS_AT_ONCE)), hundreds, many=True)
    if rows[whole:]:
        yield Statement(sql, rows[whole:], many=True)


def _tidy(spaces: dict[tuple[str, str, str], Space], now_ms: int) -> Steps[None]:
    for (meta, _context, _name), space in spaces.items():
        if space.ttl_s is not None:
            yield from sweep_some(meta, now_ms)
        if space.max_items is not None:
            yield from limit_items(space.id, space.max_items)
