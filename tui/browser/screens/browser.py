"""The main screen, filled: what the cursors rest on is read and shown, and kept up to date with the store.

Its furniture is in `panes`, what its commands do in `entry_commands`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from textual import on, work

from store.addresses import show_address
from store.errors import StoreError
from tui.browser.commands.bindings import bindings
from tui.browser.flows.adopting import adopt_orphans
from tui.browser.flows.loader import EntryRows, Generation, Overview, load_value, overview
from tui.browser.flows.scopes import Scope, ScopeIndex, ScopeNode
from tui.browser.flows.watcher import EVERY_S, News, Watcher
from tui.browser.late import Later
from tui.browser.screens.entry_commands import EntryCommands
from tui.browser.state import KeyFilter, counted
from tui.browser.widgets.cursor_bar import CursorBar
from tui.browser.widgets.meteor_pane import MeteorPane
from tui.browser.widgets.notice import Said, failure
from tui.browser.widgets.scope_tree import ScopeTree
from tui.browser.widgets.token_list import TokenList
from tui.browser.widgets.value_view import ValueView

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.model import Address, Namespace
    from tui.browser.flows.editing import UndoStack
    from tui.browser.services import Services

SETTLE_S = 0.05
"""How long a cursor must rest before what is under it is read: holding a key must not queue thirty reads."""

PATIENCE_S = 0.15
"""How long a read may take before it is mentioned."""

WARM_UP_S = 0.5
"""When the screens that are opened next are imported, in the background: doing it on the key would take 50 ms."""

CLOCK_MS = 1000
"""How often the counts are read anew where entries expire, which changes nothing in the store."""

NOTHING = Said("empty", "no entry chosen")
GONE = Said("empty", "not there any more")
FIRST_STEPS = Said(
    "empty",
    "nothing is stored here yet",
    "prontodb set app.notes.hello 'hello, world'\ndate | prontodb set app.notes.today\nprontodb demo",
    "press n to write the first entry, ? for help",
)


class BrowserScreen(EntryCommands):
    """Shows the store of `services` and follows its changes. `undo` outlives the screen."""

    BINDINGS = bindings("browser")

    def __init__(self, services: Services, undo: UndoStack) -> None:
        super().__init__(services, undo)
        self._watcher = Watcher(services)
        self._index: ScopeIndex | None = None
        self._node: ScopeNode | None = None
        self._wanted: Address | None = None
        self._then: Address | None = None
        self._asked = Generation()
        self._settling: dict[str, Later] = {}
        self._patience: Later | None = None
        self._polling = False
        self._read_at = 0
        self.looks = 0
        """How often the store has been looked at."""

    def on_mount(self) -> None:
        """Draw first, read then."""
        super().on_mount()
        self.set_interval(EVERY_S, self._poll)
        self.call_after_refresh(self._poll)
        self.call_after_refresh(self._adopt)
        self.set_timer(WARM_UP_S, self._warm_up)

    @work(thread=True, group="warm-up")
    def _warm_up(self) -> None:
        modules = ("recovery", "help", "history", "timeline", "cursors", "document", "folder", "search", "shared")
        for module in modules:
            import_module(f"tui.browser.screens.{module}")

    @property
    def index(self) -> ScopeIndex:
        """All namespaces, as far as they have been read."""
        return self._index or ScopeIndex()

    @property
    def scope(self) -> Scope | None:
        """What the tree's cursor is on."""
        return self._node.scope if self._node else None

    @property
    def space(self) -> Namespace | None:
        """The namespace the tree's cursor is on."""
        return self.index.find(self._node.scope) if self._node else None

    # -- what is there ------------------------------------------------------------------------------------------------

    @work(group="adopt", exclusive=True)
    async def _adopt(self) -> None:
        """Bring home what killed commands left behind (T-112), and say so."""
        keys = await adopt_orphans(self.services)
        if keys:
            self.say(
                f"{counted(len(keys), 'interrupted pipe was', 'interrupted pipes were')} kept — p shows them", "warning"
            )
            self._poll()

    def _poll(self) -> None:
        if not self._polling:
            self._polling = True
            self._look()

    @work(group="watch")
    async def _look(self) -> None:
        """Ask the watcher; if there is news, read the overview and bring everything visible up to it."""
        try:
            news = await self._watcher.look()
            now_ms = self.services.now_ms()
            ticking = self.index.ticking and now_ms - self._read_at >= CLOCK_MS
            if news is not None or self._then is not None or ticking:
                found = await self.services.run(overview(self.services.meta, now_ms=now_ms))
                self._read_at = now_ms
                expired = found.index.different(self.index)
                if news is not None or self._then is not None or expired:
                    self._take(news or News(expired), found)
            await self._watcher.sweep_if_idle(self.services.last_used_ms)
            self._tell(None)
        except StoreError as error:
            self._tell(error)
        finally:
            self._polling = False
            self.looks += 1

    def _tell(self, error: StoreError | None) -> None:
        """Trouble stands in the bar for as long as it lasts; where nothing could be read at all, in the panes too."""
        self.show_trouble(error.message if error else "")
        if error is not None and self._index is None:
            self.meteor.clear(failure(error, "it is tried again all the time"))

    def _take(self, news: News, found: Overview) -> None:
        first, self._index = self._index is None, found.index
        self.show_pipes(found.pipes)
        self.tree_pane.show(found.index, found.index.start(self.services.reading.position) if first else None)
        then, self._then = self._then, None
        if not found.index.spaces:
            self._node = None
            self.show_position("")
            self.meteor.clear(FIRST_STEPS)
            self._leave_value()
        elif then is not None and self.go(then):
            pass
        elif self.space is not None and self.meteor.space is not None and self.space.id == self.meteor.space.id:
            if news.concerns(self.space.id):
                self._reload()
            else:
                self.meteor.retitle(self.space)
        elif self._node is not None:
            self._show_node(self._node)
        self.refresh_hints()

    def refresh_all(self, then: Address | None = None) -> None:
        """Something of ours was stored: look now, and go there."""
        self._then = then
        self._poll()

    @work(group="reopen", exclusive=True)
    async def action_refresh(self) -> None:
        """Read everything again; where the file cannot be read any more, open what is there now."""
        if self.bar.info.trouble:
            await self.services.database.close()
            await self.services.database.open()
        self._watcher.forget()
        self._poll()

    # -- tree to meteor -----------------------------------------------------------------------------------------------

    @on(ScopeTree.Highlighted)
    def _scope_highlighted(self, event: ScopeTree.Highlighted) -> None:
        event.stop()
        first, self._node = self._node is None, event.node
        if first:
            self._show_node(event.node)
        else:
            self._after("meteor", lambda: self._show_node(event.node))

    @on(ScopeTree.Chosen)
    def _scope_chosen(self, event: ScopeTree.Chosen) -> None:
        event.stop()
        self.settle()
        self.enter(self.meteor.entries)

    def settle(self) -> None:
        """Show now what the tree's cursor is on, if that was to wait until it rests."""
        if self._stop("meteor") and self._node is not None:
            self._show_node(self._node)

    def _show_node(self, node: ScopeNode) -> None:
        scope = node.scope
        self.show_position(scope.context if scope.name is None else f"{scope.context}:{scope.name}")
        if self.index.find(scope) is None:
            spaces, entries = self.index.inside(scope)
            words = f"{counted(spaces, 'namespace')} · {counted(entries, 'entry', 'entries')}"
            self.meteor.clear(Said("empty", scope.name or scope.context, words, "→ shows what is inside"))
            self._leave_value()
        else:
            self._show_entries(KeyFilter())
        self.refresh_hints()

    def _show_entries(self, where: KeyFilter, key: str | None = None) -> None:
        """Show the entries of the current namespace that pass `where`: all of them at once, else when they are counted."""
        space = self.space
        if space is None:
            return
        wanted = self._wanted
        if wanted is not None and (wanted.context, wanted.namespace) == (space.context, space.name):
            key, self._wanted = wanted.key or None, None
        rows = EntryRows(self.services, space.id, where)
        self.workers.cancel_group(self, "entries")
        if where:
            self._count(space, rows, where, key)
        else:
            self._fill(space, rows, space.entries, where, key)

    @work(group="entries", exclusive=True)
    async def _count(self, space: Namespace, rows: EntryRows, where: KeyFilter, key: str | None) -> None:
        try:
            self._fill(space, rows, await rows.count(), where, key)
        except StoreError as error:
            self.meteor.clear(failure(error), space=space)

    def _fill(self, space: Namespace, rows: EntryRows, total: int | None, where: KeyFilter, key: str | None) -> None:
        self._leave_value()

        def partial() -> bool:
            return total is None and not rows.complete

        self.meteor.show(space, rows, 1 if total is None else total, where=where, key=key, partial=partial)

    @work(group="entries", exclusive=True)
    async def _reload(self) -> None:
        """The current namespace has changed: read what is visible of it again, and the value."""
        space = self.space
        if space is None:
            return
        total: int | None = space.entries
        if self.meteor.where:
            try:
                total = await EntryRows(self.services, space.id, self.meteor.where).count()
            except StoreError:
                total = None  # the list says so itself when it cannot read
        self.meteor.reload(space, self.meteor.entries.total if total is None else total)
        self.load_value()

    @on(MeteorPane.FilterChanged)
    def _filter_changed(self, event: MeteorPane.FilterChanged) -> None:
        event.stop()
        row = self.meteor.row
        self._show_entries(event.where, None if event.where or row is None else row.key)

    def go(self, address: Address) -> bool:
        """Go to an entry, or with an empty key to its namespace; whether the namespace holds anything."""
        scope = Scope(address.context, address.namespace)
        if self.index.find(scope) is None:
            return False
        self._wanted = address
        if self.scope == scope:
            self._show_entries(KeyFilter())
        self.tree_pane.reveal(scope)
        self.enter(self.meteor.entries)
        return True

    # -- meteor to value ----------------------------------------------------------------------------------------------

    @on(TokenList.Highlighted)
    def _entry_highlighted(self, event: TokenList.Highlighted) -> None:
        event.stop()
        self.regard()
        self.refresh_hints()
        self._after("value", self.load_value)

    @on(TokenList.Opened)
    def _entry_opened(self, event: TokenList.Opened) -> None:
        event.stop()
        if self._stop("value"):
            self.load_value()
        if self.address is not None:
            self.services.names.used(self.address)
        self.enter(self.value)

    @on(TokenList.Counted)
    def _entries_counted(self) -> None:
        if not self.meteor.entries.total:
            self._leave_value()
            self.refresh_hints()

    def _leave_value(self) -> None:
        """Show none; an answer that is still on its way is not wanted any more."""
        self._answers(self._asked.next())
        self.value.clear(NOTHING)

    def load_value(self, *, reveal: bool = False) -> None:
        """Read the value under the cursor. `reveal`: although it is a secret."""
        address = self.address
        if address is None:
            self._leave_value()
        else:
            self._read_value(address, reveal, self._asked.next())

    @work(group="value", exclusive=True)
    async def _read_value(self, address: Address, reveal: bool, asked: int) -> None:
        """Read the beginning of a value; an answer that is no longer wanted is dropped."""
        title = show_address(address)
        if self._patience is not None:
            self._patience.stop()
        if self.value.value is None or self.value.value.title != title:
            self._patience = Later(self, PATIENCE_S, lambda: self._mention(title, asked))
        try:
            found = await load_value(self.services, address, reveal=reveal)
        except StoreError as error:
            if self._answers(asked):
                self.value.fail(title, error)
            return
        if self._answers(asked):
            if found is None:
                self.value.clear(GONE)
            else:
                self.value.show(found, revealed=reveal)
                self.regard()
            self.refresh_hints()

    def _mention(self, title: str, asked: int) -> None:
        if self._asked.is_current(asked):
            self.show_working(True)
            self.value.wait_for(title)

    def _answers(self, asked: int) -> bool:
        """Whether the answer is still wanted; if so, nobody waits any more."""
        if not self._asked.is_current(asked):
            return False
        if self._patience is not None:
            self._patience.stop()
        self.show_working(False)
        return True

    @on(ValueView.RevealRequested)
    def _reveal_requested(self, event: ValueView.RevealRequested) -> None:
        event.stop()
        self.load_value(reveal=True)

    @on(CursorBar.PipesChosen)
    def _pipes_chosen(self, event: CursorBar.PipesChosen) -> None:
        event.stop()
        self.action_pipes()

    # -- waiting for a cursor to rest ---------------------------------------------------------------------------------

    def _after(self, what: str, do: Callable[[], None]) -> None:
        """Do it once the cursor rests."""
        self._stop(what)

        def rested() -> None:
            self._settling.pop(what, None)
            do()

        self._settling[what] = Later(self, SETTLE_S, rested)

    @property
    def resting(self) -> bool:
        """Whether no cursor is being waited for."""
        return not self._settling

    def _stop(self, what: str) -> bool:
        """Do not wait any longer; whether we did."""
        timer = self._settling.pop(what, None)
        if timer is not None:
            timer.stop()
        return timer is not None
