"""The inbox of what was piped to a bad address: look at it, and bring it home, keep it, save it or let it go (P-075).

The screen wires; `flows.recovering` acts. Lines are known by their id, so a cursor, a mark and a text typed into the field
stay with their pipe whatever others do to the store meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Container

from store.errors import NotFound, StoreError
from tui.browser.commands.bindings import bindings
from tui.browser.commands.catalog import by_id, in_scope
from tui.browser.flows.recovering import Recovery
from tui.browser.flows.recovery import PIN_MS, arrange, command_line, merge
from tui.browser.screens.list_screen import SMALLEST
from tui.browser.screens.recovery_actions import RecoveryActions
from tui.browser.screens.watching import WatchingScreen
from tui.browser.widgets.address_input import AddressInput
from tui.browser.widgets.hint_bar import HintBar
from tui.browser.widgets.inbox_lines import InboxHead, SaidLine
from tui.browser.widgets.notice import READING, Notice, Said, failure, too_small
from tui.browser.widgets.recovery_detail import RecoveryDetail
from tui.browser.widgets.recovery_list import RecoveryList

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from textual.app import ComposeResult

    from tui.browser.flows.pipe_undo import PipeUndo
    from tui.browser.flows.recovering import Done
    from tui.browser.flows.recovery import Item, Order
    from tui.browser.services import Services

FILES_EVERY = 5
"""Ticks between two looks at the spool directory, which tells nobody when it changes."""

PATIENCE_S = 0.3
"""How long something may take before it is mentioned."""

EMPTY = Said(
    "empty",
    "no pipes are waiting",
    "What is piped to an address that cannot be used is kept here for 15 minutes:\n\n"
    '    echo "critical data" | prontodb set invalid...address',
    "It appears by itself. esc goes back.",
)
GONE = "no longer there: somebody has recovered or discarded it"


class RecoveryScreen(WatchingScreen[None]):
    """The inbox. `undo`: what was done here can be taken back in a later visit too, if it is given the same one."""

    BINDINGS = bindings("recovery")
    CSS_PATH = "recovery.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]
    AUTO_FOCUS = ""
    TITLE = "recovery"
    HELP = "What was piped to an address that could not be used waits here for its time. Bring it home before that is over."

    def __init__(self, services: Services, undo: PipeUndo | None = None) -> None:
        super().__init__(services)
        self._recovery = Recovery(services, undo)
        self._order: Order = "newest"
        self._found: list[Item] = []
        self._more = 0
        self._loaded = False
        self._marks: frozenset[str] = frozenset()
        self._taken: frozenset[str] = frozenset()
        self._busy = False
        self._reading_failed = False
        self._ticks = 0
        now_ms = services.now_ms
        self._head = InboxHead(id="head", markup=False)
        self._list = RecoveryList(self._recovery.reading, now_ms=now_ms)
        self._detail = RecoveryDetail(self._recovery, id="detail")
        self._actions = RecoveryActions(self._recovery, self._detail)
        self._notice = Notice()
        self._said = SaidLine(self._recovery.stack, now_ms=now_ms, id="said")
        self._hints = HintBar([*in_scope("recovery"), by_id("help")])

    def compose(self) -> ComposeResult:
        """Head, list, detail with the field, what was done, and the keys."""
        yield self._head
        with Container(id="body"):
            yield self._list
            yield self._detail
        yield self._notice
        yield self._said
        yield self._hints

    def on_resize(self) -> None:
        """It may have become too small, or large enough."""
        self._show()

    # --- reading ------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Times get shorter."""
        self._ticks += 1
        self._list.tick()
        self._draw()

    @property
    def overdue(self) -> bool:
        """It is time to look at the files."""
        return self._ticks % FILES_EVERY == 0

    @work(exclusive=True, group="inbox")
    async def load(self) -> None:
        """Read the inbox. Only the newest of several runs gets to its end."""
        try:
            found, more = await self._recovery.load()
        except StoreError as error:
            self._failed(error)
            return
        now_ms = self.services.now_ms()
        before = self._list.item
        self._loaded, self._more = True, more
        self._found = merge(self._found, found, now_ms)
        there = {item.id for item in self._found}
        self._marks &= there
        self._detail.forget_all_but(there)
        if before is not None and before.id not in there | self._taken:
            self._say("○ ", f"{before.meant}: {GONE}", "$text-muted")
        self._taken = frozenset()
        if self._reading_failed:
            self._say("", "")
            self._reading_failed = False
        self._show()

    def _failed(self, error: StoreError) -> None:
        if self._found:
            self._reading_failed = True
            self._complain(error)
        else:
            self._notice.say(failure(error, "It is tried again every few seconds."))
            self.add_class("-bare")

    def _show(self) -> None:
        """Everything anew, from what is known."""
        self._list.show(arrange(self._found, self._order), more=self._more, marks=self._marks)
        notice = too_small(self.size, SMALLEST)
        if notice is None and not self._found:
            notice = EMPTY if self._loaded else READING
        self._notice.say(notice)
        self.set_class(notice is not None, "-bare")
        if notice is None and self.focused is None:
            self._list.focus()
        self._draw()

    @on(RecoveryList.Highlighted)
    def _highlighted(self, event: RecoveryList.Highlighted) -> None:
        event.stop()
        self._detail.show(self._list.item)
        self._draw()

    @on(RecoveryDetail.ContentRead)
    def _content_read(self, event: RecoveryDetail.ContentRead) -> None:
        event.stop()
        self._draw()

    # --- keys ---------------------------------------------------------------------------------------------------------

    def action_recovery_recover(self) -> None:
        """Bring the item under the cursor home."""
        if item := self._chosen():
            self._start(lambda: self._actions.recover(item))

    @on(RecoveryList.Chosen)
    def _double_clicked(self, event: RecoveryList.Chosen) -> None:
        event.stop()
        self.action_recovery_recover()

    @on(AddressInput.Submitted)
    def _entered(self, event: AddressInput.Submitted) -> None:
        event.stop()
        self.action_recovery_recover()

    def action_recovery_recover_marked(self) -> None:
        """Bring all marked items home, each to its suggested address, after showing which."""
        items = [
            item for item in self._list.items if item.id in self._marks and not item.expired(self.services.now_ms())
        ]
        if items:
            self._start(lambda: self._actions.recover_all(items))
        else:
            self._say("✗ ", "nothing is marked: space marks a line", "$text-warning")

    def action_recovery_stream(self) -> None:
        """Store what the item says as a stream, after showing what that is."""
        if item := self._chosen():
            self._start(lambda: self._actions.stream(item))

    def action_recovery_keep(self) -> None:
        """Let them wait longer."""
        if items := self._several():
            self._start(lambda: self._actions.whole(self._recovery.keep(items)))

    def action_recovery_pin(self) -> None:
        """Let them wait a week longer."""
        if items := self._several():
            self._start(lambda: self._actions.whole(self._recovery.keep(items, PIN_MS)))

    def action_recovery_discard(self) -> None:
        """Let them go."""
        if items := self._several():
            self._start(lambda: self._actions.whole(self._recovery.discard(items)))

    def action_recovery_undo(self) -> None:
        """Take the last action back."""
        self._start(lambda: self._actions.whole(self._recovery.undo()))

    def action_recovery_save(self) -> None:
        """Write the item to a new file."""
        if item := self._chosen():
            self._start(lambda: self._actions.save(item))

    def action_recovery_copy_command(self) -> None:
        """Copy the command line that would do the same."""
        if item := self._list.item:
            command = command_line(item, self._detail.field.address, self.services.reading, self.services.options)
            self.app.copy_to_clipboard(command)
            self._say("✓ ", f"copied: {command}", "$text-success")

    def action_recovery_mark(self) -> None:
        """Mark or unmark, and go on to the next."""
        if item := self._list.item:
            self._marks ^= {item.id}
            self._list.mark(self._marks)
            self._list.action_pipes_down()
            self._draw()

    def action_recovery_edit(self) -> None:
        """To the field, and back to the list."""
        if self._list.has_focus and self._list.item:
            self._detail.field.focus()
        else:
            self._list.focus()

    def action_recovery_back(self) -> None:
        """One step back: from the field to the list, from there to where we came from."""
        if self._list.has_focus or self.has_class("-bare"):
            self.dismiss(None)
        else:
            self._list.focus()

    def action_recovery_order(self) -> None:
        """The other order."""
        self._order = "urgent" if self._order == "newest" else "newest"
        self._show()

    def action_recovery_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_recovery_hex(self) -> None:
        """Bytes or text."""
        self._detail.value.action_value_hex()

    def action_recovery_scroll_down(self) -> None:
        """The content, one line down."""
        self._detail.value.action_value_down()

    def action_recovery_scroll_up(self) -> None:
        """The content, one line up."""
        self._detail.value.action_value_up()

    # --- acting -------------------------------------------------------------------------------------------------------

    def _chosen(self) -> Item | None:
        """The item under the cursor if something can be done with it; else says why not."""
        item = self._list.item
        if item is None:
            return None
        if item.expired(self.services.now_ms()):
            self._say("✗ ", f"{item.meant}: its time is over, it can no longer be recovered", "$text-warning")
            return None
        return item

    def _several(self) -> list[Item]:
        """The marked items, else the one under the cursor; without those whose time is over."""
        if not self._marks:
            item = self._chosen()
            return [item] if item else []
        now_ms = self.services.now_ms()
        return [item for item in self._list.items if item.id in self._marks and not item.expired(now_ms)]

    def _start(self, action: Callable[[], Coroutine[Any, Any, Done | None]]) -> None:
        """Do one thing at a time."""
        if self._busy:
            self._mention_work()
            return
        self._busy = True
        self.set_timer(PATIENCE_S, self._mention_work)
        self._act(action)

    def _mention_work(self) -> None:
        if self._busy and self.is_current:
            self._say("… ", "at work; somebody else may be writing", "$text-muted")

    @work(group="act")
    async def _act(self, action: Callable[[], Coroutine[Any, Any, Done | None]]) -> None:
        """Carry it out and say what came of it."""
        done: Done | StoreError | None
        try:
            done = await action()
        except StoreError as error:
            done = error
        finally:
            self._busy = False
        if not self.is_attached:
            return  # done, but nobody is there to be told
        if isinstance(done, StoreError):
            self._complain(done)
        elif done is not None:
            self._taken = frozenset(done.ids)
            self._marks -= self._taken
            said = done.said if not done.troubles else f"{done.said}; not: {'; '.join(done.troubles)}"
            self._say("✓ ", said, "$text-warning" if done.troubles else "$text-success", undoable=done.undoable)
            self._list.focus()
        self.load()

    # --- saying -------------------------------------------------------------------------------------------------------

    def _complain(self, error: StoreError) -> None:
        words = GONE if isinstance(error, NotFound) and error.code == "not-found" else error.message
        where = f" (at {error.position + 1})" if error.position is not None else ""
        self._say("✗ ", f"{words}{where}" + (f" — {error.hint}" if error.hint else ""), "$text-error")

    def _say(self, mark: str, words: str, style: str = "", *, undoable: bool = False) -> None:
        self._said.say(mark, words, style, undoable=undoable)

    def _draw(self) -> None:
        """Counts, times and what is possible, up to the present."""
        self._head.show(self._found, self._more, len(self._marks), self._order, self.services.now_ms())
        self._said.tick()
        self._hints.show(frozenset(command.id for command in in_scope("recovery") if self.unavailable(command.id)))

    def unavailable(self, command_id: str) -> str:
        """Why the command cannot be used at present, "" if it can. The keys say it too."""
        if not command_id.startswith("recovery.") or command_id in ("recovery.back", "recovery.refresh"):
            return ""
        if command_id == "recovery.undo":
            return "" if self._recovery.stack.last(self.services.now_ms()) else "there is nothing to take back"
        if self._list.item is None:
            return "no pipes are waiting"
        if command_id == "recovery.recover-marked":
            return "" if self._marks else "nothing is marked"
        content = self._detail.content
        if command_id == "recovery.stream" and content is not None and content.kind != "stream_ready":
            return content.why_not or "this is not a stream"
        return ""
