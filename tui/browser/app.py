"""The application: what it is made of. Screens decide, flows work; nothing happens here but wiring."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual import events

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

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.browser.services import Services


class BrowserApp(QuietApp):
    """The browser over `services`, whose database is open and is closed by whoever opened it.

    services: what screens work with. undo: what this browser can take back.
    """

    TITLE = "prontodb"
    # That of the recovery screen too: read when the screen opens, it would make everything be styled anew.
    CSS_PATH = ["styles/base.tcss", "styles/browser.tcss", "styles/dialogs.tcss", "screens/recovery.tcss"]
    BINDINGS = bindings("app")
    COMMANDS = {CommandSource}
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (80, "-normal"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (15, "-high")]

    def __init__(self, services: Services) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.services = services
        self.undo = UndoStack(services)
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
