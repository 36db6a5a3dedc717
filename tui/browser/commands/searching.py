"""The commands of the search and of the shared pieces. Keys with letters are for the list: in the field letters are text."""

from __future__ import annotations

from tui.browser.commands.record import BrowserCommand, moving


def _command(id_: str, title: str, keys: str, help_: str, hint: str = "", cli: str = "search") -> BrowserCommand:
    return BrowserCommand(id_, title, tuple(keys.split()), "search", help_, hint, cli)


SEARCH: tuple[BrowserCommand, ...] = (
    _command(
        "search.open", "Open at the match", "enter", "Leave for the entry, its value at the match.", "open", "get"
    ),
    _command("search.next", "Next match", "ctrl+n n", "To the next match in the same entry, round and round.", "match"),
    _command("search.scope", "Scope", "f2 s", "Search everything, this context only, or this namespace only.", "scope"),
    _command("search.field", "Field", "f3 f", "Search values, keys, namespaces, or whole addresses.", "field"),
    _command("search.case", "Case", "f4 i", "Whether capitals make a difference.", "case"),
    _command(
        "search.kinds", "Kinds", "f6 a", "Matches that are a whole value, its beginning, its end, inside.", "kinds"
    ),
    _command(
        "search.pieces", "Piece by piece", "f7 p", "Cut what is typed into the longest pieces there are.", "pieces"
    ),
    _command(
        "search.shared",
        "Shared pieces",
        "f8 t",
        "What contains the match in its namespace, from the smallest shared piece to whole values.",
        "shared",
    ),
    _command("search.copy", "Copy command line", "f9 y", "Copy the command line that gives the same.", "copy"),
    _command("search.refresh", "Search again", "f5 ctrl+r", "Search again. It also does so by itself.", cli=""),
    moving("search.entire", "Whole values", "1", "search", "Leave matches out that are a whole value, or let them in."),
    moving("search.prefix", "Beginnings", "2", "search", "The same for matches at the beginning."),
    moving("search.postfix", "Ends", "3", "search", "The same for matches at the end."),
    moving("search.range", "Inside", "4", "search", "The same for matches inside."),
    moving("search.previous", "Previous match", "N", "search", "To the match before in the same entry."),
    moving("search.pane", "Field or list", "tab shift+tab", "search", "From the field to the list, and back."),
    moving("search.up", "Up", "up", "search", "The entry above, also while typing."),
    moving("search.down", "Down", "down", "search", "The entry below, also while typing."),
    moving("search.page-up", "Page up", "pageup", "search", "A screenful up."),
    moving("search.page-down", "Page down", "pagedown", "search", "A screenful down."),
    moving("search.scroll-down", "Scroll down", "ctrl+down right_square_bracket", "search", "Value, one line down."),
    moving("search.scroll-up", "Scroll up", "ctrl+up left_square_bracket", "search", "Value, one line up."),
    moving("search.back", "Back", "escape", "search", "From the list to the field, from there back; all of it stays."),
)

SHARED: tuple[BrowserCommand, ...] = (
    BrowserCommand(
        "shared.go", "Go to entry", ("enter",), "shared", "Leave for the smallest entry that holds it.", "go to", "get"
    ),
    BrowserCommand(
        "shared.copy", "Copy command line", ("y",), "shared", "Copy the command that explains it.", "copy", "search"
    ),
    moving("shared.scroll-down", "Scroll down", "ctrl+down right_square_bracket", "shared", "Entries, one line down."),
    moving("shared.scroll-up", "Scroll up", "ctrl+up left_square_bracket", "shared", "Entries, one line up."),
    moving("shared.back", "Back", "escape", "shared", "Back to the search."),
)
