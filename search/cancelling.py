"""Searching for somebody who may stop waiting: the browser (S-300, S-317). Headless searches need none of this."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from search.stopping import Stop
    from store.async_database import AsyncDatabase
    from store.operation import Operation

T = TypeVar("T")


async def search(database: AsyncDatabase, operation: Operation[T], stop: Stop) -> T:
    """Run a search that was given `stop` on the reader for searches.

    Cancel: the search ends between two probes, or its statement in the store is interrupted, and then this ends; the connection is
    idle again. Work on the index that was done is kept. Raises what the search raises.
    """
    task = asyncio.ensure_future(database.run(operation, reader="search"))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.ask()
        task.cancel()  # the driver interrupts, and waits until its thread is idle
        await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()  # seen
        raise
