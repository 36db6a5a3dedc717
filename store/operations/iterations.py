"""Session logs by number, as the pantheon wrapper keeps them (P-120…P-124).

Sessions live at `iterations.sessions.iter<N>`, older ones at `iterations.archive.iter<N>`, the counter at
`iterations.counter.current`. Every address has the kin's meta.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import InputError
from store.model import Address, Listing
from store.operation import reading, writing
from store.operations.commands import record, set_affected
from store.operations.entries import DELETE, find, remove, write
from store.operations.listing import keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Actor
    from store.operation import Steps

CONTEXT = "iterations"
LARGEST = 10**9


def session_at(meta: str, number: int, namespace: str = "sessions") -> Address:
    """Where session `number` is kept."""
    return Address(meta, CONTEXT, namespace, f"iter{number}")


@reading
def counter(meta: str) -> Steps[int | None]:
    """The number of the newest iteration; None before the first. Raises `bad-counter` if something else stands there."""
    return (yield from _counter(meta))


@reading
def sessions(meta: str, *, now_ms: int) -> Steps[list[int]]:
    """The numbers of the stored sessions, ascending: 10 comes after 9."""
    return (yield from _numbers(meta, now_ms))


@writing
def initialise(meta: str, *, by: Actor, now_ms: int) -> Steps[None]:
    """Note that the kin's database begins; where there is none, this makes it (P-124)."""
    yield from record("migrate-init", f"pantheon_{meta}", 0, by=by, now_ms=now_ms)


@writing
def save(meta: str, texts: Sequence[tuple[int, bytes]], *, by: Actor, now_ms: int) -> Steps[None]:
    """Store sessions, and raise the counter to the largest number if it is lower; one transaction."""
    largest = max(number for number, _ in texts)
    target = f"{CONTEXT}.sessions.iter{largest}" if len(texts) == 1 else f"{len(texts)} sessions"
    command_id = yield from record("iter-save", target, len(texts), by=by, now_ms=now_ms)
    for number, text in texts:
        yield from write(session_at(meta, number), text, command_id, now_ms=now_ms)
    current = yield from _counter(meta)
    if current is None or current < largest:
        yield from write(counter_at(meta), b"%d" % largest, command_id, now_ms=now_ms)


@writing
def set_counter(meta: str, number: int | None, *, floor: int = 0, by: Actor, now_ms: int) -> Steps[int]:
    """Set the counter to `number`, or with None to one more than it is (than `floor` if there is none); the new number."""
    if number is None:
        current = yield from _counter(meta)
        number = (floor if current is None else current) + 1
    command_id = yield from record("iter-counter", f"{CONTEXT}.counter.current", 1, by=by, now_ms=now_ms)
    yield from write(counter_at(meta), b"%d" % number, command_id, now_ms=now_ms)
    return number


@writing
def archive(meta: str, keep: int, *, by: Actor, now_ms: int) -> Steps[tuple[int, int]]:
    """Move all but the `keep` highest-numbered sessions to the archive; how many moved, how many stayed (P-123)."""
    numbers = yield from _numbers(meta, now_ms)
    moving = numbers[: max(0, len(numbers) - keep)]
    command_id = yield from record("iter-archive", f"{CONTEXT}.archive", 0, by=by, now_ms=now_ms)
    for number in moving:
        source = session_at(meta, number)
        entry = yield from find(source)
        if entry is not None:
            target = session_at(meta, number, "archive")
            yield from write(target, entry.value, command_id, now_ms=now_ms, secret=entry.secret)
            yield from remove(source, command_id, DELETE)
    yield from set_affected(command_id, len(moving))
    return len(moving), len(numbers) - len(moving)


def counter_at(meta: str) -> Address:
    """Where the counter is kept."""
    return Address(meta, CONTEXT, "counter", "current")


def _counter(meta: str) -> Steps[int | None]:
    entry = yield from find(counter_at(meta))
    if entry is None:
        return None
    text = entry.value.strip()
    if not (text.isdigit() and len(text) <= 10):
        raise InputError("bad-counter", f"{CONTEXT}.counter.current does not hold a number")
    return int(text)


def _numbers(meta: str, now_ms: int) -> Steps[list[int]]:
    found = yield from keys(Listing(meta, CONTEXT, "sessions", "iter"), now_ms=now_ms)
    digits = [key[len("iter") :] for key in found]
    return sorted(int(text) for text in digits if text.isascii() and text.isdigit() and text == str(int(text)))
