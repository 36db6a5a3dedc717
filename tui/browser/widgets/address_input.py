"""A field for an address that says while typing whether it is one, where it is not, and what lies at that place.

Needs a `Reading`; with `services` it also looks at the store. Posts `Changed` and `Submitted`. Always five cells or more wide and
four lines high: the text, the caret under the fault with what is wrong, and two lines for the way out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from store.addresses import suggest
from store.errors import StoreError
from tui.browser.flows import addressing
from tui.browser.flows.completing import Completer
from tui.browser.text.caret import caret_line
from tui.browser.text.safe import safe_line, show_line
from tui.browser.text.widths import cells, fold
from tui.browser.widgets.line_field import LineField, presentable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer

    from store.addresses import Reading
    from store.errors import AddressError
    from store.model import Address
    from tui.browser.flows.addressing import Mode, Target, Verdict
    from tui.browser.services import Services

LOOK_AFTER_S = 0.06
"""Pause in typing before the store is asked."""

LINES_BELOW = 3


class AddressInput(Widget):
    """The field with its verdict. `focus()` focuses the text; `value` is what is in it.

    mode: "write" refuses what cannot be written to and says what would be overwritten; "read" takes namespaces too and says what
    is there. Without `services` the store is not asked. Up and down offer other texts: the repair of a bad one, then `offers`.
    Behind the text stands, faintly, what it may become: right or end at its end takes that.
    """

    BINDINGS = [
        Binding("down", "offer(1)", "Next suggestion", show=False, id="address.next-offer"),
        Binding("up", "offer(-1)", "Previous suggestion", show=False, id="address.previous-offer"),
    ]
    DEFAULT_CSS = """
    AddressInput {
        height: 4;
        min-width: 5;
        layout: vertical;
        & > Static { height: 3; padding: 0 1; }
    }
    """

    @dataclass
    class Changed(Message):
        """The text, and with it the verdict, changed. Exactly one of `address` and `error` is there."""

        address_input: AddressInput
        address: Address | None
        error: AddressError | None

        @property
        def control(self) -> AddressInput:
            """Who sent it."""
            return self.address_input

    @dataclass
    class Submitted(Message):
        """Enter was pressed on a good address."""

        address_input: AddressInput
        address: Address

        @property
        def control(self) -> AddressInput:
            """Who sent it."""
            return self.address_input

    offers: var[Sequence[str]] = var((), always_update=True)
    """Texts to choose from with up and down."""

    def __init__(
        self,
        reading: Reading,
        services: Services | None = None,
        mode: Mode = "write",
        *,
        value: str = "",
        placeholder: str = "context:namespace:key",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.reading = addressing.field_reading(reading)
        self.services = services
        self.mode: Mode = mode
        self.target: Target | None = None
        self._trouble = ""
        self._timer: Timer | None = None
        self._first = presentable(value)
        self.verdict: Verdict = addressing.check(self._first, self.reading, mode)
        self._field = LineField(placeholder=placeholder)
        if services is not None:
            self._field.suggester = _Ghost(Completer(services, self.reading, mode))
        self._below = Static(markup=False)

    def compose(self) -> ComposeResult:
        """The field, and the lines below it."""
        self._field.value = self._first  # Textual's fields take a value only inside an app
        yield self._field
        yield self._below

    def on_mount(self) -> None:
        """The caret must stay under its character when the text scrolls or the width changes."""
        self.watch(self._field, "scroll_x", self._show, init=False)
        self.call_after_refresh(lambda: self._field.scroll_to(x=self._field.max_scroll_x, animate=False, force=True))
        self._judge()

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self._show()

    @property
    def value(self) -> str:
        """The text in the field."""
        return self._field.value

    @value.setter
    def value(self, text: str) -> None:
        self._field.value = text
        self._field.cursor_position = len(self._field.value)
        self._judge()

    @property
    def address(self) -> Address | None:
        """The address in the field, None while it is not good."""
        return self.verdict.address

    @property
    def error(self) -> AddressError | None:
        """What is wrong with the text."""
        return self.verdict.error

    def focus(self, scroll_visible: bool = True) -> AddressInput:
        """Focus the text."""
        self._field.focus(scroll_visible)
        return self

    def refresh_target(self) -> None:
        """Look at the store again: something there changed."""
        self._ask(self.verdict.address)

    def action_offer(self, step: int) -> None:
        """Put the next or previous of the offered texts into the field; on a bad text, first its repair."""
        texts = list(dict.fromkeys([*self._repair(), *self.offers]))
        if not texts:
            return
        place = texts.index(self.value) if self.value in texts else (-1 if step > 0 else 0)
        self.value = texts[(place + step) % len(texts)]

    def _repair(self) -> list[str]:
        if self.verdict.error is None:
            return []
        better = suggest(self.value, self.reading)
        fixed = addressing.check(better, self.reading, self.mode).address if better else None
        return [addressing.typed_form(fixed, self.reading)] if fixed else []

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value == self._field.value != self.verdict.text:
            self._judge()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._judge()
        if self.verdict.address is not None:
            self.post_message(self.Submitted(self, self.verdict.address))
        elif self.verdict.position is not None:
            self._field.cursor_position = self.verdict.position  # where the repair begins

    def _judge(self) -> None:
        """Read the text anew, say so, and ask the store soon."""
        before, self.verdict = self.verdict, addressing.check(self._field.value, self.reading, self.mode)
        self.set_class(self.verdict.error is not None, "-bad")
        if self.verdict.address != before.address or self.target is None:
            self.target = None
            self._trouble = ""
            self._plan_look()
        self._show()
        if self.verdict.text != before.text:
            self.post_message(self.Changed(self, self.verdict.address, self.verdict.error))

    def _plan_look(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.services is not None and self.verdict.address is not None and self.is_attached:
            self._timer = self.set_timer(LOOK_AFTER_S, self.refresh_target, name="look at the target")

    @work(exclusive=True, group="address-target")
    async def _ask(self, address: Address | None) -> None:
        """What lies at `address`. Cancelled by the next question; an answer to an old one is dropped."""
        if self.services is None or address is None:
            return
        target, trouble = None, ""
        try:
            target = await self.services.run(addressing.look(address))
        except StoreError as error:
            trouble = error.message
        if self.verdict.address == address:
            self.target, self._trouble = target, trouble
            self._show()

    def _show(self) -> None:
        """Draw the lines below the field."""
        width = self.content_size.width - 2
        if width <= 0:
            return
        lines = self._good_lines(width) if self.verdict.address is not None else self._bad_lines(width)
        self._below.update(Content("\n").join(lines[:LINES_BELOW]))

    def _good_lines(self, width: int) -> list[Content]:
        """The whole address if it was abbreviated, what lies there, and what may not have been meant."""
        verdict = self.verdict
        lines = []
        if verdict.abbreviated:
            lines.append(Content.assemble(("✓ ", "$text-success"), "reads as ", safe_line(verdict.full, width - 11)))
        words, warns = self._found()
        tick = "  " if lines else "✓ "
        mark = ("! ", "$text-warning") if warns else (tick, "$text-success")
        lines.append(Content.assemble(mark, _note(words, width - 2, "$text-warning" if warns else "$text-muted")))
        if verdict.advice:
            lines.append(_note(f"! {verdict.advice}", width, "$text-warning"))
        return lines

    def _found(self) -> tuple[str, bool]:
        """What the store says about the address, and whether that deserves a second look."""
        if self._trouble:
            return f"cannot look there: {self._trouble}", True
        if self.target is None or self.services is None:
            return "a good address" if not self.verdict.abbreviated else "", False
        now_ms = self.services.now_ms()
        if self.mode == "read":
            return addressing.describe_read(self.target, now_ms), False
        return addressing.describe_write(self.target, now_ms), self.target.there(now_ms)

    def _bad_lines(self, width: int) -> list[Content]:
        verdict = self.verdict
        assert verdict.error is not None
        if not verdict.text:
            return [_note("  context:namespace:key, context.namespace.key, or shorter", width, "$text-muted")]
        what = addressing.sentence(verdict.error)
        caret_line, placed = self._caret_line(what, width)
        lines = [caret_line] if placed else [caret_line, _note(what, width, "$text-error")]
        room = LINES_BELOW - len(lines)
        return lines + _folded(verdict.error.hint, width, room)

    def _caret_line(self, what: str, width: int) -> tuple[Content, bool]:
        """The caret under its character, and beside it what is wrong if there is room; whether there was."""
        position = self.verdict.position
        if position is None:
            return _note(f"✗ {what}", width, "$text-error"), True
        return caret_line(cells(self._field.value[:position]) - round(self._field.scroll_x), what, width)


class _Ghost(Suggester):
    """Textual's way to ask for what stands behind the text; it drops what is not an answer to the text there is."""

    def __init__(self, completer: Completer) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._completer = completer

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text."""
        return await self._completer.complete(value)


def _note(words: str, width: int, style: str) -> Content:
    return safe_line(words, width, style=style)


def _folded(words: str, width: int, rows: int) -> list[Content]:
    """`words` in at most `rows` lines; what does not fit is counted at the end of the last."""
    shown = show_line(words)
    parts = [shown.part(start, end) for start, end in fold(shown.text, width, shown.spans)]
    lines = [part.content("$text-muted") for part in parts[:rows]]
    if len(parts) > rows > 0:
        rest = "".join(part.text for part in parts[rows - 1 :])
        lines[-1] = _note(rest, width, "$text-muted")
    return lines
