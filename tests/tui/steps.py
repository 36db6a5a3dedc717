"""How long the event loop was away: the longest of its steps, in processor time, which a busy machine does not change."""

from __future__ import annotations

import gc
from asyncio import Handle
from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time
from typing import Any

LONGEST_STEP_S = 0.1
"""Twice the budget of design.md: processor time grows, too, when others empty the caches. The bench has the budget itself."""


class Steps:
    """What has been measured. longest: seconds."""

    longest = 0.0


@contextmanager
def measured() -> Iterator[Steps]:
    """Time every callback of every event loop of this thread while inside.

    What earlier tests left in memory is kept from the garbage collector meanwhile: searching it is no step of the browser's.
    """
    steps = Steps()
    gc.collect()
    gc.freeze()
    loop: Any = Handle  # what an event loop runs for each step; its `_run` is private, and only a test may touch it
    run = loop._run

    def timed(handle: Handle) -> None:
        before = thread_time()
        run(handle)
        steps.longest = max(steps.longest, thread_time() - before)

    loop._run = timed
    try:
        yield steps
    finally:
        loop._run = run
        gc.unfreeze()
