"""A document and a folder on disk: what importing the folder would change (M-173)."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Container
from textual.content import Content

from store.documents.comparing import ADDED, REMOVED, UNCHANGED
from store.errors import StoreError
from tui.browser.flows import folders
from tui.browser.flows.folders import Comparison, Job, Target
from tui.browser.flows.loader import Generation
from tui.browser.flows.rescue_files import full_path
from tui.browser.screens.list_screen import ListScreen
from tui.browser.text.preview import human_size
from tui.browser.text.safe import safe_line
from tui.browser.widgets.document_text import DocumentText
from tui.browser.widgets.line_list import Cell, Column, LineList
from tui.browser.widgets.notice import Said
from tui.browser.widgets.parts import toned_part
from tui.browser.widgets.scope_tree import ROOT
from tui.browser.widgets.work_line import WorkLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from store.documents.comparing import Difference
    from tui.browser.services import Services

COLUMNS = (
    Column("", 1),
    Column("entry", 14, share=2),
    Column("size", 9, right=True, spare=2),
    Column("what becomes of it", 16, share=3, spare=1),
)
HEAD = 400
"""Characters of a value that are handed to a line."""

WAYS_ON = "x exports the document to it · d another folder · esc goes back"
EMPTY = Said("empty", "the folder holds nothing to compare", "", WAYS_ON)
NO_FOLDER = Said("empty", "there is no such folder yet", "", WAYS_ON)
WORDS = {ADDED: "is added", REMOVED: "goes", UNCHANGED: "the same"}


class FolderView(ListScreen[None]):
    """What differs between a document and the folder at `path`, as an import would see it."""

    SCOPES = ("folder", "text")

    def __init__(self, services: Services, context: str, namespace: str, path: str) -> None:
        self._lines: LineList[Difference] = LineList(COLUMNS, self._cells, _identity, id="differences")
        self.text = DocumentText(id="detail")
        super().__init__(services, self._lines, self.text, EMPTY)
        self.typed = path
        """The folder as it was typed."""
        self.target = Target(context, namespace, full_path(path))
        self.working = WorkLine(id="work-line")
        self._comparison: Comparison | None = None
        self._compared: Target | None = None
        self._quietly = False
        self._asked = Generation()
        self._reading: Job | None = None

    def compose(self) -> ComposeResult:
        """As every list, and a line that tells how far long work is."""
        with Container(id="body"):
            yield self.list_pane
            yield self.detail
        yield self._notice
        yield self.working
        yield self.bar
        yield self._hints

    # --- reading ------------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many entries are compared."""
        return len(self._comparison.result.differences) if self._comparison is not None else 0

    @property
    def comparison(self) -> Comparison | None:
        """What was compared last."""
        return self._comparison

    @property
    def difference(self) -> Difference | None:
        """That under the cursor."""
        return self._lines.row

    @property
    def overdue(self) -> bool:
        """A folder is read when somebody asks for it."""
        return False

    @property
    def _about(self) -> str:
        target = self.target
        return f"{target.context}:{target.namespace or ROOT} ← {target.path}"

    def catch_up(self) -> None:
        """Compare again what is shown already: no key waits for that, and esc has nothing to stop."""
        self._quietly = self._compared == self.target and self.working.job is None
        self.load()

    async def read(self) -> None:
        """Compare anew; what is going on already is not disturbed, unless it is such a reading."""
        if self.working.job is not None and self.working.job is not self._reading:
            return
        if self._reading is not None:
            self._reading.stop()
        job = self._reading = Job("reading the folder")
        target, quietly, self._quietly = self.target, self._quietly, False
        if not quietly:
            self.working.follow(job)
        self._empty = replace(EMPTY, detail=self._about)
        try:
            self._comparison = await folders.compare(self.services, target, job)
            self._compared = target
        except StoreError as error:
            self._comparison = self._compared = None
            if error.code != "no-directory":
                error.hint = error.hint or "f5 reads it again"
                raise
            self._empty = replace(NO_FOLDER, detail=self._about)
        finally:
            if self.working.job is job:
                self.working.follow(None)

    def draw(self) -> None:
        """The differences, with their counts above."""
        comparison = self._comparison
        self._lines.show(comparison.rows if comparison is not None else ())
        self._look()
        self.call_after_refresh(self._entitle)

    def _entitle(self) -> None:
        """The titles, cut to the width that the panes have by now."""
        target = self.target
        name = f"{target.context}:{target.namespace or ROOT}"
        tail = "".join((" · below too" * target.recursive, " · replace" * target.replace))
        room = max(8, self._lines.size.width - len(name) - len(tail) - 8)
        self._lines.border_title = Content.assemble(
            safe_line(name, style="bold"), " ← ", safe_line(self.typed, room), tail
        )
        self._lines.border_subtitle = self._counts()

    def _counts(self) -> Content:
        if self._comparison is None:
            return Content("")
        result = self._comparison.result
        counts = [
            (f"+ {result.tokens_added}", "$text-success", result.tokens_added),
            (f"~ {result.tokens_updated}", "$text-warning", result.tokens_updated),
            (f"- {result.tokens_removed}", "$text-error", result.tokens_removed or self.target.replace),
            (f"unchanged {result.tokens_unchanged}", "$text-muted", True),
        ]
        return Content("  ").join(Content.styled(text, style) for text, style, wanted in counts if wanted)

    def on_resize(self) -> None:
        """Panes, and the titles."""
        super().on_resize()
        self.call_after_refresh(self._entitle)

    def on_unmount(self) -> None:
        """Nobody waits any more: stop between two files."""
        for job in (self.working.job, self._reading):
            if job is not None:
                job.stop()

    # --- looking ------------------------------------------------------------------------------------------------------

    @on(LineList.Highlighted)
    def _highlighted(self, event: LineList.Highlighted) -> None:
        event.stop()
        self._look()
        self.refresh_hints()

    def _look(self) -> None:
        difference = self.difference
        self.text.border_title = "difference"
        if difference is None or self._comparison is None:
            self.text.show(())
            self.text.tell()
            return
        self._compare_values(difference, self._asked.next())

    @work(exclusive=True, group="value")
    async def _compare_values(self, difference: Difference, asked: int) -> None:
        """The values line by line; comparing them may take a while."""
        lines = await to_thread(lambda: list(folders.in_full(difference)))
        if not self._asked.is_current(asked) or self._comparison is None:
            return
        self.text.show([toned_part(_identity(difference), lines)])
        heads = [[(difference.shown, "bold $text"), (_sizes(difference), "$text-muted")]]
        missing = difference.shown in self._comparison.result.missing
        warnings = [sentence for _, sentence in self._comparison.result.warnings]
        if missing:
            heads.append([("its file is gone", "$text-warning")])
        elif warnings:
            more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
            heads.append([(f"⚠ {warnings[0]}{more}", "$text-warning")])
        self.text.tell(*heads)

    def _cells(self, difference: Difference) -> Sequence[Cell]:
        several = self.target.recursive and difference.namespace != self.target.namespace
        below = difference.namespace[len(self.target.namespace) :].removeprefix(".")
        shown = f"{below}: {difference.shown}" if several else difference.shown
        tone = {ADDED: "good", REMOVED: "bad", UNCHANGED: "faint"}.get(difference.kind, "mark")
        text = folders.in_line(difference)
        size = 0 if difference.secret else len((difference.new or difference.old or "").encode())
        faint = "faint" if difference.kind == UNCHANGED else "plain"
        return (
            Cell(difference.kind, tone),  # type: ignore[arg-type]  # a tone
            Cell(shown, faint),  # type: ignore[arg-type]  # a tone
            Cell(human_size(size) if size else "", "faint"),
            Cell(text[:HEAD] or WORDS.get(difference.kind, ""), "faint", max(0, len(text) - HEAD)),
        )


def _identity(difference: Difference) -> object:
    return difference.namespace, difference.key


def _sizes(difference: Difference) -> str:
    if difference.secret:
        return "a secret"
    old, new = (None if text is None else human_size(len(text.encode())) for text in (difference.old, difference.new))
    return " → ".join(size for size in (old, new) if size is not None) if old != new else str(new)
