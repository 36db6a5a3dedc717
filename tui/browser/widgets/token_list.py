"""The entries of a meteor as a list of any length: a million rows cost what a hundred do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.message import Message

from store.errors import StoreError
from tui.browser.commands.bindings import own_key
from tui.browser.widgets.notice import PATIENCE_S
from tui.browser.widgets.row_feed import RowFeed
from tui.browser.widgets.row_feed import RowSource as RowSource
from tui.browser.widgets.row_list import RowList
from tui.browser.widgets.row_paint import (
    Columns,
    Look,
    Palette,
    columns,
    header_strip,
    row_strip,
    time_left,
    told_strip,
    waiting_strip,
)
from tui.browser.widgets.row_window import PAGE, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.strip import Strip
    from textual.timer import Timer

    from store.model import Row
    from tui.browser.widgets.row_feed import Answer

SETTLE_S = 0.06
"""How long the scroll bar must rest before a far page is fetched: dragging passes over most of the list."""

CACHED = 600


class TokenList(RowList):
    """Shows the rows of a `RowSource`; fetches pages as they come near, a far one when the scroll bar rests on it.

    Posts `Highlighted` when another entry is under the cursor and known, `Opened`, `Marked`, `Counted` when the number of rows
    turns out different, and `LoadFailed`. After `reload` the cursor is on the same key, else on its neighbour. The time left
    ticks every second while a visible row has one; no timer runs otherwise.
    """

    DEFAULT_CSS = """
    TokenList {
        & > .token-list--header { color: $text-muted; text-style: bold; }
        & > .token-list--faint { color: $text-muted; }
        & > .token-list--cut { color: $text-muted; text-style: italic; }
        & > .token-list--hidden { color: $text-warning; text-style: reverse; }
        & > .token-list--key { color: $text; }
        & > .token-list--mark { color: $text-accent; }
        & > .token-list--soon { color: $text-warning; }
        & > .token-list--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: $block-cursor-text-style;
        }
        & > .token-list--cursor-blurred {
            background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "token-list--header",
        "token-list--faint",
        "token-list--cut",
        "token-list--hidden",
        "token-list--key",
        "token-list--mark",
        "token-list--soon",
        "token-list--cursor",
        "token-list--cursor-blurred",
    }
    BINDINGS = [
        own_key("entries.open", "Open", "enter right l", "Go to its value."),
        own_key("entries.mark", "Mark", "space", "Mark it, or unmark it, for keys that take many."),
    ]
    HELP = "The entries of one namespace: key, beginning of the value, time left. Marked ones carry a dot."
    ALLOW_SELECT = False

    @dataclass
    class Highlighted(Message):
        """Another entry is under the cursor. `exact`: whether `index` is known and not estimated."""

        token_list: TokenList
        row: Row
        index: int
        exact: bool

        @property
        def control(self) -> TokenList:
            """The list that sent it."""
            return self.token_list

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst matters."""
            return isinstance(message, TokenList.Highlighted)

    @dataclass
    class Opened(Message):
        """The user wants to go into the entry under the cursor."""

        token_list: TokenList
        row: Row

        @property
        def control(self) -> TokenList:
            """The list that sent it."""
            return self.token_list

    @dataclass
    class Marked(Message):
        """The set of marked keys has changed."""

        token_list: TokenList
        keys: frozenset[str]

        @property
        def control(self) -> TokenList:
            """The list that sent it."""
            return self.token_list

    @dataclass
    class Counted(Message):
        """The number of rows turned out to be another than was said."""

        token_list: TokenList
        total: int

        @property
        def control(self) -> TokenList:
            """The list that sent it."""
            return self.token_list

    @dataclass
    class LoadFailed(Message):
        """Rows could not be read. The list says so itself where they are missing; moving or `reload` tries again."""

        token_list: TokenList
        error: StoreError

        @property
        def control(self) -> TokenList:
            """The list that sent it."""
            return self.token_list

    def __init__(self, *, now_ms: Callable[[], int], empty: str = "no entries", id: str | None = None) -> None:
        super().__init__(id=id)
        self._now_ms = now_ms
        self._empty = empty
        self._feed: RowFeed | None = None
        self._told: tuple[Row, int] | None = None
        self._marked: set[str] = set()
        self._error: StoreError | None = None
        self._settling: Timer | None = None
        self._ticker: Timer | None = None
        self._patient = False
        self._drawn_left: dict[str, str] = {}
        self._shape: Columns | None = None
        self._palette: Palette | None = None
        self._cache: dict[tuple[Row, Look], Strip] = {}

    def on_mount(self) -> None:
        """The clock stands until a visible row needs it."""
        self._ticker = self.set_interval(1.0, self.tick, pause=True)

    # --- what the owner says and asks ---------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many rows there are, as far as is known."""
        return self._feed.window.total if self._feed else 0

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; None while it is not known."""
        return self._row(self.cursor_index)

    @property
    def marked(self) -> frozenset[str]:
        """The keys that are marked, visible or not."""
        return frozenset(self._marked)

    @property
    def ticking(self) -> bool:
        """Whether a visible row has a time left."""
        return any((row := self._row(index)) and row.expires_at is not None for index in self.shown)

    def show(self, source: RowSource | None, total: int, *, key: str | None = None) -> None:
        """Show `total` rows of `source` from the first on, or with the cursor on `key`. Marks go. None shows nothing at all."""
        self._feed = RowFeed(source, total) if source else None
        self._told, self._error, self._shape = None, None, None
        self._cache.clear()
        self.clear_marks()
        self._patient = True
        self.set_timer(PATIENCE_S, self._lose_patience)
        self.measure()
        self.restart()
        if key is not None:
            self.select(key)
        self._ensure()

    def reload(self, total: int) -> None:
        """The namespace has changed and has `total` rows now: read what is visible again, and keep cursor and scroll by key."""
        if self._feed is None:
            return
        asked = self._feed.asked
        if asked and asked.kind == "find":
            self._ask(Request("find", key=asked.key, total=total))
            return
        index = self.cursor_index if self.cursor_row else next((i for i in self.shown if self._row(i)), -1)
        row = self._row(index)
        if row is None:
            self._feed = RowFeed(self._feed.source, total)
            self.measure()
            self.move_to(self.cursor_index)
        else:
            self._ask(Request("around", index, row, total=total))

    def select(self, key: str) -> None:
        """Put the cursor on `key`, wherever it is; if it does not exist, on the first key behind it."""
        if self._feed is None:
            return
        index = self._feed.window.index_of(key)
        if index is None:
            self._ask(Request("find", key=key))
        else:
            self.move_to(index)

    def clear_marks(self) -> None:
        """Unmark everything."""
        if self._marked:
            self._marked.clear()
            self.post_message(self.Marked(self, frozenset()))
            self.refresh()

    def tick(self) -> None:
        """Bring the visible times up to the present; called every second by itself."""
        if not self.screen.is_current or not self._shape or not self._shape.expires:
            return
        now = self._now_ms()
        for index in self.shown:
            row = self._row(index)
            if row and self._drawn_left.get(row.key, "") != time_left(row, now):
                self.refresh_row(index)

    # --- keys and mouse -----------------------------------------------------------------------------------------------

    def action_entries_open(self) -> None:
        """Tell the owner that the user wants to go in."""
        if row := self.cursor_row:
            self.post_message(self.Opened(self, row))

    def action_entries_mark(self) -> None:
        """Mark or unmark the row under the cursor and go on to the next."""
        if row := self.cursor_row:
            self._marked ^= {row.key}
            self.refresh_row(self.cursor_index)
            self.post_message(self.Marked(self, self.marked))
            self.step(1)

    # --- what RowList asks ------------------------------------------------------------------------------------------

    def _row(self, index: int) -> Row | None:
        return self._feed.window.get(index) if self._feed else None

    def viewport_changed(self) -> None:
        """The cursor or the visible rows have changed: tell the owner, fetch what is missing."""
        self._announce()
        self._ensure()

    def width_changed(self) -> None:
        """Another width: other columns."""
        self._shape = None
        self._cache.clear()

    def _announce(self) -> None:
        row = self.cursor_row
        if row and self._feed and self._told != (row, self.cursor_index):
            self._told = (row, self.cursor_index)
            self.post_message(self.Highlighted(self, row, self.cursor_index, self._feed.window.exact))

    # --- fetching -----------------------------------------------------------------------------------------------------

    def _ensure(self) -> None:
        """Ask for what the visible rows need, if it is time."""
        self._mind_clock()
        if self._feed is None or not self.size.height:
            return
        request = self._feed.plan(self.shown.start, self.shown.stop)
        if self._settling:
            self._settling.stop()
            self._settling = None
        if request and request.kind == "at":
            self._settling = self.set_timer(SETTLE_S, self._settled)
        elif request:
            self._ask(request)

    def _settled(self) -> None:
        if self._feed and (request := self._feed.plan(self.shown.start, self.shown.stop)):
            self._ask(request)

    def _ask(self, request: Request) -> None:
        if self._feed:
            self._fetch(self._feed, self._feed.ask(request))

    @work(group="rows", exclusive=True)
    async def _fetch(self, feed: RowFeed, request: Request) -> None:
        """Carry one answer, or the error that came instead, to the handlers below."""
        try:
            answer = await feed.fetch(request)
        except StoreError as error:
            self.call_later(self._fail, feed, request, error)
        else:
            self.call_later(self._accept, feed, request, answer)

    def _accept(self, feed: RowFeed, request: Request, answer: Answer) -> None:
        before = feed.window.total
        moved = feed.accept(request, answer) if feed is self._feed else None
        if moved is None:
            return
        self._error, self._patient = None, False
        if not request.slides:
            self._shape = None
            self._cache.clear()
        self.measure(moved.by)
        if moved.to is not None:
            self.move_to(moved.to)
        self.refresh()
        self.viewport_changed()
        if feed.window.total != before:
            self.post_message(self.Counted(self, feed.window.total))

    def _fail(self, feed: RowFeed, request: Request, error: StoreError) -> None:
        if feed is self._feed and feed.asked is request:
            feed.asked, self._error, self._patient = None, error, False
            self.refresh()
            self.post_message(self.LoadFailed(self, error))

    def _lose_patience(self) -> None:
        if self._patient:
            self._patient = False
            self.refresh()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _mind_clock(self) -> None:
        """The clock runs while a visible row has a time."""
        if self._ticker:
            (self._ticker.resume if self.ticking else self._ticker.pause)()

    def notify_style_update(self) -> None:
        """Textual's word that colours have changed."""
        super().notify_style_update()
        self._palette = None
        self._cache.clear()

    def render_line(self, y: int) -> Strip:
        """The visible line `y`: the header, a row, or what is said in place of rows."""
        width = self.scrollable_content_region.width
        palette = self._palette = self._palette or Palette(self)
        if self._feed is None:
            return told_strip("", width, palette)
        if self._shape is None:
            self._shape = columns(width, [row.key for row in self._feed.window.rows[:PAGE]])
        if y < self.header_rows:
            return header_strip(width, self._shape, palette)
        index = self.scroll_offset.y + y - self.header_rows
        row = self._row(index)
        if row:
            return self._draw(row, index, width, self._shape, palette)
        first = y == self.header_rows
        if self._error and (first or self._row(index - 1)):
            return told_strip(f"✗ {self._error.message} {self._error.hint}".rstrip(), width, palette)
        if index >= self.total or self._patient or self._error:
            return told_strip(self._empty if first and not self.total and not self._patient else "", width, palette)
        return waiting_strip(width, palette, cursor=index == self.cursor_index, focused=self.has_focus)

    def _draw(self, row: Row, index: int, width: int, shape: Columns, palette: Palette) -> Strip:
        left = time_left(row, self._now_ms())
        if left:
            self._drawn_left[row.key] = left
        cursor = index == self.cursor_index
        look = Look(cursor, cursor and self.has_focus, row.key in self._marked, left)
        strip = self._cache.get((row, look))
        if strip is None:
            if len(self._cache) >= CACHED:
                self._cache.clear()
                self._drawn_left.clear()
            strip = self._cache[row, look] = row_strip(row, width, shape, look, palette)
        return strip
