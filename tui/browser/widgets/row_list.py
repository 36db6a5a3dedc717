"""A list with a cursor over any number of rows, of which only the visible ones exist. What they are is the subclass's affair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView

from tui.browser.commands.bindings import own_key

if TYPE_CHECKING:
    from textual import events


class RowList(ScrollView, can_focus=True):
    """Cursor, keys, mouse and scrolling for `total` rows of one line each, below a header that stays where it is.

    A subclass says `total`, draws in `render_line`, and is told by `viewport_changed` when the cursor or the visible rows have
    changed and by `width_changed` when the width has. The wheel scrolls and leaves the cursor behind; a key brings it back.
    """

    DEFAULT_CSS = """
    RowList {
        width: 1fr; height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1;
    }
    """
    BINDINGS = [
        own_key("entries.up", "Up", "up k", "The row above."),
        own_key("entries.down", "Down", "down j", "The row below."),
        own_key("entries.page-up", "Page up", "pageup", "A screenful up."),
        own_key("entries.page-down", "Page down", "pagedown", "A screenful down."),
        own_key("entries.first", "First", "home", "The first row."),
        own_key("entries.last", "Last", "end G", "The last row."),
    ]
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._cursor = 0

    # --- for the subclass ---------------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def viewport_changed(self) -> None:
        """The cursor has moved, or other rows are visible."""

    def width_changed(self) -> None:
        """The width has changed."""

    @property
    def cursor_index(self) -> int:
        """The index of the row under the cursor; 0 in an empty list."""
        return self._cursor

    @property
    def header_rows(self) -> int:
        """Lines above the first row: none if there are no rows, or hardly room for them."""
        return 1 if self.total and self.size.height > 2 else 0

    @property
    def shown(self) -> range:
        """The indexes of the rows on the screen."""
        top = self.scroll_offset.y
        return range(top, min(self.total, top + self._room))

    def measure(self, shift: int = 0) -> None:
        """`total` has changed: fit scroll bar and cursor to it.

        shift: by how much the rows have other indexes than was thought; cursor and scroll go along, so that the picture stays.
        """
        self._cursor = max(0, min(self._cursor + shift, self.total - 1))
        top = max(0, min(self.scroll_offset.y + shift, self.total - self._room))
        size = Size(0, self.total + self.header_rows)
        if size != self.virtual_size:
            self.virtual_size = size
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def restart(self) -> None:
        """Other rows: cursor and scroll at the beginning."""
        self._cursor = 0
        self.scroll_to(0, 0, animate=False, force=True)
        self.refresh()

    def move_to(self, index: int) -> None:
        """Cursor to `index`, or as near as there is, scrolled into view."""
        before, self._cursor = self._cursor, max(0, min(index, self.total - 1))
        top = self.scroll_offset.y
        lowest = max(0, self._cursor - self._room + 1)
        self.scroll_to(y=min(max(top, lowest), self._cursor), animate=False, force=True)
        if self.scroll_offset.y == top:
            self.refresh_row(before)
            self.refresh_row(self._cursor)
            self.viewport_changed()

    def step(self, rows: int) -> None:
        """Cursor down by `rows`; negative is up."""
        self.move_to(self._cursor + rows)

    def refresh_row(self, index: int) -> None:
        """Draw the row again if it is visible."""
        y = self.header_rows + index - self.scroll_offset.y
        if self.header_rows <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    @property
    def _room(self) -> int:
        return max(1, self.size.height - self.header_rows)

    # --- keys, mouse, news --------------------------------------------------------------------------------------------

    def action_entries_up(self) -> None:
        """One row up."""
        self.step(-1)

    def action_entries_down(self) -> None:
        """One row down."""
        self.step(1)

    def action_entries_page_up(self) -> None:
        """A screenful up."""
        self.step(-max(1, self._room - 1))

    def action_entries_page_down(self) -> None:
        """A screenful down."""
        self.step(max(1, self._room - 1))

    def action_entries_first(self) -> None:
        """To the first row."""
        self.move_to(0)

    def action_entries_last(self) -> None:
        """To the last row."""
        self.move_to(self.total - 1)

    def action_entries_open(self) -> None:
        """Go into the row under the cursor; a double click does the same."""

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a double click opens."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.header_rows:
            return
        index = self.scroll_offset.y + offset.y - self.header_rows
        if index < self.total:
            self.move_to(index)
            if event.chain == 2:
                self.action_entries_open()

    def on_focus(self) -> None:
        """The cursor says who has the focus."""
        self.refresh_row(self._cursor)

    def on_blur(self) -> None:
        """As on_focus."""
        self.refresh_row(self._cursor)

    def on_resize(self, event: events.Resize) -> None:
        """Other columns, another number of visible rows."""
        self.width_changed()
        self.measure()
        self.move_to(self._cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are visible."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.viewport_changed()
