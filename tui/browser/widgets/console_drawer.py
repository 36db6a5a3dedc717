"""The console in a drawer: what was said, a line to type into, what the word may become (U-08)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from store.errors import StoreError
from tui.browser.commands.bindings import bindings
from tui.browser.flows.recall import Recall, completed
from tui.browser.late import Later
from tui.browser.text.safe import safe_line
from tui.browser.widgets.line_field import LineField
from tui.browser.widgets.part_view import PartView
from tui.browser.widgets.parts import lines_part

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from store.operations.history import Done
    from tui.browser.flows.console import ConsoleSession
    from tui.browser.services import Services
    from tui.console.session import Ask, Reply

KEPT = 200
"""Answers that are kept on the screen."""

MOST = 5000
"""Lines of one answer that are shown."""

PATIENCE_S = 0.15
"""How long a command may take before it is mentioned."""

WORKING = "⋯ ^c stops it "
MORE = "… {} more lines; prontodb console shows all of them"


class ConsoleDrawer(Vertical):
    """A session of the console on the store of `services`, begun when it is first opened and kept while it is closed.

    Posts `Ran` when a command has come to its end: the store may have changed. Posts `Closed` when the user has had enough.
    """

    BINDINGS = bindings("console")
    DEFAULT_CSS = """
    ConsoleDrawer {
        height: 40%; min-height: 6; width: 1fr; display: none;
        & > PartView { height: 1fr; }
        & > Horizontal { height: 1; }
        & > Horizontal > Static { width: auto; color: $text-accent; text-style: bold; padding: 0 0 0 2; }
        & > Horizontal > LineField { width: 1fr; }
        & > .offers { height: 1; width: 1fr; padding: 0 2; display: none; }
    }
    """
    HELP = "The same commands as prontodb console. help lists them; what they change is seen at once."

    @dataclass
    class Ran(Message):
        """A command has come to its end. made: what it did that can be taken back."""

        drawer: ConsoleDrawer
        made: list[Done]

        @property
        def control(self) -> ConsoleDrawer:
            """Who sent it."""
            return self.drawer

    @dataclass
    class Closed(Message):
        """The user has had enough of it."""

        drawer: ConsoleDrawer

        @property
        def control(self) -> ConsoleDrawer:
            """Who sent it."""
            return self.drawer

    def __init__(self, services: Services, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._services = services
        self._session: ConsoleSession | None = None
        self._recall = Recall([])
        self._log = PartView(id="console-log")
        self._prompt = Static(markup=False)
        self._field = LineField(id="console-line")
        self._offers = Static(classes="offers", markup=False)
        self._numbers = count()
        self._answer: asyncio.Future[str] | None = None
        self._prompt_text = ""
        self._found: list[str] = []  # what the last word may become
        self._turn = -1  # which of them stands there; -1: what all agree on
        self._base = ""  # the line with that

    def compose(self) -> ComposeResult:
        """What was said, what a word may become, the line."""
        yield self._log
        yield self._offers
        with Horizontal():
            yield self._prompt
            yield self._field

    def on_mount(self) -> None:
        """Say what it is."""
        self.border_title = "console"

    # --- what the owner says ------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether it can be seen."""
        return bool(self.display)

    @property
    def log_view(self) -> PartView:
        """What was said."""
        return self._log

    @property
    def field(self) -> LineField:
        """The line that is typed into."""
        return self._field

    @property
    def offers(self) -> list[str]:
        """What the last word may become, in the order of Tab."""
        return self._found

    @property
    def busy(self) -> bool:
        """Whether a command is going on."""
        return any(worker.group == "act" and not worker.is_finished for worker in self.workers if worker.node is self)

    def open(self) -> None:
        """Show it and type."""
        self.display = True
        self._field.focus()
        self._tell_position()
        if self._session is None and not self.busy:
            self._begin()

    def close(self) -> None:
        """Hide it; everything in it stays."""
        self.display = False

    # --- lines --------------------------------------------------------------------------------------------------------

    @work(group="act")
    async def _begin(self) -> None:
        await self._ready()

    async def _ready(self) -> ConsoleSession | None:
        """The session, begun if there is none; None if it cannot be, which is told."""
        if self._session is None:
            made = await asyncio.to_thread(
                import_module, "tui.browser.flows.console"
            )  # 40 ms, so not before it is needed
            session: ConsoleSession = made.ConsoleSession(self._services)
            try:
                self._recall = await session.open()
            except StoreError as error:
                self._say([f"Error: {error.message}", *([f"  hint: {error.hint}"] if error.hint else [])])
                return None
            self._session = session
            self._set_prompt(session.PROMPT)
            self._tell_position()
            if not self._log.parts:
                self._say([session.BANNER])
        return self._session

    @on(Input.Submitted)
    def action_console_run(self, event: Input.Submitted | None = None) -> None:
        """Run the line, or give it as the answer that was asked for."""
        if event is not None:
            event.stop()
        line = self._field.value.rstrip(" ")  # completion may have left one; no command minds
        self._drop_offers()
        if self._answer is not None and not self._answer.done():
            self._say([self._prompt_text + line], typed=True)
            self._field.value = ""
            self._answer.set_result(line)
        elif not self.busy:
            self._field.value = ""
            self._say([self._prompt_text + line], typed=True)
            if line.strip():
                self._run(line)

    @work(group="act")
    async def _run(self, line: str) -> None:
        """One command; the drawer stays usable meanwhile."""
        session = await self._ready()
        if session is None:
            return
        self._recall.add(line)
        late = Later(self, PATIENCE_S, self._tell_working)
        try:
            reply = await session.run(line, self._ask)
        except asyncio.CancelledError:
            self._say([session.INTERRUPTED])
            raise
        finally:
            late.stop()
            self._answer = None
            self._set_prompt(session.PROMPT)
            self.post_message(self.Ran(self, session.made))
        self._show(reply)

    def _show(self, reply: Reply) -> None:
        lines = [piece for text in reply.lines for piece in text.split("\n")]
        if len(lines) > MOST:
            lines = [*lines[:MOST], MORE.format(f"{len(lines) - MOST:,}")]
        if lines:
            self._say(lines)
        self._tell_position()
        if reply.done:
            self._session = None  # the next line begins another session
            self.action_console_close()

    async def _ask(self, question: Ask) -> str:
        """Have a question answered in the line."""
        if question.said:
            self._say(list(question.said))
        self._set_prompt(question.prompt)
        self._answer = asyncio.get_running_loop().create_future()
        try:
            return await self._answer
        finally:
            self._answer = None

    def _tell_working(self) -> None:
        if self._answer is None:  # a question stays where it is until it is answered
            self._set_prompt(WORKING)

    def _set_prompt(self, text: str) -> None:
        self._prompt_text = text
        self._prompt.update(safe_line(text.rstrip(), max(8, self.size.width // 2)))

    def _say(self, lines: list[str], *, typed: bool = False) -> None:
        """Add to what was said."""
        part = lines_part(next(self._numbers), lines, typed=typed)
        if len(self._log.parts) >= KEPT:
            self._log.show([*self._log.parts[-KEPT + 1 :], part], end=True)
        else:
            self._log.append(part)

    def _tell_position(self) -> None:
        position = self._session.position if self._session is not None else ""
        self.border_subtitle = safe_line(position, max(8, self.size.width // 2)) if position else None

    # --- keys ---------------------------------------------------------------------------------------------------------

    def action_console_earlier(self) -> None:
        """The line before."""
        self._put(self._recall.earlier(self._field.value))

    def action_console_later(self) -> None:
        """The line after it."""
        self._put(self._recall.later(self._field.value))

    def _put(self, text: str) -> None:
        self._drop_offers()
        self._field.value = text
        self._field.cursor_position = len(self._field.value)

    @work(group="submit", exclusive=True)
    async def action_console_complete(self) -> None:
        """As far as all words agree that it may become; pressed again, one after the other."""
        text = self._field.value
        if self._session is None or self._field.cursor_position < len(text) or self.busy:
            return
        if len(self._found) > 1 and text == self._whole(self._turn):
            self._turn = (self._turn + 1) % len(self._found)
            self._field.value = self._whole(self._turn)
            self._field.cursor_position = len(self._field.value)
            self._show_offers()
            return
        found = await self._session.complete(text)
        if text != self._field.value:
            return
        self._put(completed(text, found))
        self._found, self._turn, self._base = found, -1, self._field.value
        if len(found) > 1:
            self._show_offers()

    def _whole(self, turn: int) -> str:
        """The line with the word at `turn` at its end; -1: as far as all agree."""
        return self._base if turn < 0 else completed(self._base, [self._found[turn]]).rstrip(" ")

    def _show_offers(self) -> None:
        width = max(8, self.size.width - 4)
        shown = self._found[max(0, self._turn) :]
        taken = self._found[self._turn] if self._turn >= 0 else None
        parts = [safe_line(word, width, style="bold $accent" if word == taken else "$text-muted") for word in shown]
        kept: list[Content] = []
        used = 0
        for part in parts:
            used += part.cell_length + 2
            if used > width:
                break
            kept.append(part)
        self._offers.update(Content("  ").join(kept or parts[:1]))
        self._offers.display = True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._found and event.value not in (self._base, self._whole(self._turn)):
            self._drop_offers()

    def _drop_offers(self) -> None:
        self._found, self._turn = [], -1
        self._offers.display = False

    def action_console_page_up(self) -> None:
        """What was said, a screenful up."""
        self._log.go(pages=-1)

    def action_console_page_down(self) -> None:
        """What was said, a screenful down."""
        self._log.go(pages=1)

    def action_console_clear(self) -> None:
        """Forget what was said."""
        self._log.show([], end=True)

    def action_console_stop(self) -> None:
        """Stop what is running, answer a question with nothing, else empty the line."""
        if self._answer is not None and not self._answer.done():
            self._field.value = ""
            self._answer.set_result("")
        elif self.busy:
            self.workers.cancel_group(self, "act")
        else:
            self._put("")

    def action_console_close(self) -> None:
        """Tell the owner."""
        self._drop_offers()
        self.post_message(self.Closed(self))

    def on_resize(self, event: events.Resize) -> None:
        """The titles are cut to the width."""
        self._tell_position()
