"""The command table and everything made from it: no row without help, shape, handler; no option that means two things."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import UsageError
from tests.conftest import REPOSITORY
from tui import command_help
from tui.commands import AFTER_ONLY, COMMANDS, GLOBAL_OPTIONS, GROUPS, OUTPUT_JSON, Command, find, group
from tui.headless import help as help_pages
from tui.headless.parser import parse
from tui.headless.shapes import SHAPES

SLOTS = (
    *(
        "address",
        "listing",
        "namespace",
        "context",
        "below",
        "document",
        "pattern",
        "value",
        "setting",
        "command",
        "file",
    ),
    *("cursor", "scratch"),
)
WIDEST = 100


def named(command: Command) -> str:
    return command.name


def test_every_name_means_one_command() -> None:
    """P-038: names and aliases are distinct, and a group's name is no alias of something else."""
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))
    assert all(find(name) is not None for name in names)
    assert [command.name for command in group("admin")] == [
        "create-cache",
        "admin set-cache",
        "admin drop-cache",
        "admin sweep",
        "admin secret",
        "admin nuclear-clean",
    ]


def test_the_first_words_are_known_without_the_rows_they_begin() -> None:
    """T-211: whether `get` begins a group is told without loading the other rows."""
    first = {name.partition(" ")[0] for command in COMMANDS for name in (command.name, *command.aliases) if " " in name}
    assert set(GROUPS) == first


def test_issue_a_is_complete() -> None:
    """The commands of issue 2 and the aliases of P-038."""
    words = "set get del keys scan copy stream create-cache projects namespaces nss contexts help version demo"
    aliases = "list-keys scan-pairs ls delete"
    admin = ("admin set-cache", "admin drop-cache", "admin sweep", "admin create-cache")
    assert [name for name in (*words.split(), *aliases.split(), *admin) if find(name) is None] == []


def test_issue_b_is_complete() -> None:
    """The commands of issue 3, and their short forms."""
    groups = {
        "cursor": "set list use active clear delete",
        "workspace": "init info status",
        "backup": "list",
        "admin": "secret nuclear-clean",
        "pantheon": "iter migrate",
    }
    single = "cursor history undo reset export import export-fs import-fs backup restore"
    names = [*single.split(), *(f"{first} {word}" for first, words in groups.items() for word in words.split())]
    assert [name for name in names if find(name) is None] == []


def test_an_option_name_takes_a_value_everywhere_or_nowhere() -> None:
    """P-003 lets options stand before the command: whether a word is an option's value must not depend on the command."""
    arity: dict[str, bool] = {}
    for option in (*GLOBAL_OPTIONS, OUTPUT_JSON, *(option for command in COMMANDS for option in command.options)):
        for name in option.names:
            if name not in AFTER_ONLY:
                assert arity.setdefault(name, bool(option.value)) == bool(option.value), name


@pytest.mark.parametrize("name", AFTER_ONLY)
def test_an_option_that_is_two_things_stands_behind_its_command(name: str) -> None:
    """P-003: before the command nobody could tell whether the next word is its value, so it is refused there."""
    assert {bool(option.value) for command in COMMANDS for option in command.options if name in option.names} == {
        True,
        False,
    }
    with pytest.raises(UsageError, match=f"unknown option {name}"):
        parse([name, "search", "milk"])


def test_the_first_word_of_a_group_tells_what_an_option_is() -> None:
    """P-003: behind `pantheon`, --session is the one with a value."""
    assert parse(["pantheon", "--session", "3", "iter", "show"]).options == {"session": "3"}


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_a_row_is_whole(command: Command) -> None:
    """Every row has a handler that exists, help, examples, a JSON shape, known slots and short texts."""
    module, _, name = command.handler.partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    assert command_help.DETAILS[command.name].text.strip()
    assert command_help.DETAILS[command.name].examples
    assert command.name in SHAPES
    assert 0 < len(command.summary) <= 70
    assert not command.summary.endswith(".")
    for argument in command.arguments:
        assert argument.slot in SLOTS or "|" in argument.slot
        assert argument.summary
    for option in command.options:
        assert option.names[0].startswith("--")
        assert option.summary
    own = [name for option in command.options for name in option.names]
    assert not set(own) & {name for option in GLOBAL_OPTIONS for name in option.names}, "hides a global option"
    optional = [argument.optional for argument in command.arguments]
    assert optional == sorted(optional), "a required argument after an optional one"


def test_long_help_has_no_orphans() -> None:
    """What is written about a command that is gone must go too."""
    names = {command.name for command in COMMANDS}
    assert set(command_help.DETAILS) == names
    assert set(SHAPES) == names


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_a_help_page_says_everything(command: Command) -> None:
    """P-039: program, USAGE, every alias, argument, option, exit code and example; readable on a terminal."""
    text = help_pages.page(command)
    assert "prontodb" in text
    assert "USAGE:" in text
    for option in (*command.shown, *GLOBAL_OPTIONS):
        assert option.usage in text
        assert option.summary in text
    for word in (*command.aliases, *(argument.usage for argument in command.arguments)):
        assert word in text
    for example in command_help.DETAILS[command.name].examples:
        assert example.line in text
    meanings = dict(command_help.EXIT_CODES)
    assert all(meanings[code] in text for code in command.exit_codes)
    examples = {f"  {example.line}" for example in command_help.DETAILS[command.name].examples}
    assert [line for line in text.split("\n") if len(line) > WIDEST and line not in examples] == []


def test_the_overview_lists_every_command() -> None:
    """P-039: and the options that go with all of them, and the topics."""
    text = help_pages.overview()
    assert "prontodb" in text
    assert "USAGE:" in text
    for command in COMMANDS:
        assert command.summary in text
        assert all(name in text for name in (command.name, *command.aliases))
    assert all(option.usage in text for option in GLOBAL_OPTIONS)
    assert all(f"prontodb help {topic}" in text for topic in help_pages.TOPICS)


def test_every_environment_variable_is_explained() -> None:
    """Habit 14: a variable that the code reads stands in `help environment`, and no other does."""
    read = set()
    for top in ("store", "tui"):
        for path in (REPOSITORY / top).rglob("*.py"):
            if path.name != "command_help.py":
                text = path.read_text(encoding="utf-8")
                read |= set(re.findall(r'"((?:PRONTO|PANTHEON|PANTH|XDG)_[A-Z_]+)"', text))
    assert read <= {name for name, _ in command_help.ENVIRONMENT}
    explained = help_pages.topic("environment")
    assert all(f"  {name} " in explained and meaning in explained for name, meaning in command_help.ENVIRONMENT)


@pytest.fixture
def shell(home: Path) -> Path:
    """A directory with an executable `prontodb` for examples."""
    folder = home / "bin"
    folder.mkdir()
    program = folder / "prontodb"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={REPOSITORY} exec {sys.executable} -m tui "$@"\n')
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.name != "demo"], ids=named)
def test_the_examples_do_what_they_say(command: Command, shell: Path, home: Path) -> None:
    """Habit 14: examples are executed, in order, in one empty workspace. (The demo has its own test.)"""
    for example in command_help.DETAILS[command.name].examples:
        done = subprocess.run(
            ["sh", "-c", f'PATH="{shell}:$PATH"; {example.line}'],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            cwd=home,
            timeout=60,
            check=False,
        )
        assert done.returncode == example.exit, (example.line, done.stderr.decode())
        if example.prints is not None:
            expected = re.escape(example.prints).replace("…", "[^\n]*")
            assert re.fullmatch(expected, done.stdout.decode()), (example.line, done.stdout)
