"""What was done, newest first: pages of it as far as somebody looks, and taking it back. No Textual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from store.addresses import show_address
from store.operation import reading
from store.operations import changes
from store.operations import history as operations
from store.profiles import profile_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.operation import Operation, Steps
    from store.operations.changes import Undone
    from store.operations.history import Done, Effect
    from tui.browser.services import Services

T = TypeVar("T")

PAGE = 200
MOST = 2000
"""Rows of a page, and of one page at most when somebody jumps far down."""

EFFECTS = 200
HEAD = 200
"""Entries that are told of a command, and characters or bytes of the values they had before."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows, the newest first, and how many there are in all, of one moment (T-085)."""

    rows: Sequence[T]
    total: int


class Past(Generic[T]):
    """A list that only grows at its new end, read page by page.

    read(before, limit): the operation that gives the rows with a number below `before`. number: that of a row.
    """

    def __init__(
        self,
        services: Services,
        read: Callable[[int | None, int], Operation[Page[T]]],
        number: Callable[[T], int],
    ) -> None:
        self._services = services
        self._read = read
        self._number = number
        self.rows: list[T] = []
        """As far as they have been read, the newest first."""
        self.total = 0
        """How many there are, read or not."""

    async def refresh(self) -> None:
        """Read the newest page again; what follows it in memory stays, unless more has happened than a page holds."""
        page = await self._services.run(self._read(None, PAGE))
        rows = list(page.rows)
        if rows and self.rows and self._number(self.rows[0]) >= self._number(rows[-1]):
            rows += [row for row in self.rows if self._number(row) < self._number(rows[-1])]
        self.rows, self.total = rows[: page.total], page.total

    async def reach(self, index: int) -> None:
        """Read on until the row at `index` is known, or the end. Costs what lies between, MOST rows at a time."""
        while len(self.rows) <= min(index, self.total - 1):
            before = self._number(self.rows[-1]) if self.rows else None
            missing = index + 1 - len(self.rows)
            limit = PAGE if missing <= PAGE else MOST
            page = await self._services.run(self._read(before, limit))
            self.rows += page.rows
            self.total = page.total if len(page.rows) == limit else len(self.rows)


def commands_of(services: Services, *, failed: bool) -> Past[Done]:
    """The commands of the meta in effect that the profile keeps (M-136), or only those of them that failed."""
    meta = services.meta

    @reading
    def page(before: int | None, limit: int) -> Steps[Page[Done]]:
        kept = profile_of(
            services.session.settings
        ).max_command_history  # settings that are wrong are told as any error
        rows = yield from operations.history(meta, limit=limit, before=before, failed=failed, kept=kept)
        total = yield from operations.count(meta, failed=failed, kept=kept)
        return Page(rows[::-1], total)

    return Past(services, page, lambda done: done.id)


async def effects_of(services: Services, done: Done) -> tuple[list[Effect], int]:
    """What a command changed, the first of it, and how many entries it is."""
    return await services.run(operations.effects(done.id, services.meta, limit=EFFECTS, head=HEAD))


async def undo_command(services: Services, command_id: int | None) -> Undone:
    """Take a command back; None: the user's last one. Raises `nothing-to-undo`, `changed-since`, `not-kept`, nothing changed."""
    undone = await services.run(changes.undo(command_id, by=services.actor, now_ms=services.now_ms()))
    services.names.look_again()
    services.names.used(*undone.addresses)
    return undone


def why_not(done: Done | None) -> str:
    """Why a command cannot be taken back, as far as its record tells; "" if it may be."""
    if done is None:
        return "nothing chosen"
    if done.error is not None:
        return "it failed, so it changed nothing"
    if done.kind == "undo":
        return "it is an undo itself; t on an entry brings an old value back"
    if not done.undoable:
        return "it changed nothing that is kept"
    return ""


def said(undone: Undone) -> str:
    """`undone: set app.ui.theme`, and what else there is to know."""
    words = f"undone: {undone.kind} {undone.target}"
    if len(undone.addresses) > 1:
        words += f" · {len(undone.addresses):,} entries"
    elif undone.addresses:
        words = f"undone: {undone.kind} {show_address(undone.addresses[0])}"
    return f"{words} · its pipe waits again" if undone.pipes else words
