"""Which folder? A path, completed while it is typed, and what is there."""

from __future__ import annotations

import os
from asyncio import to_thread
from typing import TYPE_CHECKING

from textual import on, work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.browser.flows import folders
from tui.browser.flows.rescue_files import full_path, short_path
from tui.browser.screens.ask_path import AskPath
from tui.browser.text.safe import safe_line

if TYPE_CHECKING:
    from textual.app import ComposeResult

SHOWN = 40
"""Names that are looked at for the line of choices."""


class AskFolder(AskPath):
    """Asks for a folder, which need not exist. Gives its path as typed, or None. Nothing is read or written here but names."""

    BINDINGS = [
        Binding("escape", "leave", "Leave", show=False, id="ask-folder.leave"),
        Binding("tab", "complete", "Complete", show=False, priority=True, id="ask-folder.complete"),
    ]
    HELP = "A path from here, or with ~ for the home directory. Tab completes it."

    def __init__(self, title: str, path: str) -> None:
        super().__init__(path, "path of a folder, such as ./docs or ~/notes")
        self._title = title
        self._choices = Static(markup=False)

    def compose(self) -> ComposeResult:
        """The field, what is there, what it may become, and the ways out."""
        keys = (("enter", "compare"), ("tab", "complete"), ("esc", "leave"))
        foot = Content("   ").join(
            Content.assemble((key, "bold $accent"), (f" {word}", "$text-muted")) for key, word in keys
        )
        with Vertical() as box:
            box.border_title = Content(self._title)
            yield self._field
            yield self._below
            yield self._choices
            yield Static(foot, classes="foot", markup=False)

    @work(exclusive=True, group="path")
    async def look(self, text: str) -> None:
        """As in `AskPath`."""
        trouble, there = await to_thread(folders.look, text)
        choices = await to_thread(folders.complete, text) if text else []
        width = max(10, self._below.content_size.width)
        if trouble:
            self._below.update(safe_line(f"✗ {trouble}", width, style="$text-error" if text else "$text-muted"))
        else:
            self._below.update(safe_line(f"✓ {short_path(full_path(text))} · {there}", width, style="$text-success"))
        names = [os.path.basename(path.rstrip("/")) + "/" for path in choices[:SHOWN]]
        self._choices.update(safe_line("  ".join(names), width, style="$text-muted"))

    @work(exclusive=True, group="submit")
    async def action_complete(self) -> None:
        """As far as all folders that begin like this agree."""
        found = await to_thread(folders.complete, self._field.value)
        longest = os.path.commonprefix(found)  # noqa: RUF071  # letter by letter is what is meant
        if len(longest) > len(self._field.value):
            self._field.value = longest
            self._field.cursor_position = len(self._field.value)

    @on(Input.Submitted)
    @work(exclusive=True, group="submit")
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        trouble, _ = await to_thread(folders.look, event.value)
        if not trouble:
            self.dismiss(event.value)
