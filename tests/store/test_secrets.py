"""Secret namespaces, notes without statements, and what undo does about the pipe cache, through both drivers (U-10, U-11)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.errors import NotFound, Refused
from store.model import Actor, Address, Listing
from store.operations import changes, entries, expiry, history, listing, names, namespaces, pipes, recovery
from store.operations.apply import apply_writes
from store.operations.secrets import mark_secret
from store.streams.events import Write
from tests.store.drivers import KINDS, driver

BY = Actor()
T0 = 1_760_000_000_000


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as database:
        yield database


def at(key: str, meta: str = "") -> Address:
    return Address(meta, "app", "keys", key)


def put(db: Any, key: str, value: bytes, meta: str = "") -> None:
    db.run(entries.set_entry(at(key, meta), value, by=BY._replace(meta=meta), now_ms=T0))


def mark(db: Any, on: bool = True) -> int:
    return int(db.run(mark_secret("", "app", "keys", on=on, target="app.keys", by=BY, now_ms=T0)))


def secrets(db: Any, meta: str = "") -> dict[str, bool]:
    return {
        entry.address.key: entry.secret for entry in db.run(listing.entries(Listing(meta, "app", "keys"), now_ms=T0))
    }


def test_marking(db: Any) -> None:
    """U-11: everything there, everything that comes by any way in, and nothing of another meta; off concerns later keys."""
    put(db, "old", b"1")
    put(db, "old", b"1", "acme")
    assert mark(db) == 1
    assert mark(db) == 0
    put(db, "new", b"2")
    db.run(apply_writes([Write(at("streamed"), b"3", None, "x")], by=BY, now_ms=T0))
    assert secrets(db) == {"old": True, "new": True, "streamed": True}
    assert secrets(db, "acme") == {"old": False}
    mark(db, on=False)
    put(db, "later", b"4")
    put(db, "old", b"5")
    assert secrets(db) == {"old": True, "new": True, "streamed": True, "later": False}


def test_names_that_may_be_offered(db: Any) -> None:
    """C-017, C-051: live entries that are no secrets, and the places that hold one; of a meta, from a prefix on, in order."""
    put(db, "hidden", b"1")
    mark(db)
    put(db, "theirs", b"1", "acme")
    for key in ("b", "a__i_1", "a__i_0", "ab"):
        db.run(entries.set_entry(Address("", "app", "ui", key), b"1", by=BY, now_ms=T0))
    db.run(expiry.create_cache("", "app", "short", 1, by=BY, now_ms=T0))
    db.run(entries.set_entry(Address("", "app", "short", "k"), b"1", by=BY, now_ms=T0))
    db.run(entries.set_entry(Address("", "z", "", "k"), b"1", by=BY, now_ms=T0))
    assert db.run(names.spaces("", now_ms=T0)) == [("app", "short"), ("app", "ui"), ("z", "")]
    assert db.run(names.spaces("", now_ms=T0 + 1000)) == [("app", "ui"), ("z", "")]
    assert db.run(names.spaces("acme", now_ms=T0)) == [("app", "keys")]
    assert db.run(names.keys("", "app", "keys", now_ms=T0)) == []
    assert db.run(names.keys("", "no", "where", now_ms=T0)) == []
    assert db.run(names.keys("", "app", "short", now_ms=T0 + 1000)) == []
    assert db.run(names.keys("", "app", "ui", "a[", now_ms=T0)) == ["a__i_0", "a__i_1", "ab"]
    assert db.run(names.keys("", "app", "ui", limit=2, now_ms=T0)) == ["a__i_0", "a__i_1"]


def test_old_values_are_forgotten(db: Any) -> None:
    """U-11: also those that were kept when the namespace was an ordinary one; so their loss cannot be undone."""
    put(db, "k", b"hunter1")
    put(db, "k", b"hunter2")
    mark(db)
    assert [(moment.before, moment.withheld) for moment in db.run(history.timeline(at("k")))] == [
        (None, False),
        (None, True),
    ]
    with pytest.raises(Refused) as refused:
        db.run(changes.undo(None, by=BY, now_ms=T0))
    assert refused.value.code == "not-kept"
    assert db.run(entries.get(at("k"))).value == b"hunter2"


def test_others_notice(db: Any) -> None:
    """T-086: who follows the changes learns that the namespace is to be looked at again."""
    put(db, "k", b"1")
    seen = db.run(changes.changes_since(0)).newest
    mark(db)
    moved = db.run(changes.changes_since(seen))
    space = db.run(namespaces.namespace("", "app", "keys", now_ms=T0))
    assert (moved.namespace_ids, space.secret) == (frozenset((space.id,)), True)


def test_marking_and_notes_are_recorded_and_no_undo_meets_them(db: Any) -> None:
    """U-10: they are commands without entries of their own; undo concerns the command before."""
    put(db, "k", b"1")
    mark(db)
    db.run(history.note("restore", "x.tar.gz", by=BY, now_ms=T0))
    assert [(done.kind, done.target) for done in db.run(history.history(""))] == [
        ("set", "app.keys.k"),
        ("secret-on", "app.keys"),
        ("restore", "x.tar.gz"),
    ]
    assert db.run(changes.undo(None, by=BY, now_ms=T0)).kind == "set"


def test_metas(db: Any) -> None:
    """P-111: those with entries or caches; empty ones are nobody's."""
    assert db.run(namespaces.metas()) == []
    put(db, "k", b"1")
    put(db, "k", b"1", "acme")
    db.run(entries.delete(at("k", "acme"), by=BY._replace(meta="acme"), now_ms=T0))
    db.run(expiry.create_cache("beta", "app", "cache", 5, by=BY, now_ms=T0))
    assert db.run(namespaces.metas()) == ["", "beta"]


