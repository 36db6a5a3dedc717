"""The real program in a real terminal: the whole path, and every way to die."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.conftest import Program
from tests.e2e.tmux import DEADLINE_S, program, python, terminal

pytestmark = pytest.mark.terminal

SECRET = "stored-text-that-nobody-may-see"
WHOLE = """
stty -a > before
{command}
echo "exit code $?"
stty -a > after
cmp before after && echo "terminal as before"
"""


def piped_address(stderr: bytes) -> str:
    """The cache address a rescue announced."""
    return next(word for word in stderr.decode().split() if word.startswith("pipe.cache."))


def test_walk_open_recover_quit(home: Path, prontodb: Program) -> None:
    """Start, walk the tree, open a value, bring a pipe home, quit; then `get` proves it (issue 2, acceptance)."""
    prontodb("set", "app.ui.theme", "dark")
    prontodb("set", "app:ui.widgets:button[0]", "submit it")
    rescued = prontodb("set", "invalid...address", stdin=b"critical data\n")
    cached = piped_address(rescued.stderr)
    with terminal(home) as window:
        window.start(WHOLE.format(command=program()))
        window.wait_for("contexts", "meteor app:ui", "1 pipe")
        window.press("l")
        window.press("j")
        window.wait_for("meteor app:ui.widgets", "button[0]", "submit it", "text · 9 bytes")
        window.press("Enter")
        window.press("Enter")
        window.press("p")
        window.wait_for("invalid...address", "critical data", "a new entry", gone="contexts")
        window.press("e")
        window.press("C-u")
        window.type("app:notes:rescued")
        window.wait_for("app:notes:rescued", "✓")
        window.press("Enter")
        window.wait_for("no pipes are waiting")
        window.press("Escape")
        window.wait_for("contexts", "notes", gone="1 pipe")
        window.press("q")
        window.wait_for("exit code 0", "terminal as before", "ended")
        assert not window.alternate
        assert not window.mouse
    assert prontodb("get", "app.notes.rescued").stdout == b"critical data\n"
    assert prontodb("get", cached).returncode == 2


def test_it_follows_the_size(home: Path, prontodb: Program) -> None:
    """Resizing lays the panes out anew, too small says so, and nothing is lost."""
    prontodb("set", "app.main.readme", "hello")
    with terminal(home) as window:
        window.start(program())
        window.wait_for("contexts", "meteor app:main", "readme")
        window.resize(40, 10)
        window.wait_for("too small", gone="contexts")
        window.resize(70, 20)
        window.wait_for("contexts", gone="meteor")
        window.resize(160, 50)
        window.wait_for("┓╭─ meteor app:main", "╮╭─ value", "text · 5 bytes")
        window.press("q")
        window.wait_for("ended")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)], ids=["TERM", "HUP", "INT"]
)
def test_a_signal_ends_it_in_good_order(home: Path, prontodb: Program, number: int, code: int) -> None:
    """T-316: terminal as before, 128 + n, nothing of ours left on the screen, the database closed."""
    prontodb("set", "app.main.readme", SECRET)
    with terminal(home) as window:
        window.start(WHOLE.format(command=f"sh -c 'echo $$ > pid; exec \"$@\"' sh env {program()}"))
        window.wait_for("contexts", SECRET)
        os.kill(int((home / "pid").read_text()), number)
        shown = window.wait_for(f"exit code {code}", "terminal as before", "ended")
        assert SECRET not in shown
        assert "Traceback" not in shown
        assert not window.alternate
        assert not window.mouse
    assert list((home / ".local").rglob("*.db-wal")) == []


def test_it_goes_when_the_terminal_goes(home: Path, prontodb: Program) -> None:
    """A closed window ends the program within seconds; it neither spins nor waits for ever."""
    prontodb("set", "app.main.readme", "hello")
    with terminal(home) as window:
        window.start(f"sh -c 'echo $$ > pid; exec \"$@\"' sh env {program()}")
        window.wait_for("contexts", "readme")
        process = int((home / "pid").read_text())
    end = monotonic() + DEADLINE_S
    while Path(f"/proc/{process}").exists():
        assert monotonic() < end, "it is still there"
        sleep(0.05)


def test_it_can_be_put_aside(home: Path, prontodb: Program) -> None:
    """ctrl+z gives the terminal back as it was; fg draws everything again."""
    prontodb("set", "app.main.readme", "hello")
    with terminal(home) as window:
        window.start("PS1='ready> ' exec sh -i")
        window.wait_for("ready>")
        window.type(f"{program()}\n")
        window.wait_for("contexts", "readme")
        window.press("C-z")
        window.wait_for("ready>", gone="contexts")
        assert not window.alternate
        window.type("fg\n")
        window.wait_for("contexts", "meteor app:main", "readme")
        window.press("q")
        window.wait_for("ready>", gone="contexts")


def test_a_defect_shows_no_stored_text(home: Path, prontodb: Program) -> None:
    """U-15, P-116: an unexpected error gives exit code 1, the terminal back, and a report without any data."""
    prontodb("set", "app.main.readme", SECRET)
    (home / "broken.py").write_text(
        "from tui.browser.launch import open_browser\n"
        "from tui.browser.screens.browser import BrowserScreen\n"
        "def broken(self):\n"
        "    stored = self.value.value.head\n"
        "    raise RuntimeError(stored.decode())\n"
        "BrowserScreen.action_filter = broken\n"
        "raise SystemExit(open_browser())\n"
    )
    with terminal(home) as window:
        window.start(WHOLE.format(command=python(home / "broken.py")))
        window.wait_for("contexts", SECRET, f"text · {len(SECRET)} bytes")
        window.press("f")
        shown = window.wait_for("exit code 1", "terminal as before", "ended")
        assert "the browser stopped: RuntimeError" in shown
        assert SECRET not in shown
        assert not window.alternate
        assert not window.mouse
    reports = list((home / ".local" / "state").rglob("crash-*.txt"))
    assert len(reports) == 1
    assert reports[0].stat().st_mode & 0o777 == 0o600
    report = reports[0].read_text()
    assert "builtins.RuntimeError" in report
    assert "broken" in report
    assert SECRET not in report


def test_what_is_piped_in_is_neither_keys_nor_lost(home: Path, prontodb: Program) -> None:
    """Standard input that is no terminal is left alone: keys come from the terminal, the pipe is read by whoever wants it."""
    prontodb("set", "app.main.readme", "hello")
    (home / "piped.py").write_text(
        "import sys\n"
        "from tui.browser.launch import open_browser\n"
        "code = open_browser()\n"
        "print('piped:', sys.stdin.read().strip())\n"
        "raise SystemExit(code)\n"
    )
    with terminal(home) as window:
        window.start(WHOLE.format(command=f"echo qqqq | {python(home / 'piped.py')}"))
        window.wait_for("contexts", "readme")
        window.press("?")
        window.wait_for("help", "In the tree")
        window.press("Escape")
        window.wait_for("contexts", gone="In the tree")
        window.press("q")
        window.wait_for("piped: qqqq", "exit code 0", "terminal as before", "ended")


def test_stored_text_cannot_act_on_the_terminal(home: Path, prontodb: Program) -> None:
    """U-15 end to end: a value full of escapes is opened, and neither title, clipboard nor screen obey it."""
    evil = b"\x1b]0;owned\x07\x1b[2J\x1b]52;c;b3duZWQ=\x07\xc2\x9b31m\x1bc end of evil"
    prontodb("set", "app.main.evil", "-", stdin=evil)
    with terminal(home) as window:
        window.start(program())
        window.wait_for("contexts", "end of evil", "␛]0;owned␇")
        window.press("Tab")
        window.press("Enter")
        window.wait_for("contexts", "␛[2J")
        assert "owned" not in window.tmux("display", "-p", "#{pane_title}")
        assert window.tmux("show-buffer") == ""
        window.press("q")
        window.wait_for("ended")


def test_without_any_terminal_it_says_so(prontodb: Program, home: Path) -> None:
    """Neither hangs nor crashes where nobody could see it; and `prontodb` alone is not the browser there (P-004)."""
    (home / "blind.py").write_text("from tui.browser.launch import open_browser\nraise SystemExit(open_browser())\n")
    import subprocess
    import sys

    from tests.conftest import REPOSITORY

    done = subprocess.run(
        ["setsid", "--wait", sys.executable, str(home / "blind.py")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert b"needs a terminal" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_bad_session_is_told_before_the_screen_changes(home: Path, prontodb: Program) -> None:
    """P-096: an unknown cursor is an error, exit 1; the terminal never leaves its own screen."""
    with terminal(home) as window:
        window.start("export PRONTO_CURSOR=nowhere" + WHOLE.format(command=program()))
        window.wait_for("cursor 'nowhere' not found", "exit code 1", "terminal as before", "ended")


def test_the_console_in_its_drawer(home: Path, prontodb: Program) -> None:
    """U-08: a line is typed, completed and run; the panes show what it changed, the command line gives it, escape closes."""
    prontodb("set", "app.ui.theme", "dark")
    with terminal(home) as window:
        window.start(program())
        window.wait_for("contexts", "meteor app:ui", "? help")
        window.press("\\;")  # a bare one would end the command of tmux
        window.wait_for("Meteor REPL", "meteor>")
        window.type("get app:ui:th")
        window.press("Tab")
        window.wait_for("get app:ui:theme")
        window.press("Enter")
        window.wait_for("app:ui:theme = dark")
        window.type("set app:ui:font mono 12")
        window.press("Enter")
        window.wait_for("Stored 'app:ui:font'.", "meteor app:ui · 2 entries")
        window.press("Up")
        window.press("Up")
        window.type("s")
        window.wait_for("meteor> get app:ui:themes")
        window.press("Escape")
        window.wait_for("font", gone="Meteor REPL")
        window.press("q")
        window.wait_for("ended")
        assert not window.alternate
    assert prontodb("get", "app.ui.font").stdout == b"mono 12\n"


def test_a_search_from_key_to_value(home: Path, prontodb: Program) -> None:
    """S-317: type, choose, open at the match; what was typed is still there afterwards."""
    prontodb("set", "app.notes.1", "call the milkman")
    prontodb("set", "app.notes.2", "-", stdin=b"x\n" * 60 + b"milk at last\n" + b"y\n" * 60)
    with terminal(home) as window:
        window.start(program())
        window.wait_for("contexts", "meteor app:notes")
        window.press("/")
        window.wait_for("type what you look for")
        window.type("milkx")
        window.wait_for("/  milkx", "4 of 5 characters", "app:notes:1", "app:notes:2")
        window.press("BSpace")
        window.press("F4")
        window.press("Down")
        window.wait_for("any case", "milk at last")
        window.press("Enter")
        window.wait_for("contexts", "milk at last", gone="/  milk")
        window.press("/")
        window.wait_for("/  milk", "any case")
        window.press("Escape")
        window.wait_for("contexts")
        window.press("q")
        window.wait_for("ended")
    assert len(list(home.rglob("*.db.search"))) == 1
