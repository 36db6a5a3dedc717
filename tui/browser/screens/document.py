"""One document: its parts in order, the text they make, what is known of its integrity, and the way to a folder (M-160…M-166)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.content import Content

from store.model import Address
from tui.browser.commands.bindings import bindings
from tui.browser.flows.desk import COPY_LIMIT, Desk
from tui.browser.flows.documents import load
from tui.browser.screens.dialogs import Choice, Menu
from tui.browser.screens.folder_field import AskFolder
from tui.browser.screens.list_screen import ListScreen
from tui.browser.state import counted
from tui.browser.text.preview import human_size
from tui.browser.text.safe import safe_line
from tui.browser.widgets.document_text import DocumentText
from tui.browser.widgets.line_list import Cell, Column, LineList
from tui.browser.widgets.notice import Said
from tui.browser.widgets.part_view import PartView
from tui.browser.widgets.parts import text_part
from tui.browser.widgets.scope_tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.browser.flows.documents import Group, Held, Line
    from tui.browser.flows.editing import UndoStack
    from tui.browser.services import Services

COLUMNS = (
    Column("part", 14, share=1),
    Column("no.", 4, right=True, spare=2),
    Column("kind", 9, spare=4),
    Column("size", 9, right=True, spare=3),
    Column("state", 9, spare=1),
)
EMPTY = Said(
    "empty", "nothing is stored here", "A document is a namespace with entries.", "d imports a folder · esc goes back"
)
STYLES = {"good": "$text-success", "bad": "$text-error", "faint": "$text-muted"}


class DocumentScreen(ListScreen[Address | None]):
    """The document at `context`, `namespace`. Gives the address to go to, None for nowhere. `undo` learns of what is done here."""

    BINDINGS = bindings("document")
    SCOPES = ("document", "text")
    TITLE = "document"
    HELP = "The parts of a document in their order, and the text that they make. d compares it with a folder."

    def __init__(self, services: Services, undo: UndoStack, context: str, namespace: str) -> None:
        self._lines: LineList[Line] = LineList(COLUMNS, _cells, lambda line: line.key, id="parts")
        self.text = DocumentText(id="detail")
        super().__init__(services, self._lines, self.text, EMPTY)
        self._place = (context, namespace)
        self._undo = undo
        self._desk = Desk(services, undo)
        self._held: Held | None = None
        self._group = ""
        self._source = False
        self._led = ""  # the line that the text has led the cursor to
        self._folder = ""

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._held.lines) if self._held is not None else 0

    @property
    def line(self) -> Line | None:
        """That under the cursor."""
        return self._lines.row

    @property
    def held(self) -> Held | None:
        """The document as it is shown."""
        return self._held

    async def read(self) -> None:
        """The document as it is now."""
        before = self._held
        self._held = await load(self.services, *self._place, before)
        if self._held is not before:
            self._group = ""

    def draw(self) -> None:
        """The parts; the text follows the cursor. What has not changed is not touched."""
        held = self._held
        if held is None:
            return
        if not self._group:
            again = bool(self._lines.rows)
            self._lines.show(held.lines)
            self._look(keep=again)
        self.call_after_refresh(self._entitle)

    def _entitle(self) -> None:
        """The title, cut to the width that the list has by now."""
        if self._held is None:
            return
        tail = f" · {counted(self._held.sections, 'part')}"
        room = max(8, self._lines.size.width - len("document ") - len(tail) - 4)
        context, namespace = self._place
        name = safe_line(f"{context}:{namespace or ROOT}", room, style="bold")
        self._lines.border_title = Content.assemble("document ", name, tail)

    def on_resize(self) -> None:
        """Panes, and the title."""
        super().on_resize()
        self.call_after_refresh(self._entitle)

    # --- in step ------------------------------------------------------------------------------------------------------

    @on(LineList.Highlighted)
    def _highlighted(self, event: LineList.Highlighted) -> None:
        event.stop()
        line = self.line
        if line is not None and line.key == self._led:
            self.text.body.choose(self._index(line), go=False)
        elif line is not None:
            self._look()
        self.refresh_hints()

    @on(PartView.Passed)
    def _passed(self, event: PartView.Passed) -> None:
        """The text was scrolled to another part: the cursor goes along."""
        event.stop()
        if self._held is None:
            return
        for line in self._held.lines:
            if line.group == self._group and line.text == event.key and line.text:
                self._led = line.key
                self._lines.select(line.key)
                return

    def _look(self, *, keep: bool = False) -> None:
        """Show what the line under the cursor leads to."""
        line, held = self.line, self._held
        group = held.group(line.group) if line is not None and held is not None else None
        if line is None or held is None or group is None:
            return
        self._led = ""
        if group.name != self._group:
            self._group = group.name
            self._fill(group, keep=keep)
        if not keep:
            self.text.body.choose(self._index(line), go=bool(line.text) or line.head)
            if line.head:
                self.text.body.go_home()

    def _fill(self, group: Group, *, keep: bool) -> None:
        rendered = group.markdown and not self._source
        last = len(group.texts) - 1
        parts = [text_part(text, markdown=rendered, last=at == last) for at, text in enumerate(group.texts)]
        self.text.show(parts, keep=keep)
        self.text.border_title = safe_line(group.name)
        shown = "rendered" if rendered else "as it is stored" if group.markdown else ""
        held = self._held
        words = [(text, STYLES[tone]) for text, tone in held.words] if held is not None else []
        facts = [(group.facts, "$text"), *([(shown, "$text-muted")] if shown else [])]
        self.text.tell(facts, *([words] if words else []))

    def _index(self, line: Line) -> int:
        """Where its text is among those that are shown; -1 if it has none."""
        if not line.text:
            return -1
        keys = [part.key for part in self.text.body.parts]
        return keys.index(line.text) if line.text in keys else -1

    # --- commands -----------------------------------------------------------------------------------------------------

    def unavailable(self, command: str) -> str:
        """Why the command with that id is impossible at present, "" if it is not."""
        if command == "document.go" and (self.line is None or not self.line.entry):
            return "no entry chosen"
        if command == "document.undo" and not self._undo.next:
            return "nothing was changed in this browser yet"
        group = self._held.group(self._group) if self._held is not None else None
        if command == "document.source" and (group is None or not group.markdown):
            return "it is no Markdown"
        if command == "document.copy" and group is None:
            return "nothing to copy"
        return ""

    def action_document_go(self) -> None:
        """Leave for the entry under the cursor."""
        if not self.refused("document.go") and self.line is not None:
            self.dismiss(Address(self.services.meta, *self._place, self.line.entry))

    @on(LineList.Opened)
    def _opened(self, event: LineList.Opened) -> None:
        event.stop()
        self.action_document_go()

    def action_document_source(self) -> None:
        """Rendered, or as it is stored; the place stays."""
        group = self._held.group(self._group) if self._held is not None else None
        if not self.refused("document.source") and group is not None:
            self._source = not self._source
            self._fill(group, keep=True)

    @work(group="go", exclusive=True)
    async def action_document_folder(self) -> None:
        """Ask for a folder and compare with it."""
        from tui.browser.screens.folder import FolderScreen

        path = await self.app.push_screen_wait(AskFolder("compare with a folder", self._folder))
        if path is not None:
            self._folder = path
            self.app.push_screen(FolderScreen(self.services, self._undo, *self._place, path))

    @work(group="copy", exclusive=True)
    async def action_document_copy(self) -> None:
        """Offer the text that is shown, and the command line that prints it."""
        group = self._held.group(self._group) if self._held is not None else None
        if self.refused("document.copy") or group is None:
            return
        size = sum(len(text.text) for text in group.texts)
        line = self.command_line
        why = "" if size <= COPY_LIMIT else f"{human_size(size)} are too much for the terminal's clipboard"
        choices = [Choice("t", "text", human_size(size), why), Choice("c", "command line", line)]
        taken = await self.app.push_screen_wait(Menu("copy", choices))
        if taken is not None:
            copied = line if taken == "c" else "".join(text.text for text in group.texts if not text.note)
            self.app.copy_to_clipboard(copied)
            self.say(f"copied the {'command line' if taken == 'c' else 'text'} · {human_size(len(copied.encode()))}")

    @property
    def command_line(self) -> str:
        """What prints the text that is shown, headless (U-14)."""
        words = [f"{self._place[0]}:{self._place[1]}:"]
        if self._group != "whole text":
            words.append("--assemble")
        return self._desk.command_line("doc", "show", *words)

    @work(group="write")
    async def action_document_undo(self) -> None:
        """Take back the last change of this browser."""
        if not self.refused("document.undo"):
            await self.take_back(self._undo)

    def action_document_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_document_pane(self) -> None:
        """To the text, and back."""
        if self.count:
            (self._lines if self.text.has_focus else self.text).focus()

    def action_document_scroll_down(self) -> None:
        """Text, one line down."""
        self.text.body.go(rows=1)

    def action_document_scroll_up(self) -> None:
        """Text, one line up."""
        self.text.body.go(rows=-1)

    def action_document_back(self) -> None:
        """One step: from the text to the list, from there away."""
        if self.text.has_focus:
            self._lines.focus()
        else:
            self.dismiss(None)


def _cells(line: Line) -> Sequence[Cell]:
    if line.head:
        size = "" if line.size is None else human_size(line.size)
        state = Cell(line.state, line.tone)
        return Cell(line.label, "strong"), Cell(""), Cell(line.kind, "faint"), Cell(size, "faint"), state
    number = "" if line.number is None else str(line.number)
    size = "" if line.size is None else human_size(line.size)
    return (
        Cell(f"  {line.label}"),
        Cell(number, "faint"),
        Cell(line.kind, "faint"),
        Cell(size, "faint"),
        Cell(line.state, line.tone if line.state else "faint"),
    )
