"""What may follow in an address while it is typed: of the names used last the newest that fits, else one of the store. No Textual.

The same sources as in the shells (U-08, C-020): the completion cache for the scope in effect, and the store, which has the last
word on what there is and what is secret (C-017). A text is completed to one that is read back as the address meant, or not at all.
"""

from __future__ import annotations

from asyncio import sleep, to_thread
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from store.addresses import print_key
from store.errors import StoreError
from store.model import Address
from store.operation import reading
from store.operations.entries import public_ones
from store.operations.names import keys, some_addresses, spellings
from tui.browser.flows.addressing import check
from tui.safe_text import safe_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.addresses import Reading
    from store.operation import Operation, Steps
    from tui.browser.flows.addressing import Mode
    from tui.browser.services import Services

T = TypeVar("T")

PAUSE_S = 0.06
"""Pause in typing before anything is asked."""

MOST = 20
"""Of the names used last, as many that fit are looked up; of the store's, as many are tried."""


class Completer:
    """Completes what is typed into one field, read by `reading` for `mode`. Only the newest question gets an answer."""

    def __init__(self, services: Services, reading: Reading, mode: Mode, *, pause_s: float = PAUSE_S) -> None:
        self._services = services
        self._reading = reading
        self._mode: Mode = mode
        self._pause_s = pause_s
        self._asked = 0

    async def complete(self, text: str) -> str | None:
        """The whole text that `text` may become, spelled as it is; None for nothing, and when there is a newer question."""
        self._asked += 1
        mine = self._asked
        await sleep(self._pause_s)
        if mine != self._asked or not text:
            return None
        newest = await to_thread(self._newest, text)
        if mine != self._asked:
            return None
        now_ms = self._services.now_ms()
        try:
            there = await self._ask(public_ones(newest, now_ms=now_ms)) if newest else set()
            found = next((whole for address, whole in newest.items() if address in there), None)
            if found is None and mine == self._asked:
                stored = await self._ask(_stored(self._services.meta, text, self._reading, now_ms))
                found = next((whole for _, whole in self._fitting(text, stored)), None)
        except StoreError:
            return None  # the field says itself what is wrong with the store
        return found if mine == self._asked else None

    async def _ask(self, operation: Operation[T]) -> T:
        """By the reader that the panes, and the field's own look at its target, do not wait for."""
        return await self._services.run(operation, reader="search")

    def _newest(self, text: str) -> dict[Address, str]:
        """Of the entries used last those that `text` can become, the newest first. Reads a file."""
        recent = self._services.names.recent()
        if recent is None:
            return {}
        meta = self._services.meta
        used = ((at.context, at.namespace, at.key) for at in recent.used())
        addresses = (Address(meta, context, space, key) for context, space, key in used if space is not None and key)
        return dict(islice(self._fitting(text, addresses), MOST))

    def _fitting(self, text: str, addresses: Iterable[Address]) -> Iterator[tuple[Address, str]]:
        """Those that `text` can become, each with what it becomes."""
        for address in addresses:
            for whole in self._forms(address, text):
                if self._may_follow(text, whole) and check(whole, self._reading, self._mode).address == address:
                    yield address, whole
                    break

    @staticmethod
    def _may_follow(text: str, whole: str) -> bool:
        """Whether it is literally what is there and more (C-074), with nothing in it that a field would not show as it is."""
        return len(whole) > len(text) and whole.startswith(text) and not safe_parts(whole)[1]

    def _forms(self, address: Address, text: str) -> Iterator[str]:
        """How `address` is spelled where `text` is: with colons if it has one, else as the shells do; shorter where we are."""
        yield from spellings(address, self._reading.delimiter, ":" in text)
        if (address.context, address.namespace) == self._reading.position:
            yield print_key(address.key)


@reading
def _stored(meta: str, text: str, reading_: Reading, now_ms: int) -> Steps[list[Address]]:
    """Entries that `text` may become: those it begins the address of, then those it begins the key of, where we are."""
    found: list[Address] = yield from some_addresses(
        meta, text, delimiter=reading_.delimiter, limit=MOST, now_ms=now_ms
    )
    if ":" not in text and reading_.delimiter not in text:
        near = yield from keys(meta, *reading_.position, text, limit=MOST, now_ms=now_ms)
        found += [Address(meta, *reading_.position, key) for key in near]
    return found
