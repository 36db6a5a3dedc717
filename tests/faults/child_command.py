"""Runs one `prontodb` command as the real program does, with a hook where a fault test must know or wait.

Words: hooks, then the command line. hooks: a comma-separated list of
  end=FD    write one byte to FD at the moment standard input has been read to its end
  die       kill -9 oneself at that moment
  gate=FD   with everything imported, wait until FD ends: so that many start as one
  free=FD   the control of T-305: create without the writer lock, waiting until FD ends between looking and creating
"""

from __future__ import annotations

import os
import signal
import sys

from store import database, files
from store.operations import entries
from tui.headless import main, rescuing, setting

LOADED = (entries, rescuing, setting)
"""Imported before the gate opens, as a running command would have them when it comes to the database."""


def tell_the_end(fd: int, die: bool) -> None:
    """Watch the reading of standard input, without changing it."""
    read = os.read

    def watched(source: int, size: int) -> bytes:
        piece = read(source, size)
        if source == 0 and not piece:
            if fd >= 0:
                os.write(fd, b"e")
            if die:
                os.kill(os.getpid(), signal.SIGKILL)
        return piece

    os.read = watched


def wait_for(fd: int) -> None:
    while os.read(fd, 1):
        pass


def create_unlocked(fd: int) -> None:
    """Look, wait, create: the race that the lock of T-012 closes."""

    def create(path: str, *_lock: object) -> None:
        files.make_parents(path)
        os.write(1, b"looked\n")
        wait_for(fd)
        files.create(path)

    database._create = create  # type: ignore[assignment]  # takes the lock and leaves it alone


def run() -> int:
    hooks = dict(hook.partition("=")[::2] for hook in sys.argv[1].split(","))
    if "end" in hooks or "die" in hooks:
        tell_the_end(int(hooks.get("end") or -1), "die" in hooks)
    if "free" in hooks:
        create_unlocked(int(hooks["free"]))
    if "gate" in hooks:
        os.write(1, b"ready\n")
        wait_for(int(hooks["gate"]))
    return main.run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(run())
