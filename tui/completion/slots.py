"""What fits where on a command line, derived from the command table for the scripts of the shells (C-061, C-070…C-073)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tui.commands import GLOBAL_OPTIONS, OUTPUT_JSON, Command, Option, every, group
from tui.topic_help import TOPICS

KINDS = {
    "address": "id",
    "listing": "area",
    "namespace": "area",
    "context": "project",
    "below": "below",
    "document": "document",
    "scope": "scope",
    "cursor": "alias",
    "scratch": "scratch",
    "file": "path",
    "database": "path",
}
"""Kind of candidates by slot of the table. A slot with `|` lists its words, `<context>` among them standing for the contexts; any
other takes what cannot be guessed.
"""

FREE = "free"
HALF = "half"  # the second half of a namespace whose context another option gives (C-072)
SECONDS = "seconds"  # the second words of the group that the first argument names
ALONE = ("--version", "-V", "-v", "-h")
"""Options that stand for commands, besides --help."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way to name a command. kinds: of its arguments in order; the last one ends with `+` if it repeats."""

    name: str
    kinds: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All that a script knows. first: first words. groups: second words by first one. rows: by name and alias.

    values: kind of its value by name of option; special: the same by command and option, where it differs.
    """

    first: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    rows: tuple[Row, ...]
    values: dict[str, str]
    special: dict[tuple[str, str], str]
    options: tuple[str, ...]


def table() -> Table:
    """What the command table says, put for a shell."""
    rows = [
        Row(name, kinds_of(command), names_of((*command.options, *GLOBAL_OPTIONS, OUTPUT_JSON)))
        for command in every()
        for name in (command.name, *command.aliases)
    ]
    first = list(dict.fromkeys(row.name.partition(" ")[0] for row in rows))
    groups = {
        word: tuple(row.name.partition(" ")[2] for row in rows if row.name.startswith(word + " "))
        for word in first
        if group(word)
    }
    explained = f"={'|'.join((*first, *TOPICS))}"
    rows = [Row(row.name, (explained, SECONDS), row.options) if row.name == "help" else row for row in rows]
    values, special = _values()
    return Table(
        first=tuple(first),
        groups=groups,
        rows=tuple(rows),
        values=values,
        special=special,
        options=(*names_of((*GLOBAL_OPTIONS, OUTPUT_JSON)), *ALONE),
    )


def kinds_of(command: Command) -> tuple[str, ...]:
    """The kinds of a command's arguments. What follows one of several words differs from word to word, so those do not repeat."""
    return tuple(
        kind_of(argument.slot) + ("+" if argument.repeat and "|" not in argument.slot else "")
        for argument in command.arguments
    )


def kind_of(slot: str) -> str:
    """The kind of candidates for a slot."""
    return f"={slot}" if "|" in slot else KINDS.get(slot, FREE)


def names_of(options: tuple[Option, ...]) -> tuple[str, ...]:
    """Every spelling of the options that are offered, each once."""
    return tuple(dict.fromkeys(name for option in options if not option.hidden for name in option.names))


def _values() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The kind of value of each option: what most commands say, and where one says otherwise."""
    said: list[tuple[str, str, str]] = []
    for option in GLOBAL_OPTIONS:
        said += [("", name, _kind(option)) for name in option.names if option.value]
    for command in every():
        for option in command.options:
            said += [(command.name, name, _kind(option)) for name in option.names if option.value]
        if any(option.key == "output-dir" for option in command.options):  # P-130: there, --output is a directory too
            said.append((command.name, "--output", "path"))
    values = {
        name: next((kind for of, other, kind in said if other == name and not of), "")
        or Counter(kind for _, other, kind in said if other == name).most_common(1)[0][0]
        for _, name, _ in said
    }
    aliases = {command.name: (command.name, *command.aliases) for command in every()}
    special = {
        (spelled, name): kind for of, name, kind in said if of and kind != values[name] for spelled in aliases[of]
    }
    return values, special


def _kind(option: Option) -> str:
    return HALF if option.key == "namespace" else kind_of(option.slot)
