"""The control of all controls: a sound database passes the audit and the ledger, and each kind of damage does not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.database import Database
from store.model import Actor
from store.operations import entries, expiry, pipes
from tests.faults.audit import faults_in
from tests.faults.ledger import Ledger, Promises, at, entries_of, value_of

BY = Actor()


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A database with a bit of everything: sets, a replacement, a deletion, a cache that overflowed, a rescue."""
    path = str(tmp_path / "main.db")
    cache = at("c")._replace(namespace="sessions")
    with Database(path) as database:
        for key in ("sa", "sb", "sc", "sa", "sd"):
            database.run(entries.set_entry(at(key), value_of(key), by=BY, now_ms=1))
        database.run(entries.delete(at("sd"), by=BY, now_ms=2))
        database.run(expiry.create_cache(*cache[:3], 10, max_items=2, by=BY, now_ms=3))
        for number in range(4):
            database.run(entries.set_entry(cache._replace(key=str(number)), b"v", by=BY, now_ms=4))
        database.run(pipes.rescue("", b"v", suffix="missing", intended="", reason="incomplete", by=BY, now_ms=5))
    return path


def test_a_sound_database_passes(path: str) -> None:
    assert faults_in(path) == []
    assert sorted(entries_of(path)) == ["sa", "sb", "sc"]


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE namespaces SET entry_count = entry_count + 1", "entry_count"),
        ("DELETE FROM commands WHERE id = 2", "changes without their command"),
        ("DELETE FROM changes WHERE seq = 2", "commands without all their changes"),
        ("DELETE FROM changes WHERE kind = 2", "deletions without their change"),
        ("UPDATE entries SET change = change + 1 WHERE key = 'sb'", "entries without the change"),
        ("DELETE FROM entries WHERE key = 'sb'", "last change"),
        ("INSERT INTO changes(command_id, ns_id, key, kind) VALUES (0, 1, 'sb', 3)", "last change"),
        ("UPDATE entries SET size = size + 1 WHERE key = 'sb'", "wrong size"),
        ("INSERT INTO entries SELECT 99, 99, key, value, size, 0, 1, 1, NULL, 1 FROM entries WHERE id = 1", "refer"),
    ],
)
def test_the_audit_sees(path: str, tampering: str, fault: str) -> None:
    """Every check can fail."""
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(tampering).rowcount > 0
    assert any(fault in found for found in faults_in(path))


def test_the_audit_sees_a_damaged_page(path: str) -> None:
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(bytes(4096))
    assert faults_in(path) != []


def test_the_ledger_sees_what_is_lost_or_torn(tmp_path: Path) -> None:
    """A missing set, a counter behind, a deleted key that is back, a wrong value, half a batch; not a line cut short."""
    ledger = Ledger(str(tmp_path / "ledger"))
    for word, key in (("stored", "sa"), ("stored", "sb"), ("stored", "da"), ("deleting", "da"), ("deleted", "da")):
        ledger.note(word, key)
    ledger.note("counted", "cx", 9)
    with open(tmp_path / "ledger", "a", encoding="ascii") as file:
        file.write("stored sz 0")
    promises = Promises(str(tmp_path / "ledger"))
    right = {"sa": value_of("sa"), "sb": value_of("sb"), "cx": b"9"}
    assert (promises.lost(right), promises.torn(right)) == ([], [])
    assert promises.lost({"sa": b"", "cx": b"8", "da": b""}) == ["cx", "da", "sb"]
    half = {"b1_at_0_of_2": value_of("b1_at_0_of_2")}
    assert promises.torn({**right, **half, "sa": b"other"}) == ["b1", "sa"]
