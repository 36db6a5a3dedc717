"""Every operation through both drivers: what it promises, seen from outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.errors import AddressError, Corrupt, NotFound, Refused
from store.model import Actor, Address, Listing
from store.operations import entries, expiry, listing, namespaces, pipes
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


class TestEntries:
    def test_empty_store_answers_without_a_file(self, db: Any) -> None:
        assert db.run(entries.get(at("a"))) is None
        assert db.run(namespaces.namespaces("", now_ms=T0)) == []
        assert db.run(listing.keys(Listing("", "app", "notes"), now_ms=T0)) == []

    @pytest.mark.parametrize(
        "value", [b"", b"text", b"\0", b"a\0b", b"\xff\xfe", "größe 日本".encode(), bytes(range(256))]
    )
    def test_bytes_come_back_exactly(self, db: Any, value: bytes) -> None:
        """T-130, P-051."""
        put(db, "k", value)
        assert db.run(entries.get(at("k"))).value == value
        assert db.run(entries.head(at("k"))).size == len(value)

    def test_replacing_keeps_creation_and_moves_update(self, db: Any) -> None:
        """P-007."""
        put(db, "k", b"1", T0)
        put(db, "k", b"2", T0 + 5)
        entry = db.run(entries.get(at("k")))
        assert (entry.value, entry.created_at, entry.updated_at) == (b"2", T0, T0 + 5)

    def test_metas_are_separate_entries(self, db: Any) -> None:
        """P-102: no fall-back in either direction."""
        put(db, at("k", meta="org"), b"theirs")
        assert db.run(entries.get(at("k"))) is None
        put(db, "k", b"ours")
        assert db.run(entries.get(at("k", meta="org"))).value == b"theirs"

    def test_delete_is_idempotent_and_says_what_it_found(self, db: Any) -> None:
        """P-032."""
        put(db, "k", b"v")
        assert db.run(entries.delete(at("k"), by=BY, now_ms=T0)).found
        assert db.run(entries.delete(at("k"), by=BY, now_ms=T0)).found is False
        assert db.run(entries.get(at("k"))) is None

    def test_an_append_key_takes_the_next_index(self, db: Any) -> None:
        """M-123."""
        first = put(db, "q__i_APPEND", b"a")
        put(db, "q__i_7", b"b")
        put(db, "q__name", b"c")
        assert first.address.key == "q__i_0"
        assert put(db, "q__i_APPEND", b"d").address.key == "q__i_8"
        assert db.run(entries.get(at("q__i_APPEND"))).value == b"d"
        assert db.run(entries.delete(at("q__i_APPEND"), by=BY, now_ms=T0))
        assert db.run(entries.get(at("q__i_APPEND"))).value == b"b"

    def test_pipe_cache_is_reserved(self, db: Any) -> None:
        """P-022."""
        with pytest.raises(AddressError, match="reserved") as error:
            put(db, at("mine", "pipe", "cache"), b"v")
        assert error.value.code == "reserved"
        assert db.run(namespaces.namespaces("", now_ms=T0)) == []

    def test_secret_stays_secret_and_is_masked(self, db: Any) -> None:
        """U-11."""
        put(db, "token", b"hunter2", secret=True)
        put(db, "token", b"hunter3")
        entry = db.run(entries.get(at("token")))
        assert entry.secret
        assert entry.value == b"hunter3"
        assert db.run(entries.head(at("token"))).value == b""
        assert db.run(entries.head(at("token"), reveal=True)).value == b"hunter3"
        space = db.run(namespaces.namespaces("", now_ms=T0))[0]
        assert db.run(listing.page(space.id, now_ms=T0))[0].head == ""


class TestCopy:
    def test_copies_and_keeps_an_ordinary_source(self, db: Any) -> None:
        """P-037."""
        put(db, "a", b"v")
        done = db.run(entries.copy(at("a"), at("b"), by=BY, now_ms=T0))
        assert (done.overwrote, done.removed_from_cache) == (False, False)
        assert db.run(entries.get(at("a"))).value == db.run(entries.get(at("b"))).value == b"v"

    def test_a_cached_pipe_moves(self, db: Any) -> None:
        key = rescue(db, b"data\n")
        source = at(key, "pipe", "cache")
        done = db.run(entries.copy(source, at("home"), by=BY, now_ms=T0 + 1))
        assert done.removed_from_cache
        assert db.run(entries.get(at("home"))).value == b"data\n"
        assert db.run(entries.get(source)) is None
        assert db.run(entries.get(at("home"))).expires_at is None

    def test_missing_source_and_itself(self, db: Any) -> None:
        with pytest.raises(NotFound):
            db.run(entries.copy(at("nope"), at("b"), by=BY, now_ms=T0))
        put(db, "a", b"v")
        with pytest.raises(Refused):
            db.run(entries.copy(at("a"), at("a"), by=BY, now_ms=T0))
        assert db.run(entries.get(at("a"))).value == b"v"

    def test_an_expired_pipe_is_gone(self, db: Any) -> None:
        key = rescue(db, b"late")
        with pytest.raises(NotFound):
            db.run(entries.copy(at(key, "pipe", "cache"), at("b"), by=BY, now_ms=T0 + 900_000))

    def test_a_pipe_whose_bytes_do_not_match_its_name_is_not_removed(self, db: Any) -> None:
        """T-114."""
        forged = pipes.Removed("1_00000000_x", b"other bytes", T0, T0 + 900_000)
        db.run(pipes.put_back("", [forged], by=BY, now_ms=T0))
        with pytest.raises(Corrupt):
            db.run(entries.copy(at(forged.key, "pipe", "cache"), at("b"), by=BY, now_ms=T0))
        assert db.run(entries.get(at(forged.key, "pipe", "cache"))).value == b"other bytes"
        assert db.run(entries.get(at("b"))) is None


def rescue(db: Any, content: bytes, now: int = T0, suffix: str = "bad__x") -> str:
    return db.run(pipes.rescue("", content, suffix=suffix, intended="bad..x", reason="empty_part", by=BY, now_ms=now))


class TestPipes:
    def test_key_is_time_digest_and_address(self, db: Any) -> None:
        """P-064, P-065."""
        assert rescue(db, b"test content\n") == f"{T0 // 1000}_a1fff0ff_bad__x"

    def test_the_same_content_again_is_refreshed_not_doubled(self, db: Any) -> None:
        """P-068."""
        first, again = rescue(db, b"x"), rescue(db, b"x", T0 + 500)
        assert first == again
        (pipe,) = db.run(pipes.pipes("", now_ms=T0 + 600))
        assert (pipe.intended, pipe.reason, pipe.expires_at) == ("bad..x", "empty_part", T0 + 500 + 900_000)

    def test_what_came_in_long_ago_is_named_after_then_and_lives_from_now(self, db: Any) -> None:
        """T-112: a fresh lifetime; stored twice, as after a crash in between, it is still one pipe."""
        for now_ms in (T0, T0 + 5000):
            key = db.run(
                pipes.rescue(
                    "", b"x", suffix="a", intended="", reason="interrupted", by=BY, now_ms=now_ms, received_at=77
                )
            )
            assert key == "77_2d711642_a"
        (pipe,) = db.run(pipes.pipes("", now_ms=T0 + 6000))
        assert pipe.expires_at == T0 + 5000 + 900_000

    def test_a_collision_gets_a_number(self, db: Any) -> None:
        """P-068: nothing is ever overwritten."""
        key = rescue(db, b"one")
        db.run(pipes.discard("", [key], by=BY, now_ms=T0))
        db.run(pipes.put_back("", [pipes.Removed(key, b"two", T0, T0 + 900_000)], by=BY, now_ms=T0))
        assert rescue(db, b"one") == key + "_2"
        assert db.run(entries.get(at(key, "pipe", "cache"))).value == b"two"

    def test_lifetime_is_900_s_unless_defined(self, db: Any) -> None:
        """P-069: a rescue uses the definition and never resets it."""
        rescue(db, b"a")
        db.run(expiry.create_cache("", "pipe", "cache", 5, by=BY, now_ms=T0))
        rescue(db, b"b", T0 + 1000)
        expires = {p.value: p.expires_at for p in db.run(pipes.pipes("", now_ms=T0 + 1000))}
        assert expires == {b"a": T0 + 900_000, b"b": T0 + 6000}

    def test_discard_and_put_back(self, db: Any) -> None:
        key = rescue(db, b"v" * 100_000)
        removed = db.run(pipes.discard("", [key, "1_ffffffff_gone"], by=BY, now_ms=T0 + 10))
        assert [pipe.key for pipe in removed] == [key]
        assert len(removed[0].value) == 100_000
        assert db.run(pipes.pipes("", now_ms=T0 + 20)) == []
        assert db.run(pipes.put_back("", removed, by=BY, now_ms=T0 + 30)) == 1
        (pipe,) = db.run(pipes.pipes("", now_ms=T0 + 40))
        assert (pipe.key, pipe.cached_at, pipe.expires_at) == (key, T0, T0 + 900_000)
        assert (pipe.intended, pipe.reason, pipe.size) == ("bad..x", "empty_part", 100_000)
        assert len(pipe.value) == 65536

    def test_what_expired_meanwhile_stays_away(self, db: Any) -> None:
        removed = db.run(pipes.discard("", [rescue(db, b"v")], by=BY, now_ms=T0))
        assert db.run(pipes.put_back("", removed, by=BY, now_ms=T0 + 900_000)) == 0

    def test_keep_longer(self, db: Any) -> None:
        key = rescue(db, b"v")
        assert db.run(pipes.keep_longer("", [key, "gone"], 3600, by=BY, now_ms=T0 + 5)) == 1
        assert db.run(pipes.pipes("", now_ms=T0 + 3_000_000))[0].expires_at == T0 + 5 + 3_600_000

    def test_metas_do_not_see_each_other(self, db: Any) -> None:
        """P-074."""
        rescue(db, b"v")
        assert db.run(pipes.pipes("org", now_ms=T0)) == []


class TestExpiry:
    def cache(self, db: Any, ttl_s: int = 10, **more: Any) -> None:
        db.run(expiry.create_cache("", "app", "notes", ttl_s, by=BY, now_ms=T0, **more))

    def test_expires_at_the_very_millisecond(self, db: Any) -> None:
        """P-043."""
        self.cache(db)
        put(db, "k", b"v")
        entry = db.run(entries.get(at("k")))
        assert not entry.expired(T0 + 9_999)
        assert entry.expired(T0 + 10_000)

    def test_evict_respects_the_definition(self, db: Any) -> None:
        """P-044."""
        self.cache(db, evict_on_read=False)
        put(db, "k", b"v")
        assert db.run(entries.evict(at("k"), now_ms=T0 + 20_000)) is False
        db.run(expiry.set_cache("", "app", "notes", evict_on_read=True, by=BY, now_ms=T0))
        assert db.run(entries.evict(at("k"), now_ms=T0 + 9_000)) is False
        assert db.run(entries.evict(at("k"), now_ms=T0 + 20_000)) is True
        assert db.run(entries.get(at("k"))) is None

    def test_max_items_drops_the_oldest_written(self, db: Any) -> None:
        """P-046: rewriting makes newest."""
        self.cache(db, 100, max_items=2)
        for number, key in enumerate("abac"):
            put(db, key, b"v", T0 + number)
        assert db.run(listing.keys(Listing("", "app", "notes"), now_ms=T0)) == ["a", "c"]

    def test_sweep_counts_and_spares_other_metas(self, db: Any) -> None:
        """P-048, P-103."""
        self.cache(db)
        db.run(expiry.create_cache("org", "app", "notes", 10, by=BY, now_ms=T0))
        for key in "abc":
            put(db, key, b"v")
        put(db, at("theirs", meta="org"), b"v")
        assert db.run(expiry.sweep("", by=BY, now_ms=T0 + 10_000, limit=2)) == 2
        assert db.run(expiry.sweep("", by=BY, now_ms=T0 + 10_000)) == 1
        assert db.run(expiry.sweep("", by=BY, now_ms=T0 + 10_000)) == 0
        assert db.run(entries.get(at("theirs", meta="org"))) is not None

    def test_ttl_only_in_caches(self, db: Any) -> None:
        """P-042: and nothing is created by the refusal."""
        with pytest.raises(Refused, match="TTL not allowed"):
            put(db, "k", b"v", ttl_s=5)
        assert db.run(namespaces.namespace("", "app", "notes", now_ms=T0)) is None

    def test_counts_hide_the_expired(self, db: Any) -> None:
        """T-083: whether swept or not."""
        self.cache(db)
        put(db, "a", b"v")
        put(db, "b", b"v", T0 + 5_000)
        assert db.run(namespaces.namespaces("", now_ms=T0 + 10_000))[0].entries == 1
        db.run(expiry.drop_cache("", "app", "notes", by=BY, now_ms=T0))
        assert db.run(namespaces.namespaces("", now_ms=T0 + 20_000)) == []

    def test_an_expired_entry_written_again_is_new(self, db: Any) -> None:
        self.cache(db)
        put(db, "k", b"old")
        put(db, "k", b"new", T0 + 60_000)
        assert db.run(entries.get(at("k"))).created_at == T0 + 60_000
