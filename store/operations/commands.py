"""The command record: one row per audited action, successful or not (U-10, T-100), and the trimming of what it left (T-102)."""

from __future__ import annotations

from store.operation import Statement, writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.model import Actor
    from store.operation import Steps

RECORD = "INSERT INTO commands(at, type, target, face, user, meta, affected, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
AFFECTED = "UPDATE commands SET affected = ? WHERE id = ?"
OLDEST_BY_COUNT = "SELECT seq FROM changes ORDER BY seq DESC LIMIT 1 OFFSET ?"
# length() counts characters of text; near enough for a limit whose point is that history does not grow without end.
OLDEST_BY_SIZE = (
    "SELECT max(seq) FROM (SELECT seq, sum(coalesce(length(old_value), 0)) OVER (ORDER BY seq DESC) AS total"
    " FROM changes) AS sized WHERE total > ?"
)
NEWEST_CHANGE = "SELECT coalesce(max(seq), 0) FROM changes"
# The end of the command that change number ? belongs to, and the last command up to there. 0 is no command: evictions, sweeps.
END_OF_COMMAND = (
    "SELECT max(seq), max(command_id) FROM changes WHERE seq <= ?"
    " OR command_id = (SELECT command_id FROM changes WHERE seq = ? AND command_id <> 0)"
)
TRIM_CHANGES = "DELETE FROM changes WHERE seq <= ? AND seq < ?"
TRIM_COMMANDS = "DELETE FROM commands WHERE id <= ? AND id NOT IN (SELECT command_id FROM changes)"

KEPT_CHANGES = 10_000
KEPT_CHARACTERS = 64 * 1024 * 1024
TRIM_EVERY = 256


def record(kind: str, target: str, affected: int, *, by: Actor, now_ms: int, error: str | None = None) -> Steps[int]:
    """Write the record of a command and give its id; every 256th time the oldest history is trimmed.

    `kind`: what was done (`set`, `delete`, `copy`, `rescue`, …). `target`: the address or name as printed, never a value.
    An actor that is not audited leaves no record; the id is 0 then (M-254).
    """
    if not by.audited:
        return 0
    if not (target.isascii() and kind.isascii()):
        # As typed (M-140) it may hold undecodable bytes; they are shown as escapes, so that even its failure has a record.
        kind, target = (text.encode("utf-8", "backslashreplace").decode() for text in (kind, target))
    row = (now_ms, kind, target, by.face, by.user, by.meta, affected, error)
    command_id: int = (yield Statement(RECORD, row))[0][0]
    if command_id % TRIM_EVERY == 0:
        yield from trim()
    return command_id


def set_affected(command_id: int, affected: int) -> Steps[None]:
    """Correct the count of a command whose effect is known only at its end."""
    yield Statement(AFFECTED, (affected, command_id))


@writing
def record_failure(kind: str, target: str, error: str, *, by: Actor, now_ms: int) -> Steps[int]:
    """Record a command that failed, in a transaction of its own after the rollback (T-100). `error`: the code."""
    return (yield from record(kind, target, 0, by=by, now_ms=now_ms, error=error))


def trim_unrecorded(newest: int, changes: int = 1) -> Steps[None]:
    """Trim as often as `record` does after `changes` changes, the last of them `newest`, that belong to no command (M-136)."""
    if newest % TRIM_EVERY < changes:
        yield from trim()


def trim() -> Steps[None]:
    """Keep the last 10,000 changes or 64 MB of old values, whichever is less; the oldest commands go whole (T-102).

    The newest change stays whatever happens, so that change numbers never repeat (T-048), and so does its command. What stays
    has no gaps but those of bulk writes (T-086). Entries are not touched.
    """
    by_count = yield Statement(OLDEST_BY_COUNT, (KEPT_CHANGES,))
    by_size = yield Statement(OLDEST_BY_SIZE, (KEPT_CHARACTERS,))
    last = max([row[0] for row in by_count + by_size if row[0] is not None], default=0)
    if last:
        newest: int = (yield Statement(NEWEST_CHANGE))[0][0]
        end, last_command = (yield Statement(END_OF_COMMAND, (last, last)))[0]
        yield Statement(TRIM_CHANGES, (end, newest))
        yield Statement(TRIM_COMMANDS, (last_command,))
