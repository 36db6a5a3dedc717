"""Session logs by number, through both drivers (P-120…P-124)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.errors import InputError
from store.model import Actor
from store.operations import changes, entries, history, iterations
from tests.store.drivers import KINDS, driver

BY = Actor("keeper", "keeper", "cli")
T0 = 1_700_000_000_000


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as database:
        yield database


def save(db: Any, *numbers: int) -> None:
    db.run(iterations.save("keeper", [(number, b"log %d" % number) for number in numbers], by=BY, now_ms=T0))


def value(db: Any, number: int, namespace: str = "sessions") -> bytes | None:
    entry = db.run(entries.get(iterations.session_at("keeper", number, namespace)))
    return None if entry is None else entry.value


def test_the_counter_only_rises(db: Any) -> None:
    """P-120: to the largest number saved, if it is lower; another meta's counter is another counter."""
    assert db.run(iterations.counter("keeper")) is None
    for numbers, after in (((65,), 65), ((12,), 65), ((70, 9, 66), 70)):
        save(db, *numbers)
        assert db.run(iterations.counter("keeper")) == after
    assert db.run(iterations.counter("prometheus")) is None
    assert db.run(iterations.sessions("keeper", now_ms=T0)) == [9, 12, 65, 66, 70]


def test_the_counter_can_be_set_and_raised(db: Any) -> None:
    """P-121: downwards too; the first raise begins at the floor."""
    assert db.run(iterations.set_counter("keeper", None, floor=4, by=BY, now_ms=T0)) == 5
    assert db.run(iterations.set_counter("keeper", None, floor=90, by=BY, now_ms=T0)) == 6
    assert db.run(iterations.set_counter("keeper", 2, by=BY, now_ms=T0)) == 2
    assert db.run(iterations.counter("keeper")) == 2


@pytest.mark.parametrize("text", [b"", b"six", b"-1", b"1.5", b"\xff", b"9" * 11])
def test_a_counter_that_is_no_number_is_an_error(db: Any, text: bytes) -> None:
    """Nothing is guessed and nothing is overwritten, and the message does not hold what stands there (P-116)."""
    db.run(entries.set_entry(iterations.counter_at("keeper"), text, by=BY, now_ms=T0))
    with pytest.raises(InputError) as error:
        save(db, 1)
    assert error.value.code == "bad-counter"
    assert value(db, 1) is None
    assert "six" not in error.value.message


def test_archive_keeps_the_highest_numbers(db: Any) -> None:
    """P-123: numeric order, 10 is newer than 9; what is moved keeps its content and its secrecy."""
    save(db, 9, 10, 8, 100)
    secret = iterations.session_at("keeper", 8)
    db.run(entries.set_entry(secret, b"hush", by=BY, now_ms=T0, secret=True))
    assert db.run(iterations.archive("keeper", 2, by=BY, now_ms=T0)) == (2, 2)
    assert db.run(iterations.sessions("keeper", now_ms=T0)) == [10, 100]
    assert (value(db, 9, "archive"), value(db, 9)) == (b"log 9", None)
    assert db.run(entries.get(iterations.session_at("keeper", 8, "archive"))).secret
    assert db.run(iterations.archive("keeper", 2, by=BY, now_ms=T0)) == (0, 2)
    assert db.run(iterations.archive("keeper", 0, by=BY, now_ms=T0)) == (2, 0)


def test_what_only_looks_like_a_session_stays(db: Any) -> None:
    """P-123: `iter07` and `iterX` have no number."""
    for key in ("iter07", "iterX", "iter", "other"):
        address = iterations.session_at("keeper", 1)._replace(key=key)
        db.run(entries.set_entry(address, b"x", by=BY, now_ms=T0))
    assert db.run(iterations.sessions("keeper", now_ms=T0)) == []
    assert db.run(iterations.archive("keeper", 0, by=BY, now_ms=T0)) == (0, 0)


def test_each_is_one_command_that_can_be_undone(db: Any) -> None:
    """U-10: one record each; undoing an archive brings the sessions back, undoing a save the counter too."""
    save(db, 1)
    save(db, 2, 3)
    db.run(iterations.archive("keeper", 1, by=BY, now_ms=T0))
    db.run(changes.undo(None, by=BY, now_ms=T0))
    assert db.run(iterations.sessions("keeper", now_ms=T0)) == [1, 2, 3]
    db.run(changes.undo(None, by=BY, now_ms=T0))
    assert (db.run(iterations.sessions("keeper", now_ms=T0)), db.run(iterations.counter("keeper"))) == ([1], 1)
    kinds = [done.kind for done in db.run(history.history("keeper"))]
    assert kinds == ["iter-save", "iter-save", "iter-archive", "undo", "undo"]


def test_initialising_is_on_record(db: Any) -> None:
    """P-124."""
    db.run(iterations.initialise("keeper", by=BY, now_ms=T0))
    (done,) = db.run(history.history("keeper"))
    assert (done.kind, done.target, done.user) == ("migrate-init", "pantheon_keeper", "keeper")
