"""Where shall it be saved? A path, and what is wrong with it while it is typed."""

from __future__ import annotations

import os
from asyncio import to_thread
from typing import TYPE_CHECKING

from textual import on, work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.browser.flows import rescue_files
from tui.browser.text.safe import safe_line
from tui.browser.widgets.line_field import LineField

if TYPE_CHECKING:
    from textual.app import ComposeResult


class SaveTo(ModalScreen[str | None]):
    """Asks for the path of a new file. Gives it as typed, or None. Nothing is written here, and nothing is ever overwritten.

    what: a word or two on what is saved, any text.
    """

    BINDINGS = [Binding("escape", "leave", "Leave", show=False, id="save.leave")]
    DEFAULT_CSS = """
    SaveTo {
        align: center middle;
        & > Vertical {
            width: 90%; max-width: 90; height: auto; padding: 0 1;
            background: $panel; border: round $border; border-title-color: $text;
        }
        & Static { width: 1fr; height: 1; padding: 0 1; }
        & .foot { margin-top: 1; }
    }
    """
    HELP = "A path from here, or with ~ for the home directory. The file is made new, and only you can read it."

    def __init__(self, what: str, path: str) -> None:
        super().__init__()
        self._what = what
        self._field = LineField(path, "path of a new file")
        self._below = Static(markup=False)

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

    def on_mount(self) -> None:
        """Type at once."""
        self._field.focus()
        self._look(self._field.value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    @work(exclusive=True, group="path")
    async def _look(self, text: str) -> None:
        """Look at the file system, which may be slow, for the path as it is now."""
        trouble = await to_thread(rescue_files.trouble, text)
        width = max(10, self._below.content_size.width)
        if trouble:
            self._below.update(safe_line(f"✗ {trouble}", width, style="$text-error"))
        else:
            whole = await to_thread(rescue_files.full_path, text)
            self._below.update(safe_line(f"✓ {_short(whole)}", width, style="$text-success"))

    @on(Input.Submitted)
    @work(exclusive=True, group="submit")
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if not await to_thread(rescue_files.trouble, event.value):
            self.dismiss(event.value)

    def action_leave(self) -> None:
        """Save nothing."""
        self.dismiss(None)


def _short(path: str) -> str:
    """`path` with the home directory as `~`."""
    home = os.path.expanduser("~")
    return "~" + path[len(home) :] if path.startswith(home + "/") else path
