"""One meteor: its name and size in the border, its entries, and the filter over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.browser.state import KeyFilter, counted
from tui.browser.text.safe import safe_line
from tui.browser.widgets.line_field import LineField
from tui.browser.widgets.notice import READING, Notice, Said
from tui.browser.widgets.scope_tree import ROOT
from tui.browser.widgets.token_list import TokenList

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.timer import Timer

    from store.model import Namespace, Row
    from tui.browser.widgets.row_feed import RowSource

FILTER_AFTER_S = 0.06


class MeteorPane(Vertical):
    """Shows the entries of one namespace, or says why there are none to show.

    Fed by `show`, `reload` and `clear`. Posts `FilterChanged` shortly after typing has paused; the messages of its list pass on.
    """

    DEFAULT_CSS = """
    MeteorPane {
        width: 1fr; height: 1fr;
        & > #filter { height: 1; width: 1fr; display: none; }
        & > #filter.-on { display: block; }
        & > #filter > Static { width: auto; }
        & > #filter > LineField { width: 1fr; }
    }
    """

    @dataclass
    class FilterChanged(Message):
        """Another filter is wanted."""

        pane: MeteorPane
        where: KeyFilter

        @property
        def control(self) -> MeteorPane:
            """Who sent it."""
            return self.pane

    def __init__(self, *, now_ms: Callable[[], int], id: str | None = None) -> None:
        super().__init__(id=id)
        self._list = TokenList(now_ms=now_ms, id="entries")
        self._notice = Notice(READING)
        self._field = LineField(placeholder="prefix, or a pattern with * and ?")
        self._bar = Horizontal(Static("/ ", classes="slash", markup=False), self._field, id="filter")
        self._space: Namespace | None = None
        self._where = KeyFilter()
        self._partial: Callable[[], bool] = lambda: False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The list, the notice that stands in for it, the filter."""
        yield self._list
        yield self._notice
        yield self._bar

    def on_mount(self) -> None:
        """Begin with nothing known."""
        self._list.display = False
        self._draw_title()

    @property
    def entries(self) -> TokenList:
        """The list."""
        return self._list

    @property
    def notice(self) -> Notice:
        """What stands in for the list."""
        return self._notice

    @property
    def space(self) -> Namespace | None:
        """The namespace that is shown."""
        return self._space

    @property
    def row(self) -> Row | None:
        """The entry under the cursor."""
        return self._list.cursor_row if self._space is not None and self._list.display else None

    @property
    def unread(self) -> bool:
        """Whether there are entries, and the one under the cursor has not been read yet."""
        return self._space is not None and self._list.display and self._list.total > 0 and self.row is None

    @property
    def where(self) -> KeyFilter:
        """The filter in effect."""
        return self._where

    @property
    def filtering(self) -> bool:
        """Whether the filter is being typed."""
        return self._field.has_focus

    @property
    def title(self) -> str:
        """What the border says."""
        return self._title().plain

    def show(
        self,
        space: Namespace,
        rows: RowSource,
        total: int,
        *,
        where: KeyFilter,
        partial: Callable[[], bool] = lambda: False,
        key: str | None = None,
    ) -> None:
        """Show `total` entries of `space` from `rows`. partial: whether the number may still grow; key: where the cursor goes."""
        self._space, self._where, self._partial = space, where, partial
        if not where:
            self._close_filter()
        self._notice.say(None)
        self._notice.display = False
        self._list.display = True
        self._list.show(rows, total, key=key)
        self._draw_title()

    def reload(self, space: Namespace, total: int) -> None:
        """The same namespace has changed: read what is visible again."""
        self._space = space
        self._list.reload(total)
        self._draw_title()

    def retitle(self, space: Namespace) -> None:
        """Facts about the namespace have changed, its entries have not."""
        self._space = space
        self._draw_title()

    def clear(self, said: Said, *, space: Namespace | None = None) -> None:
        """Show no entries, and say why. space: it has a name all the same."""
        self._space, self._where = space, KeyFilter()
        self._close_filter()
        self._list.show(None, 0)
        self._list.display = False
        self._notice.display = True
        self._notice.say(said)
        self._draw_title()

    def open_filter(self) -> None:
        """Let the user type a filter."""
        self._bar.add_class("-on")
        self._field.focus()

    def close_filter(self) -> None:
        """Leave the field; without a filter in it, put it away."""
        self._list.focus()
        if not self._field.value:
            self._close_filter()

    def drop_filter(self) -> None:
        """Show everything again."""
        self._close_filter()
        if self._where:
            self.post_message(self.FilterChanged(self, KeyFilter()))

    def _close_filter(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self._field.has_focus:
            self._list.focus()
        self._bar.remove_class("-on")
        self._field.value = ""

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(FILTER_AFTER_S, self._ask)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._ask()
        self.close_filter()

    def _ask(self) -> None:
        where = KeyFilter(self._field.value)
        if self._bar.has_class("-on") and where != self._where:
            self.post_message(self.FilterChanged(self, where))

    @on(TokenList.Counted)
    @on(TokenList.Marked)
    def _counted(self) -> None:
        self._draw_title()

    def on_resize(self) -> None:
        """The title is cut to the width."""
        self._draw_title()

    def _draw_title(self) -> None:
        title = self._title()
        self.border_title = title
        self.border_subtitle = None

    def _title(self) -> Content:
        if self._space is None:
            return Content("meteor")
        space = self._space
        more = "+" if self._partial() else ""
        shown = f"{self._list.total:,}{more}"
        if self._where:
            tail = f" · {shown} of {counted(space.entries, 'entry', 'entries')}"
        else:
            tail = f" · {counted(self._list.total, 'entry', 'entries')}"
        if space.ttl_s is not None:
            tail += " · cache"
        if self._list.marked:
            tail += f" · {len(self._list.marked)} marked"
        room = max(8, self.size.width - len("meteor ") - len(tail) - 4)
        name = safe_line(f"{space.context}:{space.name or ROOT}", room, style="bold")
        return Content.assemble("meteor ", name, tail)
