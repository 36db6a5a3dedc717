"""What the commands of the main screen do: where to, filter, new, edit, delete, undo, copy, reveal, pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on, work

from store.addresses import show_address
from store.errors import StoreError
from store.model import Address, Position
from store.operations import entries
from tui.browser.flows.addressing import field_reading
from tui.browser.flows.desk import Desk
from tui.browser.flows.editing import Draft, keeps_old_value
from tui.browser.flows.loader import overview
from tui.browser.flows.pipe_undo import PipeUndo
from tui.browser.flows.scopes import Scope
from tui.browser.screens.dialogs import Choice, Confirm, GoTo, Menu
from tui.browser.screens.edit import EditScreen
from tui.browser.screens.panes import PaneScreen
from tui.browser.text.preview import human_size
from tui.browser.widgets.console_drawer import ConsoleDrawer
from tui.browser.widgets.scope_tree import ROOT

if TYPE_CHECKING:
    from store.addresses import Reading
    from store.model import Entry
    from tui.browser.flows.editing import UndoStack
    from tui.browser.flows.searching import Searching
    from tui.browser.screens.search import Spot
    from tui.browser.services import Services

NO_ENTRY = "no entry chosen"
NEED_ENTRY = ("entry.edit", "entry.delete", "reveal", "timeline")


class EntryCommands(PaneScreen):
    """The main screen with its commands. Whoever fills the panes says what is in them: `scope`, `go`, `refresh_all`."""

    def __init__(self, services: Services, undo: UndoStack) -> None:
        super().__init__(services)
        self.undo = undo
        self.desk = Desk(services, undo)
        self._pipe_undo = PipeUndo()
        self._searching: Searching | None = None

    @property
    def scope(self) -> Scope | None:
        """What the tree's cursor is on."""
        raise NotImplementedError

    @property
    def address(self) -> Address | None:
        """The entry under the cursor of the list."""
        space, row = self.meteor.space, self.meteor.row
        if space is None or row is None:
            return None
        return Address(self.services.meta, space.context, space.name, row.key)

    @property
    def marked(self) -> list[Address]:
        """The marked entries of the list, by key."""
        space = self.meteor.space
        if space is None:
            return []
        place = (self.services.meta, space.context, space.name)
        return [Address(*place, key) for key in sorted(self.meteor.entries.marked)]

    def go(self, address: Address) -> bool:
        """Go to an entry, or with an empty key to its namespace; whether the namespace holds anything."""
        raise NotImplementedError

    def settle(self) -> None:
        """Show now what the tree's cursor is on, if that was to wait until it rests."""
        raise NotImplementedError

    def refresh_all(self, then: Address | None = None) -> None:
        """Something of ours was stored: look now, and go there."""
        raise NotImplementedError

    def load_value(self, *, reveal: bool = False) -> None:
        """Read the value of `address`."""
        raise NotImplementedError

    # -- what counts as used ------------------------------------------------------------------------------------------

    def regard(self) -> None:
        """The value that is shown is looked at, unless it only came along with a line of the tree: used, if that lasts (C-020)."""
        address, shown = self.address, self.value.value
        near = self.focused in (self.meteor.entries, self.value)
        there = near and address is not None and shown is not None and shown.title == show_address(address)
        self.services.names.looks_at(address if there else None)

    @on(events.DescendantFocus)
    def _regard(self) -> None:
        """Coming from the tree, what is shown there is looked at from now on."""
        self.regard()

    # -- what is possible ---------------------------------------------------------------------------------------------

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        if command in NEED_ENTRY and self.address is None:
            return NO_ENTRY
        if command == "entry.edit" and self.address is not None and self.address.is_cache:
            return "it is a cached pipe; p brings it home"
        if command == "reveal" and not (self.value.value and self.value.value.secret):
            return "it is no secret"
        if command == "document" and (self.scope is None or self.scope.name is None):
            return "no namespace chosen"
        if command == "filter" and self.meteor.space is None:
            return "no namespace chosen"
        if command == "undo" and not self.undo.next:
            return "nothing was changed in this browser yet"
        if command == "copy" and self.scope is None:
            return "nothing chosen"
        if command == "copy" and self.focused is not self.tree_pane and self.address is None and self.meteor.unread:
            return "the entries are still being read"
        return ""

    def _refused(self, command: str) -> bool:
        """Whether it is impossible; if so, the reason is told. What it would act on is on the screen afterwards."""
        self.settle()
        why = self.unavailable(command)
        if why:
            self.say(why, "warning")
        return bool(why)

    def here(self) -> Reading:
        """How addresses typed on this screen are read: what is left out means where we are."""
        reading = field_reading(self.services.reading)
        if self.scope is None:
            return reading
        position = Position(self.scope.context, self.scope.name or reading.position.namespace)
        return reading._replace(position=position)

    # -- looking ------------------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type a filter for the entries."""
        if not self._refused("filter"):
            self.enter(self.meteor.entries)
            self.meteor.open_filter()

    def action_search(self) -> None:
        """Open the search, as it was left."""
        from tui.browser.flows.searching import Here, Searching
        from tui.browser.screens.search import SearchScreen

        self._searching = self._searching or Searching(self.services)
        here = Here(self.scope.context, self.scope.name) if self.scope else Here()
        self.app.push_screen(SearchScreen(self.services, self._searching, here), self._found)

    def _found(self, spot: Spot | None) -> None:
        """Go where the search leads: to an entry, or into its value."""
        if spot is None:
            return
        if spot.at is not None:
            self.value.expect(show_address(spot.address), spot.at)
        self._came_back(spot.address)
        if spot.at is not None and self.meteor.entries.display:
            self.enter(self.value)

    @work(group="go", exclusive=True)
    async def action_go_to(self) -> None:
        """Ask for an address and go there."""
        address = await self.app.push_screen_wait(GoTo(self.services, self.here()))
        if address is None:
            return
        try:
            if not self.go(address) and not await self._go_later(address):
                self.say(f"{address.context}:{address.namespace or ROOT} holds nothing yet", "warning")
            elif address.key:
                if await self.services.run(entries.head(address, limit=1)) is None:
                    self.say(f"{show_address(address)} is not there; this is where it would be", "warning")
                else:
                    self.services.names.used(address)
        except StoreError as error:
            self.say_error(error)

    async def _go_later(self, address: Address) -> bool:
        """As `go`, where the panes know nothing yet: before they were filled, and of what others have stored just now."""
        found = await self.services.run(overview(self.services.meta, now_ms=self.services.now_ms()))
        if found.index.find(Scope(address.context, address.namespace)) is None:
            return False
        self.refresh_all(address)
        return True

    def action_reveal(self) -> None:
        """Show the secret under the cursor, or mask it again."""
        if self._refused("reveal"):
            return
        if self.value.masked:
            self.load_value(reveal=True)
        else:
            self.value.mask()

    def action_pipes(self) -> None:
        """Open the recovery screen."""
        from tui.browser.screens.recovery import RecoveryScreen

        self.app.push_screen(RecoveryScreen(self.services, self._pipe_undo))

    def action_history(self) -> None:
        """Open the history."""
        from tui.browser.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self.services, self.undo), self._came_back)

    def _came_back(self, address: Address | None) -> None:
        if address is None:
            return
        if self.go(address):
            self.services.names.used(address)
        else:
            self.say(f"{address.context}:{address.namespace or ROOT} holds nothing any more", "warning")

    def action_document(self) -> None:
        """Show the namespace as a document."""
        from tui.browser.screens.document import DocumentScreen

        if not self._refused("document") and self.scope is not None:
            screen = DocumentScreen(self.services, self.undo, self.scope.context, self.scope.name or "")
            self.app.push_screen(screen, self._came_back)

    @on(ConsoleDrawer.Ran)
    def _console_ran(self, event: ConsoleDrawer.Ran) -> None:
        """A command of the console may have changed anything."""
        event.stop()
        for done in event.made:
            self.undo.push([done.id], f"{done.kind} {done.target} of the console")
        self.refresh_all()

    def action_timeline(self) -> None:
        """Open the timeline of the entry under the cursor."""
        from tui.browser.screens.timeline import TimelineScreen

        if not self._refused("timeline") and self.address is not None:
            self.services.names.used(self.address)
            self.app.push_screen(TimelineScreen(self.services, self.undo, self.address))

    # -- writing ------------------------------------------------------------------------------------------------------

    @work(group="write")
    async def action_entry_edit(self) -> None:
        """Edit the value under the cursor."""
        if self._refused("entry.edit") or (address := self.address) is None:
            return
        try:
            entry, draft = await self.desk.draft(address, revealed=not self.value.masked)
        except StoreError as error:
            self.say_error(error, "not editable here")
            return

        async def save(to: Address, value: bytes, overwrite: bool) -> None:
            await self.desk.save(to, value, entry.change, overwrite=overwrite)

        if await self.app.push_screen_wait(EditScreen(self.services, save, draft=draft, address=address)):
            self._stored(address, entry)
            self.refresh_all()

    @work(group="write")
    async def action_entry_new(self) -> None:
        """Write a new entry."""
        landed: list[Address] = []

        async def save(to: Address, value: bytes, overwrite: bool) -> None:
            landed.append(await self.desk.save(to, value, None, overwrite=overwrite))

        scope = self.scope
        prefill = f"{scope.context}:{scope.name}:" if scope and scope.name is not None else ""
        screen = EditScreen(self.services, save, draft=Draft(), reading=self.here(), prefill=prefill)
        if await self.app.push_screen_wait(screen) and landed:
            self._stored(landed[-1], None)
            self.refresh_all(landed[-1])

    def _stored(self, address: Address, before: Entry | None) -> None:
        back = "u undoes it" if before is None or keeps_old_value(before) else "this cannot be undone"
        self.say(f"stored {show_address(address)} — {back}")

    @work(group="write")
    async def action_entry_delete(self) -> None:
        """Delete the marked entries, else the one under the cursor; ask first about many, and about what cannot be undone."""
        if self._refused("entry.delete"):
            return
        addresses = self.marked or [address for address in (self.address,) if address is not None]
        what = show_address(addresses[0]) if len(addresses) == 1 else f"{len(addresses)} entries"
        try:
            lasting = await self.desk.lasting(addresses)
            if lasting or len(addresses) > 1:
                question = Confirm("delete", f"Delete {what}?", _consequence(len(lasting), len(addresses)))
                if not await self.app.push_screen_wait(question):
                    return
            gone = await self.desk.delete(addresses)
            self.meteor.entries.clear_marks()
        except StoreError as error:
            self.say_error(error)
            return
        back = "" if len(lasting) == len(addresses) else " — u undoes it"
        self.say(f"deleted {what}{back}" if gone else f"{what}: not there any more")
        self.refresh_all()

    @work(group="write")
    async def action_undo(self) -> None:
        """Take back the last change of this browser."""
        if self._refused("undo"):
            return
        what = self.undo.next
        try:
            touched = await self.undo.undo()
        except StoreError as error:
            self.say_error(error, f"could not undo {what}")
            return
        self.say(f"undone: {what}")
        self.refresh_all(touched[-1] if touched else None)

    # -- copying ------------------------------------------------------------------------------------------------------

    @work(group="copy", exclusive=True)
    async def action_copy(self) -> None:
        """Offer what can be copied, and send the choice to the terminal's clipboard."""
        if self._refused("copy") or (scope := self.scope) is None:
            return
        address = self.address
        about_entry = address is not None and self.focused is not self.tree_pane
        texts = self._entry_texts(address) if about_entry and address is not None else self._scope_texts(scope)
        choices = [Choice(key, title, text) for key, (title, text) in texts.items()]
        if about_entry:
            choices.insert(1, self._value_choice())
        taken = await self.app.push_screen_wait(Menu("copy", choices))
        if taken is None:
            return
        try:
            if taken == "v" and address is not None:
                title, text = "value", await self.desk.text_to_copy(address)
            else:
                title, text = texts[taken]
        except StoreError as error:
            self.say_error(error, "not copied")
            return
        self.app.copy_to_clipboard(text)
        if about_entry and address is not None:
            self.services.names.used(address)
        self.say(f"copied the {title} · {human_size(len(text.encode()))}")

    def _entry_texts(self, address: Address) -> dict[str, tuple[str, str]]:
        return {
            "a": ("address", show_address(address)),
            "c": ("command line", self.desk.command_line("get", self.desk.spell(address))),
        }

    def _scope_texts(self, scope: Scope) -> dict[str, tuple[str, str]]:
        verb, words = self.desk.listing_words(scope, self.meteor.where.text)
        name = scope.context if scope.name is None else f"{scope.context}:{scope.name}:"
        return {"a": ("address", name), "c": ("command line", self.desk.command_line(verb, *words))}

    def _value_choice(self) -> Choice:
        shown = self.value.value
        if shown is None:
            return Choice("v", "value", "", "not read yet")
        if self.value.masked:
            return Choice("v", "value", "", "a secret; reveal it first, with r")
        return Choice("v", "value", human_size(shown.size))


def _consequence(lasting: int, all_: int) -> str:
    """What to know before deleting `all_` entries, `lasting` of which could not be brought back."""
    if not lasting:
        return "u brings them back."
    if all_ == 1:
        return "It is a secret, or it expires: this cannot be undone."
    return f"{lasting} of them cannot be brought back: secrets, or entries that expire."
