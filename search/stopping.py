"""Giving up a search that nobody waits for any more (S-300, S-317)."""

from __future__ import annotations

from store.errors import Unavailable


class Stop:
    """Asked for from any thread; seen by a search between two probes."""

    __slots__ = ("_wanted",)

    def __init__(self) -> None:
        self._wanted = False

    @property
    def wanted(self) -> bool:
        """Whether somebody asked."""
        return self._wanted

    def ask(self) -> None:
        """Ask the search to end."""
        self._wanted = True

    def check(self) -> None:
        """Raise `interrupted` if somebody asked."""
        if self._wanted:
            raise Unavailable("interrupted", "the search was cancelled")
