"""T-304: makes a database by writing its first entry, and dies on the way. Words: database, ledger, name, how.

how: `timed`: waits for the kill; `line=N`: kills itself at the N-th line of the store's code, and says the number of lines if it
got through; `plain`: the control, which creates the usual way (open, then WAL, then the schema) and stops half-way.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from types import FrameType
from typing import Any

from store import schema
from store.database import Database
from store.model import Actor
from store.operations import entries
from tests.faults.ledger import Ledger, at, value_of

STORE = os.path.dirname(schema.__file__)


class Countdown:
    """Counts the lines executed in the store's code; at the `last` one, kill -9."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.lines = 0

    def __call__(self, frame: FrameType, event: str, _argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(STORE):
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def create_plainly(path: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    say("stopped")
    signal.pause()


def write(path: str, ledger: Ledger, name: str) -> None:
    with Database(path) as database:
        database.run(entries.set_entry(at(name), value_of(name), by=Actor(), now_ms=1))
        ledger.note("stored", name)


def say(line: str) -> None:
    print(line, flush=True)


def main(path: str, ledger_path: str, name: str, how: str) -> None:
    ledger = Ledger(ledger_path)
    if how == "plain":
        create_plainly(path)
        return
    countdown = Countdown(int(how.partition("=")[2] or 0))
    say("ready")
    if countdown.last:
        sys.settrace(countdown)
    write(path, ledger, name)
    sys.settrace(None)
    say(str(countdown.lines))
    signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
