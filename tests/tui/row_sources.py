"""Rows for lists under test: a million that are never held, or a few that can change."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Sequence

from store.errors import Unavailable
from store.model import Row

NOW = 1_800_000_000_000
"""What time it is in the tests, ms."""


def row(number: int, key: str = "", head: str | bytes = "value", *, expires_at: int | None = None) -> Row:
    return Row(number, key or f"key{number:07}", head, len(head), NOW, expires_at, False)


class Source:
    """Rows `key0000000` … without ever holding them; counts what it is asked. `blocked`: answers wait for it."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.calls: list[str] = []
        self.rows = 0
        self.blocked: asyncio.Event | None = None
        self.error: Unavailable | None = None

    def token(self, row: Row) -> str:
        return row.key

    def make(self, number: int) -> Row:
        return row(number)

    def position(self, key: str) -> int:
        """How many keys are smaller."""
        digits = key.removeprefix("key").rstrip("\0")
        return min(self.total, int(digits) + key.endswith("\0")) if digits.isdigit() else 0

    async def answer(self, name: str, start: int, stop: int) -> Sequence[Row]:
        self.calls.append(name)
        if self.blocked:
            await self.blocked.wait()
        if self.error:
            raise self.error
        rows = [self.make(number) for number in range(max(0, start), min(self.total, stop))]
        self.rows += len(rows)
        return rows

    async def page(self, *, after: str | int | None, backwards: bool, limit: int) -> Sequence[Row]:
        if backwards:
            end = self.total if after is None else self.position(str(after))
            return await self.answer("before" if after else "last", end - limit, end)
        start = 0 if after is None else self.position(f"{after}\0")
        return await self.answer("after" if after else "first", start, start + limit)

    async def page_at(self, index: int, *, limit: int) -> Sequence[Row]:
        return await self.answer("at", index, index + limit)

    async def rank(self, key: str) -> int:
        self.calls.append("rank")
        return self.position(key)


class Kept(Source):
    """The same over rows that exist, so that they can change."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__(len(rows))
        self.kept = sorted(rows, key=lambda row: row.key)

    def set(self, rows: Sequence[Row]) -> int:
        self.kept = sorted(rows, key=lambda row: row.key)
        self.total = len(rows)
        return self.total

    def make(self, number: int) -> Row:
        return self.kept[number]

    def position(self, key: str) -> int:
        return bisect_left([row.key for row in self.kept], key)


def keys(*numbers: int) -> list[Row]:
    return [row(number) for number in numbers]
