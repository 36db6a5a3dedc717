"""What the screens may ask of the world: operations on the store, who is asking, and the time. No Textual, no SQL.

Made by `launch` (and by tests) and handed to the app; screens and flows reach it as `app.services` or by their constructor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import time_ns
from typing import TYPE_CHECKING, TypeVar

from tui.browser.name_memory import NameMemory

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.addresses.dotted import Reading
    from store.async_database import AsyncDatabase, Reader
    from store.model import Actor
    from store.operation import Operation
    from store.session import Session

T = TypeVar("T")

FACE = "browser"


def wall_clock_ms() -> int:
    """Now, in milliseconds since the epoch, UTC."""
    return time_ns() // 1_000_000


@dataclass(slots=True)
class Services:
    """The store as the browser sees it.

    database: open already, and closed by whoever made it. session: opened with `face="browser"`. now_ms: the only clock of the
    browser, so that tests can set it. options: the words before a verb that make the command line see the same store.
    last_used_ms: when the user last pressed a key or moved the mouse. names: learns what was done with which entry; whoever does
    something with one through these services tells it, once that has succeeded (C-020).
    """

    database: AsyncDatabase
    session: Session
    now_ms: Callable[[], int] = wall_clock_ms
    options: tuple[str, ...] = ()
    last_used_ms: int = 0
    names: NameMemory = field(default_factory=NameMemory)

    @property
    def actor(self) -> Actor:
        """Who acts, for the command records (U-10)."""
        return self.session.actor

    @property
    def meta(self) -> str:
        """The meta in effect, "" for none (P-100)."""
        return self.session.actor.meta

    @property
    def reading(self) -> Reading:
        """What abbreviated addresses are read against."""
        return self.session.reading

    async def run(self, operation: Operation[T], *, reader: Reader = "panes") -> T:
        """Do `operation` and give its result; raises StoreError only.

        A write happens completely once submitted, whoever stops waiting; a cancelled read has no effect (T-036).
        """
        return await self.database.run(operation, reader=reader)
