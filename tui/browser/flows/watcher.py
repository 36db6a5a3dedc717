"""Noticing what others wrote (T-086), and sweeping while nobody works (T-092). Plain class; whoever owns it calls it on time."""

from __future__ import annotations

import os
from asyncio import sleep
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import Unavailable
from store.operations.changes import changes_since
from store.operations.expiry import tidy

if TYPE_CHECKING:
    from tui.browser.services import Services

EVERY_S = 0.25
"""How often to look."""

SWEEP_EVERY_MS = 60_000
IDLE_MS = 5_000
SWEEP_BATCHES = 5
PAUSE_S = 0.002


@dataclass(frozen=True, slots=True)
class News:
    """The store changed. namespace_ids: the namespaces with changed entries; None: possibly all of them."""

    namespace_ids: frozenset[int] | None

    def concerns(self, namespace_id: int | None) -> bool:
        """Whether entries of that namespace may have changed."""
        return self.namespace_ids is None or namespace_id in self.namespace_ids


class Watcher:
    """Remembers how far the store had come when it last looked. One per app; calls must not overlap."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._version = -1
        self._identity: tuple[int, int] | None = None
        self._seq: int | None = None
        self._swept_at = services.now_ms()

    async def look(self) -> News | None:
        """What is new since the last call, None for nothing. The first call always has news: everything.

        Raises StoreError: what the store raises, and `database-moved` as long as another file lies where ours was (T-014).
        """
        identity = _identity(self._services.database.path)
        if self._identity not in (None, identity):
            raise Unavailable(
                "database-moved",
                "the database was replaced or deleted while open; what is shown is what it held",
                hint="refresh (F5) to open what is there now",
            )
        version = await self._services.database.data_version()
        if self._seq is not None and (version, identity) == (self._version, self._identity):
            return None
        moved = await self._services.run(changes_since(self._seq or 0))
        first, self._seq = self._seq is None, moved.newest
        appeared, self._identity = self._identity is None and identity is not None, identity
        if first or appeared:  # by now a connection is open, which it may not have been before
            version = await self._services.database.data_version()
        self._version = version
        return News(None if first or appeared or not moved.complete else moved.namespace_ids)

    def forget(self) -> None:
        """Take the file that is there now for ours; the next look has everything new. For a database opened again."""
        self._version, self._identity, self._seq = -1, None, None

    async def sweep_if_idle(self, last_used_ms: int) -> None:
        """Once a minute, while no key has been pressed for 5 s, remove what has expired, in small transactions.

        Namespaces that keep expired entries are spared (P-048). Raises StoreError.
        """
        now_ms = self._services.now_ms()
        if now_ms - self._swept_at < SWEEP_EVERY_MS or now_ms - last_used_ms < IDLE_MS or self._identity is None:
            return
        self._swept_at = now_ms
        for _ in range(SWEEP_BATCHES):
            if await self._services.run(tidy(self._services.meta, now_ms=now_ms)):
                self._services.names.look_again()
            await sleep(PAUSE_S)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
