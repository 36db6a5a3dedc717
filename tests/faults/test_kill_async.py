"""T-301: kill -9 of the async driver under 32 tasks at a random moment."""

from __future__ import annotations

from pathlib import Path

from tests.faults.harness import number
from tests.faults.killing import kill_one_that_tells_early, kill_writers


def test_nothing_acknowledged_is_lost_and_nothing_is_torn(home: Path) -> None:
    """T-001, T-002 with a queue of 32 writes in flight."""
    path, ledger = str(home / "main.db"), str(home / "ledger")
    kill_writers("T-301", "child_async.py", "tasks", number(50, 1000), path=path, ledger=ledger)


def test_control_acknowledging_a_submitted_write_is_seen_as_lost(home: Path) -> None:
    """Control: noted when it was handed to the writer's queue, killed before COMMIT."""
    kill_one_that_tells_early("child_async.py", path=str(home / "main.db"), ledger=str(home / "ledger"))
