"""Finding for an engine: `find`, which the engine cannot have because search lies above it, and the figures of M-148."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.find import QueryCache
from store.operation import reading
from store.running import later

if TYPE_CHECKING:
    from search.find import Match
    from store.engine import Engine
    from store.operation import Operation, Steps
    from store.operations.engine_steps import Status


class Finder:
    """Finds by pattern for one engine on one database, and keeps what it found as long as it is true (M-146, M-154).

    Its methods give operations for `engine.run` and `engine.run_async`. A storage reset by that engine empties it, whether it
    was asked for by a method, a command or a stream (M-139).
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.cache = QueryCache()
        engine.when_emptied(self.cache.clear)

    @later
    def find(self, pattern: str) -> Operation[list[Match]]:
        """The live entries that `pattern` means, by code point of their paths (M-154).

        Raises AddressError `empty-path`, `too-many-colons` or `empty-context` for a malformed one (M-156).
        """
        return self.cache.find(pattern, self.engine.meta, now_ms=self.engine.clock())

    def workspace_status(self) -> Operation[Status]:
        """The figures of M-148, those of the query cache included: answers that changes have made doubtful do not count."""
        return _status(self)


@reading
def _status(finder: Finder) -> Steps[Status]:
    finder.cache.settle(*(yield from finder.cache.stale()))
    return (yield from finder.engine.workspace_status(finder.cache.figures))
