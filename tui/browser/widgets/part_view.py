"""A virtual viewer of text in parts: rows are made for what is looked at and what lies beside it, in small steps.

How high a part is that has not been made is guessed. When it turns out, what is on the screen stays where it is.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView

from tui.browser.text.markdown import CODE, EMPHASIS, HEADING, LINK, QUOTE, STRONG
from tui.browser.text.preview import FAINT, NAME, NUMBER, STRING, WORD
from tui.browser.text.safe import CUT
from tui.browser.widgets.paint import ink, segments, strip_of
from tui.safe_text import HIDDEN, LAYOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style
    from textual import events
    from textual.strip import Strip

    from tui.browser.text.lines import Rows

STEP = 2048
"""Characters read at a time; a step stays below 10 ms for the worst of texts."""

FIRST_STEPS = 4
GUTTER = 2
BAR = "▎"
GUESSED_LINE = 50
"""Characters of a line nobody has seen yet."""

COMPONENTS = {
    HIDDEN: "hidden",
    LAYOUT: "faint",
    CUT: "cut",
    FAINT: "faint",
    NAME: "name",
    STRING: "good",
    NUMBER: "bad",
    WORD: "word",
    HEADING: "heading",
    STRONG: "strong",
    EMPHASIS: "emphasis",
    CODE: "code",
    LINK: "link",
    QUOTE: "emphasis",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text. key: what it is known by. make: (cells, wrap) -> its rows, none made yet. size: characters, about."""

    key: object
    make: Callable[[int, bool], Rows]
    size: int


