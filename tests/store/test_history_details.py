"""What one command changed, and old values one by one: what the history and timeline screens read (U-10), through both drivers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.model import Actor, Address
from store.operations import apply, commands, entries, history, pipes
from store.streams.events import Write
from tests.store.drivers import KINDS, driver

BY = Actor("", "", "cli")
OTHER = Actor("", "org", "cli")
T0 = 1_700_000_000_000


def at(key: str, meta: str = "") -> Address:
    return Address(meta, "app", "notes", key)


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as database:
        yield database


def put(db: Any, key: str, value: bytes, by: Actor = BY, **more: Any) -> entries.Written:
    written: entries.Written = db.run(entries.set_entry(at(key, by.meta), value, by=by, now_ms=T0, **more))
    return written


def test_the_effects_of_a_command(db: Any) -> None:
    """Every entry with what was there before, in order, cut to what is asked for, with its whole size."""
    put(db, "a", "älter".encode())
    writes = [Write(at(key), b"new", None, key) for key in "bac"]
    db.run(apply.apply_writes(writes, by=BY, now_ms=T0))
    command = db.run(history.history("", limit=1))[0]
    found, total = db.run(history.effects(command.id, "", head=2))
    assert [(each.address.key, each.before, each.size) for each in found] == [
        ("b", None, 0),
        ("a", "äl".encode(), 6),
        ("c", None, 0),
    ]
    assert total == 3
    few, total = db.run(history.effects(command.id, "", limit=1))
    assert ([each.address for each in few], total) == ([at("b")], 3)


def test_effects_of_another_meta_are_not_told(db: Any) -> None:
    """P-102: a command number of another meta is as good as none."""
    written = put(db, "k", b"theirs", OTHER)
    assert db.run(history.effects(written.command_id, "")) == ([], 0)
    assert db.run(history.effects(written.command_id, "org"))[1] == 1


def test_secrets_are_withheld_and_what_became_secret_is_masked(db: Any) -> None:
    """U-11: never kept from the day it is one; what was kept before that day is marked."""
    put(db, "s", b"plain")
    second = put(db, "s", b"plain too")
    third = put(db, "s", b"hunter2", secret=True)
    (kept,), _ = db.run(history.effects(second.command_id, ""))
    assert (kept.before, kept.masked, kept.withheld) == (b"plain", True, False)
    (gone,), _ = db.run(history.effects(third.command_id, ""))
    assert (gone.before, gone.withheld, gone.size) == (None, True, 0)
    assert [moment.masked for moment in db.run(history.timeline(at("s")))] == [True, True, True]


def test_commands_are_counted_as_they_are_listed(db: Any) -> None:
    """By meta, and failed ones alone; a rescue is a success."""
    put(db, "a", b"1")
    put(db, "a", b"2", OTHER)
    db.run(pipes.rescue("", b"kept", suffix="x", intended="x", reason="empty_part", by=BY, now_ms=T0))
    db.run(commands.record_failure("set", "app.notes.k", "ttl_not_allowed", by=BY, now_ms=T0))
    assert db.run(history.count("")) == len(db.run(history.history(""))) == 3
    assert db.run(history.count("", failed=True)) == len(db.run(history.history("", failed=True))) == 1
    assert db.run(history.count("org")) == 1


def test_pages_of_a_life_and_one_old_value(db: Any) -> None:
    """Keyset pages by the number of the change; the value behind a cut beginning can be had whole."""
    for number in range(5):
        put(db, "k", b"value %d" % number)
    newest = db.run(history.timeline(at("k"), limit=2, head=3))
    assert [(moment.before, moment.size) for moment in newest] == [(b"val", 7), (b"val", 7)]
    older = db.run(history.timeline(at("k"), limit=2, before=newest[0].seq))
    assert [moment.before for moment in older] == [b"value 0", b"value 1"]
    assert db.run(history.count_moments(at("k"))) == 5
    assert db.run(history.old_value(at("k"), newest[1].seq)) == b"value 3"
    assert db.run(history.old_value(at("k"), newest[1].seq, limit=5)) == b"value"
    assert db.run(history.old_value(at("k", "org"), newest[1].seq)) is None
