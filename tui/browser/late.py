"""Doing something a little later, unless it is called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message_pump import MessagePump


class Later:
    """Calls `do` once, `delay_s` seconds from now, on the turn of `node`; never after `stop`.

    Textual's own timers put their call into the queue of the node when their time comes, and stopping does not take it out again:
    on a slow machine "still reading" would be said after the answer has come, and stay there.
    """

    def __init__(self, node: MessagePump, delay_s: float, do: Callable[[], object]) -> None:
        self._do: Callable[[], object] | None = do
        self._timer = node.set_timer(delay_s, self._due)

    def stop(self) -> None:
        """Call it off."""
        self._do = None
        self._timer.stop()

    def _due(self) -> None:
        do, self._do = self._do, None
        if do is not None:
            do()
