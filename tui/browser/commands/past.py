"""The commands of the history, the timeline and the cursors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.browser.commands.record import BrowserCommand, moving

if TYPE_CHECKING:
    from tui.browser.commands.record import Scope


def _command(
    id_: str, title: str, keys: str, help_: str, hint: str = "", cli: str = "", *, undo: bool = False
) -> BrowserCommand:
    scope: Scope = "history" if id_.startswith("history.") else "timeline" if id_.startswith("timeline.") else "cursors"
    return BrowserCommand(id_, title, tuple(keys.split()), scope, help_, hint, cli, undo)


HISTORY: tuple[BrowserCommand, ...] = (
    _command(
        "history.undo",
        "Undo this command",
        "u",
        "Put back what the command under the cursor changed; refused if it was changed again since.",
        "undo",
        "undo",
    ),
    _command(
        "history.undo-last", "Undo your last", "U", "Take back your last command that still stands.", "last", "undo"
    ),
    _command(
        "history.failed", "Failed only", "f", "Show only commands that failed, or all again.", "failed", "history"
    ),
    _command(
        "history.go", "Go to entry", "enter", "Leave for the first entry that the command changed.", "go to", "get"
    ),
    _command(
        "history.timeline",
        "Its timeline",
        "t",
        "The life of the first entry that the command changed.",
        "life",
        "history",
    ),
    _command("history.copy", "Copy command line", "y", "Copy the command line that lists the same.", "copy", "history"),
    _command("history.refresh", "Read history again", "f5 ctrl+r", "Read it again. It also does so by itself."),
    moving(
        "history.scroll-down", "Scroll down", "ctrl+down right_square_bracket", "history", "Details, one line down."
    ),
    moving("history.scroll-up", "Scroll up", "ctrl+up left_square_bracket", "history", "Details, one line up."),
    moving("history.back", "Back", "escape", "history", "All commands again, then back to the entries."),
)

TIMELINE: tuple[BrowserCommand, ...] = (
    _command(
        "timeline.restore",
        "Restore this value",
        "enter e",
        "Store the value under the cursor again; asks before it overwrites another.",
        "restore",
        "set",
        undo=True,
    ),
    _command("timeline.undo", "Undo", "u", "Take back the last change made in this browser.", "undo", "undo"),
    _command(
        "timeline.copy", "Copy command line", "y", "Copy the command line that lists the same.", "copy", "history"
    ),
    _command("timeline.refresh", "Read timeline again", "f5 ctrl+r", "Read it again. It also does so by itself."),
    moving("timeline.pane", "Other pane", "tab shift+tab", "timeline", "To the value, and back to the list."),
    moving(
        "timeline.back", "Back", "escape", "timeline", "From the value to the list, from there to where we came from."
    ),
)

CURSORS: tuple[BrowserCommand, ...] = (
    _command("cursors.open", "Open", "enter", "Show this store in the browser, only for this run.", "open"),
    _command(
        "cursors.activate",
        "Make active",
        "a",
        "From now on this opens without options, here and on the command line.",
        "make active",
        "cursor use",
    ),
    _command("cursors.new", "New cursor", "n", "Name a database, a meta and a position.", "new", "cursor set"),
    _command(
        "cursors.clear",
        "No active cursor",
        "x",
        "End the active cursor: the default database opens.",
        "",
        "cursor clear",
    ),
    _command(
        "cursors.delete",
        "Delete cursor",
        "d delete",
        "Delete the cursor; its database stays.",
        "delete",
        "cursor delete",
    ),
    _command(
        "cursors.copy", "Copy command line", "y", "Copy the option that makes a command use it.", "copy", "cursor list"
    ),
    _command("cursors.refresh", "Read cursors again", "f5 ctrl+r", "Read cursors and databases again."),
    moving("cursors.back", "Back", "escape", "cursors", "Stay with what is open."),
)
