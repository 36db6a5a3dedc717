"""The inbox as a list of any length: time left, size, what it was meant for, why it was refused, how long ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView

from tui.browser.commands.bindings import own_key
from tui.browser.flows.recovery import item_why, neighbour
from tui.browser.text.preview import EXPIRED, human_age, human_left, human_size
from tui.browser.text.safe import CUT, show_line
from tui.browser.text.widths import fit
from tui.browser.widgets.paint import cell_segments, ink, strip_of
from tui.safe_text import HIDDEN, LAYOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style
    from textual import events
    from textual.strip import Strip

    from store.addresses import Reading
    from tui.browser.flows.recovery import Item

CURSOR, CURSOR_BLURRED, MARK, URGENT = "▌", "▏", "●", "⚠"
LEFT, SIZE, AGE, GUTTER, GAP = 9, 9, 11, 2, 2
MEANT, WHY = 20, 24
"""Cells that "meant for" and "refused because" should at least have; below that, age and then size give way."""


class Columns(NamedTuple):
    """Cells of the columns; 0 leaves one out."""

    left: int
    size: int
    meant: int
    why: int
    age: int


def columns(width: int) -> Columns:
    """How `width` cells are shared out. The time left always stays, then what it was meant for."""
    room = width - GUTTER - LEFT - GAP
    size = SIZE if room >= SIZE + GAP + MEANT else 0
    room -= size + GAP if size else 0
    why = WHY if room >= MEANT + WHY + GAP else 0
    room -= why + GAP if why else 0
    age = AGE if why and room >= MEANT + AGE + GAP else 0
    room -= age + GAP if age else 0
    more = max(0, room - 40) // 2 if why else 0  # in a wide place the reason may be as long as it likes
    return Columns(LEFT, size, max(1, room - min(more, 16)), why + min(more, 16) if why else 0, age)


class RecoveryList(ScrollView, can_focus=True):
    """Shows `Item`s, each on one line. Told by `show`; after it the cursor is on the same item, else on its neighbour.

    Posts `Highlighted` and `Chosen`. The owner keeps the marks and calls `tick` every second; only visible lines are drawn.
    """

    DEFAULT_CSS = """
    RecoveryList {
        width: 1fr; height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1;
        & > .recovery-list--header { color: $text-muted; text-style: bold; }
        & > .recovery-list--faint { color: $text-muted; }
        & > .recovery-list--cut { color: $text-muted; text-style: italic; }
        & > .recovery-list--hidden { color: $text-warning; text-style: reverse; }
        & > .recovery-list--mark { color: $text-accent; }
        & > .recovery-list--urgent { color: $text-warning; text-style: bold; }
        & > .recovery-list--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: $block-cursor-text-style;
        }
        & > .recovery-list--cursor-blurred {
            background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "recovery-list--header",
        "recovery-list--faint",
        "recovery-list--cut",
        "recovery-list--hidden",
        "recovery-list--mark",
        "recovery-list--urgent",
        "recovery-list--cursor",
        "recovery-list--cursor-blurred",
    }
    BINDINGS = [
        own_key("pipes.up", "Up", "up", "The row above."),
        own_key("pipes.down", "Down", "down j", "The row below."),
        own_key("pipes.page-up", "Page up", "pageup", "A screenful up."),
        own_key("pipes.page-down", "Page down", "pagedown", "A screenful down."),
        own_key("pipes.first", "First", "home", "The first row."),
        own_key("pipes.last", "Last", "end G", "The last row."),
        own_key("pipes.choose", "Recover", "enter", "To the address it shall go to."),
    ]
    HELP = "What was piped to a bad address and waits to be brought home. Marked lines carry a dot, urgent ones a sign."
    ALLOW_SELECT = False

    @dataclass
    class Highlighted(Message):
        """Another item is under the cursor; None: there is none."""

        recovery_list: RecoveryList
        item: Item | None

        @property
        def control(self) -> RecoveryList:
            """The list that sent it."""
            return self.recovery_list

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst matters."""
            return isinstance(message, RecoveryList.Highlighted)

    @dataclass
    class Chosen(Message):
        """Enter, or a double click, on an item."""

        recovery_list: RecoveryList
        item: Item

        @property
        def control(self) -> RecoveryList:
            """The list that sent it."""
            return self.recovery_list

    def __init__(self, reading: Reading, *, now_ms: Callable[[], int], id: str | None = None) -> None:
        super().__init__(id=id)
        self._reading = reading
        self._now_ms = now_ms
        self._items: Sequence[Item] = ()
        self._marks: frozenset[str] = frozenset()
        self._more = 0
        self._cursor = 0
        self._styles: _Styles | None = None

    # --- what the owner says and asks ---------------------------------------------------------------------------------

    @property
    def items(self) -> Sequence[Item]:
        """What is shown, in order."""
        return self._items

    @property
    def item(self) -> Item | None:
        """The item under the cursor."""
        return self._items[self._cursor] if self._items else None

    @property
    def marks(self) -> frozenset[str]:
        """The ids of the lines with a dot."""
        return self._marks

    def show(self, items: Sequence[Item], *, more: int = 0, marks: frozenset[str] = frozenset()) -> None:
        """Show `items`; a last line says that there are `more`. The cursor stays on its item, or goes to what took its place."""
        before, old = self.item, self._items
        self._items, self._more, self._marks = items, more, marks
        index = 0
        if before is not None:
            place = {item.id: number for number, item in enumerate(items)}
            wanted = before.id if before.id in place else neighbour(old, items, before.id)
            index = place.get(wanted or "", 0)
        self.virtual_size = Size(0, len(items) + bool(more) + self._header_rows)
        self._move_to(index, always=True)
        if self.item != before or not old:
            self.post_message(self.Highlighted(self, self.item))
        self.refresh()

    def mark(self, marks: frozenset[str]) -> None:
        """Put a dot to exactly these."""
        self._marks = marks
        self.refresh()

    def select(self, id: str) -> None:
        """Put the cursor on an item, if it is there."""
        for index, item in enumerate(self._items):
            if item.id == id:
                self._go(index)
                return

    def tick(self) -> None:
        """Bring times up to the present."""
        if self._items:
            self.refresh()

    # --- keys and mouse -----------------------------------------------------------------------------------------------

    def action_pipes_up(self) -> None:
        """One line up."""
        self._go(self._cursor - 1)

    def action_pipes_down(self) -> None:
        """One line down."""
        self._go(self._cursor + 1)

    def action_pipes_page_up(self) -> None:
        """A screenful up."""
        self._go(self._cursor - self._visible_rows + 1)

    def action_pipes_page_down(self) -> None:
        """A screenful down."""
        self._go(self._cursor + self._visible_rows - 1)

    def action_pipes_first(self) -> None:
        """To the first line."""
        self._go(0)

    def action_pipes_last(self) -> None:
        """To the last line."""
        self._go(len(self._items) - 1)

    def action_pipes_choose(self) -> None:
        """Tell the owner that this one is wanted."""
        if self.item is not None:
            self.post_message(self.Chosen(self, self.item))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a double click chooses."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self._header_rows:
            return
        index = self.scroll_offset.y + offset.y - self._header_rows
        if index < len(self._items):
            self._go(index)
            if event.chain == 2:
                self.action_pipes_choose()

    def on_focus(self) -> None:
        """The cursor says who has the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """As on_focus."""
        self.refresh()

    def on_resize(self) -> None:
        """Another number of visible lines."""
        self._move_to(self._cursor, always=True)

    def notify_style_update(self) -> None:
        """Textual's word that colours have changed."""
        super().notify_style_update()
        self._styles = None

    def _go(self, index: int) -> None:
        before = self.item
        self._move_to(index)
        if self.item is not before:
            self.post_message(self.Highlighted(self, self.item))

    def _move_to(self, index: int, *, always: bool = False) -> None:
        before, self._cursor = self._cursor, max(0, min(index, len(self._items) - 1))
        top = self.scroll_offset.y
        lowest = max(
            0, self._cursor - self._visible_rows + 1 + (self._cursor == len(self._items) - 1 and bool(self._more))
        )
        self.scroll_to(y=min(max(top, lowest), self._cursor), animate=False, force=True)
        if before != self._cursor or always:
            self.refresh()

    @property
    def _header_rows(self) -> int:
        return 1 if self.size.height > 2 else 0

    @property
    def _visible_rows(self) -> int:
        return max(1, self.size.height - self._header_rows)

    # --- drawing ------------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The header, which stays, an item, or the line that counts the rest."""
        width = self.scrollable_content_region.width
        if self._styles is None:
            self._styles = _Styles(self)
        styles = self._styles
        index = self.scroll_offset.y + y - self._header_rows
        if y < self._header_rows:
            return _header(width, styles) if self._items else strip_of([], width, styles.base)
        if index < len(self._items):
            return self._row(self._items[index], index == self._cursor, width, styles)
        words = (
            f"{' ' * (GUTTER + LEFT + GAP)}… and {self._more:,} more"
            if self._more and index == len(self._items)
            else ""
        )
        return strip_of([Segment(words, styles.faint)], width, styles.base)

    def _row(self, item: Item, cursor: bool, width: int, styles: _Styles) -> Strip:
        shape, now_ms = columns(width), self._now_ms()
        over = expired = item.expired(now_ms)
        base = (
            (styles.cursor if self.has_focus else styles.blurred) if cursor else styles.faint if over else styles.base
        )
        kinds = styles.plain_kinds if cursor else styles.kinds

        def on(style: Style) -> Style:
            return base if cursor else style

        glyph = (CURSOR if self.has_focus else CURSOR_BLURRED) if cursor else " "
        parts = [Segment(glyph, base), Segment(MARK if item.id in self._marks else " ", on(styles.mark))]
        urgent = item.urgent(now_ms)
        parts.append(Segment(_left(item, now_ms, urgent).rjust(shape.left), on(styles.urgent) if urgent else base))
        if shape.size:
            parts.append(
                Segment(" " * GAP + human_size(item.size).rjust(shape.size), base if expired else on(styles.faint))
            )
        parts.append(Segment(" " * GAP, base))
        meant = base if item.known else on(styles.faint)
        parts += cell_segments(show_line(item.meant, shape.meant), shape.meant, meant, kinds)
        if shape.why:
            parts.append(Segment(" " * GAP, base))
            parts += cell_segments(show_line(item_why(item, self._reading), shape.why), shape.why, base, kinds)
        if shape.age:
            age = human_age(now_ms - item.cached_at)
            parts.append(Segment(" " * GAP + fit(age, shape.age).rstrip().rjust(shape.age), on(styles.faint)))
        return strip_of(parts, width, base)


