"""Waiting for a widget without sleeping for luck."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from textual.pilot import Pilot

DEADLINE_S = 30.0
"""Generous: other tests may be running."""

HOPS = 5
"""How far a message goes at most: from a widget to its screen, and to what that begins (a timer, a worker)."""


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Let the app run until `condition()` is true; fails after DEADLINE_S."""
    end = monotonic() + DEADLINE_S
    while not condition():
        assert monotonic() < end, "what was waited for did not happen"
        await pilot.pause(0.005)
    await pilot.pause()


async def until_quiet(pilot: Pilot[Any], quiet: Callable[[], object]) -> None:
    """Let the app run until it is quiet, and still is when every widget has HOPS times done what was sent to it by then.

    One look is not enough: between a worker that has ended and what its answer begins (a message, a timer, the next worker)
    nothing is at work, and a slow machine makes that moment long.
    """
    await until(pilot, quiet)
    looks = 0
    while looks < HOPS:
        await pilot.pause(0)
        looks += 1
        if not quiet():
            await until(pilot, quiet)
            looks = 0
