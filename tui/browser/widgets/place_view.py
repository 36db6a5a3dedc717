"""A text with what was found in it set off, scrolled to the chosen place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.browser.text.excerpt import PlaceRows
from tui.browser.widgets.line_view import STEP, LineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from tui.browser.text.excerpt import Place


class PlaceView(LineView):
    """Fed by `tell` and `clear`. Only the surroundings of the chosen place are laid out, however long the text is."""

    def tell(self, text: str, places: Sequence[Place], chosen: Place) -> None:
        """Show `text` at `chosen`, one of its places."""
        self.show(lambda width, _wrap: PlaceRows(text, places, chosen, width))
        self._aim()

    def on_resize(self, event: events.Resize) -> None:
        """Another width means other rows; the place stays in sight."""
        super().on_resize(event)
        self._aim()

    def _aim(self) -> None:
        rows = self.rows
        if not isinstance(rows, PlaceRows):
            return  # not laid out yet: there is no width
        while rows.target is None and not rows.done:
            rows.grow(STEP)
        self._measure()
        if rows.target is not None:
            self.scroll_to(y=max(0, rows.target - self.size.height // 3), animate=False, force=True)
