"""What was done: every command of this meta, the newest first, what it changed, and taking it back (U-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work

from store.addresses import show_address
from store.errors import StoreError
from store.model import Address
from store.operations.history import Done
from tui.browser.commands.bindings import bindings
from tui.browser.flows.desk import Desk
from tui.browser.flows.past import commands_of, effects_of, said, undo_command, why_not
from tui.browser.flows.timeline import in_line
from tui.browser.screens.confirm import ConfirmPlan, Line
from tui.browser.screens.past_screen import PastScreen
from tui.browser.state import counted
from tui.browser.text.preview import human_age
from tui.browser.widgets.command_view import CommandView
from tui.browser.widgets.line_list import Cell, Column, LineList
from tui.browser.widgets.notice import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.operations.history import Effect
    from tui.browser.flows.editing import UndoStack
    from tui.browser.services import Services

COLUMNS = (
    Column("when", 11, right=True, spare=1),
    Column("command", 8, share=1),
    Column("target", 16, share=4),
    Column("result", 12, share=1, spare=2),
    Column("by", 9, share=1, spare=3),
)
EMPTY = Said("empty", "nothing was done here yet", "Everything that changes an entry is noted here.", "esc goes back")
NO_FAILED = Said("empty", "no command has failed", "", "f shows all of them, esc goes back")
ASKED_BEYOND = 1
"""Entries that an undo may touch unasked."""


class HistoryScreen(PastScreen[Address | None, Done]):
    """The history of the meta in effect. Gives the address to go to, None for nowhere. `undo`: what this browser can take back."""

    BINDINGS = bindings("history")
    SCOPES = ("history",)
    TITLE = "history"
    HELP = "Everything that was done, the newest first; below, what the command under the cursor changed."

    def __init__(self, services: Services, undo: UndoStack) -> None:
        self._lines: LineList[Done] = LineList(COLUMNS, self._line, lambda done: done.id, id="commands")
        self._told = CommandView(id="detail")
        super().__init__(services, self._lines, self._told, commands_of(services, failed=False), EMPTY)
        self._undo = undo
        self._desk = Desk(services, undo)
        self._failed_only = False
        self._effects: tuple[int, Sequence[Effect], int] | None = None
        self._busy = False

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many commands there are, read or not."""
        return self.past.total

    @property
    def done(self) -> Done | None:
        """The command under the cursor."""
        return self._lines.row

    @property
    def effects(self) -> Sequence[Effect]:
        """What it changed, as far as that has been read."""
        return self._effects[1] if self.done and self._effects and self._effects[0] == self.done.id else ()

    async def read(self) -> None:
        """The newest page; what was read of the others stays."""
        past = self.past
        await past.refresh()
        await past.reach(max(self._lines.shown.stop - 1, self._lines.cursor_index))

    def draw(self) -> None:
        """The list with its title; the details follow the cursor."""
        self._lines.show(self.past.rows, self.past.total)
        what = "history · failed only" if self._failed_only else "history"
        self._lines.border_title = f"{what} · {counted(self.past.total, 'command')}"
        self._told.border_title = "what it did"

    def look(self) -> None:
        """What the record says of it at once, what it changed when the cursor rests."""
        done = self.done
        if done is None:
            self._told.clear()
            self.when_settled(None)
            return
        if self._effects is None or self._effects[0] != done.id:
            self._told.tell(done, None, 0, self.services.now_ms())
        self.when_settled(lambda: self._read_effects(done, self.asked.next()))

    @work(exclusive=True, group="effects")
    async def _read_effects(self, done: Done, asked: int) -> None:
        """What a command changed; an answer that is no longer wanted is dropped."""
        try:
            found, total = await effects_of(self.services, done)
        except StoreError as error:
            self.say_error(error, "not read")
            return
        if self.asked.is_current(asked) and self.done == done:
            self._effects = (done.id, found, total)
            self._told.tell(done, found, total, self.services.now_ms())
            self.refresh_hints()

    def _line(self, done: Done) -> Sequence[Cell]:
        result = Cell(f"✓ {done.affected:,}", "good") if done.error is None else Cell(f"✗ {done.error}", "bad")
        return (
            Cell(human_age(self.services.now_ms() - done.at), "faint"),
            Cell(done.kind, "strong"),
            Cell(done.target),
            result,
            Cell(f"{done.user} {done.face}".strip(), "faint"),
        )

    # --- commands -----------------------------------------------------------------------------------------------------

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        if command == "history.undo":
            return why_not(self.done)
        if command in ("history.go", "history.timeline") and not self.effects:
            return "nothing chosen" if self.done is None else "it changed no entry that is kept"
        return ""

    @work(group="write")
    async def action_history_undo(self) -> None:
        """Take back the command under the cursor."""
        done = self.done
        if self.refused("history.undo") or done is None:
            return
        if done.affected > ASKED_BEYOND:
            try:
                found, total = await effects_of(self.services, done)
            except StoreError as error:
                self.say_error(error)
                return
            question = ConfirmPlan(f"undo {done.kind}", [_plan(each) for each in found], yes="undo it", total=total)
            if not await self.app.push_screen_wait(question):
                return
        await self._take_back(done.id, f"could not undo {done.kind} {done.target}")

    @work(group="write")
    async def action_history_undo_last(self) -> None:
        """Take back the user's last command."""
        await self._take_back(None, "could not undo the last command")

    async def _take_back(self, command_id: int | None, trouble: str) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            undone = await undo_command(self.services, command_id)
        except StoreError as error:
            self.say_error(error, trouble)
            return
        finally:
            self._busy = False
        if command_id is not None:
            self._undo.forget(command_id)
        self.say(said(undone))
        self.load()

    def action_history_failed(self) -> None:
        """Only failed ones, or all."""
        self._filter(not self._failed_only)

    def _filter(self, failed: bool) -> None:
        self._failed_only = failed
        self._empty = NO_FAILED if failed else EMPTY
        self.past = commands_of(self.services, failed=failed)
        self._lines.show(())
        self._lines.restart()
        self.load()

    def action_history_go(self) -> None:
        """Leave for what it changed."""
        if not self.refused("history.go"):
            self.dismiss(self.effects[0].address)

    @on(LineList.Opened)
    def _opened(self, event: LineList.Opened) -> None:
        event.stop()
        self.action_history_go()

    def action_history_timeline(self) -> None:
        """The life of what it changed."""
        from tui.browser.screens.timeline import TimelineScreen

        if not self.refused("history.timeline"):
            self.services.names.used(self.effects[0].address)
            self.app.push_screen(TimelineScreen(self.services, self._undo, self.effects[0].address))

    def action_history_copy(self) -> None:
        """The command line for the same list."""
        self.copy_line(self._desk.command_line("history", *(["--failed"] if self._failed_only else [])))

    def action_history_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_history_scroll_down(self) -> None:
        """Details, one line down."""
        self._told.go(rows=1)

    def action_history_scroll_up(self) -> None:
        """Details, one line up."""
        self._told.go(rows=-1)

    def action_history_back(self) -> None:
        """One step: all commands again, then away."""
        if self._failed_only:
            self._filter(False)
        else:
            self.dismiss(None)


def _plan(effect: Effect) -> Line:
    """What undoing would do to one entry."""
    what = show_address(effect.address)
    if effect.withheld:
        return Line(what, "?", "its value was a secret, or expiring, and was not kept")
    if effect.before is None:
        return Line(what, "deleted")
    return Line(what, "its value before, a secret" if effect.masked else in_line(effect.before, effect.size)[0])
