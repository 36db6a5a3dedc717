"""Single entries: read, write, remove, copy."""

from __future__ import annotations

from store.addresses import print_address
from store.errors import AddressError, NotFound, Refused
from store.model import Address, Entry
from store.named import NamedTuple
from store.operation import Statement, bind, reading, unbind, writing

# What only writing needs is imported by the functions that write: a `get` passes here (T-211).

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.model import Actor
    from store.operation import Steps

OF_ENTRY = "n.meta = ? AND n.context = ? AND n.name = ? AND e.key = ?"
FIELDS = "e.created_at, e.updated_at, e.expires_at, e.secret, e.change"
READ = f"SELECT e.value, {FIELDS} FROM namespaces n JOIN entries e ON e.ns_id = n.id WHERE {OF_ENTRY}"
READ_HEAD = f"SELECT substr(e.value, 1, ?), e.size, {FIELDS} FROM namespaces n JOIN entries e ON e.ns_id = n.id WHERE {OF_ENTRY}"
NAMESPACE = (
    "SELECT id, ttl_s, evict_on_read, max_items, secret FROM namespaces WHERE meta = ? AND context = ? AND name = ?"
)
ADD_NAMESPACE = "INSERT INTO namespaces(meta, context, name) VALUES (?, ?, ?) RETURNING id"
OLD = "SELECT id, value, created_at, expires_at, secret FROM entries WHERE ns_id = ? AND key = ?"
CHANGE = (
    "INSERT INTO changes(command_id, ns_id, key, kind, old_id, old_created_at, old_expires_at, old_value)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq"
)
WRITE = (
    "INSERT INTO entries(ns_id, key, value, size, secret, created_at, updated_at, expires_at, change)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(ns_id, key) DO UPDATE SET value = excluded.value, size = excluded.size,"
    " secret = excluded.secret, created_at = excluded.created_at, updated_at = excluded.updated_at,"
    " expires_at = excluded.expires_at, change = excluded.change"
)
REMOVE = "DELETE FROM entries WHERE id = ?"
# Keys that end in a single number, by length and then code point: the last of each length has the largest number (M-123).
# The condition is that of the index `entries_by_number`, word by word: so appending costs the same however many there are (M-149).
NUMBERED = "rtrim(e.key, '0123456789') LIKE '%!_!_i!_' ESCAPE '!'"
LONGEST = (
    f"SELECT n.id, length(e.key) FROM namespaces n JOIN entries e ON e.ns_id = n.id AND {NUMBERED}"
    " WHERE n.meta = ? AND n.context = ? AND n.name = ? ORDER BY length(e.key) DESC LIMIT 1"
)
LARGEST = (
    f"SELECT e.key FROM entries e WHERE e.ns_id = ? AND length(e.key) = ? AND e.key > ? AND e.key < ? AND {NUMBERED}"
    " ORDER BY e.key DESC LIMIT 1"
)

PUBLIC = (
    f"SELECT 1 FROM namespaces n JOIN entries e ON e.ns_id = n.id WHERE {OF_ENTRY}"
    " AND e.secret = 0 AND (e.expires_at IS NULL OR e.expires_at > ?)"
)

SET, DELETE, EXPIRED = 1, 2, 3
INDEX = "__i_"
APPEND = INDEX + "APPEND"
MOST_DIGITS = 1000  # of a number anybody means; Python refuses to read much longer ones


class Space(NamedTuple):
    """What a write must know of its namespace."""

    id: int
    ttl_s: int | None = None
    evict_on_read: bool = True
    max_items: int | None = None
    secret: bool = False


class Preview(NamedTuple):
    """An entry whose `value` is cut to what a screen can show; `size` is all of it, in bytes. Secrets come whole-masked: b""."""

    address: Address
    value: bytes
    size: int
    created_at: int
    updated_at: int
    expires_at: int | None
    secret: bool


