"""The value of one entry: what it is, and as much of it as there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.browser.commands.bindings import own_key
from tui.browser.text.lines import HexRows, TextRows, text_lines
from tui.browser.text.preview import (
    Kind,
    ValueHead,
    decode,
    describe,
    describe_part,
    describe_times,
    hex_width,
    human_size,
    json_lines,
    kind_of,
)
from tui.browser.text.safe import safe_line
from tui.browser.text.widths import fit
from tui.browser.widgets.line_view import LineView
from tui.browser.widgets.notice import READING, Notice, Said, failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from store.errors import StoreError
    from tui.browser.text.lines import Rows

REDRAW_S = 1.0
NOTHING = Said("empty", "no entry chosen")
EMPTY = Said("empty", "empty value")
MASKED = Said("secret", "secret — press r to reveal")


class ValueView(Vertical, can_focus=True):
    """Shows a `ValueHead`: title, kind and size, age and time left, and the value as text, laid-out JSON or hex.

    Fed by `show`, `wait_for`, `fail` and `clear`; reads the time from `now_ms`. A secret stays masked until the owner answers
    `RevealRequested` with `show(value, revealed=True)`, and is masked and forgotten again on blur. Nothing but the beginning of a
    value ever gets here; if there is more, header and last row say how much of it is shown.
    """

    DEFAULT_CSS = """
    ValueView {
        width: 1fr; height: 1fr;
        & > .value-view--header { width: 1fr; height: auto; color: $text-muted; text-wrap: nowrap; text-overflow: clip; }
        & > LineView { margin-top: 1; }
        &.-short > LineView { margin-top: 0; }
    }
    """
    BINDINGS = [
        own_key("value.up", "Up", "up k", "One line up."),
        own_key("value.down", "Down", "down j", "One line down."),
        own_key("value.left", "Left", "left h", "Eight columns to the left."),
        own_key("value.right", "Right", "right l", "Eight columns to the right."),
        own_key("value.page-up", "Page up", "pageup", "A screenful up."),
        own_key("value.page-down", "Page down", "pagedown space", "A screenful down."),
        own_key("value.first", "Beginning", "home", "The first line."),
        own_key("value.last", "End", "end G", "The last line of what is shown."),
        own_key("value.wrap", "Wrap lines", "w", "Fold long lines, or leave them long."),
        own_key("value.reveal", "Reveal secret", "r", "Show a secret, or hide it again."),
        own_key("value.hex", "Hex", "x", "Its bytes, or its text again."),
    ]
    HELP = "The value of the entry under the cursor: text, JSON laid out, or bytes in hex. At most its first 64 KiB."
    ALLOW_SELECT = False

    @dataclass
    class RevealRequested(Message):
        """The user wants to see the secret that is shown masked."""

        view: ValueView
        value: ValueHead

        @property
        def control(self) -> ValueView:
            """The view that sent it."""
            return self.view

    def __init__(self, *, now_ms: Callable[[], int], id: str | None = None) -> None:
        super().__init__(id=id)
        self._now_ms = now_ms
        self._header = Static(classes="value-view--header", markup=False)
        self._body = LineView()
        self._notice = Notice(NOTHING)
        self._value: ValueHead | None = None
        self._title = ""
        self._kind: Kind = "empty"
        self._text: str | None = None
        self._hex = False
        self._revealed = False
        self._drawn: Content | None = None
        self._timer: Timer | None = None
        self._expected: tuple[str, int] | None = None

    def compose(self) -> ComposeResult:
        """Header, body, and the notice that stands in for the body."""
        yield self._header
        yield self._body
        yield self._notice

    def on_mount(self) -> None:
        """Begin with nothing, and let the header keep time."""
        self._body.display = False
        self._timer = self.set_interval(REDRAW_S, self.tick)

    # --- what the owner says ------------------------------------------------------------------------------------------

    @property
    def value(self) -> ValueHead | None:
        """What is shown; for a masked secret without its bytes."""
        return self._value

    @property
    def masked(self) -> bool:
        """Whether a secret is shown as dots."""
        return self._value is not None and self._value.secret and not self._revealed

    @property
    def body(self) -> LineView:
        """The part that scrolls."""
        return self._body

    @property
    def notice(self) -> Notice:
        """The part that stands in for the body."""
        return self._notice

    @property
    def header(self) -> str:
        """The text of the header."""
        return self._drawn.plain if self._drawn else ""

    def show(self, value: ValueHead, *, revealed: bool = False) -> None:
        """Show `value`. The same title again keeps the place (a refresh). `revealed`: the user asked for this secret."""
        if self._expected is not None and self._expected[0] == value.title:
            self.call_after_refresh(self._go_to, self._expected[1])
            self._expected = None
        same = self._value is not None and self._value.title == value.title and self._body.display
        if value == self._value and revealed == self._revealed and self._body.display:
            return
        self._revealed = revealed and value.secret
        if value.secret and not revealed:
            value = ValueHead(value.title, b"", value.size, value.updated_at, value.expires_at, secret=True)
        self._value, self._title = value, value.title
        self._kind = kind_of(value.head, value.size)
        self._text = decode(value.head, value.size) if self._kind in ("text", "json") else None
        self._hex = self._hex and same
        if self.masked:
            self._say(MASKED)
        elif self._kind == "empty":
            self._say(EMPTY)
        else:
            self._show_body(keep_place=same)
        self._draw_header()

    def expect(self, title: str, at: int) -> None:
        """When the value of `title` is shown next, scroll to the line of its character number `at`."""
        self._expected = title, at

    def wait_for(self, title: str) -> None:
        """Say that the value of `title` is being read; what is shown now goes."""
        self._reset(title)
        self._say(READING)

    def fail(self, title: str, error: StoreError) -> None:
        """Say why the value of `title` cannot be shown."""
        self._reset(title)
        self._say(failure(error))

    def clear(self, said: Said = NOTHING) -> None:
        """Show no value, and say so."""
        self._reset("")
        self._say(said)

    def mask(self) -> None:
        """Forget the bytes of a revealed secret and show dots again."""
        if self._value and self._revealed:
            self.show(self._value)

    def tick(self) -> None:
        """Bring age and time left up to the present; called every second by itself."""
        if self._value and self.screen.is_current and self.is_on_screen:
            self._draw_header()

    # --- keys ---------------------------------------------------------------------------------------------------------

    def action_value_up(self) -> None:
        """One row up."""
        self._body.go(rows=-1)

    def action_value_down(self) -> None:
        """One row down."""
        self._body.go(rows=1)

    def action_value_left(self) -> None:
        """Eight columns to the left."""
        self._body.go(columns=-8)

    def action_value_right(self) -> None:
        """Eight columns to the right."""
        self._body.go(columns=8)

    def action_value_page_up(self) -> None:
        """A screenful up."""
        self._body.go(pages=-1)

    def action_value_page_down(self) -> None:
        """A screenful down."""
        self._body.go(pages=1)

    def action_value_first(self) -> None:
        """To the beginning."""
        self._body.go_home()

    def action_value_last(self) -> None:
        """To the end of what is shown."""
        self._body.go_end()

    def action_value_wrap(self) -> None:
        """Wrap long lines, or cut them and scroll sideways."""
        self._body.set_wrap(not self._body.wrap)

    def action_value_hex(self) -> None:
        """Show the bytes, or the text again. Bytes that are no text stay bytes."""
        if self._text is not None and self._body.display:
            self._hex = not self._hex
            self._body.show(self._rows)

    def action_value_reveal(self) -> None:
        """Ask the owner for the secret, or mask it again."""
        if self._value and self.masked:
            self.post_message(self.RevealRequested(self, self._value))
        else:
            self.mask()

    def on_blur(self) -> None:
        """A secret does not stay on a screen that nobody looks at."""
        self.mask()

    def on_resize(self, event: events.Resize) -> None:
        """The header is cut to the width and thinned out with the height."""
        self._draw_header()

    def _go_to(self, at: int) -> None:
        if self._text is None or not self._body.display:
            return
        if self._kind == "json":
            blanks = sum(1 for char in self._text[:at] if char.isspace())
            self._body.go_to(_laid_out_line(self._text, at - blanks))
        else:
            self._body.go_to(self._text.count("\n", 0, at))

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _reset(self, title: str) -> None:
        self._value, self._text, self._revealed, self._hex = None, None, False, False
        self._title = title
        self._body.show(None)
        self._draw_header()

    def _say(self, said: Said) -> None:
        if self._body.display:
            self._body.show(None)
            self._body.display = False
        self._notice.display = True
        self._notice.say(said)

    def _show_body(self, *, keep_place: bool) -> None:
        self._notice.say(None)
        self._notice.display = False
        self._body.display = True
        if keep_place:
            self._body.remake(self._rows)
        else:
            self._body.show(self._rows)

    def _rows(self, width: int, wrap: bool) -> Rows:
        value = self._value
        if value is None:
            return TextRows([], wrap=None)
        part = describe_part(value)
        note = f"— {part} —" if part else ""
        if self._text is None or self._hex:
            return HexRows(value.head, hex_width(width), note=note)
        tinted = self._kind == "json"
        lines = json_lines(self._text) if tinted else text_lines(self._text)
        return TextRows(lines, wrap=width if wrap else None, tinted=tinted, note=note)

    def _draw_header(self) -> None:
        width, height = self.content_size.width, self.content_size.height
        if not width:
            return
        lines = [safe_line(self._title, width, style="$text bold")]
        if self._value:
            facts = [
                self._describe(self._value),
                describe_times(self._value, self._now_ms()),
                describe_part(self._value),
            ]
            lines += [Content(fit(fact, width).rstrip()) for fact in facts if fact]
        room = 1 if height < 6 else 2 if height < 9 else len(lines)
        header = Content("\n").join(lines[:room])
        self.set_class(height < 9, "-short")
        self._header.display = height > 2 and (bool(self._title) or self._value is not None)
        if self._drawn is None or not header.is_same(self._drawn):
            self._drawn = header
            self._header.update(header)

    def _describe(self, value: ValueHead) -> str:
        if value.secret and self._revealed:
            return f"secret, revealed · {human_size(value.size)}"
        return describe(value, self._kind)


def _laid_out_line(text: str, at: int) -> int:
    """The line of laid-out JSON that holds the character number `at`, blanks not counted."""
    for number, line in enumerate(json_lines(text)):
        at -= sum(1 for char in line if not char.isspace())
        if at < 0:
            return number
    return 0
