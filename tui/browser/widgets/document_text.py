"""A text in parts with what is known of it above: an assembled document, its metadata, or what differs in one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.browser.commands.bindings import own_key
from tui.browser.text.safe import safe_line
from tui.browser.widgets.part_view import PartView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from tui.browser.widgets.part_view import Part

Words = tuple[str, str]
"""Any text, and its style."""

ROOMY = 12
"""Lines from which on there is room for a blank one below the header."""


class DocumentText(Vertical, can_focus=True):
    """Shows parts, one below the other, under a header that is cut to the width. Fed by `show`, `tell` and `choose`."""

    DEFAULT_CSS = """
    DocumentText {
        width: 1fr; height: 1fr;
        & > .document-text--header { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: clip; }
        & > PartView { margin-top: 1; }
        &.-short > PartView { margin-top: 0; }
    }
    """
    BINDINGS = [
        own_key("text.up", "Up", "up k", "One line up.", action="text_go(-1)"),
        own_key("text.down", "Down", "down j", "One line down.", action="text_go(1)"),
        own_key("text.left", "Left", "left h", "Eight columns to the left.", action="text_side(-8)"),
        own_key("text.right", "Right", "right l", "Eight columns to the right.", action="text_side(8)"),
        own_key("text.page-up", "Page up", "pageup", "A screenful up.", action="text_page(-1)"),
        own_key("text.page-down", "Page down", "pagedown space", "A screenful down.", action="text_page(1)"),
        own_key("text.first", "Beginning", "home", "The first line."),
        own_key("text.last", "End", "end G", "The last line."),
        own_key("text.wrap", "Wrap lines", "w", "Fold long lines, or leave them long."),
    ]
    HELP = "The text of what the list's cursor is on. Links say where they lead; nothing in it can be followed or acts."
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._header = Static(classes="document-text--header", markup=False)
        self._body = PartView()
        self._words: Sequence[Sequence[Words]] = ()

    def compose(self) -> ComposeResult:
        """Header and body."""
        yield self._header
        yield self._body

    @property
    def body(self) -> PartView:
        """The part that scrolls."""
        return self._body

    @property
    def header(self) -> str:
        """What is said above it, any text."""
        return "\n".join("".join(text for text, _ in line) for line in self._words)

    def tell(self, *lines: Sequence[Words]) -> None:
        """What stands above: lines of words with a style each."""
        if lines != self._words:
            self._words = lines
            self._draw_header()

    def show(self, parts: Sequence[Part], *, keep: bool = False) -> None:
        """Show other parts from their beginning, or with `keep` stay where we are."""
        self._body.show(parts, keep=keep)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def action_text_go(self, rows: int) -> None:
        """By rows."""
        self._body.go(rows=rows)

    def action_text_side(self, columns: int) -> None:
        """Sideways, where lines are not wrapped."""
        self._body.go(columns=columns)

    def action_text_page(self, pages: int) -> None:
        """By screenfuls."""
        self._body.go(pages=pages)

    def action_text_first(self) -> None:
        """To the beginning."""
        self._body.go_home()

    def action_text_last(self) -> None:
        """To the end."""
        self._body.go_end()

    def action_text_wrap(self) -> None:
        """Wrap long lines, or cut them and scroll sideways."""
        self._body.set_wrap(not self._body.wrap)

    # --- drawing ------------------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """The header is cut to the width and thinned out with the height."""
        self._draw_header()

    def _draw_header(self) -> None:
        width, height = self.content_size.width, self.content_size.height
        if not width:
            return
        room = 1 if height < 8 else len(self._words)
        lines = [_line(words, width) for words in self._words[:room]]
        self._header.display = bool(lines) and height > 3
        self.set_class(height < ROOMY, "-short")
        self._header.update(Content("\n").join(lines))


def _line(words: Sequence[Words], width: int) -> Content:
    """As many of the words as there is room for."""
    parts: list[Content] = []
    used = 0
    for text, style in words:
        room = width - used - (3 if parts else 0)
        if room < 4:
            break
        part = safe_line(text, room, style=style)
        used += part.cell_length + (3 if parts else 0)
        parts.append(part)
    return Content.styled(" · ", "$text-muted").join(parts)
