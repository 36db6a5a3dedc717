"""What is expired is found by its index, however much else there is (T-083): by itself SQLite would rather read everything."""

from __future__ import annotations

from typing import Any

import pytest

from store.database import MEMORY, Database
from store.operation import Statement, reading
from store.operations import expiry, namespaces

NOW = 1_800_000_000_000


@reading
def plan(sql: str, parameters: tuple[Any, ...]) -> Any:
    return (yield Statement("EXPLAIN QUERY PLAN " + sql, parameters))


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        (expiry.SWEEP, (NOW, "", 200)),
        (expiry.SWEEP_ON_THE_SIDE, (NOW, "", 200)),
        (namespaces.COUNTS, (NOW, "")),
        (namespaces.COUNTS + namespaces.ONE, (NOW, "", "app", "ui")),
    ],
    ids=["sweep", "on the side", "counts", "counts of one"],
)
def test_the_expired_are_looked_up(sql: str, parameters: tuple[Any, ...]) -> None:
    """On every write into a cache, and in every listing of namespaces."""
    with Database(MEMORY) as database:
        steps = [row[-1] for row in database.run(plan(sql, parameters))]
    by_expiry = [step for step in steps if "entries_by_expiry" in step]
    assert by_expiry, steps
    assert "expires_at<?" in by_expiry[0]
    others = [step for step in steps if "entries" in step and step not in by_expiry]
    assert all("PRIMARY KEY" in step for step in others), steps
