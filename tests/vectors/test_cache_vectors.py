"""Areas ttl, sanitize and cache_key of pronto.jsonl, against the operations, with an injected clock."""

from __future__ import annotations

from typing import Any

import pytest

from store.addresses import print_key, read_address, read_listing, read_namespace
from store.addresses.dotted import Reading
from store.database import Database
from store.errors import StoreError
from store.model import Actor, Address
from store.operations import entries, expiry, listing, pipes
from vector_files import Vector, cases

BY = Actor()
CACHE = "pipe.cache."


class Timed:
    """A fresh store in memory, driven by the `ops` of a vector."""

    def __init__(self) -> None:
        self.database = Database(":memory:")

    def do(self, op: dict[str, Any]) -> dict[str, Any]:
        """The result of one op as the vectors write it."""
        now_ms = int(op["at"] * 1000)
        reading = Reading(meta=op.get("meta") or "")
        try:
            return getattr(self, op["do"])(op, reading, now_ms)
        except StoreError as error:
            return {"error": error.code}

    def create_cache(self, op: dict[str, Any], reading: Reading, now_ms: int) -> dict[str, Any]:
        options = {name: op[name] for name in ("evict_on_read", "max_items") if name in op}
        where = read_namespace(op["ns"], reading)
        self.database.run(expiry.create_cache(*where, op["timeout"], by=BY, now_ms=now_ms, **options))
        return {"ok": True}

    def set_cache(self, op: dict[str, Any], reading: Reading, now_ms: int) -> dict[str, Any]:
        names = {"timeout": "ttl_s", "evict_on_read": "evict_on_read", "max_items": "max_items"}
        options = {names[name]: value for name, value in op.items() if name in names}
        self.database.run(expiry.set_cache(*read_namespace(op["ns"], reading), by=BY, now_ms=now_ms, **options))
        return {"ok": True}

    def drop_cache(self, op: dict[str, Any], reading: Reading, now_ms: int) -> dict[str, Any]:
        self.database.run(expiry.drop_cache(*read_namespace(op["ns"], reading), by=BY, now_ms=now_ms))
        return {"ok": True}

    def set(self, op: dict[str, Any], reading: Reading, now_ms: int) -> dict[str, Any]:
        address = read_address(op["addr"], reading)
        value = op["value"].encode()
        self.database.run(entries.set_entry(address, value, by=BY, now_ms=now_ms, ttl_s=op.get("ttl")))
        return {"ok": True}

    def get(self, op: dict[str, Any], reading: Reading, now_ms: int) -> dict[str, Any]:
        address = read_address(op["addr"], reading)
        entry = self.database.run(entries.get(address))
        if entry is None or (entry.expired(now_ms) and not op.get("include_expired")):
            self.database.run(entries.evict(address, now_ms=now_ms))
            return {"miss": True}
        return {"value": entry.value.decode()}

    def delete(self, op: dict[str, Any], reading: Reading, now_ms: int) -> dict[str, Any]:
        self.database.run(entries.delete(read_address(op["addr"], reading), by=BY, now_ms=now_ms))
        return {"ok": True}

    def keys(self, op: dict[str, Any], reading: Reading, now_ms: int) -> dict[str, Any]:
        asked = read_listing(op["ns"], reading, op.get("pattern"))
        include_expired = bool(op.get("include_expired"))
        found = self.database.run(listing.keys(asked, now_ms=now_ms, include_expired=include_expired))
        return {"keys": [print_key(key) for key in found]}

    def sweep(self, op: dict[str, Any], reading: Reading, now_ms: int) -> dict[str, Any]:
        return {"swept": self.database.run(expiry.sweep(reading.meta, by=BY, now_ms=now_ms))}


setattr(Timed, "del", Timed.delete)


@pytest.mark.parametrize("vector", cases("pronto", "ttl"))
def test_ttl(vector: Vector) -> None:
    store = Timed()
    with store.database:
        assert [store.do(op) for op in vector["input"]["ops"]] == vector["expect"]["results"]


@pytest.mark.parametrize("vector", cases("pronto", "sanitize"))
def test_sanitize(vector: Vector) -> None:
    assert pipes.sanitize(vector["input"]["text"]) == vector["expect"]["sanitized"]


def suffix_of(given: dict[str, Any]) -> str:
    """P-067: what stands in the key for the address."""
    kind = given.get("kind", "set")
    return pipes.sanitize(given.get("address")) if kind == "set" else str(kind)


def unique(given: dict[str, Any]) -> str:
    """The address that a rescue gets in a store that holds `existing`."""
    now_ms = given["ts"] * 1000
    with Database(":memory:") as database:
        for address, content in given["existing"].items():
            target = Address("", "pipe", "cache", address.removeprefix(CACHE))
            database.run(entries_written(target, content.encode(), now_ms))
        key = database.run(
            pipes.rescue(
                "",
                given["content"].encode(),
                suffix=suffix_of(given),
                intended=given["address"],
                reason="empty_part",
                by=BY,
                now_ms=now_ms,
            )
        )
    return CACHE + key


def entries_written(address: Address, value: bytes, now_ms: int) -> Any:
    """An operation that puts an entry even into the pipe cache, which only rescues may do otherwise."""
    from store.operation import writing

    @writing
    def put() -> Any:
        yield from entries.write(address, value, 0, now_ms=now_ms)

    return put()


@pytest.mark.parametrize("vector", cases("pronto", "cache_key"))
def test_cache_key(vector: Vector) -> None:
    given = vector["input"]
    match given["op"]:
        case "make":
            key = pipes.make_key(given["ts"], given["content"].encode(), suffix_of(given))
            assert CACHE + key == vector["expect"]["key"]
        case "hash8":
            assert pipes.hash8(given["content"].encode()) == vector["expect"]["hash8"]
        case "is_cache_key":
            assert pipes.is_cache_key(given["text"]) == vector["expect"]["is_cache_key"]
        case "unique":
            assert unique(given) == vector["expect"]["key"]
        case other:
            raise AssertionError(other)
