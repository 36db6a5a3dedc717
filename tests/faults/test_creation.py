"""T-304 and T-305: a database is absent or complete, whoever dies while making it and however many make it at once (T-012)."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from time import sleep

import pytest

from store.database import Database
from store.errors import StoreError
from store.operations import entries
from tests.conftest import Program
from tests.faults.audit import faults_in
from tests.faults.harness import LARGE, PATIENCE_S, Child, Window, chance, number, rounds
from tests.faults.ledger import Promises, at, entries_of, value_of
from tests.faults.makers import BY, check_next_command, copy_aside, fresh_database, kill_maker
from tests.store.old_databases import make_of

TIMED_KILLS = number(25, 250)
LINES = number(25, 250)
ROUNDS = number(3, 40)
PROCESSES = 64


def state_of(path: Path, aside: Path) -> str:
    """`absent`, `complete` or what is wrong; looked at in a copy, so that the next command finds it as it was left."""
    if not path.exists():
        return "absent"
    found, wanted = make_of(copy_aside(path, aside)), make_of(fresh_database(aside))
    return "complete" if found == wanted and path.stat().st_mode & 0o777 == 0o600 else f"half: {found}"


def die_creating(home: Path, how: str, delay_s: float) -> tuple[str, int]:
    """One death in a directory of its own, checked, then the next command, checked. What was left, and the lines executed."""
    directory = home / "new"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    path, ledger = directory / "deep" / "main.db", directory / "ledger"
    lines = kill_maker(path, ledger, how, delay_s)
    left = state_of(path, home / "aside")
    assert left in ("absent", "complete"), f"{how}, {delay_s} s"
    check_next_command(path, ledger)
    return left, lines


def test_killed_at_a_random_moment_of_creation(home: Path) -> None:
    """T-304: absent or complete, and the next command works. Reaches into SQLite's own writing."""
    window = Window(chance("T-304 timed"), 0.008)
    left: list[str] = []
    for _ in rounds(TIMED_KILLS, lambda: len(set(left)) == 2):
        left.append(die_creating(home, "timed", window.moment())[0])
        window.learn(too_early=left[-1] == "absent")
    assert {"absent", "complete"} == set(left), "the kills came all before or all after: nothing is proved"
    print(f"T-304: {len(left)} kills by time: {left.count('absent')} left nothing, 0 left half a database")


def test_killed_at_a_line_of_creation(home: Path) -> None:
    """T-304: the same between any two lines of the store's own code; with large numbers between all of them."""
    lines = die_creating(home, f"line={10**9}", 0)[1]
    assert lines > 100
    places = range(1, lines + 1)
    chosen = places if LARGE else sorted(chance("T-304 lines").sample(places, LINES))
    left = [die_creating(home, f"line={place}", 0)[0] for place in chosen]
    assert {"absent", "complete"} == set(left)
    print(f"T-304: {len(left)} kills by line of {lines}: {left.count('absent')} left nothing, 0 left half a database")


def test_the_real_program_finishes_what_a_dead_one_began(home: Path, prontodb: Program) -> None:
    """T-012: a leftover `.new` is in nobody's way, and stays nowhere."""
    databases = home / "databases"
    databases.mkdir()
    for leftover in ("main.db.new", "main.db.new-wal", "main.db.new-shm", "main.db.lock"):
        (databases / leftover).write_bytes(b"left behind")
    assert prontodb("set", "app.notes.k", "v", env={"PRONTO_HOME": str(home)}).returncode == 0
    assert prontodb("get", "app.notes.k", env={"PRONTO_HOME": str(home)}).stdout == b"v\n"
    assert sorted(os.listdir(databases)) == ["main.db", "main.db.lock"]


