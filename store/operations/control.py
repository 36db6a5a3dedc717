"""Control commands: deleting by path, resets, clearing (M-121, M-137…M-139)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses.colon import parse_path
from store.operations import entries
from store.operations.commands import record
from store.operations.history import clear_as
from store.position import START

if TYPE_CHECKING:
    from store.model import Actor, Position
    from store.operation import Steps


@dataclass(frozen=True, slots=True)
class Controlled:
    """What a control command did. affected: entries removed. position: where it goes, None: it stays. emptied: all storage was."""

    affected: int
    position: Position | None = None
    emptied: bool = False


def delete_path(text: str, meta: str, *, by: Actor, now_ms: int) -> Steps[int]:
    """Delete what the path names and record it with the path as typed; how many live entries went, 0 when there were none.

    `context:namespace:key` one entry; `context:namespace:` that namespace alone; `context:` its namespace main; `context::` the
    whole context (M-121). Raises AddressError for what is no path.
    """
    address = parse_path(text, "delete")._replace(meta=meta)
    if address.key:
        return int((yield from entries.delete(address, by=by, now_ms=now_ms, target=text)).found)
    namespace = address.namespace or None
    return (yield from clear_as("delete", text, meta, address.context, namespace, by=by, now_ms=now_ms))


def control(command: str, target: str, meta: str, *, by: Actor, now_ms: int) -> Steps[Controlled]:
    """Run `delete` or `reset` on the literal `target` and record it (M-137, M-139).

    Raises StreamError `control-unknown`, `reset-unknown-target`, and the path codes of a `delete`.
    """
    from store.streams.controls import check_control

    check_control(command, target)
    if command == "delete":
        return Controlled((yield from delete_path(target, meta, by=by, now_ms=now_ms)))
    return (yield from reset(target, meta, by=by, now_ms=now_ms))


def reset(target: str, meta: str, *, by: Actor, now_ms: int) -> Steps[Controlled]:
    """Reset `cursor`, `storage` or `all` (M-139); history is never cleared by it."""
    position = None if target == "storage" else START
    if target == "cursor":
        yield from record("reset", target, 0, by=by, now_ms=now_ms)
        return Controlled(0, position)
    return Controlled((yield from clear_as("reset", target, meta, by=by, now_ms=now_ms)), position, emptied=True)
