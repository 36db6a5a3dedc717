"""The engine's history: the command records of a meta, oldest first, filtered and paged (M-136, M-141), and forgetting them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.model import CACHE_CONTEXT, CACHE_NAMESPACE
from store.operation import Statement, reading, writing
from store.operations.commands import record
from store.operations.history import history

if TYPE_CHECKING:
    from store.model import Actor
    from store.operation import Steps

SPACES = "SELECT id FROM namespaces WHERE meta = ? AND NOT (context = ? AND name = ?)"
# The rows stay, without what they knew: who polls by change numbers must not miss one (T-048, T-086).
FORGET_CHANGES = f"UPDATE changes SET command_id = 0, old_value = NULL WHERE ns_id IN ({SPACES})"
# What a waiting pipe was meant for, and why it was refused, stands in the record of its rescue (P-064).
OF_PIPES = (
    "SELECT h.command_id FROM namespaces n JOIN entries e ON e.ns_id = n.id JOIN changes h ON h.seq = e.change"
    " WHERE n.meta = ? AND n.context = ? AND n.name = ?"
)
FORGET_COMMANDS = f"DELETE FROM commands WHERE meta = ? AND id <> ? AND id NOT IN ({OF_PIPES})"


@dataclass(frozen=True, slots=True)
class ControlCommand:
    """One record (M-136). `timestamp`: whole seconds since the epoch. `error_message`: the code of the failure, None on success.

    `affected`: entries removed or written. `id`, `user` and `face` say whose command it was (U-10).
    """

    timestamp: int
    command_type: str
    target: str
    success: bool
    error_message: str | None
    affected: int
    id: int
    user: str
    face: str


@reading
def command_history(
    meta: str,
    kept: int,
    *,
    last: int | None = None,
    offset: int = 0,
    limit: int | None = None,
    command: str | None = None,
    success: bool | None = None,
) -> Steps[list[ControlCommand]]:
    """The records of `meta`, oldest first; older ones than the newest `kept` do not count (M-136, M-141).

    command, success: only such records; then `last`: only the newest so many; then `offset` and `limit` page from the oldest.
    """
    found = [
        ControlCommand(
            done.at // 1000,
            done.kind,
            done.target,
            done.error is None,
            done.error,
            done.affected,
            done.id,
            done.user,
            done.face,
        )
        for done in (yield from history(meta, limit=kept))
        if command in (None, done.kind) and success in (None, done.error is None)
    ]
    if last is not None:
        found = found[max(0, len(found) - last) :]
    return found[offset:] if limit is None else found[offset : offset + limit]


@writing
def clear_history(meta: str, *, by: Actor, now_ms: int) -> Steps[None]:
    """Forget every record of `meta` and the old values kept for undo; entries and change numbers stay (M-141, T-048).

    What a face does leaves one record that says so (U-10), so that the numbers of commands go on, too. The rescue of a pipe that is
    still waiting stays known.
    """
    cache = (meta, CACHE_CONTEXT, CACHE_NAMESPACE)
    mark = yield from record("clear_history", "all", 0, by=by, now_ms=now_ms)
    yield Statement(FORGET_CHANGES, cache)
    yield Statement(FORGET_COMMANDS, (meta, mark, *cache))