class Written(NamedTuple):
    """Where it went (an append key has become an index), and the numbers of the change and its command."""

    address: Address
    change: int
    command_id: int


class Deleted(NamedTuple):
    """Whether a live entry was there, and the number of the command, for undo."""

    found: bool
    command_id: int


class Copied(NamedTuple):
    """What a copy did: the destination, whether something was there before, whether a cached pipe went."""

    address: Address
    overwrote: bool
    removed_from_cache: bool
    command_id: int


@reading
def get(address: Address) -> Steps[Entry | None]:
    """The entry at `address`, expired ones included until they are swept: the caller asks `entry.expired(now_ms)` (T-080).

    An append key (`queue[]`) reads the entry with the largest index (M-123).
    """
    return (yield from find(address))


@reading
def head(address: Address, *, limit: int = 65536, reveal: bool = False) -> Steps[Preview | None]:
    """The first `limit` characters or bytes of the entry at `address`; a secret's only with `reveal` (U-11)."""
    rows = yield Statement(READ_HEAD, (limit, *address))
    if not rows:
        return None
    value, size, created, updated, expires, secret, _change = rows[0]
    shown = b"" if secret and not reveal else unbind(value)
    return Preview(address, shown, size, created, updated, expires, bool(secret))


@reading
def public_ones(addresses: Iterable[Address], *, now_ms: int) -> Steps[set[Address]]:
    """Those of `addresses` that have a live entry which is no secret: their names may be remembered (C-017)."""
    found = set()
    for address in addresses:
        if (yield Statement(PUBLIC, (*address, now_ms))):
            found.add(address)
    return found


@writing
def set_entry(
    address: Address,
    value: bytes,
    *,
    by: Actor,
    now_ms: int,
    ttl_s: int | None = None,
    secret: bool = False,
    target: str = "",
) -> Steps[Written]:
    """Store or replace; `created_at` and the place in insertion order survive a replacement (P-007).

    `ttl_s`: seconds, only in a cache namespace (`ttl_not_allowed`). An entry once secret stays secret (U-11). `target`: how the
    record names it, if not by the printed address. Raises `reserved` for `pipe.cache` (P-022).
    """
    from store.operations.commands import record, trim_unrecorded

    refuse_cache(address)
    command_id = yield from record("set", target or print_address(address), 1, by=by, now_ms=now_ms)
    written, change = yield from write(address, value, command_id, now_ms=now_ms, ttl_s=ttl_s, secret=secret)
    if not command_id:
        yield from trim_unrecorded(change)
    return Written(written, change, command_id)


@writing
def set_unless_changed(
    address: Address, value: bytes, *, known_change: int | None, by: Actor, now_ms: int, secret: bool = False
) -> Steps[Written]:
    """Store `value` if the entry is still the one that was read: `known_change` is its change number, None if there was none.

    Raises `changed-meanwhile`, with nothing changed, and what `set_entry` raises.
    """
    entry = yield from find(address)
    current = None if entry is None or entry.expired(now_ms) else entry.change
    if current != known_change:
        raise Refused("changed-meanwhile", f"{print_address(address)} was changed by somebody else meanwhile")
    return (yield from set_entry(address, value, by=by, now_ms=now_ms, secret=secret))


@writing
def delete(address: Address, *, by: Actor, now_ms: int, target: str = "") -> Steps[Deleted]:
    """Remove the entry (P-032). Recorded whether a live one was there or not; `target` as in `set_entry`."""
    from store.operations.commands import record, trim_unrecorded

    address = yield from settle(address, writes=False)
    entry = yield from find(address)
    live = entry is not None and not entry.expired(now_ms)
    command_id = yield from record("delete", target or print_address(address), int(live), by=by, now_ms=now_ms)
    change = yield from remove(address, command_id, DELETE)
    if not command_id and change is not None:
        yield from trim_unrecorded(change)
    return Deleted(live, command_id)


