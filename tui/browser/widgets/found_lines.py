"""What a search found, as lines of a list: the entry, how the match lies in it, the text around the match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.hits import Piece
from tui.browser.text.excerpt import excerpt
from tui.browser.text.safe import show_line
from tui.browser.widgets.line_list import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.hits import Hit, Span
    from tui.browser.text.safe import Shown
    from tui.browser.widgets.line_list import Field, Tone

COLUMNS = (
    Column("entry", 12, share=2),
    Column("match", 7, spare=1),
    Column("text", 12, share=5, spare=2),
)
NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text cut around one of the places that were found in it."""

    text: str
    places: tuple[Span, ...]
    chosen: Span
    tone: Tone = "plain"

    def shown(self, room: int) -> Shown:
        """It in at most `room` cells."""
        if self.chosen[0] == self.chosen[1]:
            return show_line(self.text, room)
        return excerpt(self.text, self.places, self.chosen, room)


def found_line(row: Hit | Piece, query: str, match: int) -> Sequence[Field]:
    """The cells of a hit, around its match number `match`; or those of a piece of the query, with the entry that holds it."""
    if isinstance(row, Piece):
        place = (row.start, row.end)
        around = Excerpt(query, (place,), place)
        if row.best is None:
            return Cell(NOWHERE, "bad"), Cell("", "faint"), around
        return Cell(row.best.path, "strong"), Cell(row.best.coverage, "faint"), around
    return (
        Cell(row.path, "strong"),
        Cell(row.coverage, "faint"),
        Excerpt(row.text, row.spans, row.spans[min(match, len(row.spans) - 1)]),
    )
