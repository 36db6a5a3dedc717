"""T-306: many writers, a reader and a sweeper at once: what was acknowledged is stored, and nobody is always overtaken."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest

from store.database import Database
from store.locking import WriterLock
from store.model import Actor
from store.operations import entries
from tests.faults.crowd import NOTHING, Part, differences, let_work, overtaken, prepare
from tests.faults.harness import number
from tests.faults.ledger import at, value_of

SECONDS = number(4, 60)
GREEDY = 8
PATIENT = number(24, 64)
PATIENCE_MS = number(60_000, 5_000)
"""How long a writer waits until it is refused: five seconds (T-306) where somebody looks on; in CI a slow disk would refuse one."""
MOST_OVERTAKEN = 50
"""Rounds in which each writer could have had its turn. A fair lottery leaves nobody out of 20 in the life of this machine; the rest
is for a process that the system itself leaves out. Writers that starve (T-041) are overtaken by all that is written."""


@pytest.fixture
def path(home: Path) -> str:
    path = str(home / "main.db")
    prepare(path)
    return path


def test_all_are_served(home: Path, path: str) -> None:
    """T-040, T-041, T-306: nobody is refused, nobody starves, and readers see whole transactions."""
    parts = (
        Part("writer", GREEDY, timeout_ms=PATIENCE_MS),
        Part("writer", PATIENT, pause_s=0.02, timeout_ms=PATIENCE_MS),
        Part("reader", pause_s=0.005, timeout_ms=PATIENCE_MS),
        Part("sweeper", pause_s=0.002, timeout_ms=PATIENCE_MS),
    )
    crowd = let_work(path, parts, SECONDS, home / "errors")
    writers = [one for one in crowd if one.role == "writer"]
    worst = {one.role: max(other.worst_ms for other in crowd if other.role == one.role) for one in crowd}
    turns = [one.turns for one in writers]
    told = sum(len(one.acknowledged) for one in writers)
    print(f"T-306: {len(writers)} writers, {SECONDS} s: {told} acknowledged, {min(turns)} to {max(turns)} turns each")
    print("worst waits: " + ", ".join(f"{role} {wait:.0f} ms" for role, wait in worst.items()))
    print(f"overtaken by {overtaken(path)} at most")
    assert [text for one in crowd for text in one.refused] == []
    assert differences(path, crowd) == NOTHING
    assert overtaken(path) < MOST_OVERTAKEN * len(writers)


def test_control_a_writer_that_is_overtaken_is_seen(path: str) -> None:
    """Control: one writes, another writes a hundred times, the first comes to its turn at last."""
    with Database(path) as database:
        for key in ("t0_1", *(f"t1_{turn}" for turn in range(1, 101)), "0_2", "t1_101"):
            database.run(entries.set_entry(at(key), value_of(key), by=Actor(), now_ms=1))
    assert overtaken(path) == 100


def test_control_writers_that_are_kept_waiting_are_seen(home: Path, path: str) -> None:
    """Control: somebody holds the lock all the time. Everyone is refused, and nothing is stored."""
    lock = WriterLock(path + ".lock", busy_timeout_ms=0)
    lock.acquire("hold", monotonic())
    try:
        crowd = let_work(path, (Part("writer", 2, timeout_ms=100),), 0.3, home / "errors")
    finally:
        lock.release()
    assert all(one.refused and not one.acknowledged and one.worst_ms >= 100 for one in crowd)
    assert all("locked by process" in text and "(hold)" in text for one in crowd for text in one.refused)
    assert differences(path, crowd) == NOTHING


def test_control_acknowledging_what_is_rolled_back_is_seen_as_lost(home: Path, path: str) -> None:
    """Control: one of the writers tells before COMMIT, and then does not come to it."""
    crowd = let_work(path, (Part("writer", 2), Part("liar")), 0.3, home / "errors")
    found = differences(path, crowd)
    assert len(found["lost"]) == crowd[-1].turns > 0
    assert {**found, "lost": []} == NOTHING
