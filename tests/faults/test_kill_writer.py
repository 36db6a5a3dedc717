"""T-300: kill -9 of a headless writer at a random moment. What was acknowledged is there, and nothing is half there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.audit import faults_in
from tests.faults.harness import number
from tests.faults.killing import kill_one_that_tells_early, kill_when_stopped, kill_writers


@pytest.mark.parametrize("how", ["driver", "command"])
def test_nothing_acknowledged_is_lost_and_nothing_is_torn(home: Path, how: str) -> None:
    """T-001, T-002: one database, killed writer after killed writer; each finds what the one before left."""
    path, ledger = str(home / "databases" / "main.db"), str(home / "ledger")
    env = {"PRONTO_HOME": str(home)}
    kill_writers(f"T-300 {how}", "child_writer.py", how, number(25, 500), path=path, ledger=ledger, env=env)


def test_control_acknowledging_before_commit_is_seen_as_lost(home: Path) -> None:
    """Control: a writer that tells before COMMIT, killed in between."""
    kill_one_that_tells_early("child_writer.py", path=str(home / "main.db"), ledger=str(home / "ledger"))


def test_control_a_set_in_two_transactions_is_seen_as_torn(home: Path) -> None:
    """Control: the change committed, the entry not."""
    path = str(home / "main.db")
    kill_when_stopped("child_writer.py", "torn", path=path, ledger=str(home / "ledger"))
    assert faults_in(path) == ["1 keys whose entry is not what their last change says"]
