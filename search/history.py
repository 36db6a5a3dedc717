"""What a typing session remembers: one state per typed length, thinned out when there are many (S-312, S-315)."""

from __future__ import annotations

from bisect import bisect_right
from typing import Generic, TypeVar

State = TypeVar("State")

DENSE = 4096
"""Up to so many states every one is kept."""
SPARSE = 64
"""Beyond, every one that is this many atoms apart, and always the newest."""


class History(Generic[State]):
    """States by typed length, lengths growing."""

    def __init__(self) -> None:
        self._lengths: list[int] = []
        self._states: list[State] = []

    def __len__(self) -> int:
        return len(self._lengths)

    def add(self, length: int, state: State) -> None:
        """The state after `length` atoms; longer ones are forgotten."""
        self.cut(length - 1)
        newest_is_extra = self._lengths and self._lengths[-1] > DENSE and self._lengths[-1] % SPARSE
        if newest_is_extra:
            self._lengths.pop()
            self._states.pop()
        self._lengths.append(length)
        self._states.append(state)

    def cut(self, length: int) -> None:
        """Forget every state of more than `length` atoms."""
        keep = bisect_right(self._lengths, length)
        del self._lengths[keep:], self._states[keep:]

    def newest(self) -> tuple[int, State] | None:
        """The longest state that is kept; None when there is none."""
        return (self._lengths[-1], self._states[-1]) if self._lengths else None
