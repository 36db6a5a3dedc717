"""Whoever makes a database, or brings an old one up to date, dies on the way (T-304): what both tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from store.database import Database
from store.model import Actor
from store.operations import entries
from tests.faults.audit import faults_in
from tests.faults.harness import Child
from tests.faults.ledger import Promises, at, entries_of, value_of

BY = Actor()


def kill_maker(path: Path, ledger: Path, how: str, delay_s: float) -> int:
    """One death of `child_create.py` on `path`; `timed`: after `delay_s`. The lines executed if it got through, else 0."""
    with Child("child_create.py", path, ledger, "sfirst", how) as child:
        child.hear("ready")
        if how == "timed":
            child.kill(delay_s)
            return 0
        return int(child.process.stdout.readline() or 0)  # type: ignore[union-attr]  # always a pipe


def check_next_command(path: Path, ledger: Path) -> None:
    """A write works, everything acknowledged is there and whole, and nothing lies beside the database."""
    with Database(str(path)) as database:
        database.run(entries.set_entry(at("snext"), value_of("snext"), by=BY, now_ms=2))
    promises, found = Promises(str(ledger)), entries_of(str(path))
    assert (promises.lost(found), promises.torn(found), faults_in(str(path))) == ([], [], [])
    assert found["snext"] == value_of("snext")
    assert sorted(os.listdir(path.parent)) == ["main.db", "main.db.lock"]


def copy_aside(path: Path, aside: Path) -> Path:
    """A copy of the database and its log, alone in `aside`: looked at there, it stays for the next command as it was left."""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        if (path.parent / name).exists():
            shutil.copyfile(path.parent / name, aside / name)
    return aside / path.name


def fresh_database(directory: Path) -> Path:
    """A database with one entry as it is made today."""
    with Database(str(directory / "fresh.db")) as database:
        database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
    return directory / "fresh.db"
