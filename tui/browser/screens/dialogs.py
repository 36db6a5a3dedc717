"""Small questions over the screen: where to, what to copy, are you sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from store.model import Address
from tui.browser.text.safe import safe_line
from tui.browser.widgets.address_input import AddressInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from store.addresses import Reading
    from tui.browser.services import Services

LEAVE = Binding("escape", "leave", "Leave", show=False)


class Dialog(Vertical):
    """The box of a question: a border with a title, one line of hints at its foot."""

    def __init__(
        self, title: str, *children: Static | AddressInput | OptionList, foot: str, wide: bool = False
    ) -> None:
        super().__init__(*children, Static(_hints(foot), classes="foot"), classes="-broad" if wide else "")
        self.border_title = Content(title)


def _hints(foot: str) -> Content:
    """`enter go · esc leave` with its keys marked."""
    parts = []
    for hint in foot.split(" · "):
        key, _, words = hint.partition(" ")
        parts.append(Content.assemble((key, "bold $accent"), " ", (words, "$text-muted")))
    return Content("  ").join(parts)


class Confirm(ModalScreen[bool]):
    """Asks before something that cannot be undone. `question` may hold stored text: it is made safe here."""

    AUTO_FOCUS = ""  # there is nothing that could have it, and whoever types ahead need not wait for it
    BINDINGS = [
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False),
    ]

    def __init__(self, title: str, question: str, consequence: str) -> None:
        super().__init__()
        self._title = title
        self._question = question
        self._consequence = consequence

    def compose(self) -> ComposeResult:
        """Question, consequence, keys."""
        yield Dialog(
            self._title,
            Static(safe_line(self._question, style="bold")),
            Static(safe_line(self._consequence, style="$text-warning")),
            foot="y yes · n no",
        )

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: a key, what it is, what would be taken (stored text, made safe here), or why it cannot be."""

    key: str
    title: str
    detail: str
    why_not: str = ""


class Menu(ModalScreen[str | None]):
    """A short list; a choice is made with its own key, or with the arrows and enter. Gives the key."""

    BINDINGS = [
        LEAVE,
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._choices = {choice.key: choice for choice in choices}

    def compose(self) -> ComposeResult:
        """The list."""
        options = [
            Option(self._prompt(choice), id=choice.key, disabled=bool(choice.why_not))
            for choice in self._choices.values()
        ]
        yield Dialog(self._title, OptionList(*options, markup=False, compact=True), foot="enter take · esc leave")

    @staticmethod
    def _prompt(choice: Choice) -> Content:
        detail = safe_line(choice.why_not or choice.detail, 46, style="$text-muted")
        return Content.assemble((choice.key, "bold $accent"), "  ", choice.title.ljust(14), "  ", detail)

    def on_key(self, event: events.Key) -> None:
        """A choice's own key."""
        choice = self._choices.get(event.character or "")
        if choice is not None:
            event.stop()
            event.prevent_default()
            if not choice.why_not:
                self.dismiss(choice.key)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)

    def action_move(self, step: int) -> None:
        """As the arrows."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)


class GoTo(ModalScreen[Address | None]):
    """Asks for an address, and says while it is typed what is there. A namespace is an address with an empty key."""

    BINDINGS = [LEAVE]

    def __init__(self, services: Services, reading: Reading) -> None:
        super().__init__()
        self._field = AddressInput(reading, services, mode="read")

    def compose(self) -> ComposeResult:
        """The field."""
        yield Dialog("go to", self._field, foot="enter go · esc leave · → complete · ↓ suggestion", wide=True)

    def on_mount(self) -> None:
        """Type at once."""
        self._field.focus()

    @on(AddressInput.Submitted)
    def _entered(self, event: AddressInput.Submitted) -> None:
        event.stop()
        self.dismiss(event.address)

    def action_leave(self) -> None:
        """Stay where we are."""
        self.dismiss(None)
