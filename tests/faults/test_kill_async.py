"""T-301: kill -9 of the async driver under 32 tasks at a random moment."""

from __future__ import annotations

import os
from pathlib import Path

from tests.faults.audit import faults_in
from tests.faults.harness import Child, Window, chance, number
from tests.faults.ledger import Promises, entries_of

KILLS = number(50, 1000)
AUDIT_EVERY = 25


def test_nothing_acknowledged_is_lost_and_nothing_is_torn(home: Path) -> None:
    """T-001, T-002 with a queue of 32 writes in flight."""
    window = Window(chance("T-301"), 0.05, least_s=0.05)
    told = 0
    path, ledger = str(home / "main.db"), str(home / "ledger")
    for kill in range(1, KILLS + 1):
        with Child("child_async.py", path, ledger, f"w{kill}", "tasks") as child:
            child.hear("ready")
            assert child.kill(window.moment()) == -9, "it ended by itself"
        before, told = told, os.path.getsize(ledger)
        window.learn(too_early=told == before)
        if kill % AUDIT_EVERY == 0 or kill == KILLS:
            promises, found = Promises(ledger), entries_of(path)
            assert (promises.lost(found), promises.torn(found), faults_in(path)) == ([], [], [])
    assert len(promises) > KILLS, "most writers were killed before they wrote anything: nothing is proved"
    print(f"T-301: {KILLS} kills, {len(promises)} acknowledged, 0 lost, 0 torn")


def test_control_acknowledging_a_submitted_write_is_seen_as_lost(home: Path) -> None:
    """Control: noted when it was handed to the writer's queue, killed before COMMIT."""
    path, ledger = str(home / "main.db"), str(home / "ledger")
    with Child("child_async.py", path, ledger, "x", "early") as child:
        child.hear("ready")
        child.hear("stopped")
        child.kill()
    promises, found = Promises(ledger), entries_of(path)
    assert promises.lost(found) == ["sx"]
    assert faults_in(path) == []
