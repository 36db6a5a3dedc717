"""One record per command: each is handled, explained, reachable by a key of its own, and names a verb that exists (U-14)."""

from __future__ import annotations

from typing import Any

import pytest
from textual.binding import Binding
from textual.widget import Widget

from tui.browser.app import BrowserApp
from tui.browser.commands.bindings import bindings, key_name
from tui.browser.commands.catalog import CATALOG, SCOPE_TITLES, BrowserCommand, Scope, by_id, in_scope
from tui.browser.commands.helpdoc import sections
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.cursors import CursorsScreen
from tui.browser.screens.document import DocumentScreen
from tui.browser.screens.folder import FolderScreen
from tui.browser.screens.help import HelpScreen, own_bindings, own_texts, scopes_for
from tui.browser.screens.history import HistoryScreen
from tui.browser.screens.recovery import RecoveryScreen
from tui.browser.screens.search import SearchScreen
from tui.browser.screens.shared import SharedScreen
from tui.browser.screens.timeline import TimelineScreen
from tui.browser.widgets.console_drawer import ConsoleDrawer
from tui.browser.widgets.document_text import DocumentText
from tui.browser.widgets.scope_tree import ScopeTree
from tui.browser.widgets.token_list import TokenList
from tui.browser.widgets.value_view import ValueView
from tui.commands import COMMANDS, find

OWNERS: dict[Scope, type[Any]] = {
    "app": BrowserApp,
    "browser": BrowserScreen,
    "tree": ScopeTree,
    "entries": TokenList,
    "value": ValueView,
    "console": ConsoleDrawer,
    "document": DocumentScreen,
    "text": DocumentText,
    "folder": FolderScreen,
    "search": SearchScreen,
    "shared": SharedScreen,
    "recovery": RecoveryScreen,
    "history": HistoryScreen,
    "timeline": TimelineScreen,
    "cursors": CursorsScreen,
}
every = pytest.mark.parametrize("command", CATALOG, ids=lambda command: command.id)


def keys_of(scope: Scope) -> list[str]:
    """Every key that means something in a scope, as often as it does."""
    brought = [binding for binding in own_bindings().get(scope, []) if isinstance(binding, Binding)]
    own = {command.id for command in in_scope(scope)}
    keys = [key for command in in_scope(scope) for key in command.keys]
    return keys + [key.strip() for binding in brought if binding.id not in own for key in binding.key.split(",")]


@every
def test_each_command_has_a_handler(command: BrowserCommand) -> None:
    """Its action is a method of whoever owns its scope."""
    assert callable(getattr(OWNERS[command.scope], f"action_{command.action}", None))


@every
def test_each_command_is_explained(command: BrowserCommand) -> None:
    """A title for lists, a sentence for the help, a key, a heading for its scope."""
    assert command.title
    assert command.help.endswith(".")
    assert command.keys
    assert command.scope in SCOPE_TITLES
    assert by_id(command.id) is command


@every
def test_each_equivalent_exists(command: BrowserCommand) -> None:
    """The verb that does the same headless is in the command table."""
    assert not command.cli or find(command.cli) is not None


@pytest.mark.parametrize("scope", SCOPE_TITLES)
def test_no_key_means_two_things(scope: Scope) -> None:
    """Within a scope, and for what works everywhere also across scopes."""
    keys = keys_of(scope)
    assert sorted(keys) == sorted(set(keys))
    if scope != "app":
        assert not set(keys) & set(keys_of("app"))


@pytest.mark.parametrize("scope", ["tree", "entries", "value"])
def test_panes_do_not_hide_the_commands_of_the_screen(scope: Scope) -> None:
    """A key of a pane comes first, so it must not be one of the screen's: but for stepping sideways, and what means the same."""
    assert set(keys_of(scope)) & set(keys_of("browser")) <= {"left", "h", "r"}


def test_bindings_carry_the_ids() -> None:
    """A user's keymap is by id (tui-codebases, section 7)."""
    made = [binding for binding in bindings("browser") if isinstance(binding, Binding)]
    assert [binding.id for binding in made] == [command.id for command in in_scope("browser")]


@pytest.mark.parametrize(("key", "name"), [("slash", "/"), ("ctrl+p", "^p"), ("q", "q"), ("escape", "esc"), ("G", "G")])
def test_keys_have_names_people_know(key: str, name: str) -> None:
    assert key_name(key) == name


def test_the_help_holds_every_command_and_every_verb() -> None:
    """Nothing that can be done is missing from the help, and nothing is written twice."""
    found = sections(list(SCOPE_TITLES), own_bindings(), own_texts())
    assert all(line.text for section in found for line in section.lines), "a key of which nobody says what it does"
    titles = [line.title for section in found[:-1] for line in section.lines]
    assert {command.title for command in CATALOG} <= set(titles)
    assert {"Up", "Mark", "Wrap lines"} <= set(titles), "what the panes bring"
    assert [line.text for line in found[-1].lines] == [command.summary for command in COMMANDS]


def test_the_help_begins_where_the_focus_was() -> None:
    """First the pane one is in, then the others."""

    class Below:
        tree_pane = ScopeTree()
        focused: Widget = ValueView(now_ms=lambda: 0)

    assert scopes_for(Below())[:2] == ["value", "tree"]  # type: ignore[arg-type]


def test_the_help_begins_with_what_one_sees() -> None:
    """A screen says of itself what it shows; so do the panes of the browser."""

    class Below:
        SCOPES = ("history",)
        HELP = "What was done."

    shown = HelpScreen(Below())  # type: ignore[arg-type]
    assert shown.sections[0].text == "What was done."
