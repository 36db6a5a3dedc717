"""A text area for stored text: what may not be shown stands in as something visible, and comes back as itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import TextArea

from tui.browser.flows.editing import LIMIT, LONGEST_LINE, CannotEdit, Draft

if TYPE_CHECKING:
    from textual import events
    from textual.document._document import EditResult
    from textual.document._edit import Edit


class TextField(TextArea):
    """Edits a `Draft`. `value` is the text as it would be stored."""

    BINDINGS = []
    DEFAULT_CSS = """
    TextField { border: none; padding: 0 1; &:focus { border: none; } }
    """

    def __init__(self, draft: Draft, *, id: str | None = None) -> None:
        super().__init__(draft.shown, id=id, soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
        self.cursor_blink = False
        self._draft = draft

    @property
    def draft(self) -> Draft:
        """The stand-ins in use."""
        return self._draft

    @property
    def value(self) -> str:
        """The text as it would be stored."""
        return self._draft.back(self.text)

    def edit(self, edit: Edit) -> EditResult:
        """Every change passes here; strangers in it get their stand-ins first."""
        edit.text = self._draft.present(edit.text)
        return super().edit(edit)

    async def _on_paste(self, event: events.Paste) -> None:
        """What cannot be edited here is not pasted, and the reason is told."""
        event.prevent_default()
        try:
            if len(event.text) > LIMIT or max(map(len, event.text.split("\n"))) > LONGEST_LINE:
                raise CannotEdit("it is too large to be pasted here")
            Draft(self.text, dict(self._draft.stand_ins)).present(event.text)
        except CannotEdit as error:
            event.stop()
            self.app.notify(f"not pasted: {error.message}", severity="warning", markup=False)
            return
        await super()._on_paste(event)
