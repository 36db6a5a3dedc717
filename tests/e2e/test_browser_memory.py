"""What was done in the browser is what TAB offers first afterwards: the real program, a real terminal, the real script (C-020)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.e2e.tmux import program, terminal

pytestmark = pytest.mark.terminal

TAB = """
. ./completion.bash
COMP_LINE='prontodb get app.' COMP_POINT=17
COMP_WORDS=(prontodb get app.) COMP_CWORD=2
_prontodb
printf '%s\\n' "${COMPREPLY[@]}"
"""


def offered(prontodb: Program, home: Path) -> list[str]:
    """What bash is given for `prontodb get app.`, by a script that finds no helper to ask."""
    (home / "completion.bash").write_bytes(prontodb("completions", "bash").stdout)
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "--norc", "-c", TAB], cwd=home, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGHUP], ids=["q", "TERM", "HUP"])
def test_what_was_opened_is_offered_first(home: Path, prontodb: Program, number: signal.Signals | None) -> None:
    """Enter on an entry, then leave, in whatever good order: written by then, after what commands had written before."""
    for address in ("app.main.alpha", "app.main.beta", "app.main.gamma"):
        prontodb("set", address, f"the value of {address}")
    assert offered(prontodb, home)[0] == "app.main.gamma"
    with terminal(home) as window:
        window.start(f'sh -c \'echo $$ > pid; exec "$@"\' sh env {program()}\necho "exit code $?"')
        window.wait_for("contexts", "meteor app:main", "the value of app.main.alpha")
        window.press("Tab")
        window.press("j")
        window.wait_for("app:main:beta")
        window.press("Enter")
        window.wait_for("┏━ value")
        if number is None:
            window.press("q")
        else:
            os.kill(int((home / "pid").read_text()), number)
        window.wait_for("ended")
    assert offered(prontodb, home)[0] == "app.main.beta"
    assert sorted(offered(prontodb, home)) == ["app.main.alpha", "app.main.beta", "app.main.gamma"]


def test_what_a_shell_used_is_offered_in_the_browser(home: Path, prontodb: Program) -> None:
    """The other way round: the address field offers what a command was about last, and right takes it."""
    for address in ("app.main.alpha", "app.main.gamma", "app.main.beta"):
        prontodb("set", address, f"value {address[9:]}")
    prontodb("get", "app.main.gamma")
    with terminal(home, (80, 24)) as window:
        window.start(program())
        window.wait_for("contexts", "meteor app:main")
        window.press("g")
        window.wait_for("go to", "esc leave")
        window.type("app.m")
        window.wait_for("app.main.gamma")
        window.press("Right")
        window.wait_for("app.main.gamma", "11 bytes")
        window.press("Enter")
        window.wait_for("value gamma", "app:main:gamma", gone="esc leave")
        window.press("q")
        window.wait_for("ended")