@writing
def evict(address: Address, *, now_ms: int) -> Steps[bool]:
    """Delete an expired entry that a `get` met, unless its namespace keeps such (P-044). Whether it went."""
    entry = yield from find(address)
    space = yield from space_of(address)
    if entry is None or space is None or not (entry.expired(now_ms) and space.evict_on_read):
        return False
    yield from remove(entry.address, 0, EXPIRED)
    return True


@writing
def copy(source: Address, destination: Address, *, by: Actor, now_ms: int) -> Steps[Copied]:
    """Write `source`'s value to `destination`; a cached pipe is removed in the same transaction (P-037).

    The expiry is not inherited, secrecy is. Raises NotFound; `same-address`, `reserved`; `corrupt` when the bytes of a cached
    pipe do not match the digest in its key (T-114), with nothing changed.
    """
    from store.operations.commands import record

    refuse_cache(destination)
    source = yield from settle(source, writes=False)
    if source == destination:
        raise Refused("same-address", "source and destination are the same entry; nothing was changed")
    entry = yield from find(source)
    if entry is None or entry.expired(now_ms):
        raise NotFound("not-found", f"Source key '{print_address(source)}' not found")
    if source.is_cache:
        verify_digest(source.key, entry.value)
    before = yield from find(destination)
    overwrote = before is not None and not before.expired(now_ms)
    command_id = yield from record("copy", print_address(destination), 1 + source.is_cache, by=by, now_ms=now_ms)
    target, _ = yield from write(destination, entry.value, command_id, now_ms=now_ms, secret=entry.secret)
    if source.is_cache:
        yield from remove(source, command_id, DELETE)
    return Copied(target, overwrote, source.is_cache, command_id)


def find(address: Address) -> Steps[Entry | None]:
    """The stored entry, live or not."""
    address = yield from settle(address, writes=False)
    rows = yield Statement(READ, address)
    if not rows:
        return None
    value, created, updated, expires, secret, change = rows[0]
    return Entry(address, unbind(value), created, updated, expires, bool(secret), change)


def space_of(address: Address) -> Steps[Space | None]:
    """The namespace `address` lies in; None if nothing was ever written there."""
    rows = yield Statement(NAMESPACE, address[:3])
    if not rows:
        return None
    id_, ttl_s, evict_on_read, max_items, secret = rows[0]
    return Space(id_, ttl_s, bool(evict_on_read), max_items, bool(secret))


def make_space(address: Address) -> Steps[Space]:
    """The namespace `address` lies in, made if new."""
    space = yield from space_of(address)
    if space is None:
        space = Space((yield Statement(ADD_NAMESPACE, address[:3]))[0][0])
    return space


def write(
    address: Address,
    value: bytes,
    command_id: int,
    *,
    now_ms: int,
    ttl_s: int | None = None,
    secret: bool = False,
) -> Steps[tuple[Address, int]]:
    """Write one entry under a command already recorded (T-047): change row, entry, limited sweep, max_items."""
    from store.operations.expiry import expiry_of, limit_items, sweep_some

    address = yield from settle(address, writes=True)
    space = yield from make_space(address)
    expires_at = expiry_of(address, space.ttl_s, ttl_s, now_ms)
    old_rows = yield Statement(OLD, (space.id, address.key))
    old_id, old_value, created_at, old_expires_at, old_secret = old_rows[0] if old_rows else (None,) * 5
    if old_expires_at is not None and old_expires_at <= now_ms:  # gone already, only not swept
        old_id = old_value = created_at = old_expires_at = None
    secret = bool(secret or space.secret or old_secret)
    before = kept(old_id, old_value, created_at, old_expires_at, secret)
    created_at = now_ms if created_at is None else created_at
    seq: int = (yield Statement(CHANGE, (command_id, space.id, address.key, SET, *before)))[0][0]
    yield Statement(
        WRITE,
        (space.id, address.key, bind(value), len(value), int(secret), created_at, now_ms, expires_at, seq),
    )
    if expires_at is not None:
        yield from sweep_some(address.meta, now_ms)
    if space.max_items is not None:
        yield from limit_items(space.id, space.max_items)
    return address, seq


