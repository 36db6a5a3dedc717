"""A real store with cached pipes in it, for the tests of the inbox: services with a clock that is set by hand."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from store.addresses import read_address
from store.async_database import AsyncDatabase
from store.model import Entry
from store.operations.entries import get, set_entry
from store.operations.pipes import rescue, sanitize
from store.session import Choice, open_session
from tui.browser.flows.recovering import Recovery
from tui.browser.flows.recovery import Item
from tui.browser.services import Services

NOW = 1_800_000_000_000
MINUTE = 60_000
TTL = 15 * MINUTE


class Clock:
    """The time of a test, in ms."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


class Inbox:
    """Services, their clock, and shortcuts to put things in and look at what is there."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.services = services
        self.clock = clock

    @property
    def spool(self) -> Path:
        return Path(self.services.session.workspace.spool)

    async def pipe(
        self, content: bytes, intended: str = "", reason: str = "", *, ago: int = 0, suffix: str | None = None
    ) -> str:
        """Cache a pipe, `ago` ms ago; its key."""
        return await self.services.run(
            rescue(
                self.services.meta,
                content,
                suffix=sanitize(intended) if suffix is None else suffix,
                intended=intended,
                reason=reason,
                by=self.services.actor,
                now_ms=self.clock.now - ago,
            )
        )

    async def set(self, address: str, value: bytes, *, ago: int = 0, secret: bool = False) -> None:
        await self.services.run(
            set_entry(read_address(address), value, by=self.services.actor, now_ms=self.clock.now - ago, secret=secret)
        )

    async def entry(self, address: str) -> Entry | None:
        entry = await self.services.run(get(read_address(address)))
        return None if entry is None or entry.expired(self.clock.now) else entry

    async def value(self, address: str) -> bytes | None:
        entry = await self.entry(address)
        return entry.value if entry else None


@asynccontextmanager
async def inbox(home: Path, *, busy_timeout_ms: int = 5000, **choice: str) -> AsyncIterator[Inbox]:
    """An empty store in `home`."""
    session = open_session(Choice(**choice), os.environ, str(home), face="browser")
    clock = Clock()
    async with AsyncDatabase(session.database, busy_timeout_ms=busy_timeout_ms) as database:
        yield Inbox(Services(database, session, clock), clock)


async def only(recovery: Recovery) -> Item:
    """The one item that waits."""
    [found], more = await recovery.load()
    assert more == 0
    return found
