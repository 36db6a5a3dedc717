"""Making a cursor: five fields, and while one types, whether they are good and which database would be opened (P-091)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from store.errors import StoreError
from tui.browser.text.safe import safe_line
from tui.browser.widgets.line_field import LineField

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from store.choosing import Chooser
    from store.cursors import Cursor
    from store.session import Session

FIELDS = (
    ("name", "a letter, then letters, digits, _ and -"),
    ("database", "a name, or a path with a /; empty: a file of its own"),
    ("meta", "empty: none"),
    ("context", "empty: app"),
    ("namespace", "empty: main"),
)


class CursorForm(ModalScreen["Cursor | None"]):
    """Gives the cursor that was described, checked and not yet saved; None for none.

    It begins with the database, meta and position of `session`. A locked meta cannot be changed (P-111).
    """

    BINDINGS = [
        Binding("escape", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+s,f2", "store", "Store", show=False, priority=True),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
    ]

    def __init__(self, chooser: Chooser, session: Session, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self._chooser = chooser
        self._now_ms = now_ms
        position = session.reading.position
        start = {
            "database": session.database,
            "meta": session.meta,
            "context": session.reading.context or position.context,
            "namespace": session.reading.namespace or position.namespace,
        }
        self._fields = {name: LineField(start.get(name, ""), hint, id=name) for name, hint in FIELDS}
        if chooser.guard.meta_lock:
            self._fields["meta"].value = chooser.guard.meta_lock
            self._fields["meta"].disabled = True
        self._verdict = Static(id="verdict", markup=False)
        self._trouble: StoreError | None = None

    def compose(self) -> ComposeResult:
        """The fields, what they come to, the keys."""
        with Vertical() as box:
            box.border_title = Content("new cursor")
            for name, field in self._fields.items():
                locked = " (locked)" if field.disabled else ""
                with Horizontal(classes="line"):
                    yield Static(name + locked, classes="label", markup=False)
                    yield field
            yield self._verdict
            yield Static(_keys(), classes="foot", markup=False)

    def on_mount(self) -> None:
        """Begin with the name."""
        self._fields["name"].focus()
        self._tell()

    @property
    def verdict(self) -> str:
        """What is said about the fields."""
        return self._said().plain

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input is self._fields["namespace"]:
            self.action_store()
        else:
            self.focus_next()

    def action_store(self) -> None:
        """Give the cursor, if it is good."""
        cursor = self._cursor()
        if cursor is not None:
            self.dismiss(cursor)

    def action_leave(self) -> None:
        """Give none."""
        self.dismiss(None)

    def _cursor(self) -> Cursor | None:
        text = {name: field.value.strip() or None for name, field in self._fields.items()}
        self._trouble = None
        try:
            return self._chooser.make(
                text["name"] or "",
                database=text["database"],
                meta=text["meta"],
                context=text["context"],
                namespace=text["namespace"],
                now_ms=self._now_ms(),
            )
        except StoreError as error:
            self._trouble = error
            return None

    def _tell(self) -> None:
        self._verdict.update(self._said())

    def _said(self) -> Content:
        cursor = self._cursor()
        if cursor is None and self._trouble is not None and self._fields["name"].value:
            error = self._trouble
            hint = Content.assemble("\n", safe_line(error.hint, 70, style="$text-muted")) if error.hint else Content("")
            return Content.assemble(("✗ ", "$text-error"), safe_line(error.message, 72, style="$text-error"), hint)
        if cursor is None:
            return Content.styled("it needs a name", "$text-muted")
        where = safe_line(cursor.database, 60)
        return Content.assemble(("✓ ", "$text-success"), ("opens ", "$text-muted"), where)


def _keys() -> Content:
    keys = (("enter", "next"), ("ctrl+s", "store"), ("esc", "leave"))
    parts = [Content.assemble((key, "bold $accent"), " ", (words, "$text-muted")) for key, words in keys]
    return Content("  ").join(parts)
