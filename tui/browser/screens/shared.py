"""What contains a match in its namespace: the pieces that values share, from the smallest to whole values (S-321)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from tui.browser.commands.bindings import bindings
from tui.browser.flows.desk import quoted
from tui.browser.flows.searching import SharedPiece, shared_pieces
from tui.browser.screens.list_screen import ListScreen
from tui.browser.screens.search import Spot
from tui.browser.state import counted
from tui.browser.text.preview import FAINT, NAME
from tui.browser.text.safe import Shown, safe_line, show_line
from tui.browser.widgets.command_view import Told
from tui.browser.widgets.found_lines import Excerpt
from tui.browser.widgets.line_list import Cell, Column, LineList
from tui.browser.widgets.line_view import LineView
from tui.browser.widgets.notice import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.hits import Hit
    from tui.browser.services import Services
    from tui.browser.widgets.line_list import Field

COLUMNS = (
    Column("width", 7, right=True),
    Column("in", 11, right=True, spare=1),
    Column("what", 6, spare=2),
    Column("text", 12, share=1),
)
GONE = Said("empty", "it is not there any more", "", "esc goes back")
LISTED = 500
"""Entries named for one piece."""


class SharedScreen(ListScreen["Spot | None"]):
    """The pieces around `text` in the namespace of `hit`. Gives the spot to go to, None for nowhere."""

    BINDINGS = bindings("shared")
    SCOPES = ("shared",)
    TITLE = "shared pieces"
    HELP = (
        "Every piece of text that several values have in common around the match, and the values; below, who holds it."
    )

    def __init__(self, services: Services, hit: Hit, text: str) -> None:
        self._lines: LineList[SharedPiece] = LineList(COLUMNS, self._line, lambda piece: piece.text, id="pieces")
        self._holders = LineView(id="detail")
        super().__init__(services, self._lines, self._holders, GONE)
        self._hit = hit
        self._text = text
        self._pieces: list[SharedPiece] = []

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return len(self._pieces)

    @property
    def piece(self) -> SharedPiece | None:
        """The one under the cursor."""
        return self._lines.row

    async def read(self) -> None:
        """Make the graph of the namespace anew. Raises ScopeTooLargeError."""
        self._pieces = await shared_pieces(self.services, self._hit, self._text)

    def draw(self) -> None:
        """The list with its title; who holds the piece follows the cursor."""
        self._lines.show(self._pieces)
        where = safe_line(f"{self._hit.address.context}:{self._hit.address.namespace}:", 40)
        number = counted(len(self._pieces), "piece")
        self._lines.border_title = Content.assemble(
            "around “", safe_line(self._text, 30), "” in ", where, f" · {number}"
        )
        self._holders.border_title = "the entries that hold it"
        self._show_holders()

    def _line(self, piece: SharedPiece) -> Sequence[Field]:
        place = (piece.start, piece.start + len(self._text))
        return (
            Cell(f"{len(piece.text):,}", "faint"),
            Cell(counted(len(piece.rows), "entry", "entries"), "faint"),
            Cell("value", "good") if piece.is_value else Cell("piece", "faint"),
            Excerpt(piece.text, (place,), place),
        )

    @on(LineList.Highlighted)
    def _highlighted(self, event: LineList.Highlighted) -> None:
        event.stop()
        self._show_holders()

    def _show_holders(self) -> None:
        piece = self.piece
        self._holders.show(None if piece is None else lambda width, _wrap: Told(_rows(piece, width)))
        self.refresh_hints()

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        return "no piece chosen" if command == "shared.go" and self.piece is None else ""

    @on(LineList.Opened)
    def _opened(self, event: LineList.Opened) -> None:
        event.stop()
        self.action_shared_go()

    def action_shared_go(self) -> None:
        """Leave for the smallest entry that holds the piece."""
        piece = self.piece
        if not self.refused("shared.go") and piece is not None:
            row = piece.rows[0]
            self.dismiss(Spot(row.address, row.text.index(piece.text) + piece.start))

    def action_shared_copy(self) -> None:
        """The command that shows the climb to the same pieces."""
        address = self._hit.address
        scope = f"{address.context}:{address.namespace}:"
        words = [*self.services.options, "search", "--explain", "--scope", scope, "--", self._text]
        self.copy_line(quoted(words))

    def action_shared_scroll_down(self) -> None:
        """Entries, one line down."""
        self._holders.go(rows=1)

    def action_shared_scroll_up(self) -> None:
        """Entries, one line up."""
        self._holders.go(rows=-1)

    def action_shared_back(self) -> None:
        """Back to the search."""
        self.dismiss(None)


def _rows(piece: SharedPiece, width: int) -> list[Shown]:
    rows = []
    for row in piece.rows[:LISTED]:
        name = show_line(row.path, width)
        rows.append(Shown(name.text, name.spans, name.missing, [(0, len(name.text), NAME, 0)]))
    if len(piece.rows) > LISTED:
        more = f"… and {len(piece.rows) - LISTED:,} more"
        rows.append(Shown(more, tints=[(0, len(more), FAINT, 0)]))
    return rows
