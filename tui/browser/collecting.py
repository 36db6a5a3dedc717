"""When Python looks for garbage: not while somebody works. A full search of a browser's objects takes 50 to 100 ms."""

from __future__ import annotations

import gc
from asyncio import sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.browser.services import Services

YOUNG, MIDDLE = 10_000, 20
"""New objects until the young ones are searched (3 ms), and how many such searches until those that survived are (15 ms)."""

NEVER = 1_000_000_000
SETTLED_S = 1.0
EVERY_S = 10.0
IDLE_MS = 5_000


def begin() -> None:
    """Everything imported by now stays for good and is never searched; everything else is searched only while nobody works."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)


async def when_idle(current: Callable[[], Services]) -> None:
    """Search everything once after each time of work, as soon as no key has been pressed for 5 s. Until cancelled.

    current: the services in use, which may become others.
    """
    await sleep(SETTLED_S)
    gc.freeze()  # the first screen, with all its styles
    searched_ms = current().now_ms()
    while True:
        await sleep(EVERY_S)
        services = current()
        now_ms = services.now_ms()
        if services.last_used_ms > searched_ms and now_ms - services.last_used_ms >= IDLE_MS:
            gc.collect()
            searched_ms = now_ms
