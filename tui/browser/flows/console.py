"""The console of the browser, as far as it needs no screen: lines in, answers out, earlier lines, completion (U-08, M-230…M-235).

It acts for the browser's user, in its meta, on its database, with the face `console`. What a command computes is computed in a
thread, so that the screen never waits for it.
"""

from __future__ import annotations

import asyncio
from asyncio import to_thread
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from store.engine import Engine
from store.errors import StoreError
from store.operations.history import history
from store.profiles import profile_of
from tui.browser.flows.recall import Recall
from tui.console.lines import LineHistory, lines_file
from tui.console.requests import Work
from tui.console.session import Ask, Console
from tui.headless.console import BANNER, INTERRUPTED, PROMPT
from tui.headless.failing import as_store_error

if TYPE_CHECKING:
    from store.operations.history import Done
    from tui.browser.services import Services
    from tui.console.session import Reply, Steps

FACE = "console"
MOST_MADE = 20
"""Commands of others that may come between a line and the look at what it did."""

Question = Callable[[Ask], Awaitable[str]]
"""How a question of the console is answered."""


class ConsoleSession:
    """One session of the console on the store of `services`. For one line at a time; lines outlive it in the workspace.

    made: what the last line did that can be taken back, oldest first.
    """

    BANNER = BANNER
    PROMPT = PROMPT
    INTERRUPTED = INTERRUPTED

    def __init__(self, services: Services) -> None:
        self.made: list[Done] = []
        self._services = services
        self._console: Console | None = None
        self._lines: LineHistory | None = None

    async def open(self) -> Recall:
        """Begin; earlier lines, to walk through. Raises StoreError for settings that are wrong."""
        self._console, lines = await to_thread(self._begin)
        self._lines = lines
        return Recall(lines.lines())

    def _begin(self) -> tuple[Console, LineHistory]:
        session = self._services.session
        actor = session.actor._replace(face=FACE)
        engine = Engine(profile_of(session.settings), meta=actor.meta, actor=actor, clock=self._services.now_ms)
        reading = session.reading
        engine.switch_context(reading.context if reading.context is not None else reading.position.context)
        engine.switch_namespace(reading.namespace if reading.namespace is not None else reading.position.namespace)
        recent = self._services.names.recent()
        talk = Console(engine, interactive=True, recent=recent.used if recent else None)
        return talk, LineHistory(lines_file(session.workspace, actor))

    @property
    def position(self) -> str:
        """Where tokens are stored: `context:namespace`."""
        if self._console is None:
            return ""
        where = self._console.engine.where()
        return f"{where.context}:{where.namespace}"

    async def run(self, line: str, ask: Question) -> Reply:
        """Do one line. Raises nothing that a person can cause; cancelled, a write that has begun may have happened."""
        assert self._console is not None, "opened first"
        self.made = []
        known = await self._newest()
        try:
            reply: Reply = await self._drive(self._console.feed(line), ask)
        except asyncio.CancelledError:
            self._services.names.look_again()
            raise
        self.made = await self._made_since(known)
        self._tell_names(reply)
        if self._lines is not None:
            await to_thread(self._lines.add, line, keep=reply.keep)
        return reply

    async def _newest(self) -> int | None:
        """The number of the newest command, 0 if there is none; None when the store cannot say."""
        try:
            found = await self._services.run(history(self._services.meta, limit=1))
        except StoreError:
            return None
        return found[-1].id if found else 0

    async def _made_since(self, known: int | None) -> list[Done]:
        """What was done here since that command and can be taken back; nothing when that is not certain."""
        if known is None:
            return []
        try:
            found = await self._services.run(history(self._services.meta, limit=MOST_MADE))
        except StoreError:
            return []
        mine = FACE, self._services.actor.user
        made = [done for done in found if done.id > known and (done.face, done.user) == mine]
        return [done for done in made if done.undoable and done.kind != "undo"]

    def _tell_names(self, reply: Reply) -> None:
        """What the command was about, for the memory of names (C-020, C-029)."""
        names = self._services.names
        if reply.about:
            names.used(*reply.about)
        if reply.gone:
            names.gone(*reply.gone)
        if reply.removes:
            names.look_again()

    async def complete(self, text: str) -> list[str]:
        """What could stand in place of the last word of `text`, what was used last first; nothing when the store cannot say."""

        async def nobody(_question: Ask) -> str:
            return ""

        if self._console is None:
            return []
        try:
            found: list[str] = await self._drive(self._console.complete(text), nobody)
        except Exception as error:
            as_store_error(error, "console")
            return []
        return found

    async def _drive(self, steps: Steps[Any], ask: Question) -> Any:
        """Run a generator of the console to its end, each of its own steps in a thread, and give what it returns."""
        resume: Callable[[], Any] = partial(next, steps)
        while True:
            done, request = await _finished(partial(_advance, resume), steps)
            if done:
                return request
            try:
                if isinstance(request, Ask):
                    answer: Any = await ask(request)
                elif isinstance(request, Work):
                    answer = await to_thread(request.function)
                else:
                    assert self._console is not None
                    answer = await self._console.engine.run_async(self._services.database, request)
                resume = partial(steps.send, answer)
            except asyncio.CancelledError:
                await to_thread(steps.close)
                raise
            except Exception as error:  # also a defect of ours ends one command, not the session
                resume = partial(steps.throw, as_store_error(error, "console"))


def _advance(resume: Callable[[], Any]) -> tuple[bool, Any]:
    """Whether the generator has ended; what it returned, or what it asks for."""
    try:
        return False, resume()
    except StopIteration as end:
        return True, end.value


async def _finished(step: Callable[[], tuple[bool, Any]], steps: Steps[Any]) -> tuple[bool, Any]:
    """A step in a thread; cancelled, the generator is closed once the thread has left it."""
    task = asyncio.ensure_future(to_thread(step))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()
        await to_thread(steps.close)
        raise
