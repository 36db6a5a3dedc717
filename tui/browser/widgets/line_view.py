"""A virtual viewer of rows: draws what is visible, makes the rest in small steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.geometry import Size
from textual.scroll_view import ScrollView

from tui.browser.text.excerpt import HERE, MATCH
from tui.browser.text.lines import Rows
from tui.browser.text.preview import FAINT, NAME, NUMBER, STRING, WORD
from tui.browser.text.safe import CUT
from tui.browser.widgets.paint import ink, segments, strip_of
from tui.safe_text import HIDDEN, LAYOUT

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.strip import Strip

STEP = 2048
"""Characters read at a time; a step stays below 10 ms for the worst of texts."""

FIRST_STEPS = 4
"""Steps taken at once, at most, to fill the screen when a value is shown."""

MakeRows = Callable[[int, bool], Rows]
"""(cells, wrap) -> the rows of a value, none made yet."""


class LineView(ScrollView, can_focus=False):
    """Shows the rows that `show` is given a recipe for; makes them anew when the width or `wrap` changes, keeping the place.

    Not focusable: its owner has the keys. Scrolling is never animated.
    """

    DEFAULT_CSS = """
    LineView {
        width: 1fr; height: 1fr; overflow: auto; scrollbar-gutter: stable; scrollbar-size: 1 1;
        & > .line-view--hidden { color: $text-warning; text-style: reverse; }
        & > .line-view--layout { color: $text-muted; }
        & > .line-view--cut { color: $text-muted; text-style: italic; }
        & > .line-view--faint { color: $text-muted; }
        & > .line-view--name { color: $text-primary; }
        & > .line-view--string { color: $text-success; }
        & > .line-view--number { color: $text-accent; }
        & > .line-view--match { color: $text-accent; text-style: underline; }
        & > .line-view--here { color: $text-accent; text-style: bold reverse; }
        & > .line-view--word { color: $text-secondary; text-style: italic; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-view--hidden",
        "line-view--layout",
        "line-view--cut",
        "line-view--faint",
        "line-view--name",
        "line-view--string",
        "line-view--number",
        "line-view--word",
        "line-view--match",
        "line-view--here",
    }
    BINDINGS = []
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._make: MakeRows | None = None
        self._rows: Rows | None = None
        self._wrap = True
        self._made_for = 0
        self._to_end = False
        self._keep_line: int | None = None
        self._styles: dict[int, Style] | None = None

    @property
    def rows(self) -> Rows | None:
        """The rows as far as they are made; None if there is nothing to show."""
        return self._rows

    @property
    def wrap(self) -> bool:
        """Whether lines that are too long go on in the next row."""
        return self._wrap

    def show(self, make: MakeRows | None) -> None:
        """Show other rows from their beginning; None shows nothing."""
        self._make = make
        self._keep_line = None
        self._remake()
        self.scroll_to(0, 0, animate=False, force=True)

    def clear(self) -> None:
        """Show nothing."""
        self.show(None)

    @property
    def plain(self) -> str:
        """The rows as far as they are made, as text."""
        rows = self._rows
        return "\n".join(rows.row(index).text for index in range(rows.count)) if rows else ""

    def remake(self, make: MakeRows) -> None:
        """Show another rendering of the same value and stay at the line where we are."""
        self._make = make
        self._keep_place()
        self._remake()

    def set_wrap(self, wrap: bool) -> None:
        """Wrap long lines or not, and stay at the line where we are."""
        if wrap != self._wrap:
            self._wrap = wrap
            self._keep_place()
            self._remake()

    def go(self, *, rows: int = 0, pages: int = 0, columns: int = 0) -> None:
        """Scroll by so much; down and right are positive."""
        height = max(1, self.scrollable_content_region.height - 1)
        x, y = self.scroll_offset
        self._to_end = False
        self.scroll_to(x + columns, y + rows + pages * height, animate=False, force=True)

    def go_to(self, line: int) -> None:
        """Scroll to a line of the value, now or when it is made."""
        self._to_end = False
        self._keep_line = line
        if self._rows is not None:
            self._grow(self._rows)

    def go_home(self) -> None:
        """Scroll to the beginning."""
        self._to_end = False
        self.scroll_to(0, 0, animate=False, force=True)

    def go_end(self) -> None:
        """Scroll to the end, now and again when all rows are made."""
        self._to_end = self._rows is not None and not self._rows.done
        self.scroll_to(0, self.virtual_size.height, animate=False, force=True)

    def on_resize(self, event: events.Resize) -> None:
        """Another width means other rows."""
        if self._make and self._width() != self._made_for:
            self._keep_place()
            self._remake()

    def notify_style_update(self) -> None:
        """Textual's word that colours have changed."""
        super().notify_style_update()
        self._styles = None

    def _width(self) -> int:
        return self.scrollable_content_region.width

    def _keep_place(self) -> None:
        if self._rows and self._rows.count:
            top = min(self.scroll_offset.y, self._rows.count - 1)
            self._keep_line = self._rows.line_of(top)

    def _remake(self) -> None:
        self._made_for = self._width()
        self._rows = self._make(self._made_for, self._wrap) if self._make and self._made_for else None
        self._measure()
        if self._rows:
            for _ in range(FIRST_STEPS - 1):
                if not self._rows.done and self._rows.count < self.size.height:
                    self._rows.grow(STEP)
            self._grow(self._rows)
        self.refresh()

    def _grow(self, rows: Rows) -> None:
        """One step, and the promise of another. `rows` that have been replaced are left alone."""
        if rows is not self._rows:
            return
        before = rows.count
        rows.grow(STEP)
        if rows.done or rows.count >= 2 * self.virtual_size.height:  # each change of size is a layout of the screen
            self._measure()
        if self._keep_line is not None and (rows.done or rows.line_of(rows.count - 1) >= self._keep_line):
            self._measure()
            self.scroll_to(y=rows.row_of(self._keep_line), animate=False, force=True)
            self._keep_line = None
        if not rows.done:
            self.call_later(self._grow, rows)
        elif self._to_end:
            self.go_end()
        if before < self.scroll_offset.y + self.size.height:
            self.refresh()

    def _measure(self) -> None:
        rows = self._rows
        width = rows.width if rows and not self._wrap else 0
        self.virtual_size = Size(width, rows.count) if rows else Size(0, 0)

    def render_line(self, y: int) -> Strip:
        """The visible row `y`."""
        x, top = self.scroll_offset
        width = self.scrollable_content_region.width
        base = self.rich_style
        if self._rows is None or top + y >= self._rows.count:
            return strip_of([], width, base)
        parts = segments(self._rows.row(top + y), base, self._kind_styles())
        if not x:
            return strip_of(parts, width, base)
        return strip_of(parts, x + width, base).crop(x, x + width)

    def _kind_styles(self) -> dict[int, Style]:
        if self._styles is None:
            names = {
                HIDDEN: "hidden",
                LAYOUT: "layout",
                CUT: "cut",
                FAINT: "faint",
                NAME: "name",
                STRING: "string",
                NUMBER: "number",
                WORD: "word",
                MATCH: "match",
                HERE: "here",
            }
            self._styles = {kind: ink(self, f"line-view--{name}") for kind, name in names.items()}
        return self._styles
