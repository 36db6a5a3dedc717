"""The events of a token or meteor stream, applied in their order in one transaction (U-06, M-105, M-106)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.operations.appending import Appends
from store.operations.apply import apply_steps
from store.operations.commands import record, set_affected
from store.operations.control import control
from store.operations.entries import INDEX
from store.streams.events import Control, Move, Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Actor, Address, Position
    from store.operation import Steps
    from store.operations.rules import Judge
    from store.streams.events import Event


@dataclass(frozen=True, slots=True)
class Applied:
    """What a stream did: where its writes went, in their order; `position` and `emptied` as in `Controlled`."""

    addresses: tuple[Address, ...]
    position: Position | None
    emptied: bool
    command_id: int


def apply_events(
    events: Sequence[Event], judge: Judge, meta: str, *, by: Actor, writes_by: Actor, now_ms: int
) -> Steps[Applied]:
    """Apply all of `events`, or raise and leave everything to the driver's rollback.

    The writes are one command `stream` of `writes_by` on `N tokens`, each control command one of `by`. Raises what `judge`, the
    applier and the control commands raise; errors about a write carry its origin.
    """
    runner = _Runner(judge, meta, by, writes_by, now_ms)
    writes = sum(isinstance(event, Write) for event in events)
    if writes:
        runner.command_id = yield from record("stream", f"{writes} tokens", 0, by=writes_by, now_ms=now_ms)
    for event in events:
        if isinstance(event, Write):
            if INDEX not in event.address.key and judge.passes(event.address, event.value):
                runner.pending.append(event)
            else:
                yield from runner.take(event)
        elif isinstance(event, Control):
            yield from runner.control(event)
        elif isinstance(event, Move):
            runner.position = event.position
    yield from runner.flush()
    if runner.command_id:
        yield from set_affected(runner.command_id, runner.affected)
    return Applied(tuple(runner.addresses), runner.position, runner.emptied, runner.command_id)


class _Runner:
    """Collects writes until a control command must see them."""

    def __init__(self, judge: Judge, meta: str, by: Actor, writes_by: Actor, now_ms: int) -> None:
        self.judge = judge
        self.meta = meta
        self.by = by
        self.writes_by = writes_by
        self.now_ms = now_ms
        self.appends = Appends()
        self.pending: list[Write] = []
        self.addresses: list[Address] = []
        self.position: Position | None = None
        self.emptied = False
        self.command_id = 0
        self.affected = 0

    def take(self, write: Write) -> Steps[None]:
        """Check a write, and settle its append key, so that the limits see the key that will be stored."""
        self.judge.check_address(write.address, write.origin)
        address = yield from self.appends.settle(write.address)
        yield from self.judge.check_write(address, write.value, write.origin)
        self.pending.append(write if address is write.address else Write(address, *write[1:]))

    def flush(self) -> Steps[None]:
        """Store what was collected."""
        if self.pending:
            addresses, _ = yield from apply_steps(
                self.pending,
                by=self.writes_by,
                now_ms=self.now_ms,
                kind="stream",
                target="",
                command_id=self.command_id,
            )
            self.affected += len(set(addresses))
            self.addresses += addresses
            self.pending = []

    def control(self, event: Control) -> Steps[None]:
        """Run a control command on all that came before it."""
        yield from self.flush()
        done = yield from control(event.command, event.target, self.meta, by=self.by, now_ms=self.now_ms)
        self.appends = Appends()
        self.judge.forget()
        self.emptied = self.emptied or done.emptied
        if done.position is not None:
            self.position = done.position
