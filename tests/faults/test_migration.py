"""T-304: whoever dies while bringing an old database up to date leaves the old one or the new one, and the next command works."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from store.database import Database
from store.files import VERSION
from store.model import Address
from store.operations import entries
from tests.conftest import Program
from tests.faults.harness import LARGE, Window, chance, number, rounds
from tests.faults.makers import check_next_command, copy_aside, fresh_database, kill_maker
from tests.store.old_databases import make_of, old_database, rows_of

TIMED_KILLS = number(12, 250)
LINES = number(12, 250)


def state_of(path: Path, aside: Path) -> str:
    """`old`, `new` or what is wrong; looked at in a copy, so that the next command finds it as it was left."""
    copy, untouched = copy_aside(path, aside), old_database(1, aside / "old.db")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # what is in the log counts
    found, rows, before = make_of(copy), rows_of(copy), rows_of(untouched)
    lost = [row for table in ("entries", "changes", "commands") for row in before[table] if row not in rows[table]]
    if lost:
        return f"lost: {lost}"
    if found == make_of(untouched):
        return "old" if rows == before else "old, and written to"
    return "new" if found == make_of(fresh_database(aside)) else f"half: {found}"


def die_migrating(home: Path, how: str, delay_s: float) -> tuple[str, int]:
    """One death on a copy of the old database, checked, then the next command, checked. What was left, and the lines executed."""
    directory = home / "old"
    shutil.rmtree(directory, ignore_errors=True)
    path, ledger = old_database(1, directory / "deep" / "main.db"), directory / "ledger"
    lines = kill_maker(path, ledger, how, delay_s)
    left = state_of(path, home / "aside")
    assert left in ("old", "new"), f"{how}, {delay_s} s"
    check_next_command(path, ledger)
    with Database(str(path)) as database:
        kept = database.run(entries.get(Address("", "app", "ui", "theme")))
    assert kept is not None
    assert kept.value == b"dark"
    return left, lines


def test_killed_at_a_random_moment_of_a_migration(home: Path) -> None:
    """T-304: old or new, never else. Reaches into SQLite's own writing."""
    window = Window(chance("T-304 migration timed"), 0.008)
    left: list[str] = []
    for _ in rounds(TIMED_KILLS, lambda: len(set(left)) == 2):
        left.append(die_migrating(home, "timed", window.moment())[0])
        window.learn(too_early=left[-1] == "old")
    assert {"old", "new"} == set(left), "the kills came all before or all after: nothing is proved"
    print(f"T-304: {len(left)} kills by time: {left.count('old')} left the old version, 0 left half a migration")


def test_killed_at_a_line_of_a_migration(home: Path) -> None:
    """T-304: the same between any two lines of the store's own code; with large numbers between all of them."""
    lines = die_migrating(home, f"line={10**9}", 0)[1]
    assert lines > 50
    places = range(1, lines + 1)
    chosen = places if LARGE else sorted({1, lines, *chance("T-304 migration lines").sample(places, LINES)})
    left = [die_migrating(home, f"line={place}", 0)[0] for place in chosen]
    assert {"old", "new"} == set(left)
    print(f"T-304: {len(left)} kills by line of {lines}: {left.count('old')} left the old version")


def test_the_real_program_finishes_what_a_dead_one_began(home: Path, prontodb: Program) -> None:
    """T-140: a lock file and a rolled-back log of somebody dead are in nobody's way."""
    path = old_database(1, home / "databases" / "main.db")
    (home / "databases" / "main.db.lock").write_bytes(b"1 migrate 1".ljust(64))
    assert prontodb("get", "app.ui.theme", env={"PRONTO_HOME": str(home)}).stdout == b"dark\n"
    assert make_of(path)[1] == (VERSION,)


def test_control_a_migration_in_steps_is_seen_as_half_done(home: Path) -> None:
    """Control: each statement by itself, stopped after the first."""
    path = old_database(1, home / "main.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE scratch_slots(id INTEGER PRIMARY KEY) STRICT")
    assert state_of(path, home / "aside").startswith("half")
