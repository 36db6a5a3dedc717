"""Taking names out of the cache after a command that removed what they name (C-029)."""

from __future__ import annotations

from store.addresses import print_address, read_address
from store.errors import StoreError
from store.operations.entries import public_ones
from tui.completion.compaction import Name, forget_where, names
from tui.name_cache import Reference, is_direct, is_elsewhere, scope_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.model import Address
    from tui.name_cache import Doing

    Key = tuple[str, str]


def forget_mentions(call: Doing, index: str, scope: str) -> None:
    """Forget what `call` says is gone; where it may have removed anything, look every name of the scope up again.

    What was removed from a database that no scope tells of does not touch the names of another (C-025).
    """
    if is_elsewhere(call):
        return
    alias_scope = scope_of("", call.who[0])
    gone: set[Key] = set()
    for mention in call.forgotten:
        if mention.type == "alias":
            gone.add(("alias", Reference("alias", mention.value).key(alias_scope)))
        elif mention.address is not None and not is_direct(call):
            gone.add(("id", Reference("id", print_address(mention.address)).key(scope)))
    if call.recheck and not is_direct(call):
        gone |= stale(call, names(index, call.now_ms), scope)
    if gone:
        forget_where(index, lambda name: name.identity in gone, now_ms=call.now_ms)


def stale(call: Doing, known: list[Name], scope: str) -> set[Key]:
    """The ids and tags of `scope` among `known` that the store would not offer any more."""
    from store.operations.names import tags
    from tui.completion.recent import in_scope

    mine = in_scope(known, scope)
    reading = call.session.reading._replace(delimiter=".", context=None, namespace=None, variant=None)
    addresses: dict[Address, Key] = {}
    gone: set[Key] = set()
    for name in mine:
        if name.type != "id":
            continue
        try:
            addresses[read_address(name.value, reading)] = name.identity
        except StoreError:
            gone.add(name.identity)
    alive = call.run(public_ones(list(addresses), now_ms=call.now_ms))
    gone.update(key for address, key in addresses.items() if address not in alive)
    there = call.run(tags(call.session.meta, now_ms=call.now_ms))
    gone.update(name.identity for name in mine if name.type == "tag" and name.value not in there)
    return gone