# Undo and the pipe cache


def rescue(db: Any, content: bytes = b"piped") -> str:
    key = db.run(pipes.rescue("", content, suffix="x", intended="bad..x", reason="empty_part", by=BY, now_ms=T0))
    return str(key)


def test_undo_passes_over_the_cache(db: Any) -> None:
    """A rescue or its removal is nothing to take back, and must not stand in the way of what is."""
    put(db, "k", b"1")
    key = rescue(db)
    db.run(entries.delete(recovery.cache_address("", key), by=BY, now_ms=T0))
    assert db.run(changes.undo(None, by=BY, now_ms=T0)).addresses == (at("k"),)
    with pytest.raises(NotFound):
        db.run(changes.undo(None, by=BY, now_ms=T0))


def test_undo_of_a_recovery_makes_the_pipe_anew(db: Any) -> None:
    """Nothing piped is lost by undoing: also when nobody has the pipe any more, and after its time; for 15 minutes at least."""
    put(db, "k", b"before")
    key = rescue(db, b"piped\xff")
    db.run(entries.copy(recovery.cache_address("", key), at("k"), by=BY, now_ms=T0 + 1))
    late = T0 + 3_600_000
    assert db.run(changes.undo(None, by=BY, now_ms=late)).pipes == 1
    pipe = db.run(entries.get(recovery.cache_address("", key)))
    assert (pipe.value, pipe.created_at, pipe.expires_at) == (b"piped\xff", T0, late + 900_000)
    assert db.run(entries.get(at("k"))).value == b"before"
    assert db.run(changes.undo(None, by=BY, now_ms=late)).addresses == (at("k"),)


def test_undo_of_a_stream_from_the_cache_is_refused(db: Any) -> None:
    """Its text cannot be made of its entries: without the pipe, nothing is undone."""
    key = rescue(db, b"k=v;")
    db.run(recovery.run_stream("", key, [Write(at("k"), b"v", None, "k")], by=BY, now_ms=T0))
    with pytest.raises(Refused) as refused:
        db.run(changes.undo(None, by=BY, now_ms=T0))
    assert refused.value.code == "not-kept"
    assert db.run(entries.get(at("k"))).value == b"v"
