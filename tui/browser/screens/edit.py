"""Editing the value of an entry, and writing a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from store.addresses import show_address
from store.errors import StoreError
from tui.browser.screens.dialogs import Confirm
from tui.browser.text.preview import human_size
from tui.browser.text.safe import safe_line
from tui.browser.widgets.address_input import AddressInput
from tui.browser.widgets.text_field import TextField

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from store.addresses import Reading
    from store.model import Address
    from tui.browser.flows.editing import Draft
    from tui.browser.services import Services

    Save = Callable[[Address, bytes, bool], Awaitable[None]]

OVERWRITABLE = ("changed-meanwhile",)


class EditScreen(ModalScreen[bool]):
    """A text field over the screen, for one entry or a new one. Closes with True once `save` has stored it.

    address: the entry; None asks for one, beginning with `prefill`. save(address, value, overwrite) stores or raises StoreError;
    after `changed-meanwhile` the second try overwrites. What was typed is never thrown away unasked.
    """

    BINDINGS = [
        Binding("ctrl+s,f2", "store", "Store", show=False, priority=True),
        Binding("escape", "leave", "Leave", show=False, priority=True),
    ]

    def __init__(
        self,
        services: Services,
        save: Save,
        *,
        draft: Draft,
        address: Address | None = None,
        reading: Reading | None = None,
        prefill: str = "",
    ) -> None:
        super().__init__()
        self._save = save
        self._address = address
        self._before = draft.back(draft.shown)
        self._field = TextField(draft, id="text")
        self._ask = None if address else AddressInput(reading or services.reading, services, value=prefill)
        self._status = Static(classes="foot")
        self._trouble = ""
        self._overwrite: Address | None = None

    def compose(self) -> ComposeResult:
        """Address, text, one line about both."""
        with Vertical(classes="editor") as box:
            box.border_title = (
                safe_line(f"edit {show_address(self._address)}", 60) if self._address else Content("new entry")
            )
            if self._ask is not None:
                box.add_class("-new")
                self._field.border_title = "value"
                yield self._ask
            yield self._field
            yield self._status

    def on_mount(self) -> None:
        """Begin where there is something to type."""
        (self._ask or self._field).focus()
        self._tell()

    @property
    def status(self) -> str:
        """The line at the foot."""
        return self._line().plain

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._trouble = ""
        self._tell()

    @on(AddressInput.Changed)
    def _addressed(self) -> None:
        self._trouble = ""
        self._tell()

    @on(AddressInput.Submitted)
    def _entered(self, event: AddressInput.Submitted) -> None:
        event.stop()
        self._field.focus()

    @work(exclusive=True, group="store")
    async def action_store(self) -> None:
        """Store and close; stay open if that fails."""
        address = self._address or (self._ask.address if self._ask else None)
        if address is None:
            self._trouble = "the address is not good yet"
            (self._ask or self._field).focus()
            self._tell()
            return
        try:
            value = self._field.value.encode()
            await self._save(address, value, self._overwrite == address)
        except StoreError as error:
            self._trouble = error.message
            if error.code in OVERWRITABLE:
                self._overwrite = address
                self._trouble += " — ctrl+s again overwrites it"
            self._tell()
            return
        self.dismiss(True)

    @work(exclusive=True, group="leave")
    async def action_leave(self) -> None:
        """Close without storing; ask first if something was typed."""
        if self._field.value != self._before:
            question = Confirm("leave", "Throw away what was typed?", "It has not been stored.")
            if not await self.app.push_screen_wait(question):
                return
        self.dismiss(False)

    def _tell(self) -> None:
        self._status.update(self._line())

    def _line(self) -> Content:
        keys = Content.assemble(
            ("ctrl+s", "bold $accent"), (" store  ", "$text-muted"), ("esc", "bold $accent"), (" leave", "$text-muted")
        )
        if self._trouble:
            return Content.assemble(safe_line(f"✗ {self._trouble}", style="$text-error"), "  ", keys)
        size = human_size(len(self._field.value.encode(errors="replace")))
        legend = self._field.draft.legend
        state = "changed" if self._field.value != self._before else "unchanged"
        words = f"{size} · {state}" + (f" · {legend}" if legend else "")
        return Content.assemble(keys, "  ", safe_line(words, style="$text-muted"))
