"""A dialog with one field for a path; what the path means is told below it while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.browser.widgets.line_field import LineField

if TYPE_CHECKING:
    from textual.worker import Worker


class AskPath(ModalScreen[str | None]):
    """Gives the path as typed, or None. A subclass lays it out, and says what a path means: `look`."""

    DEFAULT_CSS = """
    AskPath {
        align: center middle;
        & > Vertical {
            width: 90%; max-width: 90; height: auto; padding: 0 1;
            background: $panel; border: round $border; border-title-color: $text;
        }
        & Static { width: 1fr; height: 1; padding: 0 1; }
        & .foot { margin-top: 1; }
    }
    """

    def __init__(self, path: str, placeholder: str) -> None:
        super().__init__()
        self._field = LineField(path, placeholder)
        self._below = Static(markup=False)

    def look(self, text: str) -> Worker[None]:
        """Look at the file system, which may be slow, for the path as it is now, and tell below the field."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Type at once."""
        self._field.focus()
        self.look(self._field.value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.look(event.value)

    def action_leave(self) -> None:
        """Give nothing."""
        self.dismiss(None)