def remove(address: Address, command_id: int, kind: int) -> Steps[int | None]:
    """Remove one entry with its change row; the change's number, or None when there was nothing."""
    space = yield from space_of(address)
    rows = (yield Statement(OLD, (space.id, address.key))) if space else []
    if not rows or not space:
        return None
    old_id, old_value, created_at, expires_at, secret = rows[0]
    before = kept(old_id, old_value, created_at, expires_at, bool(secret))
    seq: int = (yield Statement(CHANGE, (command_id, space.id, address.key, kind, *before)))[0][0]
    yield Statement(REMOVE, (old_id,))
    return seq


def kept(
    old_id: int | None, value: object, created_at: int | None, expires_at: int | None, secret: bool
) -> tuple[object, ...]:
    """The `old_*` columns of a change. The value of an expiring or secret entry is withheld (U-10, U-11): id without value."""
    withheld = expires_at is not None or secret
    return (old_id, created_at, expires_at, None if withheld else value)


def settle(address: Address, *, writes: bool) -> Steps[Address]:
    """`address` with an append key turned into an index: the next one for a write, else the largest there is (M-123)."""
    if not address.key.endswith(APPEND):
        return address
    base = append_base(address.key)
    largest = (yield from largest_key(address, base)) if base else ""
    if writes and base:
        largest = f"{base}{INDEX}{number_of(largest[len(base) + len(INDEX) :]) + 1}"
    return address._replace(key=largest) if largest else address


def append_base(key: str) -> str:
    """`queue` of the append key `queue__i_APPEND`; "" if `key` is none: `a__b__i_APPEND` is `a[b__i_APPEND]` (M-038)."""
    base = key.removesuffix(APPEND)
    plain = len(base) < len(key) and key.find("__") == len(base) and "[" not in base and "]" not in base
    return base if plain else ""


def largest_key(address: Address, base: str) -> Steps[str]:
    """The key with the largest single numeric index of `base` in the namespace of `address`; "" if there is none.

    A few point reads, at most one for each length a key has there.
    """
    start = base + INDEX
    found, largest = "", -1
    for id_, longest in (yield Statement(LONGEST, address[:3])):
        for length in range(longest, len(start), -1):
            for (key,) in (yield Statement(LARGEST, (id_, length, start, start + ":"))):  # up to what follows a 9
                if number_of(key[len(start) :]) > largest:
                    found, largest = key, number_of(key[len(start) :])
            if largest >= 0 and str(largest) == found[len(start) :]:
                break  # shorter ones are smaller, unless zeros made this one longer
    return found


def number_of(index: str) -> int:
    """The number that a single index is: ASCII digits (M-031), `007` being 7; -1 for any other text."""
    return int(index) if index.isascii() and index.isdigit() and len(index) <= MOST_DIGITS else -1


def refuse_cache(address: Address) -> None:
    """P-022: only the rescue writes `pipe.cache`."""
    if address.is_cache:
        raise AddressError(
            "reserved",
            f"invalid address '{print_address(address)}': pipe.cache is reserved for rescued pipes",
            hint="choose another context and namespace",
            text=print_address(address),
            position=0,
            segment="context",
        )


def verify_digest(key: str, value: bytes) -> None:
    """T-114: the bytes of a cached pipe must still be those its key was made from."""
    from store.operations.pipes import hash8

    parts = key.split("_", 2)
    if len(parts) > 1 and parts[1] != hash8(value):
        from store.errors import Corrupt

        raise Corrupt(
            "corrupt",
            f"the content of pipe.cache.{key} does not match the digest in its name; nothing was removed",
            hint="`prontodb get` still prints what is there",
        )