def test_control_creating_in_place_is_seen_as_half_made(home: Path) -> None:
    """Control: open, then WAL, then the schema; killed in between."""
    path = home / "main.db"
    with Child("child_create.py", path, home / "ledger", "sfirst", "plain") as child:
        child.hear("stopped")
        child.kill()
    assert state_of(path, home / "aside").startswith("half")


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_nothing_is_created_beside_the_log_of_a_lost_database(home: Path, suffix: str) -> None:
    """T-004: SQLite would play that log into the new file and destroy it; the log may be all that is left of the old one."""
    path, log = home / "main.db", home / f"main.db{suffix}"
    log.write_bytes(b"what was written last")
    with Database(str(path)) as database:
        with pytest.raises(StoreError) as writing:
            database.run(entries.set_entry(at("k"), b"v", by=BY, now_ms=1))
        with pytest.raises(StoreError) as reading:
            database.run(entries.get(at("k")))
    assert (writing.value.code, reading.value.code) == ("database-moved", "database-moved")
    assert not path.exists()
    assert log.read_bytes() == b"what was written last"


def test_the_log_of_a_deleted_database_still_saves_it(home: Path, prontodb: Program) -> None:
    """T-001, T-004: killed with a full log, then the .db file moved away: refused, kept, and all there once it is back."""
    path, ledger = home / "databases" / "main.db", str(home / "ledger")
    with Child("child_writer.py", path, ledger, "w", "driver") as child:
        child.hear("ready")
        while not (os.path.exists(ledger) and len(Promises(ledger)) > 100):
            sleep(0.01)
        child.kill()
    path.rename(home / "aside.db")
    refused = prontodb("set", "app.notes.k", stdin=b"piped", env={"PRONTO_HOME": str(home)})
    assert refused.returncode == 1
    assert b"is gone, but its log" in refused.stderr
    assert [file.read_bytes() for file in (home / "spool").iterdir()] == [b"piped"]
    assert not path.exists()
    (home / "aside.db").rename(path)
    promises, found = Promises(ledger), entries_of(str(path))
    assert (promises.lost(found), promises.torn(found), faults_in(str(path))) == ([], [], [])


def test_64_processes_on_no_database(home: Path) -> None:
    """T-305: all of them succeed, and each one's entry is there; every round on a database of its own."""
    settings = home / "pronto.conf"
    # On a slow disk all of them together may need more than the five seconds after which one gives up.
    settings.write_text(f"busy_timeout_ms = {PATIENCE_S * 1000:.0f}\n")
    for turn in range(ROUNDS):
        workspace, errors = home / f"round{turn}", home / f"errors{turn}"
        environment = {"PRONTO_HOME": str(workspace), "PRONTO_CONFIG": str(settings)}
        closed, gate = os.pipe()
        with ExitStack() as stack:
            words = [("set", "--quiet", f"app.notes.s{name}", value_of_text(f"s{name}")) for name in range(PROCESSES)]
            children = [
                stack.enter_context(
                    Child("child_command.py", f"gate={closed}", *line, env=environment, fds=(closed,), errors=errors)
                )
                for line in words
            ]
            for child in children:
                child.hear("ready")
            os.close(closed)
            os.close(gate)  # the end of the gate is the start of all
            codes = [child.process.wait(PATIENCE_S) for child in children]
        path = str(workspace / "databases" / "main.db")
        assert codes == [0] * PROCESSES, errors.read_text()
        assert entries_of(path) == {f"s{name}": value_of_text(f"s{name}").encode() for name in range(PROCESSES)}
        assert faults_in(path) == []
    print(f"T-305: {ROUNDS} rounds of {PROCESSES} processes, 0 failures")


def value_of_text(key: str) -> str:
    return value_of(key).hex()[:100]


def test_control_creating_without_the_lock_is_seen_as_lost(home: Path) -> None:
    """Control of T-305: one looks and finds nothing; another creates, writes and is told so; then the first goes on creating."""
    environment = {"PRONTO_HOME": str(home)}
    closed, gate = os.pipe()
    with Child(
        "child_command.py", f"free={closed}", "set", "app.notes.s1", "1", env=environment, fds=(closed,)
    ) as first:
        first.hear("looked")
        with Child("child_command.py", "plain", "set", "app.notes.s2", "2", env=environment) as second:
            codes = [second.process.wait(PATIENCE_S)]
        os.close(closed)
        os.close(gate)
        codes.append(first.process.wait(PATIENCE_S))
    assert codes == [0, 0]
    assert entries_of(str(home / "databases" / "main.db")) == {"s1": b"1"}
