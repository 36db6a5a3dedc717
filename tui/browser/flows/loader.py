"""What the panes read: rows of a namespace with or without a filter, values, the index of the tree. No Textual.

Answers that come too late are dropped by whoever asked, by generation (`Generation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses import show_address
from store.operation import reading
from store.operations import entries, listing
from store.operations.namespaces import namespaces
from tui.browser.flows.scopes import ScopeIndex
from tui.browser.text.preview import ValueHead

if TYPE_CHECKING:
    from store.model import Address, Row
    from store.operation import Steps
    from tui.browser.services import Services
    from tui.browser.state import KeyFilter

SCANNED_AT_ONCE = 1000
LAST = listing.BEHIND_ALL


@dataclass(slots=True)
class Generation:
    """A counter that tells whether an answer is still wanted: `mine = generation.next()` … `generation.is_current(mine)`."""

    number: int = 0

    def next(self) -> int:
        """A new question: all earlier answers are stale."""
        self.number += 1
        return self.number

    def is_current(self, number: int) -> bool:
        """Whether nobody has asked since."""
        return number == self.number


@dataclass(frozen=True, slots=True)
class Overview:
    """What the tree and the bar show, all of one moment (T-085)."""

    index: ScopeIndex
    pipes: int


@reading
def overview(meta: str, *, now_ms: int) -> Steps[Overview]:
    """The namespaces of `meta` with their counts, and how many cached pipes wait."""
    spaces = yield from namespaces(meta, now_ms=now_ms)
    waiting = next((space.entries for space in spaces if (space.context, space.name) == ("pipe", "cache")), 0)
    return Overview(ScopeIndex(spaces), waiting)


async def load_value(services: Services, address: Address, *, reveal: bool = False) -> ValueHead | None:
    """The beginning of an entry's value for the value pane; None when it is gone or has expired. A secret's only with `reveal`."""
    preview = await services.run(entries.head(address, reveal=reveal))
    if preview is None or (preview.expires_at is not None and preview.expires_at <= services.now_ms()):
        return None
    title = show_address(address)
    return ValueHead(title, preview.value, preview.size, preview.updated_at, preview.expires_at, preview.secret)


class EntryRows:
    """The entries of one namespace by key, those that pass `where`: a row source for the list of the meteor pane (T-081).

    A filter whose matches lie together (a literal prefix) costs what they cost. A pattern is matched row by row over pages, never
    with more than one page in memory; nothing is left out, so a rare match in a large namespace takes its time.
    """

    def __init__(self, services: Services, namespace_id: int, where: KeyFilter) -> None:
        self._services = services
        self._id = namespace_id
        self._passes_where = where.test()
        self._low, self._high = bounds(where.prefix)
        self._all_between = where.prefix == where.text
        self.complete = False
        """Whether paging has come to the end, so that the list knows how many rows there are."""

    def token(self, row: Row) -> str:
        """Its key: pages go by key."""
        return row.key

    async def page(self, *, after: str | int | None, backwards: bool, limit: int) -> list[Row]:
        """The `limit` rows behind `after`, or in front of it; fewer only at an end."""
        place = str(after) if after is not None else self._high if backwards else before(self._low)
        found: list[Row] = []
        while len(found) < limit:
            wanted = limit if self._all_between else SCANNED_AT_ONCE
            rows = await self._read(place, backwards=backwards, limit=wanted)
            found += [row for row in rows if self._passes(row.key)]
            if len(rows) < wanted or not self._low <= rows[-1].key < self._high:
                self.complete = self.complete or (len(found) <= limit and not backwards)
                break
            place = rows[-1].key
        found = found[:limit]
        return found[::-1] if backwards else found

    async def page_at(self, index: int, *, limit: int) -> list[Row]:
        """The `limit` rows from about the match number `index` on."""
        if index <= 0:
            return await self.page(after=None, backwards=False, limit=limit)
        if self._all_between:
            index += await self._rank(self._low)
            key = await self._services.run(listing.nth_key(self._id, index - 1))
            return await self.page(after=key, backwards=False, limit=limit) if key is not None else []
        key, passed = None, 0
        while passed < index:
            rows = await self.page(after=key, backwards=False, limit=min(SCANNED_AT_ONCE, index - passed))
            if not rows:
                return []
            key, passed = rows[-1].key, passed + len(rows)
        return await self.page(after=key, backwards=False, limit=limit)

    async def rank(self, key: str) -> int:
        """How many matches come before `key`."""
        if self._all_between:
            return max(0, await self._rank(min(key, self._high)) - await self._rank(self._low))
        passed, place = 0, before(self._low)
        while True:
            rows = await self._read(place, backwards=False, limit=SCANNED_AT_ONCE)
            passed += sum(1 for row in rows if row.key < key and self._passes(row.key))
            if len(rows) < SCANNED_AT_ONCE or rows[-1].key >= min(key, self._high):
                return passed
            place = rows[-1].key

    async def count(self) -> int | None:
        """How many rows there are, if that can be told without reading them; None for a pattern."""
        if not self._all_between:
            return None
        return await self._rank(self._high) - await self._rank(self._low)

    def _passes(self, key: str) -> bool:
        return self._low <= key < self._high and (self._all_between or self._passes_where(key))

    async def _rank(self, key: str) -> int:
        return await self._services.run(listing.rank(self._id, key, now_ms=self._services.now_ms()))

    async def _read(self, after: str, *, backwards: bool, limit: int) -> list[Row]:
        now_ms = self._services.now_ms()
        return await self._services.run(
            listing.page(self._id, now_ms=now_ms, after=after, backwards=backwards, limit=limit)
        )


def bounds(prefix: str) -> tuple[str, str]:
    """The keys that begin with `prefix`: from the first, to before the second."""
    if not prefix:
        return "", LAST
    return listing.text_range(prefix)


def before(low: str) -> str:
    """A text that lies before `low`, and behind nearly everything that does: where paging begins so that `low` is included."""
    if not low:
        return ""
    last = ord(low[-1])
    if last == 0:
        return low[:-1]
    return low[:-1] + chr(0xD7FF if last == 0xE000 else last - 1) + LAST
