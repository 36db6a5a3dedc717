"""A question with a list: what would be done, line by line, before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.browser.text.safe import show_line
from tui.browser.text.widths import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

MOST = 200
"""Lines shown; the rest is counted."""

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that would be done. what, where: any text, made safe here. warning: what deserves a second look, "" for nothing."""

    what: str
    where: str = ""
    warning: str = ""


class ConfirmPlan(ModalScreen[bool]):
    """Shows `lines` and asks. Gives True for enter or y, False for escape or n.

    yes: what enter does, in words. total: how many there are, if `lines` are only the first. Nothing is done here.
    """

    AUTO_FOCUS = ""  # as that of `Confirm`
    BINDINGS = [
        Binding("enter,y", "answer(True)", "Yes", show=False, id="confirm.yes"),
        Binding("escape,n", "answer(False)", "No", show=False, id="confirm.no"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="confirm.up"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="confirm.down"),
    ]
    DEFAULT_CSS = """
    ConfirmPlan {
        align: center middle;
        & > Vertical {
            width: 90%; max-width: 100; height: auto; max-height: 90%; padding: 0 1;
            background: $panel; border: round $border; border-title-color: $text;
        }
        & VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
        & VerticalScroll > Static { width: 1fr; height: auto; }
        & .foot { height: 1; margin-top: 1; dock: bottom; }
    }
    """
    HELP = "What would be done. Nothing has been done yet: enter does it, esc does not."

    def __init__(self, title: str, lines: Sequence[Line], *, yes: str, total: int = 0) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._yes = yes
        self._total = max(total, len(lines))

    def compose(self) -> ComposeResult:
        """The lines, and the two ways out."""
        with Vertical() as box:
            box.border_title = Content(self._title)
            with VerticalScroll(can_focus=False):
                yield Static(self._table(), markup=False)
            yield Static(self._foot(), classes="foot", markup=False)

    def _table(self) -> Content:
        shown = self._lines[:MOST]
        whats = [show_line(line.what, LONGEST) for line in shown]
        width = max((what.cells for what in whats), default=0)
        rows = []
        for line, what in zip(shown, whats, strict=True):
            parts: list[Content | tuple[str, str] | str] = [what.content(), " " * (width - what.cells)]
            if line.where:
                parts += [("  → ", "$text-muted"), show_line(line.where, LONGEST).content("bold")]
            if line.warning:
                parts += [("\n  ! ", "$text-warning"), show_line(line.warning, 2 * LONGEST).content("$text-warning")]
            rows.append(Content.assemble(*parts))
        if self._total > len(shown):
            rows.append(Content.styled(f"… and {self._total - len(shown):,} more", "$text-muted"))
        return Content("\n").join(rows)

    def _foot(self) -> Content:
        key, words = "bold $accent", "$text-muted"
        yes = fit(self._yes, 40).rstrip()
        return Content.assemble(("enter", key), (f" {yes}   ", words), ("esc", key), (" leave it", words))

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)

    def action_scroll(self, rows: int) -> None:
        """Move the list."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)
