"""Append keys of many writes, which count each other: `q[]=a; q[]=b` are `q[0]` and `q[1]` (M-123)."""

from __future__ import annotations

from store.model import Address
from store.operations.entries import APPEND, INDEX, append_base, largest_key, number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.operation import Steps


class Appends:
    """Gives the append keys of one transaction their indices, in order; an address that was settled before counts as stored."""

    def __init__(self) -> None:
        self._largest: dict[tuple[str, ...], int] = {}
        self._asked: set[tuple[str, ...]] = set()

    def settle(self, address: Address) -> Steps[Address]:
        """`address` itself, or where its append key will be stored."""
        key = address.key
        if INDEX not in key:
            return address
        base = append_base(key) if key.endswith(APPEND) else ""
        if not base:
            self._note(address)
            return address
        here = (*address[:3], base)
        if here not in self._asked:
            stored = yield from largest_key(address, base)
            self._largest[here] = max(number_of(stored[len(base) + len(INDEX) :]), self._largest.get(here, -1))
            self._asked.add(here)
        self._largest[here] += 1
        return Address(*address[:3], f"{base}{INDEX}{self._largest[here]}")

    def _note(self, address: Address) -> None:
        base, _, suffix = address.key.partition("__")
        number = number_of(suffix[2:]) if base and suffix.startswith("i_") else -1
        here = (*address[:3], base)
        if number > self._largest.get(here, -1):
            self._largest[here] = number
