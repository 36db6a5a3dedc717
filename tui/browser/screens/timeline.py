"""The life of one entry: every value it had, as far as history goes back, and bringing one back (U-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.content import Content

from store.addresses import show_address
from store.errors import StoreError
from store.operations.history import Moment
from tui.browser.commands.bindings import bindings
from tui.browser.flows.desk import Desk
from tui.browser.flows.timeline import in_line, load_version, moments_of, now_of, versions
from tui.browser.screens.dialogs import Confirm
from tui.browser.screens.past_screen import PastScreen
from tui.browser.state import counted
from tui.browser.text.preview import human_age, human_size
from tui.browser.text.safe import safe_line
from tui.browser.widgets.line_list import Cell, Column, LineList
from tui.browser.widgets.notice import Said
from tui.browser.widgets.value_view import ValueView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Address
    from store.operations.entries import Preview
    from tui.browser.flows.editing import UndoStack
    from tui.browser.flows.timeline import Version
    from tui.browser.services import Services

COLUMNS = (
    Column("since", 11, right=True, spare=1),
    Column("by", 12, share=1, spare=3),
    Column("size", 9, right=True, spare=2),
    Column("value", 16, share=4),
)
MASK = "••••••"
NOT_KEPT = "not kept: a secret, or expiring"
EMPTY = Said("empty", "nothing is known of it", "It is not there, and history holds nothing about it.", "esc goes back")


class TimelineScreen(PastScreen[None, Moment]):
    """The versions of the entry at `address`, the newest first. `undo` learns of what is restored here."""

    BINDINGS = bindings("timeline")
    SCOPES = ("timeline", "value")
    TITLE = "timeline"
    HELP = "The values an entry had, the newest first. The one under the cursor can be brought back."

    def __init__(self, services: Services, undo: UndoStack, address: Address) -> None:
        self._lines: LineList[Version] = LineList(COLUMNS, self._line, lambda version: version.ended_by, id="versions")
        self.value = ValueView(now_ms=services.now_ms, id="detail")
        super().__init__(services, self._lines, self.value, moments_of(services, address), EMPTY)
        self._address = address
        self._undo = undo
        self._desk = Desk(services, undo)
        self._now: Preview | None = None
        self._versions: list[Version] = []
        self._shown: Version | None = None
        self._busy = False

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many versions there are; none if the entry is not there and never was."""
        return len(self._versions) if self._now is not None or self.past.total else 0

    @property
    def version(self) -> Version | None:
        """The one under the cursor."""
        return self._lines.row

    async def read(self) -> None:
        """The newest changes, and the entry as it is."""
        await self.past.refresh()
        await self.past.reach(self._lines.cursor_index)
        self._now = await now_of(self.services, self._address)

    def draw(self) -> None:
        """The versions, and the value of the one under the cursor."""
        past = self.past
        complete = len(past.rows) >= past.total
        self._versions = versions(self._now, past.rows, complete=complete)
        self._lines.show(self._versions, None if complete else past.total + 1)
        self.value.border_title = "value"
        self.call_after_refresh(self._entitle)
        if self.version != self._shown:  # a secret that was revealed stays so while nothing about it changes
            self.look()
        self.refresh_hints()

    def _entitle(self) -> None:
        """The title, cut to the width that the list has by now."""
        tail = f" · {counted(self.past.total, 'change')}"
        room = max(8, self._lines.size.width - len("timeline ") - len(tail) - 4)
        name = safe_line(show_address(self._address), room)
        self._lines.border_title = Content.assemble("timeline ", name, tail)

    def on_resize(self) -> None:
        """Panes, and the title."""
        super().on_resize()
        self.call_after_refresh(self._entitle)

    def look(self) -> None:
        """The value, when the cursor rests."""
        version = self.version
        self.when_settled(None if version is None else lambda: self._show(version))

    def _show(self, version: Version, *, reveal: bool = False) -> None:
        self._shown = version
        if version.state == "value":
            self._read_value(version, reveal, self.asked.next())
        else:
            self.asked.next()
            words = "it was not there then" if version.state == "absent" else NOT_KEPT
            self.value.clear(Said("empty", "it is not there" if version.ended_by is None else words))

    @work(exclusive=True, group="value")
    async def _read_value(self, version: Version, reveal: bool, asked: int) -> None:
        """The value of a version; an answer that is no longer wanted is dropped."""
        try:
            found = await load_version(self.services, self._address, version, reveal=reveal)
        except StoreError as error:
            if self.asked.is_current(asked):
                self._shown = None  # the next reading tries again
                self.value.fail(show_address(self._address), error)
            return
        if self.asked.is_current(asked):
            self.value.show(found, revealed=reveal)

    @on(ValueView.RevealRequested)
    def _reveal_requested(self, event: ValueView.RevealRequested) -> None:
        event.stop()
        if self.version is not None:
            self._show(self.version, reveal=True)

    def _line(self, version: Version) -> Sequence[Cell]:
        age = "?" if version.since is None else human_age(self.services.now_ms() - version.since)
        by = f"{version.command} {version.user or version.face}".strip()
        size = human_size(version.size) if version.state == "value" else ""
        return Cell(age, "faint"), Cell(by), Cell(size, "faint"), _value(version)

    # --- commands -----------------------------------------------------------------------------------------------------

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        if command == "timeline.restore":
            if self._address.is_cache:
                return "it is a cached pipe; p brings it home"
            return "nothing chosen" if self.version is None else self.version.why_not
        if command == "timeline.undo" and not self._undo.next:
            return "nothing was changed in this browser yet"
        return ""

    @work(group="write")
    async def action_timeline_restore(self) -> None:
        """Store the value of the version under the cursor; ask first where another is there."""
        version = self.version
        if self.refused("timeline.restore") or version is None or version.ended_by is None or self._busy:
            return
        self._busy = True
        try:
            plan = await self._desk.plan_restore(self._address, version.ended_by)
            if plan.question:
                question = Confirm("restore", f"Restore {show_address(self._address)}?", plan.question)
                if not await self.app.push_screen_wait(question):
                    return
            await self._desk.restore(plan)
        except StoreError as error:
            self.say_error(error, "not restored")
            return
        finally:
            self._busy = False
        self.say(f"restored {show_address(self._address)}" + (" — u undoes it" if plan.undoable else ""))
        self._lines.move_to(0)
        self.load()

    @on(LineList.Opened)
    def _opened(self, event: LineList.Opened) -> None:
        event.stop()
        self.action_timeline_restore()

    @work(group="write")
    async def action_timeline_undo(self) -> None:
        """Take back the last change of this browser."""
        if not self.refused("timeline.undo"):
            await self.take_back(self._undo)

    def action_timeline_copy(self) -> None:
        """The command line for the same list."""
        self.copy_line(self._desk.command_line("history", self._desk.spell(self._address)))

    def action_timeline_refresh(self) -> None:
        """Read again."""
        self._shown = None
        self.load()

    def action_timeline_pane(self) -> None:
        """To the value, and back."""
        (self._lines if self.value.has_focus else self.value).focus()

    def action_timeline_back(self) -> None:
        """One step: from the value to the list, from there away."""
        if self.value.has_focus:
            self._lines.focus()
        else:
            self.dismiss(None)


def _value(version: Version) -> Cell:
    if version.state == "absent":
        return Cell("not there", "faint")
    if version.state == "withheld":
        return Cell("not kept", "faint")
    if version.masked:
        return Cell(MASK, "faint")
    text, beyond = in_line(version.head, version.size)
    return Cell(text, "faint" if not version.size else "plain", beyond)
