"""Listings, history and bulk writes through both drivers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.addresses import print_key
from store.errors import NotFound, Refused, StreamError
from store.model import Actor, Address, Listing
from store.operations import apply, changes, commands, entries, history, listing, namespaces, pipes
from store.streams.events import Write
from tests.store.drivers import KINDS, driver

BY = Actor("", "", "cli")
T0 = 1_700_000_000_000


def at(key: str, context: str = "app", namespace: str = "notes", meta: str = "") -> Address:
    return Address(meta, context, namespace, key)


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as database:
        yield database


def put(db: Any, key: str | Address, value: bytes, now: int = T0, **more: Any) -> entries.Written:
    address = at(key) if isinstance(key, str) else key
    return db.run(entries.set_entry(address, value, by=BY, now_ms=now, **more))


def rescue(db: Any, content: bytes, now: int = T0, suffix: str = "bad__x") -> str:
    return db.run(pipes.rescue("", content, suffix=suffix, intended="bad..x", reason="empty_part", by=BY, now_ms=now))


class TestListing:
    def test_sorted_by_printed_form(self, db: Any) -> None:
        """P-008: `list__i_10` prints `list__10`."""
        for key in ("list__i_2", "list__i_10", "list__1x", "B", "a"):
            put(db, key, b"v")
        found = db.run(listing.keys(Listing("", "app", "notes"), now_ms=T0))
        assert found == ["B", "a", "list__i_10", "list__1x", "list__i_2"]

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("", ["a_1", "ab1", "list__0"]),
            ("a_", ["a_1"]),
            ("a?1", ["a_1", "ab1"]),
            ("*1", ["a_1", "ab1"]),
            ("list__0", ["list__0"]),
            ("A", []),
            ("list*", ["list__0"]),
            ("list[", ["list__0"]),
            ("list[*]", ["list__0"]),
            ("?", []),
        ],
    )
    def test_patterns(self, db: Any, pattern: str, expected: list[str]) -> None:
        """P-020."""
        for key in ("a_1", "ab1", "list__i_0"):
            put(db, key, b"v")
        found = db.run(listing.entries(Listing("", "app", "notes", pattern), now_ms=T0))
        assert [print_key(entry.address.key) for entry in found] == expected

    def test_the_last_key_that_can_be(self, db: Any) -> None:
        """P-011: at most 128 characters, U+10FFFF among them; listings and pages from the end have it too."""
        last = "\U0010ffff" * 128
        put(db, last, b"v")
        put(db, "a", b"v")
        assert db.run(listing.keys(Listing("", "app", "notes"), now_ms=T0)) == ["a", last]
        assert db.run(listing.keys(Listing("", "app", "notes", last[:9] + "*"), now_ms=T0)) == [last]
        space = db.run(namespaces.namespace("", "app", "notes", now_ms=T0))
        rows = db.run(listing.page(space.id, now_ms=T0, after=None, backwards=True, limit=1))
        assert [row.key for row in rows] == [last]

    @pytest.mark.parametrize("by_insertion", [False, True])
    def test_pages_meet_each_row_once_both_ways(self, db: Any, by_insertion: bool) -> None:
        """T-081, T-082."""
        for number in (5, 3, 9, 1, 7):
            put(db, f"k{number}", b"v" * number)
        space = db.run(namespaces.namespaces("", now_ms=T0))[0]
        forward = self.walk(db, space.id, by_insertion, backwards=False)
        backward = self.walk(db, space.id, by_insertion, backwards=True)
        assert forward == backward[::-1]
        assert forward == (["k5", "k3", "k9", "k1", "k7"] if by_insertion else ["k1", "k3", "k5", "k7", "k9"])
        assert db.run(listing.rank(space.id, "k5", now_ms=T0)) == 2
        assert db.run(listing.nth_key(space.id, 3)) == "k7"
        assert db.run(listing.find_key(space.id, "k4", now_ms=T0)) == "k5"
        assert db.run(listing.find_key(space.id, "z", now_ms=T0)) is None

    @staticmethod
    def walk(db: Any, space: int, by_insertion: bool, *, backwards: bool) -> list[str]:
        seen: list[str] = []
        after: str | int | None = None
        while rows := db.run(
            listing.page(space, now_ms=T0, after=after, backwards=backwards, limit=2, by_insertion=by_insertion)
        ):
            seen += [row.key for row in rows]
            after = rows[-1].id if by_insertion else rows[-1].key
        return seen


class TestHistory:
    def test_undo_of_a_replacement_and_of_a_first_write(self, db: Any) -> None:
        """T-101."""
        first = put(db, "k", b"1", T0)
        second = put(db, "k", b"2", T0 + 1)
        with pytest.raises(Refused) as error:
            db.run(changes.undo(first.command_id, by=BY, now_ms=T0 + 2))
        assert error.value.code == "changed-since"
        undone = db.run(changes.undo(second.command_id, by=BY, now_ms=T0 + 3))
        assert undone.addresses == (at("k"),)
        assert db.run(entries.get(at("k"))).value == b"1"
        assert db.run(entries.get(at("k"))).created_at == T0

    def test_undo_goes_further_back_each_time(self, db: Any) -> None:
        """Each undoing takes the last standing change away, so that the one before it is next."""
        for number in range(3):
            put(db, "k", b"%d" % number, T0 + number)
        values = []
        for _ in range(3):
            db.run(changes.undo(None, by=BY, now_ms=T0))
            entry = db.run(entries.get(at("k")))
            values.append(entry and entry.value)
        assert values == [b"1", b"0", None]
        with pytest.raises(NotFound):
            db.run(changes.undo(None, by=BY, now_ms=T0))
        put(db, "k", b"again")
        db.run(changes.undo(None, by=BY, now_ms=T0))
        assert db.run(entries.get(at("k"))) is None

    def test_undo_takes_only_ones_own_last_command(self, db: Any) -> None:
        put(db, "mine", b"v")
        theirs = Actor("alice", "", "cli")
        db.run(entries.set_entry(at("theirs"), b"v", by=theirs, now_ms=T0))
        elsewhere = at("elsewhere", meta="org")
        db.run(entries.set_entry(elsewhere, b"v", by=Actor("", "org", "cli"), now_ms=T0))
        db.run(changes.undo(None, by=BY, now_ms=T0))
        assert db.run(entries.get(at("mine"))) is None
        assert db.run(entries.get(at("theirs"))) is not None
        assert db.run(entries.get(elsewhere)) is not None

    def test_clearing_is_one_command_that_can_be_undone(self, db: Any) -> None:
        """M-138, M-139."""
        for key in "abc":
            put(db, key, key.encode())
        put(db, at("x", "app", "other"), b"x")
        put(db, at("x", "user", "other"), b"x")
        assert db.run(history.clear("", "app", "notes", by=BY, now_ms=T0)) == 3
        assert db.run(history.clear("", "app", by=BY, now_ms=T0)) == 1
        assert db.run(history.clear("", by=BY, now_ms=T0)) == 1
        assert db.run(namespaces.namespaces("", now_ms=T0)) == []
        kinds = [(done.kind, done.target, done.affected) for done in db.run(history.history("", limit=3))]
        assert kinds == [("clear_namespace", "app:notes", 3), ("clear_context", "app", 1), ("reset", "storage", 1)]
        for _ in range(3):
            db.run(changes.undo(None, by=BY, now_ms=T0))
        assert db.run(listing.keys(Listing("", "app", "notes"), now_ms=T0)) == ["a", "b", "c"]

    def test_the_life_of_an_entry(self, db: Any) -> None:
        put(db, "k", b"1")
        put(db, "k", b"2")
        db.run(entries.delete(at("k"), by=BY, now_ms=T0))
        put(db, "s", b"hunter2", secret=True)
        put(db, "s", b"hunter3")
        life = db.run(history.timeline(at("k")))
        assert [(m.command, m.before) for m in life] == [("set", None), ("set", b"1"), ("delete", b"2")]
        assert [(m.before, m.withheld) for m in db.run(history.timeline(at("s")))] == [(None, False), (None, True)]

    def test_failed_commands_can_be_asked_for(self, db: Any) -> None:
        put(db, "k", b"1")
        rescue(db, b"kept")
        db.run(commands.record_failure("set", "app.notes.k", "ttl_not_allowed", by=BY, now_ms=T0))
        (failed,) = db.run(history.history("", failed=True))
        assert (failed.kind, failed.error) == ("set", "ttl_not_allowed")
        assert [done.error for done in db.run(history.history(""))] == [None, None, "ttl_not_allowed"]
        assert db.run(history.history("org")) == []

    def test_undo_of_a_delete_restores_the_place_in_order(self, db: Any) -> None:
        for key in "abc":
            put(db, key, key.encode())
        db.run(entries.delete(at("b"), by=BY, now_ms=T0))
        db.run(changes.undo(None, by=BY, now_ms=T0))
        space = db.run(namespaces.namespaces("", now_ms=T0))[0]
        assert [row.key for row in db.run(listing.page(space.id, now_ms=T0, by_insertion=True))] == ["a", "b", "c"]

    def test_secrets_and_expiring_values_are_never_kept(self, db: Any) -> None:
        """U-10, U-11: so their loss cannot be undone, and undo says so instead of deleting more."""
        put(db, "s", b"hunter2", secret=True)
        written = put(db, "s", b"hunter3")
        with pytest.raises(Refused) as error:
            db.run(changes.undo(written.command_id, by=BY, now_ms=T0))
        assert error.value.code == "not-kept"
        assert db.run(entries.get(at("s"))).value == b"hunter3"

    def test_undo_of_a_recovery_brings_the_pipe_back_in_one_step(self, db: Any) -> None:
        key = rescue(db, b"data")
        source = at(key, "pipe", "cache")
        pipe = db.run(pipes.pipes("", now_ms=T0))[0]
        put(db, "home", b"before")
        done = db.run(entries.copy(source, at("home"), by=BY, now_ms=T0 + 1))
        removed = pipes.Removed(key, b"data", pipe.cached_at, pipe.expires_at, pipe.intended, pipe.reason)
        undone = db.run(changes.undo(done.command_id, by=BY, now_ms=T0 + 2, pipes=[removed]))
        assert undone.pipes == 1
        assert db.run(entries.get(at("home"))).value == b"before"
        assert db.run(entries.get(source)).value == b"data"

    def test_changes_since_names_the_namespaces(self, db: Any) -> None:
        """T-086."""
        put(db, "a", b"v")
        seen = db.run(changes.changes_since(0))
        put(db, at("b", "other", "place"), b"v")
        moved = db.run(changes.changes_since(seen.newest))
        assert moved.complete
        assert len(moved.namespace_ids) == 1
        assert db.run(changes.changes_since(moved.newest)).namespace_ids == frozenset()

    def test_trimming_keeps_the_numbers_rising(self, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """T-048, T-102."""
        monkeypatch.setattr(commands, "KEPT_CHANGES", 3)
        monkeypatch.setattr(commands, "TRIM_EVERY", 4)
        numbers = [put(db, "k", b"v%d" % n).change for n in range(12)]
        assert numbers == sorted(set(numbers))
        assert not db.run(changes.changes_since(0)).complete
        assert db.run(entries.get(at("k"))).value == b"v11"

    def test_a_bulk_write_that_history_cannot_hold_is_not_passed_over(
        self, db: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """T-086, T-102: it leaves one change; whoever knew an earlier number is told that there was more."""
        monkeypatch.setattr(commands, "KEPT_CHANGES", 5)
        seen = put(db, "k", b"v").change
        many = [Write(at(f"k{n}", f"space{n}"), b"v", None, "") for n in range(9)]
        db.run(apply.apply_writes(many, by=BY, now_ms=T0))
        moved = db.run(changes.changes_since(seen))
        assert not moved.complete
        assert db.run(changes.changes_since(moved.newest)).complete

    def test_a_failure_is_recorded_with_its_code(self, db: Any) -> None:
        """T-100."""
        assert db.run(commands.record_failure("set", "app.notes.k", "ttl_not_allowed", by=BY, now_ms=T0)) == 1


class TestApply:
    def writes(self, *pairs: tuple[str, bytes], ttl_s: int | None = None) -> list[Write]:
        return [Write(at(key), value, ttl_s, key) for key, value in pairs]

    def test_the_last_write_to_an_address_wins_and_order_is_of_first_appearance(self, db: Any) -> None:
        put(db, "old", b"0")
        told = db.run(
            apply.apply_writes(self.writes(("b", b"1"), ("a", b"2"), ("b", b"3"), ("old", b"4")), by=BY, now_ms=T0 + 1)
        )
        assert [address.key for address in told] == ["b", "a", "b", "old"]
        space = db.run(namespaces.namespaces("", now_ms=T0))[0]
        rows = db.run(listing.page(space.id, now_ms=T0, by_insertion=True))
        assert [(row.key, row.head) for row in rows] == [("old", "4"), ("b", "3"), ("a", "2")]
        assert db.run(entries.get(at("old"))).created_at == T0

    def test_all_or_nothing(self, db: Any) -> None:
        """X-040, X-036."""
        good = Write(at("a"), b"1", None, "a")
        with pytest.raises(StreamError, match="TTL not allowed"):
            db.run(apply.apply_writes([good, Write(at("b"), b"2", 5, "b")], by=BY, now_ms=T0))
        assert db.run(entries.get(at("a"))) is None

    @pytest.mark.parametrize("count", [99, 100, 101, 250])
    def test_any_number_keeps_its_order_and_its_changes(self, db: Any, count: int) -> None:
        """M-132, T-047: large batches are written by hundreds, the rest one by one; nothing is lost or swapped at the seams."""
        keys = [f"k{(n * 7) % count:03d}{n}" for n in range(count)]
        db.run(apply.apply_writes(self.writes(*[(key, key.encode()) for key in keys]), by=BY, now_ms=T0))
        stored = db.run(listing.entries(Listing("", "app", "notes"), now_ms=T0))
        assert {entry.address.key: entry.value for entry in stored} == {key: key.encode() for key in keys}
        assert [entry.address.key for entry in sorted(stored, key=lambda entry: entry.change)] == keys
        space = db.run(namespaces.namespaces("", now_ms=T0))[0]
        assert space.entries == count
        rows = db.run(listing.page(space.id, now_ms=T0, by_insertion=True, limit=count))
        assert [row.key for row in rows] == keys
        assert db.run(changes.changes_since(0)).newest == count
        assert len(db.run(changes.undo(None, by=BY, now_ms=T0)).addresses) == count

    def test_many_over_existing_ones_can_be_undone(self, db: Any) -> None:
        for number in range(450):
            put(db, f"k{number}", b"old")
        db.run(apply.apply_writes(self.writes(*[(f"k{n}", b"new") for n in range(450)]), by=BY, now_ms=T0))
        assert db.run(entries.get(at("k449"))).value == b"new"
        assert len(db.run(changes.undo(None, by=BY, now_ms=T0)).addresses) == 450
        assert {e.value for e in db.run(listing.entries(Listing("", "app", "notes"), now_ms=T0))} == {b"old"}
