"""What was done in the inbox, so that it can be taken back while its time lasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.browser.text.preview import human_left

if TYPE_CHECKING:
    from store.operations.pipes import Removed

MOST = 50


@dataclass(slots=True)
class Undo:
    """How to take one action back. until: ms since the epoch when its time is over, None for never."""

    said: str
    until: int | None
    recovered: list[tuple[int, Removed | None]] = field(default_factory=list)
    discarded: list[Removed] = field(default_factory=list)
    kept: list[tuple[str, int]] = field(default_factory=list)
    files: list[tuple[str, bytes, int]] = field(default_factory=list)


class PipeUndo:
    """What can be taken back, the last first. Give the same one to every visit of the screen, and leaving it forgets nothing."""

    def __init__(self) -> None:
        self._undos: list[Undo] = []

    def push(self, undo: Undo) -> None:
        """Remember how to take an action back; the oldest beyond `MOST` is forgotten, for each holds what it removed."""
        self._undos.append(undo)
        del self._undos[:-MOST]

    def pop(self) -> Undo | None:
        """The last one, no longer remembered."""
        return self._undos.pop() if self._undos else None

    def last(self, now_ms: int) -> tuple[str, str] | None:
        """What the next undo would take back, and how long that can be done: `14:03 left`, "" for without end. None for nothing."""
        self._undos = [undo for undo in self._undos if undo.until is None or undo.until > now_ms]
        if not self._undos:
            return None
        undo = self._undos[-1]
        return undo.said, "" if undo.until is None else f"{human_left(undo.until - now_ms)} left"
