"""The commands of the document view, of its comparison with a folder, and of the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.browser.commands.record import BrowserCommand, moving

if TYPE_CHECKING:
    from tui.browser.commands.record import Scope


def _command(
    id_: str, title: str, keys: str, help_: str, hint: str = "", cli: str = "", *, undo: bool = False
) -> BrowserCommand:
    scope: Scope = "document" if id_.startswith("document.") else "folder"
    return BrowserCommand(id_, title, tuple(keys.split()), scope, help_, hint, cli, undo)


def _console(id_: str, title: str, keys: str, help_: str, hint: str = "") -> BrowserCommand:
    return BrowserCommand(id_, title, tuple(keys.split()), "console", help_, hint, palette=False)


DOCUMENT: tuple[BrowserCommand, ...] = (
    _command("document.go", "Go to entry", "enter", "Leave for the entry under the cursor.", "go to", "get"),
    _command(
        "document.folder",
        "Compare with a folder",
        "d",
        "Name a folder; see what differs, import it or export to it.",
        "folder",
        "doc diff",
        undo=True,
    ),
    _command(
        "document.source",
        "Source or rendered",
        "m",
        "Show Markdown as it is stored, or rendered again.",
        "source",
        "doc show",
    ),
    _command("document.copy", "Copy…", "y", "Copy the text or the command line that prints it.", "copy", "doc show"),
    _command("document.undo", "Undo", "u", "Take back the last change made in this browser.", "undo", "undo"),
    _command("document.refresh", "Read document again", "f5 ctrl+r", "Read it again. It also does so by itself."),
    moving("document.pane", "Other pane", "tab shift+tab", "document", "To the text, and back to the parts."),
    moving("document.scroll-down", "Scroll down", "ctrl+down right_square_bracket", "document", "Text, one line down."),
    moving("document.scroll-up", "Scroll up", "ctrl+up left_square_bracket", "document", "Text, one line up."),
    moving("document.back", "Back", "escape", "document", "From the text to the parts, from there to the entries."),
)

FOLDER: tuple[BrowserCommand, ...] = (
    _command(
        "folder.import",
        "Import the folder",
        "i",
        "Store what differs, as one command, after showing what that is.",
        "import",
        "import",
        undo=True,
    ),
    _command(
        "folder.export",
        "Export to the folder",
        "x",
        "Write the document's files there, after showing which.",
        "export",
        "export",
    ),
    _command(
        "folder.replace",
        "Merge or replace",
        "m",
        "Whether an import also removes what the folder does not hold.",
        "replace",
        "doc diff",
    ),
    _command(
        "folder.recursive",
        "Namespaces below",
        "s",
        "With the namespaces below, as folders below, or without.",
        "below",
        "doc diff",
    ),
    _command("folder.choose", "Another folder", "d", "Compare with another folder.", "folder", "doc diff"),
    _command("folder.copy", "Copy command line", "y", "Copy the command line that shows the same.", "copy", "doc diff"),
    _command("folder.undo", "Undo", "u", "Take back the last change made in this browser.", "undo", "undo"),
    _command("folder.refresh", "Read folder again", "f5 ctrl+r", "Read the folder again."),
    moving("folder.pane", "Other pane", "tab shift+tab", "folder", "To the difference, and back to the list."),
    moving("folder.scroll-down", "Scroll down", "ctrl+down right_square_bracket", "folder", "Details, one line down."),
    moving("folder.scroll-up", "Scroll up", "ctrl+up left_square_bracket", "folder", "Details, one line up."),
    moving("folder.back", "Stop, back", "escape", "folder", "Stop what is going on, else back to the document."),
)

CONSOLE: tuple[BrowserCommand, ...] = (
    _console("console.run", "Run", "enter", "Run the line; help lists the commands.", "run"),
    _console("console.complete", "Complete", "tab", "Complete the word; again for the next one.", "complete"),
    _console("console.earlier", "Earlier line", "up", "The line before, as it was typed.", "earlier"),
    _console("console.later", "Later line", "down", "The line after it."),
    _console("console.page-up", "Page up", "pageup", "A screenful of what was said, up."),
    _console("console.page-down", "Page down", "pagedown", "A screenful of what was said, down."),
    _console("console.clear", "Clear", "ctrl+l", "Forget what was said.", "clear"),
    _console("console.stop", "Stop", "ctrl+c", "Stop what is running, else empty the line.", "stop"),
    _console("console.close", "Close", "escape", "Close the console; everything in it stays.", "close"),
)
