"""`history`, `undo`, `reset`: what was done, and taking it back (U-10, M-214, M-215)."""

from __future__ import annotations

from time import gmtime, strftime
from typing import TYPE_CHECKING

from store.addresses import print_address
from store.errors import InputError, NotFound, Refused, UsageError
from store.operations import changes
from store.operations import history as operations
from store.operations.namespaces import contexts
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
SAID = {
    "cursor": "Cursor reset to default (app:main)",
    "storage": "All storage cleared",
    "all": "Cursor and storage reset",
}


def show(call: Call) -> int:
    """The last commands, oldest first; or, with an address, the life of that entry."""
    limit = _number(call, call.option("limit"), "--limit", DEFAULT_LIMIT)
    text = call.argument(0)
    if text is not None:
        if call.has("failed"):
            raise call.usage("--failed and an address exclude each other")
        _show_life(call, text, limit)
        return 0
    meta = call.session.meta
    found = call.run(operations.history(meta, limit=limit, failed=call.has("failed")))
    if not found and not call.output.json:
        call.output.status("No command history")
    for done in found:
        _show_done(call, done)
    return 0


def undo(call: Call) -> int:
    """Take back the last N commands of this user that still stand, newest first. Each undoing is a command of its own."""
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
        call.recheck = True
        for address in undone.addresses[:MOST_MENTIONS]:
            call.mention(address)
        _tell_undone(call, undone)
    return 0


def _tell_undone(call: Call, undone: Undone) -> None:
    entries = [print_address(address) for address in undone.addresses]
    if call.output.json:
        call.output.object(undone=undone.kind, target=undone.target, entries=entries, cached_pipes=undone.pipes)
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
            hint=f"reset {target} removes every entry; --yes says that it is meant",
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
        call.output.line(SAID.get(target, f"Context '{target}' deleted"))
    return 0


def _clear(call: Call, context: str | None) -> int:
    """Remove every entry of the meta in effect, or of one context; how many live ones went."""
    meta = call.session.meta
    call.target = "storage" if context is None else context
    if context is not None and context not in call.run(contexts(meta, now_ms=call.now_ms)):
        raise InputError("not-found", f"Reset error: Context '{context}' not found", text=context)
    return call.run(operations.clear(meta, context, by=call.by, now_ms=call.now_ms))


def stamp(at_ms: int) -> str:
    """A time for people: UTC, to the second."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(at_ms // 1000))


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
    mark = "✓" if done.error is None else "✗"
    error = f" - Error: {done.error}" if done.error is not None else ""
    call.output.line(f"{mark} [{stamp(done.at)}] {done.kind} {done.target}{error}")


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
            call.output.line(f"[{stamp(moment.at)}] {KINDS[moment.kind]} by {moment.command}{_before(moment)}")


def _before(moment: Moment) -> str:
    """What was there before: a size, never the value (P-116)."""
    if moment.withheld:
        return ", old value not kept"
    return "" if moment.before is None else f", before: {moment.size} bytes"


def _number(call: Call, text: str | None, name: str, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST):
        raise call.usage(f"{name} must be a positive whole number up to {MOST}, not '{text}'")
    return int(text)
