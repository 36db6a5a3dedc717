"""What is done in the browser, for the completion cache: gathered, and written in a thread (C-020). No Textual.

A name counts when something was done with it and succeeded: an entry was opened, edited, stored, copied, brought home from the
pipe cache or gone to; its value stayed in view for `DWELL_S` while its list or value had the focus; a cursor was chosen or set.
What merely passes under a cursor does not count. One memory per store: what was gathered in it is written under its scope.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tui import name_cache
from tui.name_cache import Mention

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from store.model import Address
    from store.operation import Operation
    from store.session import Choice, Session
    from store.workspace import Workspace
    from tui.completion.recent import RecentNames

T = TypeVar("T")

GATHER_S = 1.0
"""How long names are gathered before they are written."""

DWELL_S = 1.0
"""How long a value must stay in view to count as looked at."""

MOST_GATHERED = name_cache.MOST_LINES // 3
"""Names kept between two writes, the newest: each may take three lines of the 200 of one write (C-023, C-024)."""

ANSWER_S = 2.0
"""How long a write waits for the store, so that leaving the browser never takes much longer."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose memory it is. choice: the options that led to `session`; run: asks the store, on the event loop."""

    session: Session
    choice: Choice
    environ: Mapping[str, str]
    run: Callable[[Operation[object]], Awaitable[object]]
    now_ms: Callable[[], int]

    def has(self, name: str) -> bool:
        """Whether an option was given that leads where no scope tells what a name means (C-025); `opened` notes a cursor."""
        return name in ("database", "meta") and getattr(self.choice, name) is not None

    @property
    def is_direct(self) -> bool:
        """Whether `has` says so of any."""
        return self.has("database") or self.has("meta")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was done since the last write, as `name_cache` wants it. `ask` does an operation, from the thread of the write."""

    origin: Origin
    mentions: Sequence[Mention]
    forgotten: Sequence[Mention]
    recheck: bool
    now_ms: int
    loop: asyncio.AbstractEventLoop

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment the browser was started in."""
        return self.origin.environ

    @property
    def session(self) -> Session:
        """Who and where."""
        return self.origin.session

    @property
    def place(self) -> Workspace:
        """The workspace."""
        return self.origin.session.workspace

    @property
    def who(self) -> tuple[str, str]:
        """User and cursor in effect."""
        return self.origin.session.guard.user, self.origin.session.cursor or ""

    def has(self, name: str) -> bool:
        """As `Origin.has`."""
        return self.origin.has(name)

    def run(self, operation: Operation[T]) -> T:
        """Have the event loop do it; raises StoreError, TimeoutError."""

        async def ask() -> T:
            return await self.origin.run(operation)  # type: ignore[arg-type,return-value]  # the same T for both

        future = asyncio.run_coroutine_threadsafe(ask(), self.loop)
        try:
            return future.result(ANSWER_S)
        finally:
            future.cancel()


