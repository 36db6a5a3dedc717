"""An app of one list, and its picture."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App, ComposeResult
from textual.containers import Container
from textual.message import Message

from tests.tui.hostile import dangerous
from tests.tui.row_sources import NOW
from tui.browser.widgets.token_list import TokenList

Said = TypeVar("Said", bound=Message)


class ListApp(App[None]):
    """One list, and what it said."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.list = TokenList(now_ms=lambda: self.now)
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        with Container() as container:
            container.styles.height = "1fr"
            yield self.list

    def on_token_list_highlighted(self, message: TokenList.Highlighted) -> None:
        self.said.append(message)

    on_token_list_opened = on_token_list_highlighted
    on_token_list_marked = on_token_list_highlighted
    on_token_list_counted = on_token_list_highlighted
    on_token_list_load_failed = on_token_list_highlighted

    def of(self, kind: type[Said]) -> list[Said]:
        """What it said of one kind, oldest first."""
        return [message for message in self.said if isinstance(message, kind)]


def lines(widget: TokenList) -> list[str]:
    """The picture, line by line; each exactly as wide as the widget."""
    strips = [widget.render_line(y) for y in range(widget.size.height)]
    width = widget.scrollable_content_region.width
    assert {strip.cell_length for strip in strips} <= {width}
    for strip in strips:
        assert dangerous(strip.text) == []
    return [strip.text.rstrip() for strip in strips]
