"""A console without a face: lines in, answers out, on a store of the test's choice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from store.database import MEMORY, Database
from store.engine import Engine
from store.errors import StoreError
from store.model import Actor
from store.operation import Operation
from tui.console.requests import Ask, Reply, Work
from tui.console.session import Console

NOW_MS = 1_700_000_000_000


class Session:
    """One console over one database. `asked`: the questions, with what was said before them."""

    def __init__(self, database: Database | None = None, *, meta: str = "", **options: Any) -> None:
        self.database = database or Database(MEMORY)
        self.engine = Engine(meta=meta, actor=Actor("", meta, "console"), clock=lambda: NOW_MS)
        self.console = Console(self.engine, **options)
        self.asked: list[str] = []

    def reply(self, line: str, *answers: str) -> Reply:
        """The whole answer to a line; `answers` to its questions."""
        return self.drive(self.console.feed(line), iter(answers))

    def say(self, line: str, *answers: str) -> list[str]:
        """The lines of it."""
        return list(self.reply(line, *answers).lines)

    def complete(self, text: str) -> list[str]:
        """What could stand in place of the last word."""
        return self.drive(self.console.complete(text), iter(()))

    def drive(self, steps: Any, answers: Iterable[str]) -> Any:
        """Run a generator of the console to its end."""
        given = iter(answers)
        go_on, value = steps.send, None
        while True:
            try:
                request = go_on(value)
            except StopIteration as done:
                return done.value
            try:
                go_on, value = steps.send, self.serve(request, given)
            except StoreError as error:
                go_on, value = steps.throw, error

    def serve(self, request: object, answers: Any) -> Any:
        """Do what is asked for."""
        if isinstance(request, Ask):
            self.asked += [*request.said, request.prompt]
            return next(answers, "")
        if isinstance(request, Work):
            return request.function()
        assert isinstance(request, Operation)
        return self.engine.run(self.database, request)

    def close(self) -> None:
        """Close the database."""
        self.database.close()
