"""`history`, `undo`, `reset`: what was done, and taking it back (U-10, M-214, M-215)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses import print_address
from store.errors import InputError, NotFound, Refused, UsageError
from store.operations import changes
from store.operations import history as operations
from store.operations.namespaces import contexts
from store.profiles import profile_of
from tui import meteor_text
from tui.headless.cursors import chooser_of
from tui.headless.entries import address_of
from tui.headless.listings import MOST_MENTIONS

if TYPE_CHECKING:
    from store.operations.changes import Undone
    from store.operations.history import Done, Moment
    from tui.headless.main import Call

KINDS = {1: "set", 2: "deleted", 3: "expired"}
DEFAULT_LIMIT = 100
MOST = 10_000
MOST_ID = 2**63 - 1
NUMBERS = "prontodb history --output json shows every command with its number, `id`"


def show(call: Call) -> int:
    """The last commands, oldest first; or, with an address, the life of that entry.

    Of commands no more count than the profile keeps (M-136); filters choose among those (M-141).
    """
    limit = _number(call, call.option("limit"), "--limit", DEFAULT_LIMIT)
    text = call.argument(0)
    if text is not None:
        if call.has("failed"):
            raise call.usage("--failed and an address exclude each other")
        _show_life(call, text, limit)
        return 0
    meta = call.session.meta
    kept = profile_of(call.session.settings).max_command_history
    found = call.run(operations.history(meta, limit=limit, failed=call.has("failed"), kept=kept))
    if not found and not call.output.json:
        call.output.status("No command history")
    for done in found:
        _show_done(call, done)
    return 0


def undo(call: Call) -> int:
    """Take back the last N commands of this user that still stand, newest first, or the one that is named by its number.

    Each undoing is a command of its own. One that cannot be taken back is never passed over unasked: it is named.
    """
    named = call.option("command")
    if named is not None:
        return _undo_one(call, named)
    count = _number(call, call.argument(0), "the number of commands", 1)
    call.target = "last command"
    for number in range(count):
        try:
            undone = call.run(changes.undo(None, by=call.by, now_ms=call.now_ms))
        except NotFound as error:
            call.target = ""  # nothing was tried, so there is nothing to record
            if number:
                call.output.warn(f"only {number} of {count}: {error.message}", error.code)
                return 0
            raise Refused(error.code, error.message, hint="prontodb history shows what was done") from None
        except Refused as error:
            raise _in_the_way(call, error) from None
        _tell_undone(call, undone)
    return 0


def _undo_one(call: Call, text: str) -> int:
    if call.argument(0) is not None:
        raise call.usage("--command and a number of commands exclude each other")
    command_id = _number(call, text, "--command", 0, most=MOST_ID)
    call.target = f"command {command_id}"
    try:
        _tell_undone(call, call.run(changes.undo(command_id, by=call.by, now_ms=call.now_ms)))
    except NotFound as error:
        call.target = ""
        raise Refused(error.code, error.message, hint=NUMBERS) from None
    return 0


def _in_the_way(call: Call, error: Refused) -> Refused:
    """`error`, which stopped counting back, with the command it is about and the way around that one."""
    last, older = call.run(changes.in_the_way(by=call.by))
    if last is None:
        return error
    hint = NUMBERS
    if older is not None:
        hint = f"to take back an older one, {older.kind} {older.target}: prontodb undo --command {older.command_id}"
    return Refused(error.code, f"command {last.command_id}, {last.kind} {last.target}: {error.message}", hint=hint)


def _tell_undone(call: Call, undone: Undone) -> None:
    call.recheck = True
    for address in undone.addresses[:MOST_MENTIONS]:
        call.mention(address)
    entries = [print_address(address) for address in undone.addresses]
    if call.output.json:
        call.output.object(
            id=undone.command_id,
            undone=undone.kind,
            target=undone.target,
            entries=entries,
            cached_pipes=undone.pipes,
        )
        return
    more = f" ({len(entries)} entries)" if len(entries) != 1 else ""
    call.output.line(f"✅ Undone: {undone.kind} {undone.target}{more}")
    if undone.pipes:
        call.output.line("What it took out of the pipe cache is there again")


def reset(call: Call) -> int:
    """Empty something on purpose: the cursor, all entries, both, or one context (M-215). `undo` brings entries back."""
    target = call.argument(0) or ""
    if target in ("storage", "all") and not call.has("yes"):
        raise UsageError(
            f"usage: prontodb reset {target} --yes",
            hint=f"reset {target} removes every entry and scratch slot; --yes says that it is meant",
        )
    removed = 0
    call.recheck = target != "cursor"
    if target != "cursor":
        removed = _clear(call, None if target in ("storage", "all") else target)
    if target in ("cursor", "all"):
        chooser_of(call).activate(None)
    if call.output.json:
        call.output.object(success=True, target=target, removed=removed)
    else:
        call.output.line(meteor_text.RESETS.get(target, f"Context '{target}' deleted"))
    return 0


def _clear(call: Call, context: str | None) -> int:
    """Remove every entry of the meta in effect, or of one context; how many live ones went."""
    from tui.headless.backups import forget_index

    meta = call.session.meta
    call.target = "storage" if context is None else context
    if context is not None and context not in call.run(contexts(meta, now_ms=call.now_ms)):
        raise InputError("not-found", f"Reset error: Context '{context}' not found", text=context)
    removed = call.run(operations.clear(meta, context, by=call.by, now_ms=call.now_ms))
    forget_index(call.session.database)  # what was emptied on purpose does not stay beside it until somebody searches
    return removed


def _show_done(call: Call, done: Done) -> None:
    if call.output.json:
        call.output.object(
            id=done.id,
            timestamp=done.at // 1000,
            command_type=done.kind,
            target=done.target,
            success=done.error is None,
            affected=done.affected,
            face=done.face,
            user=done.user,
            error=done.error,
            undoable=done.undoable,
        )
        return
    call.output.line(meteor_text.record_line(done.at // 1000, done.kind, done.target, done.error))


def _show_life(call: Call, text: str, limit: int) -> None:
    address = address_of(call, text)
    moments = call.run(operations.timeline(address, limit=limit, head=0))
    call.mention(address)
    if not moments and not call.output.json:
        call.output.status(f"No history of {print_address(address)}")
    for moment in moments:
        if call.output.json:
            call.output.object(
                change=moment.seq,
                timestamp=moment.at // 1000,
                kind=KINDS[moment.kind],
                command_type=moment.command,
                face=moment.face,
                user=moment.user,
                old_size=None if moment.before is None else moment.size,
                withheld=moment.withheld,
            )
        else:
            call.output.line(
                f"[{meteor_text.stamp(moment.at // 1000)}] {KINDS[moment.kind]} by {moment.command}{_before(moment)}"
            )


def _before(moment: Moment) -> str:
    """What was there before: a size, never the value (P-116)."""
    if moment.withheld:
        return ", old value not kept"
    return "" if moment.before is None else f", before: {moment.size} bytes"


def _number(call: Call, text: str | None, name: str, default: int, most: int = MOST) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise call.usage(f"{name} must be a positive whole number up to {most}, not '{text}'")
    return int(text)