class NameMemory:
    """The names used in one store. Every method may be called at any time and raises nothing; without an `origin` none acts.

    gather_s, dwell_s: as the constants. writes: how often it was tried to write; trouble: why the last one failed, "" if not.
    """

    def __init__(self, origin: Origin | None = None, *, gather_s: float = GATHER_S, dwell_s: float = DWELL_S) -> None:
        self.gather_s = gather_s
        self.dwell_s = dwell_s
        self.writes = 0
        self.trouble = ""
        self._origin = origin
        self._mentions: dict[object, Mention] = {}
        self._forgotten: dict[object, Mention] = {}
        self._recheck = False
        self._waiting = False  # something is to be written
        self._hurrying = False
        self._finished = False
        self._task: asyncio.Task[None] | None = None
        self._pause: asyncio.Future[None] | None = None
        self._looked_at: Address | None = None
        self._dwelling: asyncio.TimerHandle | None = None
        self._recent: RecentNames | None = None
        self._recent_is_known = False

    # --- what was done ------------------------------------------------------------------------------------------------

    def used(self, *addresses: Address) -> None:
        """Something was done with these entries. Those without a key, or of a meta that is not in effect, have no name here."""
        origin = self._origin
        if origin is None or origin.is_direct:
            return
        for address in addresses[-MOST_GATHERED:]:
            if address.key and address.meta == origin.session.meta:
                self._note(address, Mention("id", address=address, at_ms=origin.now_ms()))

    def named(self, *tags: str) -> None:
        """Something was done with these contexts and namespaces, which hold more than secrets."""
        if self._origin is not None and not self._origin.is_direct:
            for tag in tags[:MOST_GATHERED]:
                self._note(("tag", tag), Mention("tag", tag, at_ms=self._origin.now_ms()))

    def gone(self, *addresses: Address) -> None:
        """There is nothing at these addresses any more."""
        for address in addresses:
            if self._origin is not None and address.meta == self._origin.session.meta:
                self._drop(address, Mention("id", address=address))

    def chose(self, cursor: str, database: str) -> None:
        """A cursor was opened, set or made active; which one is active is looked up anew (C-019)."""
        if self._origin is not None and not self._origin.is_direct:
            self._note(("alias", cursor), Mention("alias", cursor, database, at_ms=self._origin.now_ms()))
        self.look_again(names=False)

    def dropped(self, cursor: str) -> None:
        """There is no such cursor any more."""
        self._drop(("alias", cursor), Mention("alias", cursor))

    def look_again(self, *, names: bool = True) -> None:
        """Something may have removed any number of entries; without `names` only: another cursor may have become active."""
        self._recheck |= names
        self._write_soon()

    def opened(self) -> None:
        """The store has been opened; if a cursor was asked for, it was used."""
        origin = self._origin
        if origin is not None and origin.choice.cursor is not None and origin.session.cursor:
            self.chose(origin.session.cursor, origin.session.database)

    def looks_at(self, address: Address | None) -> None:
        """The value of that entry is in view from now on, None for none; it counts if it stays. The same again changes nothing."""
        if self._origin is None or address == self._looked_at:
            return
        self._looked_at = address
        if self._dwelling is not None:
            self._dwelling.cancel()
            self._dwelling = None
        if address is not None and not self._finished:
            self._dwelling = asyncio.get_running_loop().call_later(self.dwell_s, self.used, address)

    # --- what is known ------------------------------------------------------------------------------------------------

    def recent(self) -> RecentNames | None:
        """The names used last in this scope, by whatever face; None where the cache does not tell. Reading them is for a thread."""
        origin = self._origin
        if not self._recent_is_known and origin is not None:
            from tui.completion.recent import names_of_session

            self._recent = names_of_session(origin.session, origin.environ, origin.now_ms, direct=origin.is_direct)
            self._recent_is_known = True
        return self._recent

    # --- writing ------------------------------------------------------------------------------------------------------

    async def finish(self) -> None:
        """Write what is left, now, and nothing any more. For the end, while the store is still open."""
        self.looks_at(None)
        self._finished = True
        await self.flush()

    async def flush(self) -> None:
        """Write what has been gathered, now."""
        self._hurrying = True
        if self._pause is not None:
            self._pause.cancel()
        if self._task is not None:
            await asyncio.wait((self._task,))
        self._hurrying = False

    def _note(self, key: object, mention: Mention) -> None:
        """The newest comes last; what was said to be gone is there again."""
        self._forgotten.pop(key, None)
        self._mentions.pop(key, None)
        self._mentions[key] = mention
        if len(self._mentions) > MOST_GATHERED:
            del self._mentions[next(iter(self._mentions))]
        self._write_soon()

    def _drop(self, key: object, mention: Mention) -> None:
        self._mentions.pop(key, None)
        self._forgotten[key] = mention
        self._write_soon()

    def _write_soon(self) -> None:
        if self._origin is None or self._finished:
            return
        self._waiting = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._gather(), name="names for completion")

    async def _gather(self) -> None:
        """Wait, write, and again as long as there is something."""
        while self._waiting:
            if not self._hurrying:
                self._pause = asyncio.ensure_future(asyncio.sleep(self.gather_s))
                await asyncio.wait((self._pause,))  # until its time is over, or `flush` ends it
            await self._write()

    async def _write(self) -> None:
        origin = self._origin
        assert origin is not None
        gathered = Gathered(
            origin,
            tuple(self._mentions.values()),
            tuple(self._forgotten.values()),
            self._recheck,
            origin.now_ms(),
            asyncio.get_running_loop(),
        )
        self._mentions, self._forgotten, self._recheck, self._waiting = {}, {}, False, False
        self.trouble = ""
        try:
            await asyncio.to_thread(name_cache.write_down, gathered)
        except Exception as error:  # whatever it was, nobody must notice (C-030)
            self.trouble = f"{type(error).__name__}: {error}"
        self.writes += 1
