"""The application: what it is made of. Screens decide, flows work; nothing happens here but wiring."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events, work
from textual.worker import WorkerError

from store.errors import StoreError
from tui.browser.commands.bindings import bindings
from tui.browser.commands.palette import CommandSource
from tui.browser.compat import QuietApp, TerminalDriver
from tui.browser.flows.editing import UndoStack
from tui.browser.flows.preferences import remember_theme, theme_at_start
from tui.browser.screens.browser import BrowserScreen
from tui.browser.styles.themes import DAY, NIGHT, OFFERED, OURS
from tui.browser.type_ahead import TypeAhead
from tui.browser.widgets.line_field import presentable
from tui.browser.widgets.text_field import TextField
from tui.safe_text import plain_safe

if TYPE_CHECKING:
    from textual.screen import Screen

    from store.session import Choice
    from tui.browser.opener import Opener
    from tui.browser.services import Services


class BrowserApp(QuietApp):
    """The browser over `services`, whose database is open and is closed by whoever opened it.

    services: what screens work with, and undo: what this browser can take back; both become others when another store is chosen.
    opener: what opens and closes stores; None where no other can be chosen.
    """

    TITLE = "prontodb"
    # That of the recovery screen too: read when the screen opens, it would make everything be styled anew.
    CSS_PATH = [
        "styles/base.tcss",
        "styles/browser.tcss",
        "styles/dialogs.tcss",
        "styles/lists.tcss",
        "styles/search.tcss",
        "screens/recovery.tcss",
    ]
    DEFAULT_MODE = "store"  # one mode per store: its screens come and go together
    BINDINGS = bindings("app")
    COMMANDS = {CommandSource}
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (80, "-normal"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (15, "-high")]

    def __init__(self, services: Services, opener: Opener | None = None) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.services = services
        self.undo = UndoStack(services)
        self.opener = opener
        self._switching = False
        self.type_ahead = TypeAhead(self, self._give)
        self.animation_level = "none"  # a page-down with animation writes eight times as much to the terminal
        for theme in OURS:
            self.register_theme(theme)
        state = services.session.workspace.state
        self.theme = theme_at_start(state, os.environ, OFFERED, NIGHT.name, DAY.name)

    def get_default_screen(self) -> Screen[None]:
        """The first screen, there at once: it is drawn before anything is read."""
        return BrowserScreen(self.services, self.undo)

    def on_mount(self) -> None:
        """Draw everything again when the shell gives the terminal back."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there; what is typed ahead waits for its turn."""
        if isinstance(event, events.InputEvent):
            self.services.last_used_ms = self.services.now_ms()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.type_ahead.take(event)
        else:
            await super().on_event(event)

    async def _give(self, event: events.Key | events.Paste) -> None:
        """Hand a key or a paste on; let nothing be pasted into a field that a terminal must not be given."""
        if isinstance(event, events.Paste) and not isinstance(self.focused, TextField):
            event.text = presentable(event.text)
        await super().on_event(event)

    def choose_theme(self, name: str) -> None:
        """Use a theme, now and in later runs."""
        self.theme = name
        remember_theme(self.services.session.workspace.state, name)

    def action_cursors(self) -> None:
        """Choose another store."""
        from tui.browser.screens.cursors import CursorsScreen

        if self.opener is None:
            self.notify("no other store can be chosen here", severity="warning", markup=False)
        elif not isinstance(self.screen, CursorsScreen):
            self.push_screen(CursorsScreen(self.services, self.opener), self._chosen)

    def _chosen(self, choice: Choice | None) -> None:
        if choice is not None and self.opener is not None and not self._switching:
            self._switching = True
            self._switch(self.opener, choice)

    @work(group="switch")
    async def _switch(self, opener: Opener, choice: Choice) -> None:
        """Show another store, or say why not and stay. New services, new screens; then the old ones' database is closed (T-034)."""
        try:
            services = await opener.open_readable(choice)
            await self._begin_anew(opener, services)
        except StoreError as error:
            hint = f"\n{error.hint}" if error.hint else ""
            self.notify(plain_safe(f"not opened: {error.message}{hint}", keep="\n"), severity="error", markup=False)
        finally:
            self._switching = False

    async def _begin_anew(self, opener: Opener, services: Services) -> None:
        """Take all screens away, whatever they were doing; nobody who knows the old services is left when they are closed."""
        old, self.services, self.undo = self.services, services, UndoStack(services)
        working = [worker for worker in self.workers if worker.node is not self]
        gone, here = self.current_mode, f"store {id(services)}"
        self.add_mode(here, self.get_default_screen)
        await self.switch_mode(here)
        if gone == self.DEFAULT_MODE:
            self.add_mode(gone, self.get_default_screen)  # only modes that were added can be removed
        await self.remove_mode(gone)
        for worker in working:
            with suppress(WorkerError):  # cancelled with their screens
                await worker.wait()
        await opener.close(old)

    async def action_quit(self) -> None:
        """Leave."""
        self.exit()

    def action_suspend(self) -> None:
        """Give the terminal back to the shell until it says otherwise."""
        self.action_suspend_process()

    def action_palette(self) -> None:
        """Open the command palette."""
        self.action_command_palette()

    def action_help(self) -> None:
        """Open the help, beginning with what has the focus."""
        from tui.browser.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_help_quit(self) -> None:
        """What ctrl+c does: tell how to leave, since it may have been meant for copying."""
        self.notify("q leaves the browser", markup=False)
