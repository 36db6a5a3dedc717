"""Keeps the window of a long list where the user looks: decides what to ask, asks one thing at a time, drops stale answers.

No Textual: whoever uses it runs `fetch` where and when it likes, and hands the answer to `accept` on its own thread of events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tui.browser.widgets.row_window import PAGE, Request, RowWindow

if TYPE_CHECKING:
    from store.model import Row


class RowSource(Protocol):
    """Where rows come from; made by the owner for one namespace, one order and one filter.

    All pages are in the order of the list, whichever way they were read. Errors: StoreError only. Cancelling has no effect.
    """

    def token(self, row: Row) -> str | int:
        """What `page` continues from: the sort value of `row`, its key or its id (T-082)."""

    async def page(self, *, after: str | int | None, backwards: bool, limit: int) -> Sequence[Row]:
        """The `limit` rows behind `after`; with `backwards` those in front of it. None: from the end where one comes in."""

    async def page_at(self, index: int, *, limit: int) -> Sequence[Row]:
        """The `limit` rows from about `index` on; empty if there are not that many."""

    async def rank(self, key: str) -> int:
        """How many rows come before the first whose key is not smaller than `key`."""


class Answer(NamedTuple):
    """What came back, in order. before: for `around`, the rows up to and with the one asked about. rank: for `find`, of its key."""

    rows: Sequence[Row]
    before: Sequence[Row] = ()
    rank: int = 0


class Moved(NamedTuple):
    """What an answer did to indexes: all of them moved `by` so much, or the row looked for is `to` be found here."""

    by: int = 0
    to: int | None = None


class RowFeed:
    """The rows of one `source`, `total` of them as far as is known."""

    def __init__(self, source: RowSource, total: int) -> None:
        self.source = source
        self.window = RowWindow(total=max(0, total))
        self.asked: Request | None = None

    def plan(self, top: int, bottom: int) -> Request | None:
        """What should be asked now so that the rows from `top` to before `bottom` are known; None: nothing, or wait.

        Waits for a page under way; a jump under way that leads elsewhere is given up. The caller begins with `ask`.
        """
        need = self.window.need(top, bottom)
        asked = self.asked
        if asked is None:
            return need
        if asked.kind in ("around", "find") or asked.serves(top, bottom):
            return None
        if asked.slides and (need is None or need.slides):
            return None
        self.asked = None
        return need

    def ask(self, request: Request) -> Request:
        """From now on only the answer to `request` is accepted."""
        self.asked = request
        return request

    async def fetch(self, request: Request) -> Answer:
        """Read what `request` asks for; the window is not touched. Raises StoreError. Cancelling has no effect."""
        source = self.source
        if request.kind == "find":
            rank = await source.rank(request.key)
            return Answer(await source.page_at(max(0, rank - PAGE // 2), limit=PAGE), rank=rank)
        if request.kind == "around" and request.row:
            token = source.token(request.row)
            behind = token + 1 if isinstance(token, int) else token + "\0"  # the smallest token that is greater
            before = await source.page(after=behind, backwards=True, limit=PAGE)
            return Answer(await source.page(after=token, backwards=False, limit=PAGE), before)
        if request.kind == "at":
            return Answer(await source.page_at(request.index, limit=PAGE))
        after = source.token(request.row) if request.row else None
        backwards = request.kind in ("before", "last")
        return Answer(await source.page(after=after, backwards=backwards, limit=PAGE))

    def accept(self, request: Request, answer: Answer) -> Moved | None:
        """Take `answer` in and say what it did to indexes; None if nobody waits for it any more."""
        if request is not self.asked:
            return None
        self.asked = None
        if request.total is not None:
            self.window.total = request.total
        if request.kind == "find":
            start = max(0, answer.rank - PAGE // 2)
            self.window.accept(Request("at", start), answer.rows)
            index = self.window.index_of(request.key)
            return Moved(to=answer.rank if index is None else index)
        if request.kind == "around":
            return Moved(by=self._accept_around(request, answer))
        return Moved(by=self.window.accept(request, answer.rows))

    def _accept_around(self, request: Request, answer: Answer) -> int:
        """The row asked about, or its neighbour if it is gone, is the fixed point."""
        before, window = answer.before, self.window
        gone = not before or request.row is None or before[-1].key != request.row.key
        window.accept_around(before, answer.rows, request.index - gone)
        index = window.start + len(before) - (0 if gone else 1)
        return min(index, window.total - 1) - request.index
