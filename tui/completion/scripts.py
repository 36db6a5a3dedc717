"""The completion scripts: a template per shell, filled in with what the command table says (C-060, C-061).

The names in the cache are dotted. Whoever has set another delimiter, by option, variable or in pronto.conf, types something else:
then the scripts do not look into the cache but ask the program, which spells as it reads (C-054, C-065). They read the one line of
pronto.conf themselves: a note of it that commands would leave would be wrong from the edit of that file to the next command.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from store.model import Position
from tui import __version__
from tui.completion.slots import Table, table
from tui.document_commands import DOCUMENTS

SHELLS = ("bash", "zsh", "fish")
VARIABLES = (
    "PRONTO_DB",
    "PRONTO_DATABASE",
    "PRONTO_CONFIG",
    "PRONTO_CURSOR",
    "PRONTO_USER",
    "PRONTO_META",
    "PRONTO_FORCE_USER",
    "PRONTO_FORCE_META",
    "PRONTO_NS_DELIM",
)
"""Whoever sets one of these may mean other entries than the cache tells of (C-065)."""

TEMPLATES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "shell")


def script(shell: str) -> str:
    """The script for `shell`, which is one of SHELLS. It depends on nothing but the version."""
    known = table()
    parts = {
        "VERSION": __version__,
        "AWK": _program("completion.awk", shell),
        "FILTER": _program("filter.awk", shell),
        "FIRST": "|".join(known.first),
        "GLOBAL": " ".join(known.options),
        "CONTEXT": Position().context,  # what a bare -n means (C-075, U-04)
        "DOCUMENTS": DOCUMENTS,
        "VARIABLES": _VARIABLES[shell],
        "DATA": _DATA[shell](known),
    }
    text = _read(f"completion.{shell}").replace("@COMMON@", _read("completion.common").rstrip("\n"))
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return text


def _read(name: str) -> str:
    with open(os.path.join(TEMPLATES, name), encoding="utf-8") as file:
        return file.read()


def _program(name: str, shell: str) -> str:
    """An awk program without its comments, to stand between single quotes, where only fish knows a backslash."""
    both = _read("spelling.awk") + _read(name)
    lines = [line for line in both.splitlines() if not line.startswith("#")]
    text = "\n".join(lines)
    assert "'" not in text, name
    return text.replace("\\", "\\\\") if shell == "fish" else text


def _in_bash(known: Table) -> str:
    """The table as functions of bash, which zsh reads as well: they set the variables of their callers."""
    lines = ["_prontodb_command() {", "  case $1 in"]
    for row in known.rows:
        lines.append(f"    '{row.name}') kinds='{' '.join(row.kinds)}' opts='{' '.join(row.options)}' ;;")
    lines += ["    *) return 1 ;;", "  esac", "}", "", "_prontodb_group() {", "  case $1 in"]
    lines += [f"    '{word}') kind='={'|'.join(seconds)}' ;;" for word, seconds in known.groups.items()]
    lines += ["    *) return 1 ;;", "  esac", "}", "", "_prontodb_value() {", '  case "${cmd:-$group} $1" in']
    lines += [f"    '{command} {name}') kind='{kind}' ;;" for (command, name), kind in known.special.items()]
    lines += [f"    *' {name}') kind='{kind}' ;;" for name, kind in known.values.items()]
    lines += ["    *) return 1 ;;", "  esac", "}"]
    return "\n".join(lines)


def _in_fish(known: Table) -> str:
    lines = ["function __prontodb_command", "    switch $argv[1]"]
    for row in known.rows:
        lines.append(f"        case '{row.name}'")
        lines.append(f"            set -g __prontodb_kinds {' '.join(_word(kind) for kind in row.kinds)}")
        lines.append(f"            set -g __prontodb_opts {' '.join(row.options)}")
    lines += _END_OF_SWITCH
    lines += ["function __prontodb_group", "    switch $argv[1]"]
    for word, seconds in known.groups.items():
        lines += [f"        case '{word}'", f"            set -g __prontodb_kind '={'|'.join(seconds)}'"]
    lines += _END_OF_SWITCH
    lines += ["function __prontodb_value", '    switch "$__prontodb_cmd$__prontodb_group $argv[1]"']
    for (command, name), kind in known.special.items():
        lines += [f"        case '{command} {name}'", f"            set -g __prontodb_kind {_word(kind)}"]
    for name, kind in known.values.items():
        lines += [f"        case '* {name}'", f"            set -g __prontodb_kind {_word(kind)}"]
    return "\n".join((lines + _END_OF_SWITCH)[:-1])


def _word(text: str) -> str:
    return f"'{text}'"


_END_OF_SWITCH = ["        case '*'", "            return 1", "    end", "    return 0", "end", ""]
_DATA: dict[str, Callable[[Table], str]] = {"bash": _in_bash, "zsh": _in_bash, "fish": _in_fish}
_PLAIN = "".join(f"${{{name}-}}" for name in VARIABLES)
_VARIABLES = {"bash": _PLAIN, "zsh": _PLAIN, "fish": '"' + "".join(f"${name}" for name in VARIABLES) + '"'}
