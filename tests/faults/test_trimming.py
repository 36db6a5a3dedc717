"""What trimming leaves of the history is still whole (T-048, T-086, T-102): found by T-307, whose long runs met all of this."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.database import Database
from store.errors import StoreError
from store.model import Actor
from store.operations import apply, changes, commands, entries, expiry, history
from store.streams.events import Write
from tests.faults.audit import faults_in, rows
from tests.faults.ledger import CONTEXT, NAMESPACE, at, entries_of

BY = Actor()
SESSIONS = ("", "app", "sessions")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """One that keeps 20 changes and trims every eighth command."""
    monkeypatch.setattr(commands, "KEPT_CHANGES", 20)
    monkeypatch.setattr(commands, "TRIM_EVERY", 8)
    with Database(str(tmp_path / "main.db")) as database:
        yield database


def test_trimming_among_evictions_leaves_no_gaps(database: Database) -> None:
    """Evictions belong to no command; they go when the changes around them go, not before: a reader would miss them."""
    database.run(expiry.create_cache(*SESSIONS, 60, max_items=3, by=BY, now_ms=1))
    for turn in range(100):
        place = at(str(turn))._replace(namespace="sessions" if turn % 3 else NAMESPACE)
        database.run(entries.set_entry(place, b"v", by=BY, now_ms=turn + 2))
        kept = [seq for (seq,) in rows(database.path, "SELECT seq FROM changes ORDER BY seq")]
        assert kept == list(range(kept[0], kept[-1] + 1)), f"after turn {turn}"
        assert len(kept) <= 20 + 2 * 8
    assert kept[0] > 1
    assert faults_in(database.path) == []


def fill(database: Database, how_many: int) -> int:
    """One stream of so many tokens."""
    writes = [Write(at(f"k{number}"), b"v", None, "k") for number in range(how_many)]
    database.run(apply.apply_writes(writes, by=BY, now_ms=1))
    return int(rows(database.path, "SELECT max(id) FROM commands")[0][0])


def refused(database: Database, command_id: int | None) -> str:
    before = entries_of(database.path)
    with pytest.raises(StoreError) as error:
        database.run(changes.undo(command_id, by=BY, now_ms=3))
    assert entries_of(database.path) == before
    return error.value.code


def test_a_stream_that_history_cannot_hold_is_not_undone_by_half(database: Database) -> None:
    """T-002, T-101: of its changes only the newest is kept; undoing that one would be no undo."""
    command_id = fill(database, 50)
    assert {refused(database, command_id), refused(database, None)} == {"not-kept"}


def test_an_emptying_that_history_cannot_hold_stays_on_record_and_is_not_undone_by_half(database: Database) -> None:
    """T-100, T-102: the newest change stays, so its command stays: a change without a command would be torn."""
    fill(database, 50)
    assert database.run(history.clear("", CONTEXT, NAMESPACE, by=BY, now_ms=2)) == 50
    assert database.run(history.history(""))[-1].kind == "clear_namespace"
    assert {refused(database, database.run(history.history(""))[-1].id), refused(database, None)} == {"not-kept"}
    with closing(sqlite3.connect(database.path)) as connection:
        loose = "SELECT count(*) FROM changes WHERE command_id NOT IN (SELECT id FROM commands)"
        assert connection.execute(loose).fetchone() == (0,)
