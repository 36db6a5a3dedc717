"""The console on a real terminal: line editing, completion, earlier lines, Ctrl-C, Ctrl-D, hostile values (M-230, U-15)."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.e2e.tmux import program, terminal
from tui.headless.console import BANNER

pytestmark = pytest.mark.terminal

KEEP_THE_SHELL = "trap : INT"
"""Ctrl-C reaches the shell that runs the script, too."""


def test_a_session_on_a_terminal(home: Path, prontodb: Program) -> None:
    """Complete a key with Tab, bring a line back, drop one with Ctrl-C, end with Ctrl-D; lines come back in the next session."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("set", "app.keys.mail", "hunter2", "--secret")
    with terminal(home) as window:
        window.start(f"{KEEP_THE_SHELL}; {program('console')}; echo exit code $?; {program('console')}")
        window.wait_for("type 'help' for commands", "meteor>")
        window.type("get app:u")
        window.press("Tab")
        window.wait_for("meteor> get app:ui:")
        window.type("th")
        window.press("Tab")
        window.wait_for("meteor> get app:ui:theme")
        window.press("Enter")
        window.wait_for("app:ui:theme = dark")
        window.type("set app:ui:theme lig")
        window.wait_for("meteor> set app:ui:theme lig")
        window.press("C-c")
        window.wait_for("meteor> set app:ui:theme lig\nmeteor>")
        window.type("contexts\n")
        window.wait_for("Contexts:", end="meteor>")
        window.press("Up")
        window.press("Up")
        window.press("Enter")
        shown = window.wait_for(end="meteor> get app:ui:theme\napp:ui:theme = dark\nmeteor>")
        assert shown.count("app:ui:theme = dark") == 2
        window.type("set app:keys:mail hunter3\n")
        window.wait_for("Stored 'app:keys:mail'.")
        window.press("C-d")
        window.wait_for("bye", "exit code 0")
        window.wait_for(f"exit code 0\n{BANNER}\nmeteor>")
        window.press("Up")
        window.wait_for(end=f"exit code 0\n{BANNER}\nmeteor> get app:ui:theme")
        window.press("C-u")
        window.type("exit\n")
        window.wait_for("ended")
    (kept,) = home.rglob("*.lines")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text().splitlines() == ["get app:ui:theme", "contexts", "get app:ui:theme", "exit"]
    assert prontodb("get", "app.ui.theme").stdout == b"dark\n"


def test_names_used_last_are_offered_first(home: Path, prontodb: Program) -> None:
    """Two times Tab lists them, newest first: of all processes, and of this console at once. Without its cache it sorts (C-025)."""
    for key in ("one", "two", "zed", "gone"):
        prontodb("set", f"app.ui.{key}", "x")
    prontodb("get", "app.ui.two")
    prontodb("--database", "main", "del", "app.ui.gone")  # what no scope tells of is not forgotten
    names = [f"app:ui:{key}" for key in ("two", "zed", "one")]
    newest, by_name = "  ".join(names), "  ".join(sorted(names))
    quiet = f"PRONTO_NO_COMPLETION_CACHE=1 {program('console')}"
    with terminal(home) as window:
        window.start(f"{program('console')}; clear; {quiet}; clear; {program('console', '--memory')}")
        window.wait_for("meteor>")
        window.type("get app:ui:")
        window.press("Tab", "Tab")
        window.wait_for(f"{newest}\nmeteor> get app:ui:")
        window.type("one\n")
        window.wait_for("app:ui:one = x")
        window.type("get app:ui:")
        window.press("Tab", "Tab")
        window.wait_for(f"{'  '.join([names[2], *names[:2]])}\nmeteor> get app:ui:")
        window.press("C-u")
        window.type("exit\n")
        window.wait_for("meteor>", gone="app:ui:one = x")
        window.type("get app:ui:")
        window.press("Tab", "Tab")
        window.wait_for(f"{by_name}\nmeteor> get app:ui:")
        window.press("C-u")
        window.type("exit\n")
        window.wait_for("meteor>", gone=by_name)
        window.type("parse app:ui:zed=1; one=1; two=1\n")
        window.wait_for("Parsed 1 segment(s)")
        window.type("get app:ui:")
        window.press("Tab", "Tab")
        window.wait_for(f"{by_name}\nmeteor> get app:ui:")
        window.press("C-u")
        window.type("exit\n")
        window.wait_for("ended")


def test_questions_and_hostile_values(home: Path, prontodb: Program) -> None:
    """M-233, U-15: Ctrl-C leaves a question; stored text does nothing to the terminal, also in a question."""
    prontodb("set", "app.ui.evil", "-", stdin=b"\x1b]0;owned\x07\x1b[2J\x1b[31mred")
    prontodb("scratch", "set", "evil", "-", stdin=b"\x1b[2Jgone")
    with terminal(home) as window:
        window.start(f"{KEEP_THE_SHELL}; {program('console')}")
        window.wait_for("meteor>")
        window.type("get app:ui:evil\n")
        window.wait_for("type 'help' for commands", "app:ui:evil = ␛]0;owned␇␛[2J␛[31mred")
        window.type("list app ui\n")
        window.wait_for("  evil = ␛]0;owned␇␛[2J␛[31mred")
        window.type("mem edit evil\n")
        window.wait_for("Editing $evil (current value: ␛[2Jgone)", "Enter new value (leave blank to keep):")
        window.press("C-c")
        window.wait_for("interrupted\nmeteor>")
        window.type("reset storage\n")
        window.wait_for("Remove every entry? [y/N]:")
        window.press("Enter")
        window.wait_for("Nothing removed")
        window.type("quit\n")
        window.wait_for("bye", "ended")
    assert prontodb("get", "app.ui.evil").returncode == 0
