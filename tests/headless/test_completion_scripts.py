"""The completion scripts as text: they follow the command table, and keep to what old shells know (C-061, C-087, C-114, C-118)."""

from __future__ import annotations

import itertools
import re
import subprocess
from pathlib import Path

import pytest

from program_steps import REPOSITORY
from shells import need
from tui import __version__
from tui.command_help import DETAILS
from tui.commands import COMMANDS
from tui.completion.scripts import SHELLS, script
from tui.completion.slots import table

TOO_NEW = {
    "mapfile": r"\b(mapfile|readarray)\b",
    "associative arrays": r"(declare|local|typeset) +-\w*A",
    "case conversion": r"\$\{\w+(,,?|\^\^?)",
    "|&": r"\|&",
    "&>>": r"&>>",
    ";;&": r";;?&[^&]",
    "namerefs": r"(declare|local|typeset) +-\w*n\b",
    "negative indices": r"\[-\d",
    "[[ -v": r"\[\[ +-v",
}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_complete_and_always_the_same(shell: str) -> None:
    """C-060, C-061: every marker is filled in, the version is in the first comment, nothing depends on the moment."""
    text = script(shell)
    assert text == script(shell)
    assert not re.search(r"@[A-Z]+@", text)
    assert f"prontodb {__version__}:" in "".join(text.splitlines(keepends=True)[:2])


@pytest.mark.parametrize(
    ("shell", "places"),
    [
        ("bash", ["~/.local/share/bash-completion/completions/prontodb", 'eval "$(prontodb completions bash)"']),
        ("zsh", ["/_prontodb", "source <(prontodb completions zsh)"]),
        ("fish", ["~/.config/fish/completions/prontodb.fish"]),
    ],
)
def test_a_script_begins_with_where_to_put_it(shell: str, places: list[str]) -> None:
    """C-060; and README and help say the same, one line per shell."""
    head = "\n".join(itertools.takewhile(lambda line: line.startswith("#"), script(shell).splitlines()))
    assert all(place in head for place in places)
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert places[-1] in readme
    assert places[-1] in DETAILS["completions"].text


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_finds_no_fault(shell: str, tmp_path: Path) -> None:
    """C-114."""
    path = tmp_path / f"script.{shell}"
    path.write_text(script(shell), encoding="utf-8")
    checks = [(shell, "-n"), ("shellcheck", "--norc")] if shell == "bash" else [(shell, "-n")]
    for tool, option in checks:
        done = subprocess.run([need(tool), option, str(path)], capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("construct", TOO_NEW)
def test_bash_3_knows_every_construct(construct: str) -> None:
    """C-087, C-117: bash 3.2 is in no Debian release, so this is read, not run."""
    code = "\n".join(line for line in script("bash").splitlines() if not line.lstrip().startswith("#"))
    assert not re.search(TOO_NEW[construct], code)


def test_nothing_evaluates_data() -> None:
    """C-069."""
    for shell in SHELLS:
        code = [line for line in script(shell).splitlines() if not line.lstrip().startswith("#")]
        assert not any(re.search(r"\beval\b", line) for line in code)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_option_is_offered(shell: str) -> None:
    """C-118: the rows of the table, their aliases and options, and no others."""
    text, known = script(shell), table()
    assert {row.name for row in known.rows} == {
        name for command in COMMANDS for name in (command.name, *command.aliases)
    }
    for row in known.rows:
        assert f"'{row.name}'" in text
        assert " ".join(row.options) in text
    hidden = {name for command in COMMANDS for option in command.options if option.hidden for name in option.names}
    assert hidden
    assert not hidden & {option for row in known.rows for option in row.options}


def test_slots() -> None:
    """C-071, C-072: what fits where."""
    known = table()
    kinds = {row.name: row.kinds for row in known.rows}
    assert kinds["get"] == kinds["del"] == kinds["delete"] == ("id",)
    assert kinds["set"][0] == "id"
    assert kinds["copy"] == ("id", "id")
    for name in ("keys", "scan", "ls", "list-keys", "scan-pairs", "export", "import", "create-cache"):
        assert kinds[name][0] == "area", name
    assert kinds["namespaces"] == ("project",)
    assert kinds["cursor use"] == kinds["cursor delete"] == ("alias",)
    assert kinds["cursor set"] == ("free", "path")
    assert kinds["restore"] == ("path",)
    assert kinds["completions"] == ("=bash|zsh|fish",)
    assert known.values["--cursor"] == known.values["-c"] == "alias"
    assert known.values["--project"] == known.values["-p"] == "project"
    assert known.values["--namespace"] == "half"
    assert known.values["--database"] == "path"
    assert known.values["--filter"] == "=id|alias|tag"
    assert known.special["backup", "--output"] == "path"
    assert "use" in known.groups["cursor"]
