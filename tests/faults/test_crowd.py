"""T-306: many writers, a reader and a sweeper at once: what was acknowledged is stored, and nobody waits for long."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest

from store.locking import WriterLock
from tests.faults.crowd import NOTHING, Part, differences, let_work, prepare
from tests.faults.harness import number

SECONDS = number(4, 60)
GREEDY = 8
PATIENT = number(24, 64)
LONGEST_WAIT_MS = 4000.0
"""Generous, for a busy machine: it must only tell a fair lottery from writers that starve until they are refused (T-041)."""


@pytest.fixture
def path(home: Path) -> str:
    path = str(home / "main.db")
    prepare(path)
    return path


def test_all_are_served(home: Path, path: str) -> None:
    """T-040, T-041, T-306: nobody is refused, nobody starves, and readers see whole transactions."""
    parts = (
        Part("writer", GREEDY),
        Part("writer", PATIENT, pause_s=0.02),
        Part("reader", pause_s=0.005),
        Part("sweeper", pause_s=0.002),
    )
    crowd = let_work(path, parts, SECONDS, home / "errors")
    writers = [one for one in crowd if one.role == "writer"]
    worst = {one.role: max(other.worst_ms for other in crowd if other.role == one.role) for one in crowd}
    turns = [one.turns for one in writers]
    told = sum(len(one.acknowledged) for one in writers)
    print(f"T-306: {len(writers)} writers, {SECONDS} s: {told} acknowledged, {min(turns)} to {max(turns)} turns each")
    print("worst waits: " + ", ".join(f"{role} {wait:.0f} ms" for role, wait in worst.items()))
    assert [text for one in crowd for text in one.refused] == []
    assert differences(path, crowd) == NOTHING
    assert min(turns) > 0
    assert max(worst.values()) < LONGEST_WAIT_MS


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
