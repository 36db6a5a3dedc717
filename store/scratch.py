"""Working in a scratch slot: `with scratch_slot(database, "staging") as slot:`, or `async with` on the async driver (M-147).

Entering creates the slot or reopens the one there is. Leaving, by whatever way, removes it, unless `persist()` was called last
within this block; `cleanup_on_drop()` takes that back. Two who work in one slot at the same time share it: the first to leave
without `persist` removes it for both, and it is made anew by the next `set`. Every call is done and durable when it returns.
"""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING, overload

from store.database import Database
from store.errors import StoreError
from store.operations import scratch

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from store.async_database import AsyncDatabase


def now() -> int:
    """The time of the system, in ms."""
    return time_ns() // 1_000_000


@overload
def scratch_slot(database: Database, name: str, *, meta: str = "", clock: Callable[[], int] = now) -> ScratchSlot: ...
@overload
def scratch_slot(
    database: AsyncDatabase, name: str, *, meta: str = "", clock: Callable[[], int] = now
) -> AsyncScratchSlot: ...
def scratch_slot(
    database: Database | AsyncDatabase, name: str, *, meta: str = "", clock: Callable[[], int] = now
) -> ScratchSlot | AsyncScratchSlot:
    """The slot called `name` (as `slot_name` reads it), to be entered by `with` or `async with`. `clock`: gives ms.

    Raises InputError `invalid-name`. Nothing is read or written before it is entered.
    """
    if isinstance(database, Database):
        return ScratchSlot(database, name, meta, clock)
    return AsyncScratchSlot(database, name, meta, clock)


class _Slot:
    """What both kinds know: `name`, `created_at` (ms), and whether leaving keeps the slot."""

    def __init__(self, name: str, meta: str, clock: Callable[[], int]) -> None:
        self.name = scratch.slot_name(name)
        self.created_at = 0
        self._place = (meta, self.name)
        self._clock = clock
        self._keep = False

    def persist(self) -> None:
        """Leaving shall keep the slot and what it holds."""
        self._keep = True

    def cleanup_on_drop(self) -> None:
        """Leaving shall remove the slot, as it does anyway without `persist`."""
        self._keep = False


class ScratchSlot(_Slot):
    """A slot on the sync driver. Values are text; `get_bytes` reads and `set` takes any bytes."""

    def __init__(self, database: Database, name: str, meta: str, clock: Callable[[], int]) -> None:
        super().__init__(name, meta, clock)
        self._database = database

    def __enter__(self) -> Self:
        self._keep = False
        self.created_at = self._database.run(scratch.enter(*self._place, now_ms=self._clock()))
        return self

    def __exit__(self, *_exception: object) -> None:
        self._database.run(scratch.leave(*self._place, keep=self._keep))

    def set(self, key: str, value: str | bytes) -> None:
        """Set one value. Raises InputError `invalid-name` for a key that is no text."""
        self._database.run(scratch.put(*self._place, key, as_bytes(value), now_ms=self._clock()))

    def get(self, key: str) -> str | None:
        """One value as text; None if there is none. Raises StoreError `not-text`."""
        return as_text(self.get_bytes(key))

    def get_bytes(self, key: str) -> bytes | None:
        """One value as it was set; None if there is none."""
        return self._database.run(scratch.fetch(*self._place, key))

    def remove(self, key: str) -> bool:
        """Remove one key; whether it was there."""
        return self._database.run(scratch.take(*self._place, key))

    def clear(self) -> None:
        """Remove all keys; the slot stays."""
        self._database.run(scratch.empty(*self._place))

    def size(self) -> int:
        """How many keys there are."""
        return len(self.keys())

    def contains_key(self, key: str) -> bool:
        """Whether `key` is there."""
        return self.get_bytes(key) is not None

    def keys(self) -> list[str]:
        """All keys, in the order in which they were first set."""
        return self._database.run(scratch.keys(*self._place))

    def entries(self) -> list[tuple[str, str]]:
        """All keys and values as text, in the order of `keys`. Raises StoreError `not-text`."""
        return [(key, text_of(value)) for key, value in self._database.run(scratch.values(*self._place))]


class AsyncScratchSlot(_Slot):
    """A slot on the async driver: the same, to be awaited. A cancelled block leaves nothing behind that was not persisted."""

    def __init__(self, database: AsyncDatabase, name: str, meta: str, clock: Callable[[], int]) -> None:
        super().__init__(name, meta, clock)
        self._database = database

    async def __aenter__(self) -> Self:
        self._keep = False
        try:
            self.created_at = await self._database.run(scratch.enter(*self._place, now_ms=self._clock()))
        except StoreError:
            raise
        except BaseException:  # cancelled: the write may have happened (T-036), and nobody will leave the slot
            await self._database.run(scratch.abandon(*self._place))
            raise
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._database.run(scratch.leave(*self._place, keep=self._keep))

    async def set(self, key: str, value: str | bytes) -> None:
        """As `ScratchSlot.set`."""
        await self._database.run(scratch.put(*self._place, key, as_bytes(value), now_ms=self._clock()))

    async def get(self, key: str) -> str | None:
        """As `ScratchSlot.get`."""
        return as_text(await self.get_bytes(key))

    async def get_bytes(self, key: str) -> bytes | None:
        """As `ScratchSlot.get_bytes`."""
        return await self._database.run(scratch.fetch(*self._place, key))

    async def remove(self, key: str) -> bool:
        """As `ScratchSlot.remove`."""
        return await self._database.run(scratch.take(*self._place, key))

    async def clear(self) -> None:
        """As `ScratchSlot.clear`."""
        await self._database.run(scratch.empty(*self._place))

    async def size(self) -> int:
        """As `ScratchSlot.size`."""
        return len(await self.keys())

    async def contains_key(self, key: str) -> bool:
        """As `ScratchSlot.contains_key`."""
        return await self.get_bytes(key) is not None

    async def keys(self) -> list[str]:
        """As `ScratchSlot.keys`."""
        return await self._database.run(scratch.keys(*self._place))

    async def entries(self) -> list[tuple[str, str]]:
        """As `ScratchSlot.entries`."""
        return [(key, text_of(value)) for key, value in await self._database.run(scratch.values(*self._place))]


def as_bytes(value: str | bytes) -> bytes:
    """A value as the store keeps it: text as UTF-8, with undecodable bytes of a command line as they were (T-131).

    Raises StoreError `not-text` for other lone surrogates.
    """
    try:
        return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    except UnicodeEncodeError:
        raise StoreError("not-text", "the value is not text", hint="give it as bytes") from None


def as_text(value: bytes | None) -> str | None:
    """A value as text; None stays None. Raises StoreError `not-text`."""
    return None if value is None else text_of(value)


def text_of(value: bytes) -> str:
    """A value as text, read strictly. Raises StoreError `not-text` (U-05)."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise StoreError("not-text", "the value is not text", hint="read it as bytes") from None
