"""The line that a search is typed into: what was not found of it is set off."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.highlighter import Highlighter

from tui.browser.widgets.line_field import LineField
from tui.browser.widgets.paint import ink

if TYPE_CHECKING:
    from rich.text import Text


class _Remaining(Highlighter):
    def __init__(self, field: SearchField) -> None:
        self._field = field

    def highlight(self, text: Text) -> None:
        text.stylize(ink(self._field, "search-field--remaining"), self._field.reached, len(text))


class SearchField(LineField):
    """A `LineField` that is told by `reached` how many characters were found; the others are dim and struck through."""

    DEFAULT_CSS = """
    SearchField > .search-field--remaining { color: $text-disabled; text-style: strike; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"search-field--remaining"}

    def __init__(self, value: str = "", placeholder: str = "", *, id: str | None = None) -> None:
        super().__init__(value, placeholder, id=id)
        self.reached = len(value)
        self.highlighter = _Remaining(self)

    def tell(self, reached: int) -> None:
        """So many characters were found."""
        if reached != self.reached:
            self.reached = reached
            self.refresh()
