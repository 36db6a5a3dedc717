"""The help: first what works where the focus was, then everywhere else, then the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.browser.commands.helpdoc import sections
from tui.browser.commands.record import Scope
from tui.browser.text.widths import cells, fold, pad
from tui.browser.widgets.console_drawer import ConsoleDrawer
from tui.browser.widgets.document_text import DocumentText
from tui.browser.widgets.scope_tree import ScopeTree
from tui.browser.widgets.token_list import TokenList
from tui.browser.widgets.value_view import ValueView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.screen import Screen
    from textual.widget import Widget

    from tui.browser.commands.helpdoc import HelpLine, HelpSection

PANES: dict[Scope, type[Widget]] = {
    "tree": ScopeTree,
    "entries": TokenList,
    "value": ValueView,
    "text": DocumentText,
    "console": ConsoleDrawer,
}
"""The scopes that are a pane each, and whose keys those panes may bring themselves."""

MAIN: tuple[Scope, ...] = ("tree", "entries", "value", "browser")
BESIDE: tuple[Scope, ...] = tuple(scope for scope in get_args(Scope) if scope not in ("app", *MAIN))
KEYS_WIDTH, TITLE_WIDTH = 16, 20


class HelpText(Static):
    """Sections laid out in columns, anew for every width."""

    def __init__(self, sections_: Sequence[HelpSection]) -> None:
        super().__init__(markup=False)
        self._sections = sections_

    def on_resize(self) -> None:
        """Fold the text to the new width."""
        self.update(Content("\n").join(self._lines(max(30, self.size.width))))

    def _lines(self, width: int) -> Iterator[Content]:
        for number, section in enumerate(self._sections):
            if number:
                yield Content("")
            yield Content.styled(section.title, "bold $primary")
            if section.text:
                yield from (
                    Content.styled(section.text[a:b].rstrip(), "$text-muted") for a, b in fold(section.text, width)
                )
            for line in section.lines:
                yield from _columns(line, width)


class HelpScreen(ModalScreen[None]):
    """Everything that can be done. `below`: the screen it was asked from, which decides what comes first."""

    AUTO_FOCUS = ""  # there is nothing that could have it, and whoever types ahead need not wait for it
    BINDINGS = [
        Binding("escape,q,question_mark,f1", "leave", "Leave", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("home", "edge(True)", "Top", show=False),
        Binding("end,G", "edge(False)", "End", show=False),
    ]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        scopes = scopes_for(below)
        about = {scopes[0]: below.HELP} if below.HELP else {}
        self._sections = sections(scopes, own_bindings(), {**about, **own_texts()})
        self._scroll = VerticalScroll(HelpText(self._sections), can_focus=False)

    def compose(self) -> ComposeResult:
        """The text, and how to leave."""
        with Vertical() as box:
            box.border_title = "help"
            yield self._scroll
            yield Static(
                Content.assemble(
                    ("↑↓", "bold $accent"),
                    (" scroll  ", "$text-muted"),
                    ("esc", "bold $accent"),
                    (" leave", "$text-muted"),
                ),
                classes="foot",
            )

    @property
    def sections(self) -> Sequence[HelpSection]:
        """What is shown."""
        return self._sections

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_scroll(self, rows: int) -> None:
        """By lines."""
        self._scroll.scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        """By screenfuls."""
        self._scroll.scroll_relative(y=pages * max(1, self._scroll.size.height - 1), animate=False)

    def action_edge(self, top: bool) -> None:
        """To the beginning or the end."""
        if top:
            self._scroll.scroll_home(animate=False)
        else:
            self._scroll.scroll_end(animate=False)


def own_bindings() -> dict[Scope, list[BindingType]]:
    """The keys the panes bring, those of our classes that a pane is built on first."""
    return {
        scope: [
            binding
            for class_ in reversed(widget.__mro__)
            if class_.__module__.startswith("tui.")
            for binding in vars(class_).get("BINDINGS", ())
        ]
        for scope, widget in PANES.items()
    }


def own_texts() -> dict[Scope, str]:
    """What the panes say of themselves."""
    return {scope: widget.HELP for scope, widget in PANES.items() if widget.HELP}


def scopes_for(below: Screen[object]) -> list[Scope]:
    """Which keys to explain, beginning with those of the pane that had the focus."""
    if not isinstance(getattr(below, "tree_pane", None), ScopeTree):
        own: tuple[Scope, ...] = getattr(below, "SCOPES", ("recovery",))
        return [*own, "app"]
    around = below.focused.ancestors_with_self if below.focused is not None else []
    first: list[Scope] = [scope for scope, pane in PANES.items() if any(isinstance(node, pane) for node in around)]
    return [*first, *(scope for scope in (*MAIN, *BESIDE) if scope not in first), "app"]


def _columns(line: HelpLine, width: int) -> Iterator[Content]:
    """Keys, title, text with what does the same headless; further lines of the text are indented."""
    left = KEYS_WIDTH + TITLE_WIDTH
    if not line.keys:
        left = min(46, width // 2)
        head = Content(pad(line.title, left)) if cells(line.title) < left else Content(f"{line.title}  ")
    else:
        title = pad(line.title, TITLE_WIDTH)
        head = Content.assemble((pad(line.keys, KEYS_WIDTH), "bold $accent"), title)
    text = f"{line.text} ({line.also})" if line.also else line.text
    room = max(20, width - left)
    parts = [text[start:end].rstrip() for start, end in fold(text, room)]
    if head.cell_length > left:
        yield head
        head = Content(" " * left)
    yield Content.assemble(head, (parts[0], "$text-muted"))
    for part in parts[1:]:
        yield Content.assemble(" " * left, (part, "$text-muted"))
