"""Runs operations through either driver, on a file or in memory, so that one suite proves all (design.md, section 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from store.async_database import AsyncDatabase
from store.database import MEMORY, Database
from store.operation import Operation

T = TypeVar("T")
KINDS = ("sync-file", "sync-memory", "async-file")


class AsyncRunner:
    """The async driver behind a plain `run`, on an event loop of its own."""

    def __init__(self, path: str) -> None:
        self._runner = asyncio.Runner()
        self.database = AsyncDatabase(path)
        self._runner.run(self.database.open())

    def run(self, operation: Operation[T]) -> T:
        async def go() -> T:
            return await self.database.run(operation)

        return self._runner.run(go())

    def close(self) -> None:
        self._runner.run(self.database.close())
        self._runner.close()


@contextmanager
def driver(kind: str, directory: Path) -> Iterator[Any]:
    """Something with `run(operation)`; closed afterwards."""
    path = str(directory / "main.db")
    if kind == "async-file":
        runner: Any = AsyncRunner(path)
    else:
        runner = Database(MEMORY if kind == "sync-memory" else path)
    try:
        yield runner
    finally:
        runner.close()
