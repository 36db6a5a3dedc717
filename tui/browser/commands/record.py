"""What a command of the browser is: one record, of which bindings, footer, palette and help are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal[
    "app",
    "browser",
    "tree",
    "entries",
    "value",
    "console",
    "document",
    "text",
    "folder",
    "search",
    "shared",
    "recovery",
    "history",
    "timeline",
    "cursors",
]

SCOPE_TITLES: dict[Scope, str] = {
    "tree": "In the tree",
    "entries": "In the entries",
    "value": "In the value",
    "browser": "Working with entries",
    "console": "In the console",
    "document": "A document",
    "text": "In its text",
    "folder": "A document and a folder",
    "search": "Searching",
    "shared": "Shared pieces",
    "recovery": "Bringing pipes home",
    "history": "What was done",
    "timeline": "The life of an entry",
    "cursors": "Cursors and databases",
    "app": "Everywhere",
}
"""Every scope, from the innermost out, with its heading in the help."""


@dataclass(frozen=True, slots=True)
class BrowserCommand:
    """One thing a key can do.

    title: two or three words, for palette and help. keys: Textual names, the first one is shown. hint: its word in the footer,
    "" to keep it out. help: one sentence. undo: whether `u` takes it back.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    scope: Scope
    help: str
    hint: str = ""
    cli: str = ""
    undo: bool = False
    palette: bool = True

    @property
    def action(self) -> str:
        """The name of its action, without `action_`."""
        return self.id.replace(".", "_").replace("-", "_")


def moving(id_: str, title: str, keys: str, scope: Scope, help_: str) -> BrowserCommand:
    """A key that only moves about: not in the palette. keys: parted by blanks."""
    return BrowserCommand(id_, title, tuple(keys.split()), scope, help_, palette=False)
