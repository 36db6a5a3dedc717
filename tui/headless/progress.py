"""How far long work is, on one line of a terminal that is gone when it is done."""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING

from tui.headless.output import STDERR

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.headless.main import Call

QUIET_S = 0.3
"""Work that takes no longer shows nothing."""
EVERY_S = 0.1


def progress(call: Call, what: str) -> Callable[[int, int], None] | None:
    """A function to be told how much is done, of how much; None where nobody would see it: no terminal, --quiet, JSON."""
    if call.output.quiet or call.output.json or not os.isatty(STDERR):
        return None
    return _Line(what)


def waiting(call: Call, what: str) -> Waiting | None:
    """For work whose size is not known: to be called now and then, shows the seconds; None where nobody would see it."""
    return None if progress(call, what) is None else Waiting(what)


class _Line:
    def __init__(self, what: str) -> None:
        self._what = what
        self._next = monotonic() + QUIET_S
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        now = monotonic()
        if done < total and now >= self._next:
            self._next, self._shown = now + EVERY_S, True
            self._write(f"\r{done}/{total} {self._what}\x1b[K")
        elif done >= total and self._shown:
            self._shown = False
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        try:
            os.write(STDERR, text.encode())
        except OSError:
            pass


class Waiting(_Line):
    """A line that counts seconds."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self._since = monotonic()

    def tick(self) -> None:
        """It is still going on."""
        now = monotonic()
        if now >= self._next:
            self._next, self._shown = now + EVERY_S, True
            self._write(f"\r{self._what}, {now - self._since:.0f} s\x1b[K")

    def end(self) -> None:
        """It is done, or given up."""
        self(1, 1)
