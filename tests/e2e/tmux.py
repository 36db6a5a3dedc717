"""A real terminal for a real program: tmux, driven from outside."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.conftest import REPOSITORY

DEADLINE_S = 30.0
"""Generous: other tests may be running."""


class Terminal:
    """One tmux server with one window, in `home`. What runs in it sees the environment of the test."""

    def __init__(self, home: Path, size: tuple[int, int]) -> None:
        self._home = home
        self._size = size
        self._socket = str(home / "tmux")

    def tmux(self, *words: str) -> str:
        """Run a tmux command on this server; what it prints."""
        command = ["tmux", "-S", self._socket, "-f", os.devnull, *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._home, timeout=DEADLINE_S, check=False)
        return done.stdout

    def start(self, script: str) -> None:
        """Run a shell script in the window; the window stays when it ends."""
        file = self._home / "script.sh"
        file.write_text(script + "\nprintf 'ended\\n'\nexec cat\n", encoding="utf-8")
        width, height = map(str, self._size)
        shell = f"exec sh {shlex.quote(str(file))}"
        self.tmux("new-session", "-d", "-x", width, "-y", height, shell, ";", "set", "-g", "status", "off")
        # A session made without a client takes the size given; without the status line it has one row more to give.
        self.tmux("resize-window", "-x", width, "-y", height)

    def press(self, *keys: str) -> None:
        """Send keys by their tmux names."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Send text as it is."""
        self.tmux("send-keys", "-l", text)

    def screen(self) -> str:
        """What is on the screen."""
        return self.tmux("capture-pane", "-p")

    def resize(self, width: int, height: int) -> None:
        """Change the size of the window."""
        self.tmux("resize-window", "-x", str(width), "-y", str(height))

    @property
    def alternate(self) -> bool:
        """Whether the alternate screen is on."""
        return self.tmux("display", "-p", "#{alternate_on}").strip() == "1"

    @property
    def mouse(self) -> bool:
        """Whether a program still asks for mouse reports."""
        return self.tmux("display", "-p", "#{mouse_any_flag}").strip() == "1"

    def wait_for(self, *texts: str, gone: str = "", end: str = "") -> str:
        """The screen, once it shows all `texts` and no longer `gone`, and ends so: for what has stood there before."""
        deadline = monotonic() + DEADLINE_S
        while True:
            shown = self.screen()
            told = all(text in shown for text in texts) and not (gone and gone in shown)
            if told and shown.rstrip().endswith(end):
                return shown
            assert monotonic() < deadline, f"never saw {texts} (without {gone!r}, ending {end!r}):\n{shown}"
            sleep(0.05)


@contextmanager
def terminal(home: Path, size: tuple[int, int] = (100, 30)) -> Iterator[Terminal]:
    """A terminal that is gone afterwards, with everything in it."""
    window = Terminal(home, size)
    try:
        yield window
    finally:
        window.tmux("kill-server")


def program(*words: str) -> str:
    """The shell words that run the checked-out program."""
    return f"PYTHONPATH={shlex.quote(str(REPOSITORY))} " + shlex.join([sys.executable, "-m", "tui", *words])


def python(file: Path) -> str:
    """The shell words that run a Python file which may import the packages."""
    return f"PYTHONPATH={shlex.quote(str(REPOSITORY))} " + shlex.join([sys.executable, str(file)])
