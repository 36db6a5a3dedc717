"""One placeholder for every state in which a pane has nothing to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.content import Content
from textual.widget import Widget

from tui.browser.text.safe import safe_block, safe_line

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.timer import Timer

    from store.errors import StoreError

State = Literal["empty", "loading", "error", "secret", "small"]

PATIENCE_S = 0.15
"""How long a load may take before it is mentioned."""

TITLE_CELLS = 160

_GLYPHS: dict[State, str] = {"empty": "○", "loading": "…", "error": "✗", "secret": "••••••", "small": "↔"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a notice says. `title` is one line; `detail` may be several; `hint` is the way out. All are any text."""

    state: State
    title: str
    detail: str = ""
    hint: str = ""


READING = Said("loading", "reading")


class Notice(Widget):
    """Says why there is nothing to see: empty, loading, an error with its way out, masked, or a terminal that is too small.

    It is told by `say`, posts nothing and takes no focus. The state is also a class (`-empty`, `-loading`, …) and a glyph.
    A load is mentioned only when it has lasted for PATIENCE_S. What does not fit is left out from the end: hint last.
    """

    DEFAULT_CSS = """
    Notice { width: 1fr; height: 1fr; content-align: center middle; text-align: center; color: $text-muted; padding: 0 1; }
    Notice.-error { color: $text; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set()
    ALLOW_SELECT = False

    def __init__(self, said: Said | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._said: Said | None = None
        self._visible = False
        self._timer: Timer | None = None
        self._first = said

    @property
    def said(self) -> Said | None:
        """What it says at present, even if it is still patient about it."""
        return self._said

    @property
    def plain(self) -> str:
        """The text on the screen at present."""
        return self.render().plain

    def on_mount(self) -> None:
        """Begin with what the constructor was given."""
        if self._first:
            self.say(self._first)

    def say(self, said: Said | None) -> None:
        """Show `said` in place of what is shown; None clears. A repeated load keeps its patience and its text."""
        if said == self._said:
            return
        if self._timer:
            self._timer.stop()
            self._timer = None
        self._said = said
        for state in _GLYPHS:
            self.set_class(said is not None and said.state == state, f"-{state}")
        self._visible = said is not None and said.state != "loading"
        if said is not None and said.state == "loading":
            self._timer = self.set_timer(PATIENCE_S, self._mention)
        self.refresh()

    def _mention(self) -> None:
        self._visible = True
        self.refresh()

    def render(self) -> Content:
        """As many lines as there is room for, best first."""
        said = self._said
        if said is None or not self._visible:
            return Content("")
        width, height = max(1, self.content_size.width), max(1, self.content_size.height)
        title = Content.assemble(
            _GLYPHS[said.state], " ", safe_line(said.title, max(1, width - len(_GLYPHS[said.state]) - 1))
        )
        lines = [title.stylize("$text-error" if said.state == "error" else "")]
        if said.detail and height > 2:
            lines += [Content(""), safe_block(said.detail)]
        if said.hint and height > 1:
            lines += [Content("")] * (height > 4) + [safe_block(said.hint)]
        return Content("\n").join(lines)


def failure(error: StoreError, hint: str = "") -> Said:
    """What a notice says about `error`: its sentence, and its hint or, if it has none, `hint`."""
    return Said("error", "cannot be read", error.message, error.hint or hint)


def too_small(size: Size, needed: tuple[int, int]) -> Said | None:
    """What a screen of `size` says when it needs more columns or lines; None if it does not."""
    width, height = size
    if width >= needed[0] and height >= needed[1]:
        return None
    return Said("small", f"{width}×{height} is too small", f"{needed[0]}×{needed[1]} is needed")
