"""The search of the whole store while one types: entries with what was found set off, or the text piece by piece (S-317)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from search.hits import Hit
from tui.browser.commands.bindings import bindings
from tui.browser.flows.loader import Generation
from tui.browser.late import Later
from tui.browser.screens.list_screen import ListScreen
from tui.browser.state import counted
from tui.browser.text.safe import safe_line
from tui.browser.widgets.found_lines import COLUMNS, found_line
from tui.browser.widgets.line_list import LineList
from tui.browser.widgets.notice import Said
from tui.browser.widgets.place_view import PlaceView
from tui.browser.widgets.search_field import SearchField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from search.hits import Kind, Piece
    from store.model import Address
    from tui.browser.flows.searching import Here, Searching
    from tui.browser.services import Services
    from tui.browser.widgets.line_list import Field

BUSY_S = 0.05
"""How long a search may take before a mark says that it is going on (S-317)."""
LONG_S = 1.0
"""When the mark tells the reason: nearly always a new index."""
BUSY, LONG = "⋯ searching", "⋯ making the index, once"

ASK = Said("empty", "type what you look for", "The values of all entries are searched while you type.", "esc goes back")
NONE = Said("empty", "nothing of it is there", "", "f2 scope  f3 field  f4 case")
NOT_SO = Said("empty", "it is there, but not so", "Only some kinds of matches are shown.", "f6 shows others")
NEED_ROW = ("search.open", "search.next", "search.shared")


class Spot(NamedTuple):
    """Where to go: an entry, and where in its value; None: anywhere."""

    address: Address
    at: int | None


class SearchScreen(ListScreen["Spot | None"]):
    """Shows what `searching` finds. Gives the spot to go to, None for nowhere. here: where somebody is, for the scope."""

    BINDINGS = bindings("search")
    SCOPES = ("search",)
    AUTO_FOCUS = "#text"
    TITLE = "search"
    HELP = "Type what you look for. What is struck through was not found; the entries hold the rest."

    def __init__(self, services: Services, searching: Searching, here: Here) -> None:
        self._lines: LineList[Hit | Piece] = LineList(COLUMNS, self._line, _identity, id="found")
        self._view = PlaceView(id="detail")
        super().__init__(services, self._lines, self._view, ASK)
        self.searching = searching
        self._here = here
        self._field = SearchField(searching.text, "any text; nothing in it is a wildcard", id="text")
        self._state = Static("", id="state", markup=False)
        self._how = Static("", id="how", markup=False)
        self._match = 0
        self._asked = Generation()
        self._marks: list[Later] = []

    def compose(self) -> ComposeResult:
        """The line to type into, how is searched, what was found."""
        with Horizontal(id="ask"):
            yield Static("/ ", classes="slash", markup=False)
            yield self._field
            yield self._state
        yield self._how
        yield from super().compose()

    def on_mount(self) -> None:
        """As it was left."""
        self._field.cursor_position = len(self._field.value)
        self.draw()

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Hit | Piece]:
        """The lines of the list."""
        return self.searching.found.hits if self.searching.pieces is None else self.searching.pieces

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.rows)

    @property
    def hit(self) -> Hit | None:
        """The entry under the cursor; that of a piece is the smallest that holds it."""
        row = self._lines.row
        return row if row is None or isinstance(row, Hit) else row.best

    @property
    def match(self) -> int:
        """Which match of that entry is the chosen one, from 0."""
        return self._match

    @property
    def state(self) -> str:
        """What is said at the end of the line: how much was found, or that it is being searched."""
        return str(self._state.content)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """One key, one step of the session; whoever still searches for the text before gives up (S-317)."""
        event.stop()
        self._match = 0
        self.searching.type(event.value)
        self.load()

    async def read(self) -> None:
        """Ask the session; after a moment a mark says so."""
        asked = self._asked.next()
        self._patient()
        self._marks = [
            Later(self, BUSY_S, lambda: self._state.update(BUSY)),
            Later(self, LONG_S, lambda: self._state.update(LONG)),
        ]
        try:
            await self.searching.search()
        finally:
            if self._asked.is_current(asked):
                self._patient()

    def _patient(self) -> None:
        for timer in self._marks:
            timer.stop()
        self._marks = []

    def draw(self) -> None:
        """Everything anew; the cursor stays on its entry where that is still there."""
        searching, rows = self.searching, self.rows
        at = searching.cursor
        self._empty = self._why_empty()
        self._lines.show(rows)
        if at is not None and self._lines.row is not None and not self.loads:
            self._lines.select(at)
        self._lines.border_title = "pieces" if searching.pieces is not None else "entries"
        self._field.tell(len(searching.text) if searching.pieces is not None else searching.found.checkpoint)
        self._state.update(self._told())
        self._how.update(self._described())
        self._show_match()
        if not rows and self.focused is not self._field:
            self._field.focus()

    def _why_empty(self) -> Said:
        if not self.searching.text:
            return ASK
        return NOT_SO if self.searching.found.checkpoint and self.searching.options.kinds else NONE

    def _told(self) -> str:
        searching = self.searching
        if not searching.text:
            return ""
        if searching.pieces is not None:
            return counted(len(searching.pieces), "piece")
        found = searching.found
        shown, total = len(found.hits), counted(found.total, "entry", "entries")
        words = total if shown == found.total else f"{shown:,} of {total}"
        return words if found.exhausted else f"{found.checkpoint} of {len(searching.text)} characters · {words}"

    def _described(self) -> Content:
        options = self.searching.options
        field = {"value": "values", "key": "keys", "namespace": "namespaces", "address": "addresses"}[options.field]
        where = safe_line(options.scope, 60) if options.scope else Content("everywhere")
        case = "any case" if options.ignore_case else "exact case"
        kinds = "all kinds" if options.kinds is None else ", ".join(sorted(options.kinds))
        return Content.assemble(f"in {field} · ", where, f" · {case} · {kinds}")

    def _line(self, row: Hit | Piece) -> Sequence[Field]:
        here = row is self._lines.row
        return found_line(row, self.searching.cut, self._match if here else 0)

    @on(LineList.Highlighted)
    def _highlighted(self, event: LineList.Highlighted) -> None:
        event.stop()
        self._match = 0
        self._show_match()

    def _show_match(self) -> None:
        """The text of the entry under the cursor, at the chosen match."""
        hit = self.hit
        if hit is None:
            self._view.clear()
            self._view.border_title = "text"
        else:
            self._match = min(self._match, len(hit.spans) - 1)
            place = hit.spans[self._match]
            self._view.tell(hit.text, hit.spans, place)
            number = f" · match {self._match + 1} of {len(hit.spans)}" if len(hit.spans) > 1 else ""
            self._view.border_title = Content.assemble(safe_line(hit.path, 60), f" · {place[0]}-{place[1]}{number}")
            self.searching.cursor = hit.address
        self._lines.refresh_row(self._lines.cursor_index)
        self.refresh_hints()

    # --- commands -----------------------------------------------------------------------------------------------------

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        hit = self.hit
        if command in NEED_ROW and hit is None:
            return "no entry chosen"
        if command == "search.next" and hit is not None and len(hit.spans) < 2:
            return "it is the only match in this entry"
        if command == "search.shared" and self.searching.options.field != "value":
            return "only values have shared pieces"
        if command == "search.kinds" and self.searching.pieces is not None:
            return "pieces are of any kind"
        if command == "search.copy" and not self.searching.text:
            return "nothing was typed yet"
        return ""

    @on(Input.Submitted)
    @on(LineList.Opened)
    def _entered(self, event: Input.Submitted | LineList.Opened) -> None:
        event.stop()
        self.action_search_open()

    def action_search_open(self) -> None:
        """Leave for the entry."""
        hit = self.hit
        if not self.refused("search.open") and hit is not None:
            in_value = self.searching.options.field == "value"
            self.dismiss(Spot(hit.address, hit.spans[self._match][0] if in_value else None))

    def action_search_next(self) -> None:
        """The next match in the same entry."""
        self._turn_match(1)

    def action_search_previous(self) -> None:
        """The one before."""
        self._turn_match(-1)

    def _turn_match(self, step: int) -> None:
        hit = self.hit
        if not self.refused("search.next") and hit is not None:
            self._match = (self._match + step) % len(hit.spans)
            self._show_match()

    def action_search_scope(self) -> None:
        """All, this context, this namespace."""
        self.searching.turn_scope(self._here)
        self._anew()

    def action_search_field(self) -> None:
        """Values, keys, namespaces, addresses."""
        self.searching.turn_field()
        self._anew()

    def action_search_case(self) -> None:
        """Exact case or any."""
        self.searching.turn_case()
        self._anew()

    def action_search_kinds(self) -> None:
        """All kinds, then one after the other."""
        if not self.refused("search.kinds"):
            self.searching.turn_kinds()
            self._anew()

    def action_search_entire(self) -> None:
        """Whole values."""
        self._toggle("entire")

    def action_search_prefix(self) -> None:
        """Beginnings."""
        self._toggle("prefix")

    def action_search_postfix(self) -> None:
        """Ends."""
        self._toggle("postfix")

    def action_search_range(self) -> None:
        """Inside."""
        self._toggle("range")

    def _toggle(self, kind: Kind) -> None:
        if not self.refused("search.kinds"):
            self.searching.toggle_kind(kind)
            self._anew()

    def action_search_pieces(self) -> None:
        """Entries or pieces."""
        self.searching.turn_view()
        self._anew()

    def _anew(self) -> None:
        self._how.update(self._described())
        self._lines.restart()
        self.load()

    def action_search_shared(self) -> None:
        """What contains the match in its namespace."""
        from tui.browser.screens.shared import SharedScreen

        hit = self.hit
        if not self.refused("search.shared") and hit is not None:
            start, end = hit.spans[self._match]
            self.app.push_screen(SharedScreen(self.services, hit, hit.text[start:end]), self._left_for)

    def _left_for(self, spot: Spot | None) -> None:
        if spot is not None:
            self.dismiss(spot)

    def action_search_copy(self) -> None:
        """The command line for the same search."""
        if not self.refused("search.copy"):
            self.copy_line(self.searching.command_line)

    def action_search_refresh(self) -> None:
        """Search again."""
        self.load()

    def action_search_pane(self) -> None:
        """To the list, or to the field."""
        (self._lines if self.focused is self._field and self.count else self._field).focus()

    def action_search_up(self) -> None:
        """The entry above."""
        self._lines.action_entries_up()

    def action_search_down(self) -> None:
        """The entry below."""
        self._lines.action_entries_down()

    def action_search_page_up(self) -> None:
        """A screenful up."""
        self._lines.action_entries_page_up()

    def action_search_page_down(self) -> None:
        """A screenful down."""
        self._lines.action_entries_page_down()

    def action_search_scroll_down(self) -> None:
        """Text, one line down."""
        self._view.go(rows=1)

    def action_search_scroll_up(self) -> None:
        """Text, one line up."""
        self._view.go(rows=-1)

    def action_search_back(self) -> None:
        """From the list to the field, from there away."""
        if self.focused is self._field:
            self.dismiss(None)
        else:
            self._field.focus()


def _identity(row: Hit | Piece) -> object:
    return row.address if isinstance(row, Hit) else row.start
