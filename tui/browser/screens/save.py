"""Where shall it be saved? A path, and what is wrong with it while it is typed."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

from textual import on, work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.browser.flows import rescue_files
from tui.browser.screens.ask_path import AskPath
from tui.browser.text.safe import safe_line

if TYPE_CHECKING:
    from textual.app import ComposeResult


class SaveTo(AskPath):
    """Asks for the path of a new file. Gives it as typed, or None. Nothing is written here, and nothing is ever overwritten.

    what: a word or two on what is saved, any text.
    """

    BINDINGS = [Binding("escape", "leave", "Leave", show=False, id="save.leave")]
    HELP = "A path from here, or with ~ for the home directory. The file is made new, and only you can read it."

    def __init__(self, what: str, path: str) -> None:
        super().__init__(path, "path of a new file")
        self._what = what

    def compose(self) -> ComposeResult:
        """The field, what its path means, and the ways out."""
        foot = Content.assemble(
            ("enter", "bold $accent"), (" save   ", "$text-muted"), ("esc", "bold $accent"), (" leave", "$text-muted")
        )
        with Vertical() as box:
            box.border_title = Content.assemble("save ", safe_line(self._what, 40))
            yield self._field
            yield self._below
            yield Static(foot, classes="foot", markup=False)

    @work(exclusive=True, group="path")
    async def look(self, text: str) -> None:
        """As in `AskPath`."""
        trouble = await to_thread(rescue_files.trouble, text)
        width = max(10, self._below.content_size.width)
        if trouble:
            self._below.update(safe_line(f"✗ {trouble}", width, style="$text-error"))
        else:
            whole = await to_thread(rescue_files.full_path, text)
            self._below.update(safe_line(f"✓ {rescue_files.short_path(whole)}", width, style="$text-success"))

    @on(Input.Submitted)
    @work(exclusive=True, group="submit")
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if not await to_thread(rescue_files.trouble, event.value):
            self.dismiss(event.value)
