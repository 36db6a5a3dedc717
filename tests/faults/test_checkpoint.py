"""T-307: checkpoints while others commit. On common versions of SQLite that corrupts, unless our lock prevents it (T-041)."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from tests.faults.audit import faults_in
from tests.faults.crowd import NOTHING, Part, differences, let_work, prepare
from tests.faults.harness import LARGE, chance, number

SECONDS = number(4, 600)
BARE_SECONDS = number(2, 300)
ROUND_S = 5
OFTEN = "PRAGMA wal_autocheckpoint=2;PRAGMA synchronous=OFF;"
"""No power is cut here; without waiting for the disk there are ten times as many chances for the race."""
FIXED = ((3, 44, 6), (3, 50, 7))
PAGE = 4096


@contextmanager
def database(home: Path) -> Iterator[str]:
    """In memory where the system has a place for that: the faster the commits, the likelier the race."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else str(home)
    with tempfile.TemporaryDirectory(dir=place) as directory:
        path = f"{directory}/main.db"
        prepare(path)
        yield path


def crowd_of(role: str, *, unlocked: bool = False) -> tuple[Part, ...]:
    return (
        Part(role, 4, pragmas=OFTEN, unlocked=unlocked),
        Part("checkpointer", pragmas=OFTEN, unlocked=unlocked),
    )


def pages_unlike(before: bytes, after: bytes) -> list[int]:
    """Where those pages begin that were there before and are different after."""
    return [at for at in range(0, len(before), PAGE) if before[at : at + PAGE] != after[at : at + PAGE]]


def test_nothing_is_lost_or_damaged(home: Path) -> None:
    """T-041, T-307: four writers of the store and a checkpointer."""
    with database(home) as path:
        crowd = let_work(path, crowd_of("writer"), SECONDS, home / "errors")
        told, checkpoints = sum(len(one.acknowledged) for one in crowd), crowd[-1].turns
        print(f"T-307: {SECONDS} s, {told} acknowledged, {checkpoints} checkpoints, SQLite {sqlite3.sqlite_version}")
        assert [text for one in crowd for text in one.refused] == []
        assert differences(path, crowd) == NOTHING
        assert checkpoints > SECONDS


def test_the_lock_protects_bare_sqlite_at_full_speed(home: Path) -> None:
    """T-041: the lock alone does it; some ten times as many commits."""
    until = monotonic() + BARE_SECONDS
    rows = 0
    while monotonic() < until:
        with database(home) as path:
            crowd = let_work(path, crowd_of("bare"), min(ROUND_S, BARE_SECONDS), home / "errors")
            assert differences(path, crowd) == NOTHING
            rows += sum(one.turns for one in crowd if one.role == "bare")
    print(f"T-307: {BARE_SECONDS} s, {rows} rows by bare writers, 0 lost")


def test_control_a_page_that_missed_its_checkpoint_is_seen(home: Path) -> None:
    """Control: what that race leaves behind, done by hand: one page of the file as it was before."""
    with database(home) as path:
        crowd = let_work(path, crowd_of("writer"), 0.3, home / "errors")
        assert faults_in(path) == []  # closes it, so that the file is all there is
        before = Path(path).read_bytes()
        # The fewest turns change 4 pages: a crowd that the machine left no time works again.
        while len(changed := pages_unlike(before, after := Path(path).read_bytes())) <= 5:
            crowd += let_work(path, crowd_of("writer"), 0.3, home / "errors")
            assert differences(path, crowd) == NOTHING
        for at in chance("T-307").sample(changed, 5):
            Path(path).write_bytes(after[:at] + before[at : at + PAGE] + after[at + PAGE :])
            assert differences(path, crowd) != NOTHING, f"the page at {at}"


if LARGE and sqlite3.sqlite_version_info < (3, 51, 3) and sqlite3.sqlite_version_info not in FIXED:

    def test_control_without_the_lock_it_happens(home: Path) -> None:
        """Control, on an SQLite with the defect: the bare crowd without our lock, until the database is damaged.

        Takes a minute on average on two cores, seldom more than five.
        """
        until = monotonic() + SECONDS
        rounds = 0
        while monotonic() < until:
            rounds += 1
            with database(home) as path:
                crowd = let_work(path, crowd_of("bare", unlocked=True), ROUND_S, home / "errors")
                if found := {kind: what[:2] for kind, what in differences(path, crowd).items() if what}:
                    print(f"T-307 control: damaged in round {rounds}: {found}")
                    return
        raise AssertionError(f"no damage in {rounds} rounds: this harness does not provoke the race")
