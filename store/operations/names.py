"""Names that may be offered for completion: of live entries that are no secrets (C-017, C-051)."""

from __future__ import annotations

from store.addresses import show_address
from store.addresses.dotted import print_dotted
from store.model import Address
from store.operation import Statement, reading
from store.operations.listing import key_range

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
            for text in _spellings(Address("", context, name, key), delimiter, ":" in prefix):
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


def _spellings(address: Address, delimiter: str, colon: bool) -> Iterator[str]:
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
