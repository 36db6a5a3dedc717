"""Waiting for a widget without sleeping for luck."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from textual.pilot import Pilot

DEADLINE_S = 10.0


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Let the app run until `condition()` is true; fails after DEADLINE_S."""
    end = monotonic() + DEADLINE_S
    while not condition():
        assert monotonic() < end, "what was waited for did not happen"
        await pilot.pause(0.005)
    await pilot.pause()
