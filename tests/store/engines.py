"""An engine on each driver, for the tests of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from store.engine import Engine
from store.errors import StoreError
from store.operation import Operation
from tests.store.drivers import driver

T0 = 1_700_000_000_000


class Desk:
    """An engine and the database it works on. `engine` may be replaced; `now_ms` is its clock."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.now_ms = T0
        self.engine = self.new()

    def new(self, *arguments: Any, **options: Any) -> Engine:
        """Another engine on the same database."""
        return Engine(*arguments, clock=lambda: self.now_ms, **options)

    def do(self, operation: Operation[Any]) -> Any:
        """Run an operation of the engine."""
        return self.engine.run(self.database, operation)

    def set(self, path: str, value: str = "v", **more: Any) -> str:
        stored: str = self.do(self.engine.set(path, value, **more))
        return stored

    def get(self, path: str) -> str | None:
        found: str | None = self.do(self.engine.get(path))
        return found

    def entries(self) -> list[tuple[str, str, str, str]]:
        return list(self.do(self.engine.entries()))

    def paths(self) -> list[str]:
        return [":".join(entry[:3]) for entry in self.entries()]

    def history(self, **filters: Any) -> list[tuple[str, str, str | None, int]]:
        """Type, target, error code and number of entries of each record."""
        return [
            (record.command_type, record.target, record.error_message, record.affected)
            for record in self.do(self.engine.command_history(**filters))
        ]

    def refused(self, operation: Operation[Any]) -> StoreError:
        """The error that running `operation` raises."""
        with pytest.raises(StoreError) as caught:
            self.do(operation)
        return caught.value


@contextmanager
def desk(kind: str, directory: Path) -> Iterator[Desk]:
    with driver(kind, directory) as database:
        yield Desk(database)
