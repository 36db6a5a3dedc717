"""Keys typed ahead wait for their turn: each is given out when the one before has had its effect.

Textual gives every key at once to what has the focus now. If one key moves the focus and the next ones are already there (a slow
line, a busy machine, a macro), they go to the old place, where a letter may mean "discard".
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from textual.widgets import Input, TextArea

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import App
    from textual.events import Key, Paste
    from textual.message_pump import MessagePump
    from textual.screen import Screen
    from textual.timer import Timer
    from textual.worker import Worker

LOOK_AGAIN_S = 0.01
"""How often a new screen is looked at: it chooses what has the focus only when its widgets are there."""

PATIENCE = 50
"""How many looks a key may take before the next is given out all the same, and a new screen again. Looks, not seconds: while the
machine does something else nobody looks, and a slow one must not send a key to the old place.
"""

COMMAND_WORK = frozenset({"go", "write", "copy", "act", "leave", "store", "submit"})
"""The groups of workers that a key may start and that may open a dialog."""


class TypeAhead:
    """The line in front of `app`. give: what hands an event on to the focused widget."""

    def __init__(self, app: App[None], give: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._give = give
        self._waiting: deque[Key | Paste] = deque()
        self._turn = 0
        self._busy = False
        self._bubbled = False
        self._looks = 0
        self._screen: Screen[Any] | None = None
        self._coming: Screen[Any] | None = None
        self._timer: Timer | None = None
        self._work_before: set[Worker[Any]] = set()

    @property
    def idle(self) -> bool:
        """Whether every key has been given out and has had its effect."""
        return not (self._busy or self._waiting)

    async def take(self, event: Key | Paste) -> None:
        """Give `event` out, now or when its turn comes."""
        self._waiting.append(event)
        await self._next()

    async def _next(self) -> None:
        while self._waiting and not self._busy:
            event = self._waiting.popleft()
            self._screen = self._top
            if self._screen is None:
                return  # the app is ending
            target = self._app.focused or self._screen
            if not self._is_mere_text(event):
                self._busy, self._bubbled, self._looks = True, False, 0
                self._turn += 1
                self._work_before = self._work()
            await self._give(event)
            if self._busy:
                self._timer = self._app.set_interval(LOOK_AGAIN_S, self._look_again)
                self._follow(target, self._turn)

    @property
    def _top(self) -> Screen[Any] | None:
        return self._app.screen_stack[-1] if self._app.screen_stack else None

    def _work(self) -> set[Worker[Any]]:
        return {worker for worker in self._app.workers if worker.group in COMMAND_WORK and not worker.is_finished}

    def _is_mere_text(self, event: Key | Paste) -> bool:
        """Whether it only adds to a field: such a thing never moves the focus, and nothing need wait for it."""
        return isinstance(self._app.focused, Input | TextArea) and getattr(event, "is_printable", True)

    def _follow(self, node: MessagePump | None, turn: int) -> None:
        """Walk behind the key, queue by queue, the way it bubbles up; then behind what its action has asked of the app."""
        if node is None or node is self._app:
            self._app.call_later(self._app.call_later, self._has_bubbled, turn)
        elif not node.call_later(self._follow, node._parent, turn):
            self._follow(self._app, turn)  # it is being removed

    async def _has_bubbled(self, turn: int) -> None:
        if turn == self._turn:
            self._bubbled = True
            await self._look()

    async def _look_again(self) -> None:
        self._looks += 1
        await self._look()

    async def _look(self) -> None:
        """End the turn when the key has had its effect: it has come through, or a new screen stands there with its focus."""
        top = self._top
        if top is not self._screen and top is not self._coming:
            self._coming, self._looks = top, 0
        if top is not None and top is not self._screen and (top.focused is not None or top.AUTO_FOCUS == ""):
            if self._screen in self._app.screen_stack:
                self._work_before = self._work()  # a dialog: what is at work has asked it
            self._screen, self._bubbled = top, False  # its widgets may still be getting ready: wait behind that too
            self._turn += 1
            self._follow(top.focused or top, self._turn)
        done = top is None or (top is self._screen and self._bubbled and self._work() <= self._work_before)
        if self._busy and (done or self._looks > PATIENCE):
            self._busy = False
            if self._timer is not None:
                self._timer.stop()
            await self._next()
