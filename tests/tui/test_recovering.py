"""Ways out of the inbox and back, on a real store: nothing is lost, all of it can be undone (P-037, P-075, X-040, T-101, T-114)."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.addresses import read_address
from store.errors import Corrupt, NotFound, Refused, StoreError
from store.model import Actor
from store.operation import Statement, writing
from store.operations.entries import get, set_entry
from store.operations.expiry import create_cache
from store.operations.pipes import rescue
from store.operations.recovery import cache_address, recover, take_back
from store.operations.recovery import inbox as inbox_of
from tests.store.drivers import KINDS, driver
from tests.tui.hostile import HOSTILE_BYTES
from tests.tui.inbox import MINUTE, NOW, TTL, inbox, only
from tui.browser.flows.recovering import Recovery
from tui.browser.flows.recovery import PIN_MS


async def test_recover_and_undo(home: Path) -> None:
    """P-037, P-075: exactly the bytes arrive and the pipe goes; undo brings back both, times and reason included."""
    async with inbox(home) as box:
        content = b"critical\x00\xff data\n"
        await box.pipe(content, "invalid...address", "empty_part", ago=MINUTE)
        await box.set("app.notes.x", b"before", ago=MINUTE)
        recovery = Recovery(box.services)
        waiting = await only(recovery)
        done = await recovery.recover([(waiting, read_address("app.notes.x"))])
        assert (done.ids, done.undoable) == ((waiting.id,), True)
        assert await box.value("app.notes.x") == content
        assert await recovery.load() == ([], 0)
        box.clock.now += MINUTE
        assert recovery.stack.last(box.clock.now) == ("recovered app:notes:x", "13:00 left")
        assert (await recovery.undo()).ids == (waiting.id,)
        assert await box.value("app.notes.x") == b"before"
        assert await only(recovery) == waiting
        assert await recovery.content(waiting) == content


async def test_recover_what_is_gone(home: Path) -> None:
    """Somebody else was faster: nothing is written; of several, the others still come home."""
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.pipe(b"one", "a..b")
        gone = await only(recovery)
        await box.services.run(
            recover("", [(gone.name, read_address("app.x.other"))], by=box.services.actor, now_ms=NOW)
        )
        with pytest.raises(NotFound):
            await recovery.recover([(gone, read_address("app.x.mine"))])
        assert await box.value("app.x.mine") is None
        await box.pipe(b"two", "c..d")
        there = await only(recovery)
        done = await recovery.recover([(gone, read_address("app.x.mine")), (there, read_address("app.x.there"))])
        assert done.ids == (there.id,)
        assert len(done.troubles) == 1
        assert await box.value("app.x.there") == b"two"


async def test_damaged_content_stays(home: Path) -> None:
    """T-114: bytes that do not match the digest in their name are not taken for the pipe."""

    @writing
    def damage(key: str):
        yield Statement("UPDATE entries SET value = 'other' WHERE key = ?", (key,))

    async with inbox(home) as box:
        key = await box.pipe(b"right", "a..b")
        await box.services.run(damage(key))
        recovery = Recovery(box.services)
        waiting = await only(recovery)
        with pytest.raises(Corrupt):
            await recovery.recover([(waiting, read_address("app.x.y"))])
        assert (await only(recovery)).id == waiting.id
        assert await box.value("app.x.y") is None


async def test_undo_ends_with_the_time_of_the_pipe(home: Path) -> None:
    """When nothing could take the content back, what was recovered stays: undoing would lose it."""
    async with inbox(home) as box:
        await box.pipe(b"kept", "a..b")
        recovery = Recovery(box.services)
        await recovery.recover([(await only(recovery), read_address("app.x.y"))])
        command = recovery.stack._undos[-1].recovered
        box.clock.now += TTL
        assert recovery.stack.last(box.clock.now) is None
        with pytest.raises(NotFound):
            await recovery.undo()
        with pytest.raises(Refused, match="time"):
            await box.services.run(take_back(command, by=box.services.actor, now_ms=box.clock.now))
        assert await box.value("app.x.y") == b"kept"


async def test_undo_of_what_was_changed_since(home: Path) -> None:
    """T-101: refused, everything as it was, and it can be tried again."""
    async with inbox(home) as box:
        await box.pipe(b"kept", "a..b")
        recovery = Recovery(box.services)
        await recovery.recover([(await only(recovery), read_address("app.x.y"))])
        await box.set("app.x.y", b"newer")
        for _ in range(2):
            with pytest.raises(Refused, match="changed again"):
                await recovery.undo()
        assert await box.value("app.x.y") == b"newer"
        assert await recovery.load() == ([], 0)


async def test_suggestions_are_free_unless_meant(home: Path) -> None:
    """A guess never lands on an entry; what was typed does, that is what was wanted. No two of a plan go to one place."""
    async with inbox(home) as box:
        await box.set("app.invalid.address", b"there")
        await box.set("app.ui.key", b"there")
        recovery = Recovery(box.services)
        for content in (b"1", b"2"):
            await box.pipe(content, "invalid...address", "empty_part", ago=1000 * int(content))
            await box.pipe(content, "app.ui.key", "ttl_not_allowed", ago=1000 * int(content))
        waiting = (await recovery.load())[0]
        plan = [(one.meant, target.address.key, target.there(NOW)) for one, target in await recovery.plan(waiting)]
        assert sorted(plan) == [
            ("app.ui.key", "key", True),
            ("app.ui.key", "key-2", False),
            ("invalid...address", "address-2", False),
            ("invalid...address", "address-3", False),
        ]
        guessed = next(one for one in waiting if one.meant == "invalid...address")
        assert (await recovery.suggest(guessed))[0].key == "address-2"


async def test_recover_all_is_undone_as_one(home: Path) -> None:
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        for number in range(3):
            await box.pipe(b"%d" % number, f"bad..{number}", "empty_part", ago=number * 1000)
        before = await recovery.load()
        done = await recovery.recover([(one, target.address) for one, target in await recovery.plan(before[0])])
        assert done.said == "recovered 3 pipes"
        assert await recovery.load() == ([], 0)
        await recovery.undo()
        assert await recovery.load() == before


async def test_discard_and_undo(home: Path) -> None:
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.pipe(b"x", "a..b", "empty_part", ago=MINUTE)
        waiting = await only(recovery)
        assert (await recovery.discard([waiting])).undoable
        assert await recovery.load() == ([], 0)
        with pytest.raises(NotFound):
            await recovery.discard([waiting])
        await recovery.undo()
        assert await only(recovery) == waiting


async def test_keep_longer(home: Path) -> None:
    """Fifteen minutes are added to what is left, each time; undo takes them off again."""
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.pipe(b"x", "a..b", ago=10 * MINUTE)
        waiting = await only(recovery)
        await recovery.keep([waiting])
        again = await only(recovery)
        assert again.left_ms(NOW) == 20 * MINUTE
        await recovery.keep([again], PIN_MS)
        assert (await only(recovery)).left_ms(NOW) == 20 * MINUTE + PIN_MS
        await recovery.undo()
        assert await only(recovery) == again
        await recovery.undo()
        assert await only(recovery) == waiting
        box.clock.now += 6 * MINUTE
        with pytest.raises(NotFound):
            await recovery.keep([waiting])


STREAM = b'ns=animals; dog=fido; meta:path=zoo.cats; tom="a;b";'


async def test_run_as_stream(home: Path) -> None:
    """X-030…X-040: all tokens are stored and the pipe goes, as one command that can be undone."""
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.set("zoo.cats.tom", b"old")
        await box.pipe(STREAM, "animals", "incomplete", suffix="stream_ready")
        waiting = await only(recovery)
        assert waiting.kind == "stream"
        assert (await recovery.preview(waiting)).kind == "stream_ready"
        plan = await recovery.plan_stream(waiting)
        assert [(target.address.key, target.there(NOW)) for target in plan.targets] == [("dog", False), ("tom", True)]
        done = await recovery.run_stream(plan)
        assert done.said == "ran as stream: 2 entries stored"
        assert [await box.value("app.animals.dog"), await box.value("zoo.cats.tom")] == [b"fido", b"a;b"]
        assert await recovery.load() == ([], 0)
        await recovery.undo()
        assert [await box.value("app.animals.dog"), await box.value("zoo.cats.tom")] == [None, b"old"]
        assert await only(recovery) == waiting


@pytest.mark.parametrize(
    ("content", "code", "position"),
    [
        (b"a=1; k =v;", "space_before_equals", 6),
        (b"\xff=1;", "not_utf8", 0),
        (b"meta:path=a.b;", "no_tokens", None),
        (b"pipe.cache.x=1;", "reserved", 0),
    ],
)
async def test_bad_streams_change_nothing(home: Path, content: bytes, code: str, position: int | None) -> None:
    """X-009: told with their place, before anything is written."""
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.pipe(content, "a..b")
        waiting = await only(recovery)
        with pytest.raises(StoreError) as raised:
            await recovery.plan_stream(waiting)
        assert (raised.value.code, raised.value.position) == (code, position)
        assert await only(recovery) == waiting


async def test_stream_is_all_or_nothing(home: Path) -> None:
    """X-036, X-040: what only the store can refuse is refused as a whole, and the pipe stays."""
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.pipe(b"a=1; meta:ttl=5; b=2;", "a..b")
        waiting = await only(recovery)
        with pytest.raises(StoreError, match="TTL not allowed"):
            await recovery.run_stream(await recovery.plan_stream(waiting))
        assert await box.value("app.main.a") is None
        assert await only(recovery) == waiting


async def test_streaming_off(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P-083: then nothing is classified, and nothing is run."""
    monkeypatch.setenv("PRONTO_STREAMING", "off")
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.pipe(STREAM, "a..b")
        waiting = await only(recovery)
        assert (await recovery.preview(waiting)).kind == "plain"
        with pytest.raises(Refused, match="streaming"):
            await recovery.plan_stream(waiting)


