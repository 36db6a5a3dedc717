"""Which store to look at: the user's cursors and the workspace's databases, and keeping them (P-090…P-099, P-107)."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

from textual import on, work
from textual.content import Content
from textual.widgets import Static

from store.errors import StoreError
from tui.browser.commands.bindings import bindings
from tui.browser.flows.desk import quoted
from tui.browser.flows.places import read_places
from tui.browser.screens.cursor_form import CursorForm
from tui.browser.screens.dialogs import Confirm
from tui.browser.screens.list_screen import ListScreen
from tui.browser.state import counted
from tui.browser.text.safe import safe_line
from tui.browser.widgets.line_list import Cell, Column, LineList
from tui.browser.widgets.notice import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.session import Choice
    from tui.browser.flows.places import Place
    from tui.browser.opener import Opener
    from tui.browser.services import Services

COLUMNS = (
    Column("", 8, spare=4),
    Column("name", 14, share=2),
    Column("database", 14, share=2, spare=2),
    Column("meta", 10, share=1, spare=1),
    Column("position", 10, share=1, spare=3),
)
EMPTY = Said("empty", "there is nothing to choose from", "", "n makes a cursor, esc goes back")


class CursorsScreen(ListScreen["Choice | None"]):
    """Cursors, then databases, with the one that is open marked. Gives the choice to open, None to stay."""

    BINDINGS = bindings("cursors")
    SCOPES = ("cursors",)
    TITLE = "cursors"
    HELP = "Your cursors and the databases of the workspace. Enter shows one for this run; a makes it what opens from now on."

    def __init__(self, services: Services, opener: Opener) -> None:
        self._lines: LineList[Place] = LineList(COLUMNS, _line, lambda place: place.id, id="places")
        self._about = Static(id="detail", markup=False)
        super().__init__(services, self._lines, self._about, EMPTY)
        self._opener = opener
        self._chooser = opener.chooser(services.session)
        self._places: list[Place] = []
        self._then: tuple[str, str] | None = None

    @property
    def count(self) -> int:
        """How many places there are."""
        return len(self._places)

    @property
    def place(self) -> Place | None:
        """The one under the cursor."""
        return self._lines.row

    async def read(self) -> None:
        """Cursor files and database names, in a thread."""
        self._places = await to_thread(read_places, self._chooser, self.services.session)

    def draw(self) -> None:
        """The list; at first with the cursor on what is open."""
        first = not self._lines.rows
        self._lines.show(self._places)
        if first:
            self._then = next((place.id for place in self._places if place.is_open), None)
        if any(place.id == self._then for place in self._places):  # else it is still being written
            self._lines.select(self._then)
            self._then = None
        cursors = sum(place.kind == "cursor" for place in self._places)
        databases = sum(place.kind == "database" for place in self._places)
        self._lines.border_title = f"cursors · {counted(cursors, 'cursor')} · {counted(databases, 'database')}"
        self._about.border_title = "what it is"
        self._tell()

    @on(LineList.Highlighted)
    def _highlighted(self, event: LineList.Highlighted) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        place = self.place
        self._about.update(_facts(place) if place else Content(""))
        self.refresh_hints()

    # --- commands -----------------------------------------------------------------------------------------------------

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        place = self.place
        if command == "cursors.clear":
            return "" if any(each.is_active for each in self._places) else "no cursor is active"
        if command not in ("cursors.open", "cursors.activate", "cursors.delete", "cursors.copy"):
            return ""
        if place is None:
            return "nothing chosen"
        if command == "cursors.delete":
            return "only cursors are deleted here" if place.kind != "cursor" else ""
        if place.kind == "damaged" or place.why_not:
            return place.why_not
        if command == "cursors.open" and place.is_open:
            return "it is open"
        if command == "cursors.activate" and place.is_active:
            return "it is active"
        if command == "cursors.activate" and not place.named:
            return "only a cursor, or a database of the workspace, can be active; n names this one"
        return ""

    def _choice(self, place: Place) -> Choice:
        if place.kind == "cursor":
            return self._opener.choice_of(cursor=place.name)
        return self._opener.choice_of(database=place.name if place.named else place.path)

    def action_cursors_open(self) -> None:
        """Leave for it."""
        if not self.refused("cursors.open") and self.place is not None:
            self.dismiss(self._choice(self.place))

    @on(LineList.Opened)
    def _opened(self, event: LineList.Opened) -> None:
        event.stop()
        self.action_cursors_open()

    @work(group="write")
    async def action_cursors_activate(self) -> None:
        """What `cursor use` does (P-093)."""
        place = self.place
        if self.refused("cursors.activate") or place is None:
            return

        def activate() -> None:
            chooser = self._chooser
            chosen = chooser.choose(place.name) if place.kind == "cursor" else chooser.choose_database(place.name)
            chooser.activate(chosen)

        if await self._do(activate, f"{place.kind} {place.name} is active: it opens from now on"):
            names = self.services.names
            names.chose(place.name, place.path) if place.kind == "cursor" else names.look_again(names=False)

    @work(group="write")
    async def action_cursors_clear(self) -> None:
        """What `cursor clear` does."""
        if self.refused("cursors.clear"):
            return
        if await self._do(lambda: self._chooser.activate(None), "no cursor is active: the default database opens"):
            self.services.names.look_again(names=False)

    @work(group="write")
    async def action_cursors_new(self) -> None:
        """What `cursor set` does (P-091)."""
        session = self.services.session
        cursor = await self.app.push_screen_wait(CursorForm(self._chooser, session, self.services.now_ms))
        if cursor is None:
            return
        if any(place.id == ("cursor", cursor.name) for place in self._places):
            question = Confirm("replace", f"Replace cursor {cursor.name}?", "The database it names now stays.")
            if not await self.app.push_screen_wait(question):
                return
        self._then = "cursor", cursor.name
        if await self._do(lambda: self._chooser.save(cursor), f"cursor {cursor.name} is set"):
            self.services.names.chose(cursor.name, cursor.database)

    @work(group="write")
    async def action_cursors_delete(self) -> None:
        """What `cursor delete` does (P-094)."""
        place = self.place
        if self.refused("cursors.delete") or place is None:
            return
        question = Confirm("delete", f"Delete cursor {place.name}?", "This cannot be undone. Its database stays.")
        if not await self.app.push_screen_wait(question):
            return
        if await self._do(lambda: self._chooser.delete(place.name), f"cursor {place.name} deleted"):
            self.services.names.dropped(place.name)

    async def _do(self, what: Callable[[], None], said: str) -> bool:
        """Write files in a thread; say what came of it. Whether it was done."""
        try:
            await to_thread(what)
        except StoreError as error:
            self.say_error(error)
            done = False
        else:
            self.say(said)
            done = True
        self.load()
        return done

    def action_cursors_copy(self) -> None:
        """The option that makes a command use it."""
        if not self.refused("cursors.copy") and self.place is not None:
            self.copy_line(quoted(self._opener.words(self._choice(self.place))))

    def action_cursors_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_cursors_back(self) -> None:
        """Stay."""
        self.dismiss(None)


def _line(place: Place) -> Sequence[Cell]:
    tone = "faint" if place.why_not else "strong"
    mark = "open" if place.is_open else "active" if place.is_active else "✗" if place.why_not else ""
    if place.is_open and place.is_active:
        mark = "open *"
    if place.kind == "damaged":
        return Cell("✗", "bad"), Cell(place.name, "faint"), Cell(place.why_not, "bad"), Cell(""), Cell("")
    name = Cell(place.name, tone if place.kind == "cursor" else "plain")  # type: ignore[arg-type]  # a literal
    database = Cell(
        place.file if place.kind == "cursor" else "database", "plain" if place.kind == "cursor" else "faint"
    )
    return (
        Cell(mark, "mark" if place.is_open or place.is_active else "bad"),
        name,
        database,
        Cell(place.meta),
        Cell(place.position),
    )


def _facts(place: Place) -> Content:
    """Everything about a place, line by line."""
    lines = [Content.assemble((f"{place.kind:10}", "$text-muted"), safe_line(place.name, style="bold"))]
    states = [word for word, on in (("open in this browser", place.is_open), ("active", place.is_active)) if on]
    facts = [
        ("file", place.path),
        ("meta", place.meta or ("none" if place.kind == "cursor" or place.is_open else "")),
        ("position", place.position),
        ("state", ", ".join(states)),
    ]
    lines += [Content.assemble((f"{word:10}", "$text-muted"), safe_line(text)) for word, text in facts if text]
    if place.why_not:
        lines.append(Content.assemble(("✗ ", "$text-error"), safe_line(place.why_not, style="$text-error")))
    return Content("\n").join(lines)
