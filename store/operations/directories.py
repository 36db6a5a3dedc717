"""Directories: what lies below a context, a namespace or a dotted key, and the default value of each (M-125…M-127).

Nothing is kept for it: every answer is a range of an index over what is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses.colon import parse_path
from store.addresses.keys import to_notation
from store.operation import Statement, reading
from store.operations.entries import find

if TYPE_CHECKING:
    from store.model import Address
    from store.operation import Steps

LIVE = "(e.expires_at IS NULL OR e.expires_at > ?)"
HOLDS_LIVE = f"n.entry_count > 0 AND EXISTS (SELECT 1 FROM entries e WHERE e.ns_id = n.id AND {LIVE}) LIMIT 1"
CONTEXT = f"SELECT 1 FROM namespaces n WHERE n.meta = ? AND n.context = ? AND {HOLDS_LIVE}"
NAMESPACE = f"SELECT 1 FROM namespaces n WHERE n.meta = ? AND n.context = ? AND n.name = ? AND {HOLDS_LIVE}"
BELOW = f"SELECT 1 FROM namespaces n WHERE n.meta = ? AND n.context = ? AND n.name > ? AND n.name < ? AND {HOLDS_LIVE}"
KEYS_BELOW = (
    "SELECT e.key FROM namespaces n JOIN entries e ON e.ns_id = n.id"
    f" WHERE n.meta = ? AND n.context = ? AND n.name = ? AND e.key > ? AND e.key < ? AND {LIVE}"
)
ANY_KEY_BELOW = KEYS_BELOW + " LIMIT 1"
AFTER_DOT = "/"  # the character that follows the dot: `k.` … `k/` is everything that begins `k.`


@reading
def is_directory(text: str, meta: str = "", *, now_ms: int) -> Steps[bool]:
    """Whether the directory path `text` holds anything (M-126): a context; a namespace or one below it; a key continued by a dot.

    `context::` is the root namespace, which everything lies below (M-026). Raises AddressError for what is no path (M-094).
    """
    address = parse_path(text, "directory")._replace(meta=meta)
    if address.key:
        return (yield from has_keys_below(address, now_ms=now_ms))
    if not address.namespace or not text.partition(":")[2]:
        return bool((yield Statement(CONTEXT, (*address[:2], now_ms))))
    if (yield Statement(NAMESPACE, (*address[:3], now_ms))):
        return True
    name = address.namespace
    return bool((yield Statement(BELOW, (*address[:2], name + ".", name + AFTER_DOT, now_ms))))


def has_keys_below(address: Address, *, now_ms: int) -> Steps[bool]:
    """Whether a live key of the same namespace continues `address.key` with a separating dot (M-126)."""
    key = address.key
    bounds = (*address[:3], key + ".", key + AFTER_DOT, now_ms)
    if "__" not in key and "[" not in key:  # no bracket can have opened before the dot
        return bool((yield Statement(ANY_KEY_BELOW, bounds)))
    return any(len(key) in separators(found) for (found,) in (yield Statement(KEYS_BELOW, bounds)))


def default_of(text: str, meta: str = "") -> Address | None:
    """Where the default value of the directory path `text` is kept (M-125); None if it can have none.

    Raises AddressError for what is no path (M-094).
    """
    address = parse_path(text, "directory")._replace(meta=meta)
    if not address.key:
        return address._replace(key="index")
    key = f"{address.key}.index"
    return address._replace(key=key) if len(address.key) in separators(key) else None


def has_cell(address: Address, *, now_ms: int) -> Steps[bool]:
    """Whether a live entry is stored there."""
    entry = yield from find(address)
    return entry is not None and not entry.expired(now_ms)


def separators(key: str) -> list[int]:
    """Offsets of the dots of a canonical key that separate: those outside brackets, whichever way it is spelled (M-126)."""
    shown = to_notation(key)  # where it has brackets, they come last: the offsets before them are those of `key`
    found = []
    inside = False
    for offset, char in enumerate(shown):
        if char == "." and not inside:
            found.append(offset)
        elif char in "[]":
            inside = char == "["
    return found


def parents(key: str) -> list[str]:
    """The directories that a canonical key lies in, the outermost first: `a` and `a.b` of `a.b.c`."""
    return [key[:offset] for offset in separators(key)]
