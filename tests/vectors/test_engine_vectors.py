"""Areas engine and token_stream of meteor.jsonl, and op process of meteor_stream: through the sync and the async driver."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from search.finder import Finder
from store.async_database import AsyncDatabase
from store.database import MEMORY, Database
from store.engine import Engine
from store.errors import StoreError
from store.operation import Operation
from store.operations import scratch
from store.operations.rules import SetOptions
from store.profiles import PROFILES
from vector_files import Vector, cases

NOW_MS = 1_700_000_000_000
MOVING = ("switch_context", "switch_namespace", "reset_cursor")
SILENT = (*MOVING, "clear_storage", "reset_all", "control", "token_stream", "meteor_stream")
METHODS = {"store": "store_token", "store_at": "store_token_at", "view": "namespace_view"}
BY_PATH = ("set", "get", "exists", "delete", "is_file", "is_directory", "has_default", "get_default")
FILE = "main.db"


class Bench:
    """An engine on an empty database, run by one of the two drivers: in memory, or in a file of the working directory."""

    def __init__(self, driver: str, profile: str = "default", options: dict[str, Any] | None = None) -> None:
        self.engine = Engine(PROFILES[profile], SetOptions(**(options or {})), clock=lambda: NOW_MS)
        self.finder = Finder(self.engine)
        self.runner = asyncio.Runner() if driver == "async" else None
        self.database: Any = Database(MEMORY)
        if self.runner:
            self.database = AsyncDatabase(FILE)
            self.runner.run(self.database.open())

    def run(self, operation: Operation[Any]) -> Any:
        if self.runner:
            return self.runner.run(self.engine.run_async(self.database, operation))
        return self.engine.run(self.database, operation)

    def close(self) -> None:
        if self.runner:
            self.runner.run(self.database.close())
            self.runner.close()
        else:
            self.database.close()

    def entries(self) -> list[list[str]]:
        return [list(entry) for entry in self.run(self.engine.entries())]

    def history(self) -> list[dict[str, Any]]:
        return [
            {
                "command": record.command_type,
                "target": record.target,
                "success": record.success,
                "affected": record.affected,
            }
            for record in self.run(self.engine.command_history())
        ]

    def facts(self) -> dict[str, Any]:
        return {
            "entries": self.entries(),
            "cursor": self.engine.position(),
            "contexts": self.run(self.engine.contexts()),
            "history": self.history(),
        }

    def do(self, step: dict[str, Any]) -> Any:
        """The result of one op; an error as `{"error": code}`."""
        try:
            return self.result(dict(step))
        except StoreError as error:
            return {"error": error.code}

    def result(self, step: dict[str, Any]) -> Any:
        engine, op = self.engine, step.pop("op")
        if op.startswith("scratch"):
            return self.scratch(op, step)
        if "options" in step:
            step["options"] = SetOptions(**step["options"])
        match op:
            case "position":
                return engine.position()
            case "guard":
                nested = step.pop("ops")
                with engine.cursor_guard(**step):
                    return [self.do(inner) for inner in nested]
            case "iterate":
                return sum(1 for _ in self.run(engine.entries()))
            case "failed":
                return [record.command_type for record in self.run(engine.failed_commands())]
            case "status":
                return self.run(self.finder.workspace_status()).to_dict()
            case "find":
                return self.found(step["pattern"])
        found = getattr(engine, METHODS.get(op, op))(**step)
        result = found if op in MOVING else self.run(found)
        return None if op in SILENT else shown(op, result)

    def found(self, pattern: str) -> list[str]:
        return [match.path for match in self.run(self.finder.find(pattern))]

    def scratch(self, op: str, step: dict[str, Any]) -> Any:
        match op:
            case "scratch_list":
                return self.run(scratch.names(""))
            case "scratch_has":
                return self.run(scratch.has("", step["name"]))
            case "scratch_remove":
                return self.run(scratch.remove("", step["name"]))
            case "scratch_clear":
                return self.run(scratch.clear_all("")) and None
        name = step["name"]
        self.run(scratch.enter("", name, now_ms=NOW_MS))
        for key, value in step.get("set", []):
            self.run(scratch.put("", name, key, value.encode(), now_ms=NOW_MS))
        for key in [step["remove"]] if isinstance(step.get("remove"), str) else step.get("remove", []):
            self.run(scratch.take("", name, key))
        if step.get("clear"):
            self.run(scratch.empty("", name))
        seen = [[key, value.decode()] for key, value in self.run(scratch.values("", name))]
        self.run(scratch.leave("", name, keep=bool(step.get("persist"))))
        return seen


def shown(op: str, result: Any) -> Any:
    """A result in the words of section 15."""
    match op:
        case "view" if result is not None:
            return {
                "context": result.context,
                "namespace": result.namespace,
                "entry_count": result.entry_count,
                "has_default": result.has_default,
                "keys": result.keys(),
                "canonical": result.canonical_keys(),
            }
        case "meteor_for" if result is not None:
            return result.to_text()
        case "meteors":
            return [meteor.to_text() for meteor in result]
    return result


@pytest.fixture(params=["sync", "async"])
def driver(request: pytest.FixtureRequest) -> Iterator[str]:
    return request.param


def matches(actual: Any, expected: Any) -> bool:
    """Every key of an expected object must be equal; lists agree item by item."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(name in actual and matches(actual[name], value) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(actual, list):
        return len(actual) == len(expected) and all(map(matches, actual, expected))
    return bool(actual == expected)


def check(actual: dict[str, Any], expected: dict[str, Any]) -> None:
    assert {name: actual.get(name) for name, value in expected.items() if not matches(actual.get(name), value)} == {}
    assert "error" not in actual or "error" in expected
    assert not any(actual.get("errors", [])) or "errors" in expected


@pytest.mark.parametrize("vector", cases("meteor", "engine"))
def test_engine(vector: Vector, driver: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = vector["input"]
    bench = Bench(driver, given.get("profile", "default"), given.get("options"))
    try:
        results = [bench.do(step) for step in given["ops"]]
        check({"results": results, **bench.facts()}, vector["expect"])
    finally:
        bench.close()


@pytest.mark.parametrize("vector", cases("meteor", "token_stream"))
def test_token_stream(vector: Vector, driver: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bench = Bench(driver)
    try:
        results = [bench.do({"op": "token_stream", "text": text}) for text in vector["input"]["streams"]]
        errors = [result and result["error"] for result in results]
        check({"errors": errors, **bench.facts()}, vector["expect"])
    finally:
        bench.close()


@pytest.mark.parametrize("vector", cases("meteor", "meteor_stream", lambda vector: vector["input"]["op"] == "process"))
def test_meteor_stream(vector: Vector, driver: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bench = Bench(driver)
    try:
        result = bench.do({"op": "meteor_stream", "text": vector["input"]["text"]})
        check({**(result or {}), **bench.facts()}, vector["expect"])
    finally:
        bench.close()