@pytest.mark.parametrize("content", HOSTILE_BYTES.values(), ids=HOSTILE_BYTES.keys())
async def test_any_content_comes_home(home: Path, content: bytes) -> None:
    """Previewing and recovering do not depend on what the bytes are."""
    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.pipe(content, "a..b")
        waiting = await only(recovery)
        shown = await recovery.preview(waiting)
        assert (shown.value.head, shown.value.size) == (content[:65536], len(content))
        await recovery.recover([(waiting, read_address("app.x.y"))])
        assert await box.value("app.x.y") == content


async def test_secrets_are_not_read(home: Path) -> None:
    """U-11: a secret's preview is empty, whatever it holds."""

    @writing
    def make_secret():
        yield Statement("UPDATE entries SET secret = 1")

    async with inbox(home) as box:
        recovery = Recovery(box.services)
        await box.pipe(STREAM, "a..b")
        await box.services.run(make_secret())
        waiting = await only(recovery)
        shown = await recovery.preview(waiting)
        assert (waiting.secret, shown.value.head, shown.value.secret) == (True, b"", True)


@pytest.mark.parametrize("kind", KINDS)
def test_inbox_is_honest_about_its_length(kind: str, tmp_path: Path) -> None:
    """The newest `most` are listed, the rest is counted; other metas and what has expired are neither."""
    by = Actor()
    with driver(kind, tmp_path) as database:
        assert database.run(inbox_of("", now_ms=NOW)) == ([], 0)
        for number in range(5):
            for meta in ("", "org"):
                database.run(
                    rescue(meta, b"%d" % number, suffix="x", intended="", reason="", by=by, now_ms=NOW - number * 1000)
                )
        waiting, total = database.run(inbox_of("", now_ms=NOW, most=3))
        assert ([pipe.cached_at for pipe in waiting], total) == ([NOW, NOW - 1000, NOW - 2000], 5)
        assert database.run(inbox_of("", now_ms=NOW + TTL - 2500, most=10))[1] == 3


