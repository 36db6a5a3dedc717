"""What can be done with what waits in the inbox, and undone. Talks to the store through services; no Textual.

Every action gives a `Done`: what to say, and whether there is something to undo. Errors are StoreError and leave everything as it
was. Files are touched in a thread, never on the event loop.
"""

from __future__ import annotations

import os
from asyncio import to_thread
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from store.addresses import show_address
from store.errors import NotFound, Refused, StoreError, StreamError
from store.operations import pipes, recovery
from store.operations.entries import get, head, set_entry
from store.spool import Spool
from store.streams import advice
from store.streams.events import Write
from store.streams.placing import Security, read_stream
from tui.browser.flows import rescue_files
from tui.browser.flows.addressing import field_reading, look_at
from tui.browser.flows.pipe_undo import PipeUndo, Undo
from tui.browser.flows.recovery import KEEP_MS, Item, candidates, free_places, item_of_file, item_of_pipe, places
from tui.browser.state import counted
from tui.browser.text.preview import ValueHead, describe, human_left, human_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Address
    from tui.browser.flows.addressing import Target
    from tui.browser.services import Services

PREVIEW = 65536
LOOKED_AT = 200

Class = Literal["plain", "stream_like", "stream_ready"]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in one sentence, and whether `undo` can take it back. ids: the items that left the inbox or changed."""

    said: str
    ids: tuple[str, ...] = ()
    undoable: bool = False
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PipeContent:
    """The beginning of what an item holds, and what it is to `stream` (P-080); `why_not`: what keeps it from being a stream."""

    value: ValueHead
    kind: Class = "plain"
    why_not: str = ""

    @property
    def words(self) -> str:
        """`json · 51 bytes`, `stream · 52 bytes · s runs it`, `text · 5 bytes · almost a stream`."""
        if self.kind == "stream_ready":
            return f"stream · {human_size(self.value.size)} · s runs it"
        words = describe(self.value).removesuffix(" · utf-8")
        return f"{words} · almost a stream" if self.kind == "stream_like" else words


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """What running an item as a stream would do. `targets`: what lies at the first addresses, in order, `LOOKED_AT` at most."""

    item: Item
    writes: tuple[Write, ...]
    targets: tuple[Target, ...]


class Recovery:
    """The inbox of one session. `stack` outlives it."""

    def __init__(self, services: Services, stack: PipeUndo | None = None) -> None:
        self.services = services
        self.stack = stack or PipeUndo()
        self.reading = field_reading(services.reading)
        self.spool = Spool(services.session.workspace.spool)

    # --- reading ------------------------------------------------------------------------------------------------------

    async def load(self) -> tuple[list[Item], int]:
        """All that waits, the newest first, and how many more cached pipes there are than these. Cancel: safe."""
        now_ms = self.services.now_ms()
        waiting, total = await self.services.run(recovery.inbox(self.services.meta, now_ms=now_ms))
        kept = await to_thread(self.spool.kept)
        files = [item for item in map(item_of_file, kept) if not item.expired(now_ms)]
        return [*map(item_of_pipe, waiting), *files], total - len(waiting)

    async def preview(self, item: Item) -> PipeContent:
        """The first 64 KiB of `item`. Raises `not-found` when it is gone. Cancel: safe."""
        if item.is_file:
            value = await to_thread(rescue_files.read_head, item.name, PREVIEW)
        else:
            found = await self.services.run(head(self._address(item), limit=PREVIEW))
            if found is None:
                raise NotFound("not-found", "no longer there")
            value = found.value[:PREVIEW]
        shown = ValueHead(_title(item), value, item.size, item.cached_at, item.expires_at, item.secret)
        if item.secret or not self.services.session.settings.streaming or len(value) < item.size:
            return PipeContent(shown, "stream_ready" if item.kind == "stream" else "plain")
        kind, why_not = await to_thread(advice.diagnose, value)
        return PipeContent(shown, kind, why_not)

    async def suggest(self, item: Item) -> list[Address]:
        """Addresses for `item`, the likeliest first. What is only guessed is free: nothing lies there."""
        return await self.services.run(free_places(candidates(item, self.reading), self.services.now_ms()))

    async def plan(self, items: Sequence[Item]) -> list[tuple[Item, Target]]:
        """Where each would go by suggestion, no two to the same place, and what lies there."""
        ways = await to_thread(lambda: [candidates(item, self.reading) for item in items])
        targets = await self.services.run(places(ways, self.services.now_ms()))
        return list(zip(items, targets, strict=True))

    async def content(self, item: Item) -> bytes:
        """All of it, exactly. Raises `not-found`."""
        if item.is_file:
            return await to_thread(rescue_files.read_whole, item.name)
        entry = await self.services.run(get(self._address(item)))
        if entry is None or entry.expired(self.services.now_ms()):
            raise NotFound("not-found", "no longer there")
        return entry.value

    # --- ways home ----------------------------------------------------------------------------------------------------

    async def recover(self, moves: Sequence[tuple[Item, Address]]) -> Done:
        """Store each item at its address and take it out of the inbox. One that cannot is told in `troubles`, the others go.

        Raises StoreError if nothing could be done at all, the one trouble itself if there was a single move.
        """
        now_ms = self.services.now_ms()
        undo = Undo("", None)
        homes: list[tuple[Item, Address]] = []
        troubles: list[tuple[Item, StoreError]] = []
        cached = [(item, address) for item, address in moves if not item.is_file]
        if cached:
            await self._recover_pipes(cached, now_ms, undo, homes, troubles)
        for item, address in moves:
            if item.is_file:
                try:
                    await self._recover_file(item, address, now_ms, undo)
                    homes.append((item, address))
                except StoreError as error:
                    troubles.append((item, error))
        if not homes:
            raise troubles[0][1]
        where = show_address(homes[0][1]) if len(homes) == 1 else counted(len(homes), "pipe")
        undo.said = f"recovered {where}"
        self.stack.push(undo)
        told = tuple(f"{item.meant}: {error.message}" for item, error in troubles)
        return Done(undo.said, tuple(item.id for item, _ in homes), True, told)

    async def _recover_pipes(
        self,
        moves: Sequence[tuple[Item, Address]],
        now_ms: int,
        undo: Undo,
        homes: list[tuple[Item, Address]],
        troubles: list[tuple[Item, StoreError]],
    ) -> None:
        asked = [(item.name, address) for item, address in moves]
        results = await self.services.run(
            recovery.recover(self.services.meta, asked, by=self.services.actor, now_ms=now_ms)
        )
        for (item, _), result in zip(moves, results, strict=True):
            if isinstance(result, recovery.Missed):
                troubles.append((item, result.error))
            else:
                self.services.names.gone(self._address(item))
                self.services.names.used(result.address)
                homes.append((item, result.address))
                undo.recovered.append((result.command_id, result.removed))
                undo.until = _sooner(undo.until, result.removed.expires_at)

    async def _recover_file(self, item: Item, address: Address, now_ms: int, undo: Undo) -> None:
        """Stored first, then removed: twice is better than not at all."""
        content = await to_thread(rescue_files.read_whole, item.name)
        written = await self.services.run(set_entry(address, content, by=self.services.actor, now_ms=now_ms))
        self.services.names.used(written.address)
        await to_thread(rescue_files.remove, item.name)
        undo.recovered.append((written.command_id, None))
        undo.files.append((item.name, content, item.cached_at))

    async def plan_stream(self, item: Item) -> StreamPlan:
        """What `item` would store as a stream. Raises what is wrong with it, position included (X-001…X-039)."""
        session = self.services.session
        if not session.settings.streaming:
            raise Refused("streaming-off", "the streaming feature is not enabled", hint="PRONTO_STREAMING=on")
        security = Security(
            required=session.settings.security_required,
            admin_password=os.environ.get("PRONTO_ADMIN_PASS"),
            locked_user=session.guard.user_lock or None,
        )
        content = await self.content(item)
        events = await to_thread(read_stream, content, session.reading, security=security)
        writes = tuple(event for event in events if isinstance(event, Write))
        if not writes:
            raise StreamError("no_tokens", "the stream stores nothing: it holds directives only")
        addresses = list(dict.fromkeys(write.address for write in writes))
        targets = await self.services.run(look_at(addresses[:LOOKED_AT]))
        return StreamPlan(item, writes, tuple(targets))

    async def run_stream(self, plan: StreamPlan) -> Done:
        """Store all of it, or nothing, and take the item out of the inbox."""
        now_ms, by, item = self.services.now_ms(), self.services.actor, plan.item
        if item.is_file:
            return await self._stream_file(plan, now_ms)
        done = await self.services.run(
            recovery.run_stream(self.services.meta, item.name, plan.writes, by=by, now_ms=now_ms)
        )
        self.services.names.gone(self._address(item))
        self.services.names.used(*done.addresses)
        said = f"ran as stream: {counted(len(set(done.addresses)), 'entry', 'entries')} stored"
        if done.command_id is not None:
            self.stack.push(Undo(said, done.removed.expires_at, [(done.command_id, done.removed)]))
        return Done(said, (item.id,), done.command_id is not None)

    async def _stream_file(self, plan: StreamPlan, now_ms: int) -> Done:
        item = plan.item
        content = await to_thread(rescue_files.read_whole, item.name)
        addresses, command_id = await self.services.run(
            recovery.store_stream(
                plan.writes, by=self.services.actor, now_ms=now_ms, target=os.path.basename(item.name)
            )
        )
        self.services.names.used(*addresses)
        await to_thread(rescue_files.remove, item.name)
        said = f"ran as stream: {counted(len(set(addresses)), 'entry', 'entries')} stored"
        if command_id is not None:
            self.stack.push(Undo(said, None, [(command_id, None)], files=[(item.name, content, item.cached_at)]))
        return Done(said, (item.id,), command_id is not None)

    async def keep(self, items: Sequence[Item], more_ms: int = KEEP_MS) -> Done:
        """Let each wait `more_ms` longer than it would."""
        now_ms, by = self.services.now_ms(), self.services.actor
        lefts = [
            (item.name, item.left_ms(now_ms) or 0) for item in items if not item.is_file and not item.expired(now_ms)
        ]
        kept = 0
        if lefts:
            wanted = [(name, _seconds(left + more_ms)) for name, left in lefts]
            kept = await self.services.run(recovery.keep(self.services.meta, wanted, by=by, now_ms=now_ms))
        files = [item for item in items if item.is_file]
        for item in files:
            await to_thread(rescue_files.touch, item.name, item.cached_at + more_ms)
        if not kept + len(files):
            raise NotFound("not-found", "no longer there")
        what = "" if len(items) == 1 else f" {counted(kept + len(files), 'pipe')}"
        said = f"kept{what} {human_left(more_ms)} longer"
        if kept and not files:
            before = [(name, _seconds(left)) for name, left in lefts]
            self.stack.push(Undo(said, now_ms + min(left for _, left in lefts), kept=before))
        return Done(said, tuple(item.id for item in items), bool(kept and not files))

    async def discard(self, items: Sequence[Item]) -> Done:
        """Remove them; `undo` puts them back while their time lasts."""
        undo = Undo("", None)
        gone: list[Item] = []
        troubles: list[StoreError] = [NotFound("not-found", "no longer there")]
        names = [item.name for item in items if not item.is_file]
        if names:
            by, now_ms = self.services.actor, self.services.now_ms()
            undo.discarded = await self.services.run(pipes.discard(self.services.meta, names, by=by, now_ms=now_ms))
            removed = {pipe.key: pipe.expires_at for pipe in undo.discarded}
            self.services.names.gone(*(recovery.cache_address(self.services.meta, name) for name in removed))
            gone = [item for item in items if item.name in removed]
            undo.until = min((until for until in removed.values() if until is not None), default=None)
        for item in items:
            if item.is_file:
                try:
                    content = await to_thread(rescue_files.read_whole, item.name)
                    await to_thread(rescue_files.remove, item.name)
                except StoreError as error:
                    troubles.append(error)
                else:
                    undo.files.append((item.name, content, item.cached_at))
                    gone.append(item)
        if not gone:
            raise troubles[-1]
        undo.said = f"discarded {gone[0].meant}" if len(gone) == 1 else f"discarded {counted(len(gone), 'pipe')}"
        self.stack.push(undo)
        return Done(undo.said, tuple(item.id for item in gone), True, tuple(error.message for error in troubles[1:]))

    async def save(self, item: Item, path: str) -> Done:
        """Write it to a new file, 0600. It stays in the inbox. Raises what `rescue_files.save` raises."""
        content = await self.content(item)
        where = await to_thread(rescue_files.save, path, content)
        return Done(f"saved {counted(len(content), 'byte')} to {where}", (item.id,))

    async def undo(self) -> Done:
        """Take the last action back. Raises `nothing-to-undo`, and why it cannot be; then it can be tried again."""
        now_ms, by = self.services.now_ms(), self.services.actor
        self.stack.last(now_ms)  # drops what is over
        last = self.stack.pop()
        if last is None:
            raise NotFound("nothing-to-undo", "there is nothing to undo, or its time is over")
        restored: list[str] = []
        try:
            for path, content, cached_at in last.files:
                await to_thread(rescue_files.restore, path, content, cached_at)
                restored.append(path)
            if last.recovered:
                await self.services.run(recovery.take_back(last.recovered, by=by, now_ms=now_ms))
            if last.discarded:
                await self.services.run(pipes.put_back(self.services.meta, last.discarded, by=by, now_ms=now_ms))
            if last.kept:
                await self.services.run(recovery.keep(self.services.meta, last.kept, by=by, now_ms=now_ms))
        except StoreError:
            for path in restored:
                await to_thread(rescue_files.remove, path)
            self.stack.push(last)
            raise
        names = [pipe.key for _, pipe in last.recovered if pipe] + [pipe.key for pipe in last.discarded]
        self.services.names.look_again()
        self.services.names.used(*(recovery.cache_address(self.services.meta, name) for name in names))
        ids = [f"pipe:{name}" for name in names] + [f"file:{path}" for path, _, _ in last.files]
        return Done(f"undone: {last.said}", tuple(ids))

    def _address(self, item: Item) -> Address:
        return recovery.cache_address(self.services.meta, item.name)


def _title(item: Item) -> str:
    return item.name if item.is_file else f"pipe.cache.{item.name}"


def _seconds(left_ms: int) -> int:
    """A lifetime in whole seconds, rounded up."""
    return max(1, -(-left_ms // 1000))


def _sooner(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)
