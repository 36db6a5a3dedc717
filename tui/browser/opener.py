"""Opening and closing the stores of the browser: the only place that does, also when another one is chosen while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.async_database import AsyncDatabase
from store.choosing import Chooser
from store.session import Choice, open_session
from tui.browser.flows.loader import overview
from tui.browser.name_memory import NameMemory, Origin
from tui.browser.services import FACE, Services, wall_clock_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from store.operation import Operation
    from store.session import Session

OPTIONS = {
    "user": "--user",
    "cursor": "--cursor",
    "database": "--database",
    "meta": "--meta",
    "delimiter": "--ns-delim",
}
"""What makes a headless command see the same store. Without the position: addresses are given whole."""


class Opener:
    """Opens sessions as the browser does, and remembers what is open until it is closed.

    choice: the options the browser was started with; environ, cwd: where. now_ms: the clock of all services made here.
    """

    def __init__(
        self,
        choice: Choice,
        environ: Mapping[str, str],
        cwd: str,
        *,
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        self._choice = choice
        self._environ = environ
        self._cwd = cwd
        self._now_ms = now_ms
        self._open: list[Services] = []

    @property
    def opened(self) -> int:
        """How many databases are open."""
        return len(self._open)

    def session(self, choice: Choice | None = None) -> Session:
        """The session of a choice, by default of that at the start. Opens no database. Raises ContextError."""
        return open_session(choice or self._choice, self._environ, self._cwd, face=FACE)

    def chooser(self, session: Session) -> Chooser:
        """What the user of `session` may choose from."""
        return Chooser(session.workspace, session.guard, self._environ, self._cwd)

    def choice_of(self, *, cursor: str | None = None, database: str | None = None) -> Choice:
        """The choice that leads to a cursor or a database: user and delimiter stay, and for a database the meta asked for too.

        A cursor brings its own meta (P-100) and position.
        """
        start = self._choice
        meta = start.meta if cursor is None else None
        return Choice(user=start.user, cursor=cursor, database=database, meta=meta, delimiter=start.delimiter)

    @staticmethod
    def words(choice: Choice) -> tuple[str, ...]:
        """The options of a headless command that uses what `choice` says."""
        return options(choice)

    def prepare(self, session: Session, choice: Choice | None = None) -> Services:
        """The services of a session; their database is not open yet, and closed by `close` or `close_all`."""
        choice = choice or self._choice
        database = AsyncDatabase(session.database, busy_timeout_ms=session.settings.busy_timeout_ms)

        async def run(operation: Operation[object]) -> object:
            return await database.run(operation, reader="search")  # not the one that the screen waits for

        names = NameMemory(Origin(session, choice, self._environ, run, self._now_ms))
        services = Services(database, session, now_ms=self._now_ms, options=options(choice), names=names)
        self._open.append(services)
        return services

    async def open(self, session: Session, choice: Choice | None = None) -> Services:
        """The same with the database open. Raises StoreError, with nothing left open, if that is impossible already."""
        services = self.prepare(session, choice)
        try:
            await services.database.open()
        except BaseException:
            await self.close(services)
            raise
        return services

    async def open_readable(self, choice: Choice) -> Services:
        """The same for a choice, once something has been read. Raises StoreError if that is impossible, with nothing left open."""
        services = await self.open(self.session(choice), choice)
        try:
            await services.run(overview(services.meta, now_ms=services.now_ms()))
        except BaseException:
            await self.close(services)
            raise
        services.names.opened()
        return services

    async def close(self, services: Services) -> None:
        """Close what was opened for `services`, in the order of T-034. Whoever still asks it is told that it is closed.

        The names used in it are written before (C-020).
        """
        try:
            await services.names.finish()
        finally:
            await services.database.close()
        self._open = [each for each in self._open if each is not services]

    async def close_all(self) -> None:
        """Close everything; whatever happened before."""
        while self._open:
            await self.close(self._open.pop())


def options(choice: Choice) -> tuple[str, ...]:
    """The global options that make a headless command see what this browser sees (U-14)."""
    words: list[str] = []
    for field, option in OPTIONS.items():
        value = getattr(choice, field)
        if value is not None:
            words += [option, value]
    return tuple(words)