def _left(item: Item, now_ms: int, urgent: bool) -> str:
    left_ms = item.left_ms(now_ms)
    words = "kept" if left_ms is None else human_left(left_ms)
    return f"{URGENT} {words}" if urgent else f"✗ {words}" if words == EXPIRED else words


def _header(width: int, styles: _Styles) -> Strip:
    shape = columns(width)
    words = " " * GUTTER + "left".rjust(shape.left)
    if shape.size:
        words += " " * GAP + "size".rjust(shape.size)
    words += " " * GAP + fit("meant for", shape.meant)
    if shape.why:
        words += " " * GAP + fit("refused because", shape.why)
    if shape.age:
        words += " " * GAP + "piped".rjust(shape.age)
    return strip_of([Segment(words, styles.header)], width, styles.base)


class _Styles:
    """Taken from the component classes once per theme."""

    def __init__(self, widget: RecoveryList) -> None:
        self.base = widget.rich_style
        self.header = self.base + ink(widget, "recovery-list--header")
        self.faint = self.base + ink(widget, "recovery-list--faint")
        self.mark = self.base + ink(widget, "recovery-list--mark")
        self.urgent = self.base + ink(widget, "recovery-list--urgent")
        self.cursor = widget.get_component_rich_style("recovery-list--cursor")
        self.blurred = widget.get_component_rich_style("recovery-list--cursor-blurred")
        names = {HIDDEN: "hidden", LAYOUT: "faint", CUT: "cut"}
        self.kinds = {kind: ink(widget, f"recovery-list--{name}") for kind, name in names.items()}
        self.plain_kinds = {kind: ink(widget, f"recovery-list--{name}", colour=False) for kind, name in names.items()}
