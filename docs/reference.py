"""docs/reference.md, made of what the program knows about itself: command table, help, shapes, settings, error codes, keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docs.error_codes import ERROR_CODES
from docs.examples import FACT, Shell
from store import settings
from tui import command_help
from tui.browser.commands.helpdoc import sections
from tui.browser.screens.help import BESIDE, own_bindings, own_texts
from tui.commands import COMMANDS, GLOBAL_OPTIONS, OUTPUT_JSON
from tui.headless.shapes import ERROR, SCHEMA_FIELD, SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from tui.commands import Command, Option
    from tui.headless.shapes import Field

HEAD = """\
# Reference

<!-- Made by `make docs` from the command table and what else the program knows about itself. Do not edit. -->

Every command, option, variable, setting, shape and code. The [guide](guide.md) shows them in use, the
[concepts](concepts.md) say what they mean. `prontodb help` and `prontodb help <command>` hold the same.

[Commands](#commands) · [Options of every command](#options-of-every-command) · [Exit codes](#exit-codes) ·
[Addresses](#addresses) · [Keys of the browser](#keys-of-the-browser) · [Environment](#environment) ·
[Settings](#settings) · [Machine output](#machine-output) · [Error codes](#error-codes)
"""

MACHINE_OUTPUT = """\
With `--output json`, or `PRONTO_OUTPUT=json`, every command answers in JSON: one object on standard output, listings one
object per line. Status lines and advice are left out; errors and warnings are objects on standard error, of the shape
below. `--json` is short for `--output json`, except for `set`, `get` and `scan`, where it is an option of their own. A
member marked *optional* is left out when there is nothing to say. Each object begins with the version of these shapes:
"""

KEYS_HEAD = """\
`?` shows them in the browser, those of the place you are in first. `^` is ctrl, `⇧` shift.
"""

SETTINGS_HEAD = """\
A file of lines `key=value`, `pronto.conf` in `$XDG_CONFIG_HOME/prontodb` (`~/.config/prontodb`), or wherever
`PRONTO_CONFIG` points. `#` begins a comment, a value may stand in double quotes. An option goes before the environment,
the environment before the file. A line that is not understood is an error, which names file, line and key.
"""

MEANINGS = {
    "ns_delim": "character between the parts of an address",
    "security_required": "whether streams need credentials",
    "busy_timeout_ms": "how long to wait for another process, in milliseconds",
    "streaming": "whether there is a stream command",
    "max_input": "bytes taken from standard input, or as a value",
    "pipe_strict": "whether a rescue is exit code 1",
    "profile": "the profile: `default`, `enterprise`, `embedded`, `strict`, or one with `limits` of its own",
    "prevent_runtime_tampering": "whether the profile of a running program cannot be changed",
    "validate_namespace_characters": "whether strict names of namespaces are ASCII letters, digits, `_` and `-`",
    "enforce_reserved_words": "whether strict names of namespaces may not be reserved words",
    "enable_command_audit_trail": "whether commands are recorded; off, there is no history and no undo",
}
"""By the fields of store.settings.Settings."""
OPEN_KEYS = {
    "limits.NAME.LIMIT": f"a limit of the profile NAME, a whole number; LIMIT is one of {', '.join(settings.LIMITS)}",
    "features.NAME": "a flag that `config` shows and that changes nothing: one of 1 true on yes, 0 false off no",
}

PAGES_OF_TEXT = ("help", "demo")
"""Commands whose examples print whole pages; only the commands are shown."""
STAND_INS = {"second": "1795000000", "stamp": "2026-11-18T11:06:40Z", "day": "20261118", "size": "2345"}
"""One moment, in the key of a cached pipe, the history and the name of a backup, and the size of one: for a page that must not
differ from run to run."""


def reference(root: Path) -> str:
    """The whole page. The examples are run in the new directory `root`."""
    rows = [(f"[`{command.name}`](#{anchor(command.name)})", also(command), command.summary) for command in COMMANDS]
    parts = [HEAD, "## Commands\n", table(("command", "also called", "what it does"), rows)]
    parts += [section(command, root / str(number)) for number, command in enumerate(COMMANDS)]
    parts += ["## Options of every command\n", options((*GLOBAL_OPTIONS, OUTPUT_JSON))]
    codes = [(f"`{code}`", meaning) for code, meaning in command_help.EXIT_CODES]
    parts += ["## Exit codes\n", table(("code", "meaning"), codes)]
    parts += ["## Addresses\n", fenced("text", command_help.ADDRESSES)]
    variables = [(f"`{name}`", meaning) for name, meaning in command_help.ENVIRONMENT]
    parts += ["## Keys of the browser\n", KEYS_HEAD]
    for found in sections(("browser", "tree", "entries", "value", *BESIDE, "app"), own_bindings(), own_texts())[:-1]:
        keys = [(code(line.keys), line.title, line.text, code(line.also)) for line in found.lines]
        parts += [
            f"### {found.title}\n",
            *([f"{found.text}\n"] if found.text else []),
            table(("keys", "", "what happens", "on the command line"), keys),
        ]
    parts += ["## Environment\n", "An empty variable counts as unset.\n", table(("variable", "meaning"), variables)]
    parts += ["## Settings\n", SETTINGS_HEAD, settings_table()]
    parts += ["## Machine output\n", MACHINE_OUTPUT, shape((SCHEMA_FIELD,))]
    parts += ["### Errors and warnings\n", shape(ERROR)]
    parts += ["## Error codes\n", "Stable words for programs, in `code`. Sentences may change.\n"]
    for title, meanings in ERROR_CODES.items():
        parts += [
            f"### {title}\n",
            table(("code", "meaning"), [(f"`{code}`", said) for code, said in meanings.items()]),
        ]
    return "\n".join(parts)


def section(command: Command, root: Path) -> str:
    """Everything about one command."""
    details = command_help.DETAILS[command.name]
    parts = [f"### {command.name}\n", f"{sentence(command.summary)}\n", fenced("text", command.usage)]
    if command.aliases:
        parts.append(f"Also called {also(command)}.\n")
    parts.append(f"{details.text}\n")
    if command.arguments:
        rows = [(f"`{argument.usage}`", argument.summary) for argument in command.arguments]
        parts.append(table(("argument", "meaning"), rows))
    if command.shown:
        parts.append(options(command.shown))
    parts.append(" ".join(facts(command)) + "\n")
    parts += [
        "With `--output json`" + (", one object per line" if command.lines else "") + ":\n",
        shape(SHAPES[command.name]),
    ]
    parts.append(examples(command, root))
    return "\n".join(parts)


def facts(command: Command) -> list[str]:
    """What a script wants to know of a command before it uses it, as sentences."""
    codes = [f"{code}" for code in command.exit_codes]
    said = [f"Exit codes: {', '.join(codes)}."]
    if command.reads_stdin:
        said.append("Reads standard input.")
    if command.mutates:
        said.append("Changes the store.")
    return said


def examples(command: Command, root: Path) -> str:
    """The examples of a command with what they really print, standard error included; pages of text are left out."""
    found = command_help.DETAILS[command.name].examples
    codes = {example.line: f"; exit code {example.exit}" if example.exit else "" for example in found}
    lines = [f"{example.line}  # {example.does}{codes[example.line]}" for example in found]
    if command.name in PAGES_OF_TEXT:
        return fenced("sh", "\n".join(lines))
    shown = []
    with Shell(root) as shell:
        for line in lines:
            shown += [f"$ {line}", *(FACT.sub(_timeless, printed) for printed in shell.run(line))]
    return fenced("console", "\n".join(shown))


def _timeless(fact: re.Match[str]) -> str:
    assert fact.lastgroup, f"{fact[0]} would differ from run to run"
    return fact[0].replace(fact[fact.lastgroup], STAND_INS[fact.lastgroup], 1)


def options(found: Iterable[Option]) -> str:
    """A table of options, every spelling of each."""
    rows = [
        (", ".join(code(f"{name} {option.value}".strip()) for name in option.names), option.summary) for option in found
    ]
    return table(("option", "meaning"), rows)


def settings_table() -> str:
    """Every setting: its key in the file, its variable, what it may be, what it is by default."""
    keys = {field: key for key, (field, _) in settings.KEYS.items()}
    variables = {field: name for name, (field, _) in settings.VARIABLES.items()}
    readers = dict([*settings.KEYS.values(), *settings.VARIABLES.values()])
    rows = []
    for field, default in settings.DEFAULTS._asdict().items():
        if field == settings.MORE:
            continue
        shown = ("on" if default else "off") if isinstance(default, bool) else str(default)
        about = f"{MEANINGS[field]}: {accepted(readers[field])}"
        rows.append((code(keys.get(field, "")), code(variables.get(field, "")), about, code(shown)))
    rows += [(code(key), "", about, "") for key, about in OPEN_KEYS.items()]
    return table(("key in the file", "variable", "what it is", "by default"), rows)


def accepted(read: Callable[[str], object]) -> str:
    """What a setting may be, in the words its reader complains with."""
    try:
        read("\0")
    except ValueError as error:
        return re.sub(r"([_*\\])", r"\\\1", str(error))
    raise AssertionError("no setting takes a NUL")


def shape(fields: Sequence[Field]) -> str:
    """A table of the members of an object."""
    rows = [
        (f"`{field.name}`", field.kind.replace("|", " or ") + (", optional" if field.optional else ""), field.meaning)
        for field in fields
    ]
    return table(("member", "kind", "meaning"), rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a `|` inside a cell is escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def fenced(kind: str, text: str) -> str:
    return f"```{kind}\n{text}\n```\n"


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def also(command: Command) -> str:
    return ", ".join(f"`{alias}`" for alias in command.aliases)


def anchor(title: str) -> str:
    """The fragment a heading can be linked to."""
    kept = "".join(char for char in title.lower() if char.isalnum() or char in " -_")
    return kept.replace(" ", "-")


def sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")
