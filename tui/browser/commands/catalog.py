"""The keys of the browser: one record per command. Bindings, footer, palette and help are made of these records.

A command is handled by the method `action_<id>` (dots and dashes as underscores) of whoever owns its scope. `cli` names the verb
of tui/commands.py that does the same headless (U-14); moving about the screen has none.
"""

from __future__ import annotations

from tui.browser.commands.documents import CONSOLE, DOCUMENT, FOLDER
from tui.browser.commands.past import CURSORS, HISTORY, TIMELINE
from tui.browser.commands.record import SCOPE_TITLES as SCOPE_TITLES
from tui.browser.commands.record import BrowserCommand as BrowserCommand
from tui.browser.commands.record import Scope as Scope
from tui.browser.commands.record import moving as _move
from tui.browser.commands.searching import SEARCH, SHARED

CATALOG: tuple[BrowserCommand, ...] = (
    BrowserCommand(
        "search",
        "Search",
        ("slash",),
        "browser",
        "Search the values, keys or addresses of all entries while you type.",
        "search",
        "search",
    ),
    BrowserCommand(
        "filter",
        "Filter keys",
        ("f",),
        "browser",
        "Show only keys that begin with what you type, or match a pattern with * and ?.",
        "filter",
        "keys",
    ),
    BrowserCommand(
        "go-to",
        "Go to address",
        ("g",),
        "browser",
        "Type an address and land on its entry, its namespace or its context; → takes what is offered behind the text.",
        "go to",
        "get",
    ),
    BrowserCommand(
        "pipes",
        "Pipes",
        ("p",),
        "browser",
        "Open the recovery screen: what was piped to a bad address waits there.",
        "pipes",
        "copy",
    ),
    BrowserCommand(
        "entry.new",
        "New entry",
        ("n",),
        "browser",
        "Write a new entry, here or anywhere.",
        "new",
        "set",
        undo=True,
    ),
    BrowserCommand(
        "entry.edit",
        "Edit value",
        ("e",),
        "browser",
        "Edit the value as text, up to 64 KiB; ctrl+s stores it.",
        "edit",
        "set",
        undo=True,
    ),
    BrowserCommand(
        "entry.delete",
        "Delete entry",
        ("d", "delete"),
        "browser",
        "Delete the entry. What could not be undone is asked about first.",
        "delete",
        "del",
        undo=True,
    ),
    BrowserCommand(
        "undo",
        "Undo",
        ("u",),
        "browser",
        "Take back the last change made in this browser, and say what it was.",
        "undo",
    ),
    BrowserCommand(
        "copy",
        "Copy…",
        ("y",),
        "browser",
        "Copy the address, the value or the command line that gives it.",
        "copy",
        "get",
    ),
    BrowserCommand(
        "document",
        "Document",
        ("D",),
        "browser",
        "Show the namespace as a document: its parts in order, its text, and what differs from a folder.",
        "document",
        "doc show",
    ),
    BrowserCommand(
        "console",
        "Console",
        ("semicolon",),
        "browser",
        "Open the console below: type commands; what they change is seen at once.",
        "console",
        "console",
    ),
    BrowserCommand(
        "timeline",
        "Timeline",
        ("t",),
        "browser",
        "The life of the entry: every value it had, and bringing one back.",
        "timeline",
        "history",
    ),
    BrowserCommand(
        "history",
        "History",
        ("H",),
        "browser",
        "Everything that was done, by whom, what it changed, and taking it back.",
        "history",
        "history",
    ),
    BrowserCommand(
        "reveal",
        "Reveal secret",
        ("r",),
        "browser",
        "Show the value of a secret entry; it is masked again when you move on.",
        "",
        "get",
    ),
    BrowserCommand(
        "refresh",
        "Refresh",
        ("f5", "ctrl+r"),
        "browser",
        "Read everything on the screen again. Changes of other programs appear by themselves.",
    ),
    _move("pane.next", "Next pane", "tab", "browser", "Go to the next pane."),
    _move("pane.previous", "Previous pane", "shift+tab", "browser", "Go to the previous pane."),
    _move("pane.tree", "To the tree", "left h", "browser", "From the entries back to the tree."),
    _move("back", "One step back", "escape", "browser", "Filter, value, entries, tree: one step back. Never quits."),
    BrowserCommand(
        "recovery.recover",
        "Recover",
        ("enter", "r"),
        "recovery",
        "Store it at the address in the field below and take it out of the inbox.",
        "recover",
        "copy",
        undo=True,
    ),
    BrowserCommand(
        "recovery.mark", "Mark", ("space",), "recovery", "Mark it, or unmark it, for keys that take many.", "mark"
    ),
    BrowserCommand(
        "recovery.recover-marked",
        "Recover all marked",
        ("R",),
        "recovery",
        "Store each marked one at its suggested address, after showing which.",
        "marked",
        "copy",
        undo=True,
    ),
    BrowserCommand(
        "recovery.stream",
        "Run as stream",
        ("s",),
        "recovery",
        "Store what it says as a token stream, after showing what that is.",
        "stream",
        "stream",
        undo=True,
    ),
    BrowserCommand(
        "recovery.edit",
        "Edit address",
        ("e", "tab"),
        "recovery",
        "Go to the field and type where it shall go; ↑ and ↓ offer other addresses.",
        "edit",
    ),
    BrowserCommand(
        "recovery.keep",
        "Keep longer",
        ("k",),
        "recovery",
        "Let it, or the marked ones, wait 15 minutes longer.",
        "keep",
        undo=True,
    ),
    BrowserCommand(
        "recovery.pin", "Keep a week", ("K",), "recovery", "Let it, or the marked ones, wait a week longer.", undo=True
    ),
    BrowserCommand(
        "recovery.save",
        "Save to a file",
        ("w",),
        "recovery",
        "Write it to a new file, mode 0600; it stays in the inbox.",
        "save",
        "get",
    ),
    BrowserCommand(
        "recovery.copy-command",
        "Copy command line",
        ("y",),
        "recovery",
        "Copy the command line that would recover it.",
        "copy",
    ),
    BrowserCommand(
        "recovery.discard",
        "Discard",
        ("d", "delete"),
        "recovery",
        "Remove it, or the marked ones, from the inbox.",
        "discard",
        "del",
        undo=True,
    ),
    BrowserCommand(
        "recovery.undo",
        "Take back",
        ("u",),
        "recovery",
        "Take back what was done here last, while its time lasts.",
        "undo",
    ),
    BrowserCommand(
        "recovery.order", "Change order", ("o",), "recovery", "The newest first, or the one with the least time left."
    ),
    BrowserCommand("recovery.hex", "Bytes", ("x",), "recovery", "Show the content as bytes, or as text again."),
    BrowserCommand(
        "recovery.refresh",
        "Read again",
        ("f5", "ctrl+r"),
        "recovery",
        "Read the inbox again. It also does so by itself.",
        palette=False,
    ),
    _move(
        "recovery.scroll-down", "Scroll down", "ctrl+down right_square_bracket", "recovery", "Content, one line down."
    ),
    _move("recovery.scroll-up", "Scroll up", "ctrl+up left_square_bracket", "recovery", "Content, one line up."),
    _move(
        "recovery.back", "One step back", "escape", "recovery", "From the field to the list, from there to the entries."
    ),
    *DOCUMENT,
    *FOLDER,
    *CONSOLE,
    *SEARCH,
    *SHARED,
    *HISTORY,
    *TIMELINE,
    *CURSORS,
    BrowserCommand(
        "cursors",
        "Cursors and databases",
        ("c",),
        "app",
        "Show another store: a cursor of yours or a database of the workspace.",
        "cursors",
        "cursor list",
    ),
    BrowserCommand(
        "palette",
        "Command palette",
        ("colon", "ctrl+p"),
        "app",
        "Find a command by its name.",
        "command",
        palette=False,
    ),
    BrowserCommand("help", "Help", ("question_mark", "f1"), "app", "These pages.", "help", "help"),
    BrowserCommand("quit", "Quit", ("q", "ctrl+q"), "app", "Leave the browser.", "quit"),
    _move("suspend", "Suspend", "ctrl+z", "app", "Back to the shell for a while; fg returns here."),
    _move("tree.up", "Up", "up k", "tree", "The line above."),
    _move("tree.down", "Down", "down j", "tree", "The line below."),
    _move("tree.open", "Open", "right l", "tree", "Unfold it; on something unfolded, go to the first line inside it."),
    _move("tree.close", "Close", "left h", "tree", "Fold it; on something folded, go to what it is in."),
    _move("tree.choose", "Choose", "enter space", "tree", "Go to the entries; on “more”, show the next 250 lines."),
    _move("tree.page-up", "Page up", "pageup", "tree", "A screenful up."),
    _move("tree.page-down", "Page down", "pagedown", "tree", "A screenful down."),
    _move("tree.first", "First", "home", "tree", "The first line."),
    _move("tree.last", "Last", "end G", "tree", "The last line."),
)


def in_scope(scope: Scope) -> list[BrowserCommand]:
    """The commands of one scope, in order."""
    return [command for command in CATALOG if command.scope == scope]


def by_id(id_: str) -> BrowserCommand:
    """The command called `id_`. Raises KeyError."""
    for command in CATALOG:
        if command.id == id_:
            return command
    raise KeyError(id_)
