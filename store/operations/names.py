"""Names that may be offered for completion: of live entries that are no secrets (C-017, C-051)."""

from __future__ import annotations

from store.addresses import show_address
from store.addresses.dotted import print_dotted
from store.model import Address
from store.operation import Statement, reading
from store.operations.listing import SPACE, key_range, text_range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.operation import Steps

ALIVE = "secret = 0 AND (expires_at IS NULL OR expires_at > ?)"
SPACES = (
    "SELECT n.id, n.context, n.name FROM namespaces n WHERE n.meta = ? AND n.entry_count > 0"
    f" AND EXISTS (SELECT 1 FROM entries WHERE ns_id = n.id AND {ALIVE})"
)
KEYS = f"SELECT key FROM entries WHERE ns_id = ? AND key >= ? AND key < ? AND {ALIVE}"
SOME_KEYS = KEYS + " ORDER BY key LIMIT ?"
SOME_SPACES = (
    "SELECT n.id, n.context, n.name FROM namespaces n WHERE n.meta = ? AND n.context >= ? AND n.context < ?"
    " AND n.name >= ? AND n.name < ? AND n.entry_count > 0 ORDER BY n.context, n.name LIMIT ?"
)
MOST_SPACES = 100


@reading
def ids(meta: str, prefix: str = "", *, delimiter: str = ".", now_ms: int) -> Steps[list[str]]:
    """The addresses of `meta` that begin with `prefix`, as text, in no order.

    They are spelled with `delimiter`; a prefix with a colon, which no dotted address has, gets the colon spelling (C-054).
    """
    found = []
    for space, context, name in (yield Statement(SPACES, (meta, now_ms))):
        low_high = _range(context, name, prefix, delimiter)
        if low_high is None:
            continue
        for (key,) in (yield Statement(KEYS, (space, *low_high, now_ms))):
            for text in spellings(Address("", context, name, key), delimiter, ":" in prefix):
                if text.startswith(prefix):
                    found.append(text)
                    break
    return found


@reading
def tags(meta: str, prefix: str = "", *, delimiter: str = ".", now_ms: int) -> Steps[set[str]]:
    """The contexts, and the namespaces with their context, that hold a name of `ids` and begin with `prefix`."""
    found = set()
    colon = ":" in prefix and delimiter != ":"
    for _, context, name in (yield Statement(SPACES, (meta, now_ms))):
        found.add(context)
        if print_dotted(Address("", context, name, "k")) and not colon:
            found.add(f"{context}{delimiter}{name}")
        elif delimiter != ":":
            found.add(f"{context}:{name}:")
    return {text for text in found if text.startswith(prefix)}


@reading
def spaces(meta: str, *, now_ms: int) -> Steps[list[tuple[str, str]]]:
    """Context and namespace of all that hold a name of `ids`, by code point."""
    return sorted([(context, name) for _, context, name in (yield Statement(SPACES, (meta, now_ms)))])


@reading
def keys(
    meta: str, context: str, namespace: str, prefix: str = "", *, limit: int = 200, now_ms: int
) -> Steps[list[str]]:
    """The first keys of a namespace that `ids` would name, canonical and in their order, if `prefix` can begin them (T-084)."""
    found: list[str] = []
    for (space,) in (yield Statement(SPACE, (meta, context, namespace))):
        found += [key for (key,) in (yield Statement(SOME_KEYS, (space, *key_range(prefix), now_ms, limit)))]
    return found


@reading
def some_addresses(
    meta: str, prefix: str, *, delimiter: str = ".", limit: int = 20, now_ms: int
) -> Steps[list[Address]]:
    """Some addresses of `ids`, whatever the size of the store: the first found, by namespace and key, for somebody who types.

    At most `limit`, from the first namespaces that `prefix` can lead into.
    """
    found: dict[Address, None] = {}
    for part in dict.fromkeys((_part(prefix, delimiter), _part(prefix, ":"))):
        for space, context, name in (yield Statement(SOME_SPACES, (meta, *part, MOST_SPACES))):
            low_high = _range(context, name, prefix, delimiter)
            if low_high is None:
                continue
            for (key,) in (yield Statement(SOME_KEYS, (space, *low_high, now_ms, limit))):
                address = Address(meta, context, name, key)
                if any(text.startswith(prefix) for text in spellings(address, delimiter, ":" in prefix)):
                    found[address] = None
            if len(found) >= limit:
                return list(found)[:limit]
    return list(found)


def _part(prefix: str, delimiter: str) -> tuple[str, str, str, str]:
    """The contexts, and within a single one the names, that `prefix` can begin when it is typed with `delimiter`: two ranges."""
    context, found, rest = prefix.partition(delimiter)
    if not found:
        return *text_range(context), *text_range("")
    name, found, _ = rest.partition(delimiter)
    return *_only(context), *(_only(name) if found else text_range(name))


def _only(text: str) -> tuple[str, str]:
    return text, text + "\0"


def spellings(address: Address, delimiter: str, colon: bool) -> Iterator[str]:
    """How an address may be typed, the best first: with the delimiter in effect, or with colons."""
    dotted = print_dotted(address)
    key = dotted and dotted[len(address.context) + len(address.namespace) + 2 :]
    if colon and delimiter != ":":
        yield show_address(address)
        if key:
            yield f"{address.context}:{address.namespace}:{key}"
    elif dotted and (delimiter == "." or address.is_cache):
        yield dotted
    elif key:
        yield f"{address.context}{delimiter}{address.namespace}{delimiter}{key}"
    elif delimiter != ":":
        yield show_address(address)


def _range(context: str, name: str, prefix: str, delimiter: str) -> tuple[str, str] | None:
    """The keys of a namespace that can begin with `prefix` when printed, as a range; None if none can (C-053)."""
    low_high = None
    for lead in (f"{context}{delimiter}{name}{delimiter}", f"{context}:{name}:"):
        if lead.startswith(prefix):
            return key_range("")
        if prefix.startswith(lead):
            low_high = key_range(prefix[len(lead) :])
    return low_high


SLOTS = "SELECT name FROM scratch_slots WHERE meta = ?"


@reading
def slots(meta: str) -> Steps[list[str]]:
    """The names of scratch slots, in no order. Here, because what else there is of them takes long to load (C-059)."""
    return [name for (name,) in (yield Statement(SLOTS, (meta,)))]