@pytest.mark.parametrize("kind", KINDS)
def test_recover_and_take_back(kind: str, tmp_path: Path) -> None:
    """All of it in one transaction each: a refusal in the middle of taking back leaves everything."""
    by = Actor()
    with driver(kind, tmp_path) as database:
        database.run(create_cache("", "app", "cached", 60, by=by, now_ms=NOW))
        keys = [
            database.run(rescue("", content, suffix="x", intended="bad..x", reason="empty_part", by=by, now_ms=NOW))
            for content in (b"one", b"two")
        ]
        moves = list(zip(keys, [read_address("app.a.one"), read_address("app.cached.two")], strict=True))
        found = database.run(recover("", moves, by=by, now_ms=NOW))
        assert [result.removed[:2] + result.removed[4:] for result in found] == [
            (keys[0], b"one", "bad..x", "empty_part"),
            (keys[1], b"two", "bad..x", "empty_part"),
        ]
        assert database.run(get(read_address("app.cached.two"))).expires_at == NOW + 60_000
        done = [(result.command_id, result.removed) for result in found]
        database.run(set_entry(read_address("app.a.one"), b"newer", by=by, now_ms=NOW))
        with pytest.raises(Refused):
            database.run(take_back(done, by=by, now_ms=NOW))
        assert database.run(get(read_address("app.cached.two"))).value == b"two"
        assert database.run(get(cache_address("", keys[1]))) is None
        assert database.run(take_back(done[1:], by=by, now_ms=NOW)) == 1
        assert database.run(get(cache_address("", keys[1]))).value == b"two"
        assert database.run(get(read_address("app.cached.two"))) is None
