"""Several entries as one: all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.operation import writing
from store.operations import changes, entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Actor, Address
    from store.operation import Steps


@writing
def delete_all(addresses: Sequence[Address], *, by: Actor, now_ms: int) -> Steps[list[int]]:
    """Delete several entries, all or none; the numbers of the commands of those that were there."""
    commands = []
    for address in addresses:
        deleted = yield from entries.delete(address, by=by, now_ms=now_ms)
        if deleted.found:
            commands.append(deleted.command_id)
    return commands


@writing
def undo_all(command_ids: Sequence[int], *, by: Actor, now_ms: int) -> Steps[list[Address]]:
    """Undo several commands, the last one first, all or none; the entries that were touched. Raises what `undo` raises."""
    touched: list[Address] = []
    for command_id in reversed(command_ids):
        undone = yield from changes.undo(command_id, by=by, now_ms=now_ms)
        touched += undone.addresses
    return touched
