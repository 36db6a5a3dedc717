"""The help of the browser, made of the catalog, of the widgets' own bindings and of the command table. Nothing is written twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding

from tui.browser.commands.bindings import key_name
from tui.browser.commands.catalog import CATALOG, SCOPE_TITLES, in_scope
from tui.commands import COMMANDS, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.binding import BindingType

    from tui.browser.commands.catalog import BrowserCommand, Scope


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One key or one command. keys: as printed; also: what does the same headless, "" for nothing."""

    keys: str
    title: str
    text: str
    also: str = ""


@dataclass(frozen=True, slots=True)
class HelpSection:
    """A heading and its lines."""

    title: str
    lines: Sequence[HelpLine]
    text: str = ""


def sections(
    scopes: Sequence[Scope], widget_bindings: Mapping[Scope, Sequence[BindingType]], texts: Mapping[Scope, str]
) -> list[HelpSection]:
    """Everything there is to know: the keys of `scopes`, first things first, then the commands for scripts.

    widget_bindings: the bindings of widgets that bring their own keys. texts: what is seen there, where there is more to say.
    """
    found = []
    for scope in scopes:
        lines = [_of_command(command) for command in in_scope(scope)]
        lines += _of_bindings(widget_bindings.get(scope, ()))
        if lines:
            found.append(HelpSection(SCOPE_TITLES[scope], lines, texts.get(scope, "")))
    return [*found, headless()]


def headless() -> HelpSection:
    """The commands for scripts, from the command table."""
    lines = [HelpLine("", command.usage.removeprefix("prontodb "), command.summary) for command in COMMANDS]
    text = "The same store, from a shell. Everything the browser does has a command; prontodb help shows more."
    return HelpSection("On the command line: prontodb …", lines, text)


def equivalent(command: BrowserCommand) -> str:
    """The headless command that does the same, "" for none."""
    found = find(command.cli) if command.cli else None
    return f"prontodb {found.name}" if found else ""


def _of_command(command: BrowserCommand) -> HelpLine:
    keys = " ".join(key_name(key) for key in command.keys)
    return HelpLine(keys, command.title, command.help, equivalent(command))


def _of_bindings(widget_bindings: Iterable[BindingType]) -> list[HelpLine]:
    known = {command.id for command in CATALOG}
    lines = []
    for binding in widget_bindings:
        if isinstance(binding, Binding) and binding.id not in known:
            keys = " ".join(key_name(key.strip()) for key in binding.key.split(","))
            lines.append(HelpLine(keys, binding.description, binding.tooltip))
    return lines
