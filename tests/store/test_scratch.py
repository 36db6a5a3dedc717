"""Scratch slots: places apart from the entries (M-147, M-148, M-233), through every driver."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.async_database import AsyncDatabase
from store.database import MEMORY, Database
from store.errors import StoreError
from store.locking import WriterLock
from store.model import Actor, Address
from store.operations import changes, entries, history, namespaces, scratch
from store.scratch import ScratchSlot, scratch_slot
from tests.store.drivers import KINDS, driver

BY = Actor()
HOSTILE = [b"", b"a\0b", b"\xff\xfe", "grün ✓".encode(), b"x" * 100_000]


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as database:
        yield database


class Awaited:
    """An async slot behind plain calls, so that one suite proves both kinds."""

    def __init__(self, runner: Any, slot: Any) -> None:
        self._runner, self._slot = runner, slot

    def __enter__(self) -> Awaited:
        self._do(self._slot.__aenter__())
        return self

    def __exit__(self, *exception: object) -> None:
        self._do(self._slot.__aexit__(*exception))

    def _do(self, awaitable: Any) -> Any:
        return self._runner._runner.run(awaitable)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._slot, name)
        if not asyncio.iscoroutinefunction(found):
            return found
        return lambda *arguments: self._do(found(*arguments))


def working_in(db: Any, name: str, meta: str = "", now_ms: int = 7) -> Any:
    """A slot to be entered with `with`, on whatever driver."""
    database = db if isinstance(db, Database) else db.database
    slot = scratch_slot(database, name, meta=meta, clock=lambda: now_ms)
    return slot if isinstance(slot, ScratchSlot) else Awaited(db, slot)


def test_a_slot_lives_as_long_as_its_block(db: Any) -> None:
    """M-147: entering creates it, leaving removes it with all it holds."""
    with working_in(db, "staging") as slot:
        slot.set("b", "1")
        slot.set("a", "2")
        slot.set("b", "3")
        assert (slot.name, slot.created_at) == ("staging", 7)
        assert slot.entries() == [("b", "3"), ("a", "2")], "first set, first shown"
        assert (slot.keys(), slot.size()) == (["b", "a"], 2)
        assert (slot.get("a"), slot.get("nothing"), slot.contains_key("a")) == ("2", None, True)
        assert (slot.remove("a"), slot.remove("a"), slot.contains_key("a")) == (True, False, False)
        assert db.run(scratch.names("")) == ["staging"]
        slot.clear()
        assert slot.entries() == []
        assert db.run(scratch.has("", "staging"))
    assert db.run(scratch.names("")) == []
    with working_in(db, "staging") as slot:
        assert slot.size() == 0


def test_the_last_word_counts(db: Any) -> None:
    """M-147: `persist` keeps, `cleanup_on_drop` takes that back; each block decides for itself."""
    with working_in(db, "s") as slot:
        slot.set("k", "v")
        slot.persist()
    with working_in(db, "s", now_ms=9) as slot:
        assert (slot.entries(), slot.created_at) == ([("k", "v")], 7), "it was reopened, not made"
        slot.cleanup_on_drop()
        slot.persist()
    assert db.run(scratch.slots("")) == [scratch.Slot("s", 7, True, 1)]
    with working_in(db, "s") as slot:
        slot.persist()
        slot.cleanup_on_drop()
    assert not db.run(scratch.has("", "s"))
    with working_in(db, "s") as slot:
        slot.persist()
    with working_in(db, "s"):
        pass
    assert not db.run(scratch.has("", "s"))


def test_an_exception_leaves_like_any_other_way(db: Any) -> None:
    """M-147: nothing that was not persisted stays behind, and the exception comes through."""

    def fail(*, keep: bool) -> None:
        with working_in(db, "s") as slot:
            slot.set("k", "v")
            if keep:
                slot.persist()
            raise ZeroDivisionError

    for keep in (False, True):
        with pytest.raises(ZeroDivisionError):
            fail(keep=keep)
        assert db.run(scratch.has("", "s")) == keep


def test_nested_slots_are_apart(db: Any) -> None:
    with working_in(db, "outer") as outer, working_in(db, "inner") as inner:
        outer.set("k", "of outer")
        inner.set("k", "of inner")
        assert (outer.get("k"), inner.get("k")) == ("of outer", "of inner")
        assert db.run(scratch.names("")) == ["outer", "inner"], "in the order of creation"


def test_a_slot_removed_under_its_user_is_made_anew(db: Any) -> None:
    with working_in(db, "s") as slot:
        slot.set("k", "v")
        assert db.run(scratch.remove("", "s"))
        assert slot.get("k") is None
        slot.set("k", "again")
        assert slot.get("k") == "again"
    assert db.run(scratch.count("")) == 0


@pytest.mark.parametrize("value", HOSTILE, ids=["empty", "nul", "no-text", "text", "long"])
def test_values_are_bytes_like_those_of_entries(db: Any, value: bytes) -> None:
    """T-130: what comes out is what went in; as text only if it is text."""
    with working_in(db, "s") as slot:
        slot.set("k", value)
        assert slot.get_bytes("k") == value
        if value == b"\xff\xfe":
            with pytest.raises(StoreError) as error:
                slot.get("k")
            assert error.value.code == "not-text"
        else:
            assert slot.get("k") == value.decode()


def test_metas_have_their_own_slots(db: Any) -> None:
    """P-102: names, values, counts and clearing end at the meta."""
    for meta in ("", "acme"):
        db.run(scratch.store(meta, "n", meta.encode() + b"!", by=BY, now_ms=1))
    assert [db.run(scratch.fetch(meta, "n")) for meta in ("", "acme", "other")] == [b"!", b"acme!", None]
    assert db.run(scratch.clear_all("")) == 1
    assert (db.run(scratch.count("")), db.run(scratch.count("acme"))) == (0, 1)
    assert db.run(scratch.held("acme")) == [("n", b"acme!")]
    assert db.run(scratch.remove("", "n")) is False


def test_slots_are_no_entries(db: Any) -> None:
    """M-147: nothing that shows or follows entries meets them, and nothing of them can be undone."""
    db.run(entries.set_entry(Address("", "app", "ui", "k"), b"v", by=BY, now_ms=1))
    before = db.run(changes.changes_since(0))
    db.run(scratch.store("", "n", b"v", by=BY, now_ms=2))
    assert db.run(changes.changes_since(0)) == before
    assert db.run(namespaces.contexts("", now_ms=3)) == ["app"]
    assert db.run(changes.undo(None, by=BY, now_ms=4)).target == "app.ui.k"
    assert db.run(scratch.fetch("", "n")) == b"v"


def test_commands_leave_one_record_each_and_blocks_none(db: Any) -> None:
    """U-10, M-136: what a person does is recorded, by name and without the value; what a program does in a block is not."""
    with working_in(db, "s") as slot:
        slot.set("k", "v")
    db.run(scratch.store("", "n", b"hunter2", by=BY, now_ms=1))
    db.run(scratch.store_unless_changed("", "n", b"hunter3", known=b"hunter2", by=BY, now_ms=2))
    db.run(scratch.remove("", "n", by=BY, now_ms=3))
    db.run(scratch.remove("", "n", by=BY, now_ms=4))
    db.run(scratch.clear_all("", by=BY, now_ms=5))
    found = [(done.kind, done.target, done.affected, done.undoable) for done in db.run(history.history(""))]
    assert found == [
        ("scratch-set", "$n", 1, False),
        ("scratch-set", "$n", 1, False),
        ("scratch-delete", "$n", 1, False),
        ("scratch-delete", "$n", 0, False),
        ("scratch-clear", "all", 0, False),
    ]


def test_a_value_changed_meanwhile_is_not_overwritten(db: Any) -> None:
    db.run(scratch.store("", "n", b"theirs", by=BY, now_ms=1))
    with pytest.raises(StoreError) as error:
        db.run(scratch.store_unless_changed("", "n", b"mine", known=None, by=BY, now_ms=2))
    assert error.value.code == "changed-meanwhile"
    assert db.run(scratch.fetch("", "n")) == b"theirs"


def test_a_storage_reset_empties_them_and_a_context_reset_does_not(db: Any) -> None:
    """M-139: scratch slots go with the storage, of this meta only; their number is not that of the entries."""
    db.run(entries.set_entry(Address("", "app", "ui", "k"), b"v", by=BY, now_ms=1))
    for meta in ("", "acme"):
        db.run(scratch.store(meta, "n", b"v", by=BY, now_ms=1))
    assert db.run(history.clear("", "app", by=BY, now_ms=2)) == 1
    assert db.run(scratch.count("")) == 1
    assert db.run(history.clear("", by=BY, now_ms=3)) == 0
    assert (db.run(scratch.count("")), db.run(scratch.count("acme"))) == (0, 1)


@pytest.mark.parametrize(
    ("text", "name"),
    [("n", "n"), ("$n", "n"), ("$$n", "n"), (" my notes ", "my_notes"), ("$ a\tb", "a_b"), ("naïve-名", "naïve-名")],
)
def test_names_are_read_kindly(text: str, name: str) -> None:
    """M-233: leading `$` dropped, whitespace as `_`."""
    assert scratch.slot_name(text) == name


@pytest.mark.parametrize("text", ["", "$", "  ", "$ $", "a\x1b[31m", "a\u202eb", "\ud800", "x" * 129, "a\0"])
def test_names_that_are_none(text: str) -> None:
    with pytest.raises(StoreError) as error:
        scratch.slot_name(text)
    assert error.value.code == "invalid-name"
    assert text.strip("$ ") == "" or text not in error.value.message


@pytest.mark.parametrize("key", ["a\0b", "\ud800"])
def test_keys_that_no_database_holds_exactly_are_refused(db: Any, key: str) -> None:
    with working_in(db, "s") as slot:
        with pytest.raises(StoreError) as error:
            slot.set(key, "v")
        assert error.value.code == "invalid-name"
        assert slot.size() == 0


@given(st.lists(st.tuples(st.sampled_from("sget"), st.sampled_from("abc"), st.text(max_size=5))))
def test_a_slot_is_a_dict(steps: list[tuple[str, str, str]]) -> None:
    """T-319: against a dict, whatever is done in whatever order."""
    model: dict[str, str] = {}
    with Database(MEMORY) as database, scratch_slot(database, "s") as slot:
        for step, key, value in steps:
            if step == "s":
                slot.set(key, storable(value))
                model[key] = storable(value)
            elif step == "e":
                assert slot.remove(key) == (model.pop(key, None) is not None)
            elif step == "t":
                slot.clear()
                model.clear()
            else:
                assert slot.get(key) == model.get(key)
        assert slot.entries() == list(model.items())


def storable(text: str) -> str:
    """Without the lone surrogates that UTF-8 has no bytes for."""
    return text.encode("utf-8", "ignore").decode()


async def test_a_cancelled_block_leaves_nothing(tmp_path: Path) -> None:
    """M-147, T-036: cancellation inside the block is one more way to leave."""
    async with AsyncDatabase(str(tmp_path / "main.db")) as database:
        inside = asyncio.Event()

        async def work() -> None:
            async with scratch_slot(database, "s") as slot:
                await slot.set("k", "v")
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        await inside.wait()
        assert await database.run(scratch.names("")) == ["s"]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await database.run(scratch.names("")) == []


@pytest.mark.parametrize(("name", "left"), [("new", ["kept"]), ("kept", ["kept"])])
async def test_cancelling_the_entering_leaves_nothing_new(tmp_path: Path, name: str, left: list[str]) -> None:
    """T-036: a write once submitted happens, so what a cancelled entering made is taken away; what was kept stays."""
    path = str(tmp_path / "main.db")
    async with AsyncDatabase(path) as database:
        await database.run(scratch.store("", "kept", b"v", by=BY, now_ms=1))
        lock = WriterLock(path + ".lock", busy_timeout_ms=5000)
        lock.acquire("test", monotonic() + 5)  # entering cannot be done before it is cancelled
        entering = asyncio.create_task(scratch_slot(database, name).__aenter__())
        await asyncio.sleep(0.01)
        entering.cancel()
        await asyncio.sleep(0.01)
        lock.release()
        with pytest.raises(asyncio.CancelledError):
            await entering
        await database.run(
            scratch.remove("", "nothing")
        )  # writes are done one after the other: this is after all others
        assert await database.run(scratch.names("")) == left
        assert await database.run(scratch.fetch("", "kept")) == b"v"


def test_a_store_with_slots_only_looks_empty(db: Any) -> None:
    """M-147."""
    db.run(scratch.store("", "n", b"v", by=BY, now_ms=1))
    assert db.run(namespaces.namespaces("", now_ms=2)) == []
    assert db.run(namespaces.metas()) == []
