"""T-300: kill -9 of a headless writer at a random moment. What was acknowledged is there, and nothing is half there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.audit import faults_in
from tests.faults.harness import Child, Window, chance, number
from tests.faults.ledger import Promises, entries_of

KILLS = number(50, 1000)
AUDIT_EVERY = 25
"""Seldom: opening the database for an audit clears the WAL, and the next writer shall find one to recover."""


@pytest.mark.parametrize("how", ["driver", "command"])
def test_nothing_acknowledged_is_lost_and_nothing_is_torn(home: Path, how: str) -> None:
    """T-001, T-002: one database, killed writer after killed writer; each finds what the one before left."""
    window = Window(chance(f"T-300 {how}"), 0.05, least_s=0.05)
    told = 0
    path, ledger = str(home / "databases" / "main.db"), str(home / "ledger")
    kills = KILLS // 2
    for kill in range(1, kills + 1):
        with Child("child_writer.py", path, ledger, f"w{kill}", how, env={"PRONTO_HOME": str(home)}) as child:
            child.hear("ready")
            assert child.kill(window.moment()) == -9, "it ended by itself"
        before, told = told, os.path.getsize(ledger)
        window.learn(too_early=told == before)
        if kill % AUDIT_EVERY == 0 or kill == kills:
            promises, found = Promises(ledger), entries_of(path)
            assert (promises.lost(found), promises.torn(found), faults_in(path)) == ([], [], [])
    assert len(promises) > kills, "most writers were killed before they wrote anything: nothing is proved"
    print(f"T-300 {how}: {kills} kills, {len(promises)} acknowledged, 0 lost, 0 torn")


def test_control_acknowledging_before_commit_is_seen_as_lost(home: Path) -> None:
    """Control: a writer that tells before COMMIT, killed in between."""
    path, ledger = str(home / "main.db"), str(home / "ledger")
    with Child("child_writer.py", path, ledger, "x", "early") as child:
        child.hear("ready")
        child.hear("stopped")
        child.kill()
    promises, found = Promises(ledger), entries_of(path)
    assert promises.lost(found) == ["sx"]
    assert faults_in(path) == []


def test_control_a_set_in_two_transactions_is_seen_as_torn(home: Path) -> None:
    """Control: the change committed, the entry not."""
    path = str(home / "main.db")
    with Child("child_writer.py", path, str(home / "ledger"), "x", "torn") as child:
        child.hear("ready")
        child.hear("stopped")
        child.kill()
    assert faults_in(path) == ["1 keys whose entry is not what their last change says"]
