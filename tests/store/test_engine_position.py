"""The position of an engine and its guards (M-103, M-130, M-131), in both worlds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.async_database import AsyncDatabase
from store.database import MEMORY, Database
from store.engine import Engine
from store.errors import AddressError, StoreError
from store.model import Position
from store.operation import Operation, Statement
from store.position import Cursor


@pytest.fixture
def database() -> Iterator[Database]:
    with Database(MEMORY) as opened:
        yield opened


class TestCursor:
    def test_the_handle_is_live(self) -> None:
        """M-130."""
        engine = Engine()
        cursor = engine.cursor()
        engine.switch_context("user")
        engine.switch_namespace("")
        assert (cursor.context, cursor.namespace, cursor.position()) == ("user", "", "user:")
        cursor.set_namespace("a.b")
        cursor.set_context("doc")
        assert engine.position() == "doc:a.b"
        cursor.reset()
        assert engine.where() == Position("app", "main")

    @pytest.mark.parametrize("name", ["", " ", "a b", "a:b", "a=b", 'a"b', "a\x00b", "pipe.cache.x"])
    def test_a_bad_context_leaves_it_where_it_was(self, name: str) -> None:
        """M-130, M-020."""
        engine = Engine()
        engine.switch_context("user")
        with pytest.raises(AddressError):
            engine.cursor().set_context(name)
        assert engine.position() == "user:main"

    @pytest.mark.parametrize("name", ["a..b", ".a", "a.", "a b", "a;b"])
    def test_a_bad_namespace_too(self, name: str) -> None:
        engine = Engine()
        with pytest.raises(AddressError):
            engine.switch_namespace(name)
        assert engine.position() == "app:main"

    def test_two_engines_on_one_database_have_their_own(self, database: Database) -> None:
        first, second = Engine(), Engine()
        first.run(database, first.token_stream("ns=ui; a=1"))
        second.run(database, second.token_stream("a=2"))
        assert [entry[1:] for entry in first.run(database, first.entries())] == [("main", "a", "2"), ("ui", "a", "1")]


class TestStreams:
    def test_the_position_moves_only_when_the_stream_was_committed(self, database: Database) -> None:
        """M-103, M-106."""
        engine = Engine()
        operation = engine.token_stream("ns=ui; a=1")
        assert engine.position() == "app:main"
        engine.run(database, operation)
        assert engine.position() == "app:ui"
        with pytest.raises(StoreError):
            engine.run(database, engine.token_stream("ctx=user; a=1; " + "k" * 200 + "=2"))
        assert engine.position() == "app:ui"

    def test_a_failing_commit_leaves_it(self) -> None:
        """M-106: whatever fails, also at the very end."""
        engine = Engine()

        class Failing:
            def run(self, operation: Operation[Any]) -> Any:
                steps = operation.begin()
                with Database(MEMORY) as real:
                    real.run(operation)
                steps.close()
                raise StoreError("full", "no room for the commit")

        with pytest.raises(StoreError, match="no room"):
            engine.run(Failing(), engine.token_stream("ns=ui"))
        assert engine.position() == "app:main"

    def test_running_it_again_after_a_lost_race_gives_the_same(self, database: Database) -> None:
        """T-045: a driver may begin an operation twice."""
        engine = Engine()
        operation = engine.token_stream("ns=ui; q[]=a; q[]=b")
        half = operation.begin()
        statement: Statement = next(half)
        assert statement.sql
        half.close()
        engine.run(database, operation)
        assert [entry[1:3] for entry in engine.run(database, engine.entries())] == [("ui", "q[0]"), ("ui", "q[1]")]

    def test_reset_all_in_a_stream_and_directly(self, database: Database) -> None:
        """M-139."""
        engine = Engine()
        engine.switch_context("user")
        engine.run(database, engine.token_stream("a=1; ctl:reset=all; b=2; ns=ui"))
        assert engine.position() == "app:ui"
        assert [entry[:3] for entry in engine.run(database, engine.entries())] == [("app", "main", "b")]
        engine.run(database, engine.clear_storage())
        assert engine.position() == "app:ui"
        engine.run(database, engine.reset_all())
        assert engine.position() == "app:main"


class TestGuards:
    def test_back_after_the_body_whatever_it_did(self, database: Database) -> None:
        """M-131: after the end, an exception, a return, a reset."""
        engine = Engine()
        engine.switch_context("user")
        with engine.cursor_guard("doc", "g") as cursor:
            assert cursor.position() == "doc:g"
            engine.run(database, engine.store_token("k", "v"))
        assert engine.position() == "user:main"
        with pytest.raises(AddressError), engine.cursor_guard(namespace="x"):
            engine.switch_context("a b")
        assert engine.position() == "user:main"

        def leave() -> str:
            with engine.cursor_guard():
                engine.run(database, engine.control("reset", "all"))
                return engine.position()

        assert (leave(), engine.position()) == ("app:main", "user:main")

    def test_nested_and_the_same_one_again(self) -> None:
        """M-131."""
        engine = Engine()
        guard = engine.cursor_guard("a")
        seen = []
        with guard:
            engine.switch_namespace("deep")
            with guard, engine.cursor_guard("b", "x"):
                seen.append(engine.position())
                engine.reset_cursor()
            seen.append(engine.position())
        assert [*seen, engine.position()] == ["b:x", "a:deep", "app:main"]

    def test_a_guard_that_cannot_go_there_stays(self) -> None:
        """M-131, M-020: not even half of the way."""
        engine = Engine()
        with pytest.raises(AddressError), engine.cursor_guard("good", "b..d"):
            pytest.fail("the body must not run")
        assert engine.position() == "app:main"

    def test_with_cursor(self) -> None:
        engine = Engine()

        def there(cursor: Cursor) -> str:
            cursor.set_namespace("n")
            return cursor.position()

        assert engine.with_cursor("a", None, there) == "a:n"
        assert engine.position() == "app:main"

    async def test_async_with_restores_after_cancellation(self, tmp_path: Path) -> None:
        """M-131: also when the write under it happens all the same (T-035)."""
        engine = Engine()
        async with AsyncDatabase(str(tmp_path / "main.db")) as database:
            await engine.run_async(database, engine.set("first", "v"))
            inside = asyncio.Event()

            async def work() -> None:
                async with engine.cursor_guard("user", "temp"):
                    inside.set()
                    await engine.run_async(database, engine.token_stream("ns=elsewhere; k=v"))
                    await asyncio.Event().wait()

            task = asyncio.create_task(work())
            await inside.wait()
            await asyncio.sleep(0)  # the write is on its way
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert engine.position() == "app:main"
            await engine.run_async(database, engine.set("second", "v"))  # queued behind the write that nobody waits for
            assert engine.position() == "app:main"
            paths = [entry[:3] for entry in await engine.run_async(database, engine.entries())]
            assert paths == [("app", "main", "first"), ("app", "main", "second"), ("user", "elsewhere", "k")]

    async def test_async_failures_record_and_restore(self, tmp_path: Path) -> None:
        """M-106, M-137 on the async driver."""
        engine = Engine()
        async with AsyncDatabase(str(tmp_path / "main.db")) as database:
            with pytest.raises(StoreError):
                async with engine.cursor_guard("user"):
                    await engine.run_async(database, engine.token_stream("a=1; ctl:nope=x"))
            failed = await engine.run_async(database, engine.failed_commands())
            assert [(record.command_type, record.target) for record in failed] == [("nope", "x")]
            assert await engine.run_async(database, engine.contexts()) == []
