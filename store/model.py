"""The values everything else talks in. They hold facts and refuse to know where those came from or where they are going.

All are immutable and compare by content. Times are integer milliseconds since the epoch, UTC; sizes are bytes.
"""

from __future__ import annotations

from store.named import NamedTuple

CACHE_CONTEXT = "pipe"
CACHE_NAMESPACE = "cache"


class Position(NamedTuple):
    """The context and namespace that abbreviated addresses are read against (U-04)."""

    context: str = "app"
    namespace: str = "main"


class Address(NamedTuple):
    """The identity of one entry (U-01). Also the SQL parameters of every point statement, in this order.

    `meta` is "" for none; `namespace` is "" for the root namespace; `key` is canonical (M-005), variant included.
    """

    meta: str
    context: str
    namespace: str
    key: str

    @property
    def is_cache(self) -> bool:
        """Whether it lies in `pipe.cache`, which only the rescue writes (P-022)."""
        return self.context == CACHE_CONTEXT and self.namespace == CACHE_NAMESPACE


class Listing(NamedTuple):
    """What a listing command asks for: one namespace and a pattern over printed keys (P-019, P-020); "" matches all."""

    meta: str
    context: str
    namespace: str
    pattern: str = ""


class Entry(NamedTuple):
    """One stored value with its address and times. `value` is the exact bytes that came in (P-051)."""

    address: Address
    value: bytes
    created_at: int
    updated_at: int
    expires_at: int | None
    secret: bool
    change: int

    def expired(self, now_ms: int) -> bool:
        """P-043: an entry is gone from the very millisecond of its expiry on."""
        return self.expires_at is not None and self.expires_at <= now_ms


class Row(NamedTuple):
    """One line of a meteor pane: everything about an entry except all of its value (T-081).

    `head` is at most the first 200 characters (`str`: text) or bytes (`bytes`: not text); `size` tells what is missing.
    A secret entry has an empty `head`.
    """

    id: int
    key: str
    head: str | bytes
    size: int
    updated_at: int
    expires_at: int | None
    secret: bool


class Namespace(NamedTuple):
    """One namespace as the trees show it: its live entries counted, its cache definition if it has one (P-040)."""

    id: int
    context: str
    name: str
    entries: int
    ttl_s: int | None = None
    evict_on_read: bool = True
    max_items: int | None = None
    secret: bool = False


class Pipe(NamedTuple):
    """One cached pipe (P-064): `key` is the part after `pipe.cache.`; `intended` and `reason` come from its command record."""

    key: str
    value: bytes
    size: int
    cached_at: int
    expires_at: int | None
    intended: str
    reason: str


class Actor(NamedTuple):
    """Who does something, for the command record (U-10). face: cli, browser, console or engine. "": the default user, no meta.

    audited: False where nothing is to be recorded (M-136, M-254); its changes then belong to command 0.
    """

    user: str = ""
    meta: str = ""
    face: str = "cli"
    audited: bool = True


class Change(NamedTuple):
    """One write or removal of one entry, numbered (T-100). `kind`: 1 set, 2 delete, 3 expired."""

    seq: int
    namespace_id: int
    key: str
    kind: int