class PartView(ScrollView, can_focus=False):
    """Shows `parts`, one below the other, with a bar beside the one that is chosen. Its owner has the keys.

    Posts `Passed` when the user has scrolled another part to the top. Scrolling is never animated.
    """

    DEFAULT_CSS = """
    PartView {
        width: 1fr; height: 1fr; overflow: auto; scrollbar-gutter: stable; scrollbar-size: 1 1;
        & > .part-view--bar { color: $text-accent; }
        & > .part-view--hidden { color: $text-warning; text-style: reverse; }
        & > .part-view--cut { color: $text-muted; text-style: italic; }
        & > .part-view--faint { color: $text-muted; }
        & > .part-view--name { color: $text-primary; }
        & > .part-view--good { color: $text-success; }
        & > .part-view--bad { color: $text-error; }
        & > .part-view--word { color: $text-secondary; text-style: italic; }
        & > .part-view--heading { color: $text-primary; text-style: bold; }
        & > .part-view--strong { text-style: bold; }
        & > .part-view--emphasis { text-style: italic; }
        & > .part-view--code { color: $text-secondary; }
        & > .part-view--link { color: $text-primary; text-style: underline; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"part-view--bar", *(f"part-view--{name}" for name in COMPONENTS.values())}
    BINDINGS = []
    ALLOW_SELECT = False

    @dataclass
    class Passed(Message):
        """The user has scrolled to another part."""

        part_view: PartView
        key: object

        @property
        def control(self) -> PartView:
            """Who sent it."""
            return self.part_view

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst matters."""
            return isinstance(message, PartView.Passed)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: list[Part] = []
        self._made: list[Rows | None] = []
        self._heights: list[int] = []
        self._starts: list[int] = [0]
        self._chosen = -1
        self._goal: tuple[int, int] | None = None  # part and line that shall stay at the top until the user scrolls
        self._to_end = False
        self._by_user = False  # whether it is the user who scrolls
        self._working = False
        self._wrap = True
        self._made_for = 0
        self._styles: dict[int, Style] | None = None

    # --- what the owner says ------------------------------------------------------------------------------------------

    @property
    def parts(self) -> Sequence[Part]:
        """What is shown."""
        return self._parts

    @property
    def wrap(self) -> bool:
        """Whether lines that are too long go on in the next row."""
        return self._wrap

    @property
    def complete(self) -> bool:
        """Whether everything that is visible has been made."""
        return self._wanted() is None

    @property
    def top(self) -> int:
        """The index of the part at the top; -1 if there is none."""
        return min(bisect_right(self._starts, self.scroll_offset.y) - 1, len(self._parts) - 1)

    def show(self, parts: Sequence[Part], *, keep: bool = False, end: bool = False) -> None:
        """Show other parts, from their beginning or with `end` at their end; with `keep` stay at the part and line where we are."""
        place = self._place() if keep else None
        key = self._parts[place[0]].key if place else None
        chosen = self._parts[self._chosen].key if keep and self._chosen >= 0 else None
        self._parts = list(parts)
        keys = {part.key: index for index, part in enumerate(self._parts)}
        self._chosen = keys.get(chosen, -1) if chosen is not None else -1
        self._goal = (keys.get(key, 0), place[1]) if place and self._parts else None
        self._to_end = end
        if self._goal is None and not end:
            self._scroll(0, 0)
        self._remake()

    def append(self, part: Part) -> None:
        """One more at the end, and go there."""
        self._parts.append(part)
        self._made.append(None)
        self._heights.append(self._guess(part))
        self._to_end, self._goal = True, None
        self._measure()
        self._settle()
        self._begin()

    def choose(self, index: int, *, go: bool = True) -> None:
        """Mark a part and with `go` scroll so that it begins at the top."""
        if index != self._chosen:
            self._chosen = index
            self.refresh()
        if go and 0 <= index < len(self._parts):
            self._goal, self._to_end = (index, 0), False
            self._settle()
            self._begin()

    def set_wrap(self, wrap: bool) -> None:
        """Wrap long lines or not, and stay at the line where we are."""
        if wrap != self._wrap:
            self._goal = self._place()
            self._wrap = wrap
            self._remake()

    def go(self, *, rows: int = 0, pages: int = 0, columns: int = 0) -> None:
        """Scroll by so much; down and right are positive."""
        height = max(1, self.scrollable_content_region.height - 1)
        x, y = self.scroll_offset
        self._user_scrolls()
        self.scroll_to(x + columns, y + rows + pages * height, animate=False, force=True)

    def go_home(self) -> None:
        """Scroll to the beginning."""
        self._user_scrolls()
        self.scroll_to(0, 0, animate=False, force=True)

    def go_end(self) -> None:
        """Scroll to the end, and stay there while it is being made."""
        self._user_scrolls()
        self.scroll_to(0, self._starts[-1], animate=False, force=True)
        self._to_end = True

    # --- making rows --------------------------------------------------------------------------------------------------

    def _width(self) -> int:
        return max(0, self.scrollable_content_region.width - GUTTER)

    def _guess(self, part: Part) -> int:
        return part.size // max(1, min(self._made_for, GUESSED_LINE)) + 1

    def _remake(self) -> None:
        self._made_for = self._width()
        self._made = [None] * len(self._parts)
        self._heights = [self._guess(part) for part in self._parts]
        self._measure()
        self._settle()
        self._begin()
        self.refresh()

    def _begin(self) -> None:
        """A few steps at once, so that a screenful is there without a flash; the others one by one."""
        if not self._made_for:
            return
        for _ in range(FIRST_STEPS):
            if not self._step():
                return
        self._soon()

    def _soon(self) -> None:
        if not self._working:
            self._working = True
            self.call_later(self._go_on)

    def _go_on(self) -> None:
        self._working = False
        if self.is_attached and self._made_for and self._step():
            self._soon()

    def _step(self) -> bool:
        """Make some rows; whether there are more to be made."""
        index = self._wanted()
        if index is None:
            return False
        rows = self._made[index]
        if rows is None:
            rows = self._made[index] = self._parts[index].make(self._made_for, self._wrap)
        rows.grow(STEP)
        height = self._heights[index]
        if rows.done or rows.count > height:
            height = rows.count if rows.done else 2 * rows.count  # each change of size is a layout of the screen
        if height != self._heights[index]:
            anchor = self._anchor()
            self._heights[index] = height
            self._measure()
            self._settle(anchor)
        elif rows.done and self._goal is not None:
            self._settle()
        self.refresh()
        return True

    def _wanted(self) -> int | None:
        """The part that is to be made next: what is visible, then what lies beside it."""
        if not self._parts:
            return None
        top: int = self.scroll_offset.y
        first = max(0, bisect_right(self._starts, top) - 1)
        last: int = max(first, bisect_right(self._starts, top + self.size.height) - 1)
        order: list[int] = [*range(first, last + 1), last + 1, first - 1]
        for index in order:
            if 0 <= index < len(self._parts):
                rows = self._made[index]
                if rows is None or not rows.done:
                    return index
        return None

    def _measure(self) -> None:
        self._starts = list(accumulate(self._heights, initial=0))
        width = 0
        if not self._wrap:
            width = GUTTER + max((rows.width for rows in self._made if rows is not None), default=0)
        size = Size(width, self._starts[-1])
        if size != self.virtual_size:
            self.virtual_size = size

    # --- staying where we are -----------------------------------------------------------------------------------------

    def _place(self) -> tuple[int, int] | None:
        """Part and line at the top."""
        if self._goal is not None and self._goal[0] < len(self._parts):
            return self._goal
        index = self.top
        if index < 0:
            return None
        rows, within = self._made[index], self.scroll_offset.y - self._starts[index]
        line = rows.line_of(min(within, rows.count - 1)) if rows is not None and rows.count else 0
        return index, line

    def _anchor(self) -> tuple[int, int, bool]:
        """The row at the top: its part, its distance from the part's beginning, or from its end where it has not been made."""
        index, y = max(0, self.top), self.scroll_offset.y
        rows, within = self._made[index], y - self._starts[index]
        if within == 0 or (rows is not None and (rows.done or within < rows.count)):
            return index, within, True
        return index, self._starts[index + 1] - y, False

    def _settle(self, anchor: tuple[int, int, bool] | None = None) -> None:
        """Scroll to where the picture stays the same, or to where it was to go."""
        x = self.scroll_offset.x
        if self._to_end:
            self._scroll(x, self._starts[-1])
        elif self._goal is not None:
            index, line = self._goal
            rows = self._made[index]
            self._scroll(x, self._starts[index] + (rows.row_of(line) if line and rows is not None else 0))
        elif anchor is not None:
            index, rows_off, from_start = anchor
            y = self._starts[index] + rows_off if from_start else self._starts[index + 1] - rows_off
            self._scroll(x, max(0, y))

    def _scroll(self, x: int, y: int) -> None:
        if (x, y) != self.scroll_offset:
            user, self._by_user = self._by_user, False
            self.scroll_to(x, y, animate=False, force=True)
            self._by_user = user

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are visible."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) == round(new_value):
            return
        if self._by_user:
            top = self.top
            if 0 <= top != self._chosen:
                self.post_message(self.Passed(self, self._parts[top].key))
            self._begin()
        else:
            self._soon()

    def _user_scrolls(self) -> None:
        """What follows, up to the next message, is the user's will."""
        self._by_user = True
        self._goal, self._to_end = None, False
        self.call_later(self._rest)

    def _rest(self) -> None:
        self._by_user = False

    def on_mouse_scroll_down(self) -> None:
        """The wheel or the scroll bar was used; Textual scrolls right after this."""
        self._user_scrolls()

    on_mouse_scroll_up = on_scroll_to = on_scroll_down = on_scroll_up = on_mouse_scroll_down

    def on_resize(self, event: events.Resize) -> None:
        """Another width means other rows."""
        if self._width() != self._made_for:
            if self._made_for and not self._to_end:
                self._goal = self._place()
            self._remake()
        else:
            self._settle()
            self._begin()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Textual's word that colours have changed."""
        super().notify_style_update()
        self._styles = None

    def render_line(self, y: int) -> Strip:
        """The visible row `y`."""
        x, top = self.scroll_offset
        width = self.scrollable_content_region.width
        base = self.rich_style
        place = top + y
        if place >= self._starts[-1]:
            return strip_of([], width, base)
        styles = self._styles = self._styles or {
            kind: ink(self, f"part-view--{name}") for kind, name in COMPONENTS.items()
        }
        index = bisect_right(self._starts, place) - 1
        bar = Segment(BAR.ljust(GUTTER), base + ink(self, "part-view--bar")) if index == self._chosen else None
        gutter = bar or Segment(" " * GUTTER, base)
        rows, within = self._made[index], place - self._starts[index]
        if rows is None or within >= rows.count:
            return strip_of([gutter], width, base)
        parts = segments(rows.row(within), base, styles)
        if not x:
            return strip_of([gutter, *parts], width, base)
        room = max(0, width - GUTTER)
        return strip_of([gutter, *strip_of(parts, x + room, base).crop(x, x + room)], width, base)
