"""`scratch list|get|set|delete|edit`, also called `mem`: values kept by name, apart from the entries (M-147, M-233)."""

from __future__ import annotations

import os
import subprocess
import tempfile
from shlex import quote, split
from typing import TYPE_CHECKING

from store.errors import Corrupt, InputError, LimitError, NotFound, Refused, StoreError, Unavailable
from store.operations import scratch
from store.operations.pipes import sanitize
from store.stdin import has_pipe
from tui.headless import rescuing
from tui.headless.failing import Told
from tui.headless.output import STDIN
from tui.headless.piping import receive, spool_of
from tui.headless.values import text_or_base64

if TYPE_CHECKING:
    from store.spool import Received
    from tui.headless.main import Call

EDITORS = ("VISUAL", "EDITOR")
RETRY = "scratch set <name> -"


def show_list(call: Call) -> int:
    """The names of all slots, one a line, in the order of their creation."""
    for slot in call.run(scratch.slots(call.session.meta)):
        if call.output.json:
            call.output.object(name=slot.name, created_at=slot.created_at // 1000, keys=slot.size, kept=slot.kept)
        else:
            call.output.line(slot.name)
    return 0


def get(call: Call) -> int:
    """Print a value, exactly its bytes. Missing: NotFound."""
    name = scratch.slot_name(call.line.arguments[0])
    value = call.run(scratch.fetch(call.session.meta, name))
    if value is None:
        keys = call.run(scratch.keys(call.session.meta, name))
        raise NotFound("not-found", f"${name} is empty", hint="it is a slot with keys of its own" if keys else "")
    if call.output.json:
        field, content = text_or_base64(value)
        call.output.object(name=name, **{field: content}, size=len(value))
    else:
        call.output.data(value)
    return 0


def set_value(call: Call) -> int:
    """Keep a value, of the command line or of standard input; what is piped in under no usable name goes to the pipe cache."""
    text, given = call.argument(0), call.argument(1)
    if given is not None and given != "-":
        return _acknowledge(call, *_store(call, text, given.encode("utf-8", "surrogateescape")))
    if given is None and not has_pipe(STDIN):
        raise call.usage("missing <name>" if text is None else "missing value")
    try:
        spool_of(call)
    except StoreError as error:  # P-073: nobody knows which database is meant
        raise rescuing.save_without_database(call, text, error, RETRY) from None
    received = receive(call, text)
    if given is None and not received.content.strip():
        spool_of(call).done(received)
        raise call.usage("missing value, and standard input is empty")
    try:
        stored = _store(call, text, received.content)
    except (Unavailable, Corrupt) as error:
        raise _into_file(call, received, text, error) from None
    except StoreError as error:
        raise _into_cache(call, received, text, error) from None
    spool_of(call).done(received)
    return _acknowledge(call, *stored)


def delete(call: Call) -> int:
    """Remove a slot with all it holds; fine when there was none. There is no undo."""
    name = scratch.slot_name(call.line.arguments[0])
    deleted = call.run(scratch.remove(call.session.meta, name, by=call.by, now_ms=call.now_ms))
    call.output.status(f"✅ Removed ${name}" if deleted else f"${name} was empty")
    if call.output.json:
        call.output.object(name=name, deleted=deleted)
    return 0


def edit(call: Call) -> int:
    """Open a value in the editor of the environment; keep what it saves, if that is something else."""
    name = scratch.slot_name(call.line.arguments[0])
    if not (os.isatty(STDIN) and call.output.terminal):
        raise Refused("no-terminal", "an editor needs a terminal; nothing was changed", hint=f"use {_retry(name)}")
    command = next((call.environ[variable] for variable in EDITORS if call.environ.get(variable, "").strip()), "")
    if not command:
        raise Refused("no-editor", "neither VISUAL nor EDITOR is set", hint="EDITOR=vi, for example")
    meta = call.session.meta
    before = call.run(scratch.fetch(meta, name))
    call.close()  # no connection may be open while a child is started (T-039)
    after = _edited(call, command, name, before or b"")
    changed = after != (before or b"")
    if changed:
        operation = scratch.store_unless_changed(meta, name, after, known=before, by=call.by, now_ms=call.now_ms)
        try:
            _check_size(call, after)
            call.run(operation)
        except StoreError as error:  # what was typed is not lost either
            raise rescuing.save(call, spool_of(call), after, sanitize(name), error, _retry(name)) from None
    call.output.status(f"✅ Saved ${name}" if changed else "No change")
    if call.output.json:
        call.output.object(name=name, changed=changed, bytes=len(after))
    return 0


def _edited(call: Call, command: str, name: str, content: bytes) -> bytes:
    """What the editor made of `content`. Raises StoreError `editor-failed`."""
    with tempfile.TemporaryDirectory(prefix="prontodb-") as directory:  # 0700
        path = os.path.join(directory, sanitize(name) or "scratch")
        with open(path, "xb") as file:
            file.write(content)
        call.output.flush()
        try:
            code = subprocess.run([*split(command), path], check=False).returncode
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "its quotes do not match"
            raise Refused("editor-failed", f"the editor cannot be started: {why}; nothing was changed") from None
        if code:
            raise Refused("editor-failed", f"the editor ended with {code}; nothing was changed")
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError as error:
            raise Refused("editor-failed", f"the editor left no file: {error.strerror}; nothing was changed") from None


def _store(call: Call, text: str | None, value: bytes) -> tuple[str, int]:
    """Keep `value` under the name that `text` means: the name, and how many bytes."""
    if text is None:
        raise InputError("invalid-name", "the name of a scratch slot is missing")
    name = scratch.slot_name(text)
    _check_size(call, value)
    call.run(scratch.store(call.session.meta, name, value, by=call.by, now_ms=call.now_ms))
    return name, len(value)


def _check_size(call: Call, value: bytes) -> None:
    limit = call.session.settings.max_input
    if len(value) > limit:
        raise LimitError("too-large", f"the value is over the maximum size of {limit} bytes; it was not stored")


def _acknowledge(call: Call, name: str, size: int) -> int:
    call.output.status(f"✅ Stored ${name} ({size} bytes)")
    if call.output.json:
        call.output.object(name=name, bytes=size)
    return 0


def _into_cache(call: Call, received: Received, text: str | None, error: StoreError) -> StoreError:
    """Put what has no usable name into the pipe cache. The error to raise, which tells where, and how to try again."""
    kept = rescuing.into_cache(call, received.content, sanitize(text), text or "", error)
    if isinstance(kept, StoreError):
        return _into_file(call, received, text, kept)
    spool_of(call).done(received)
    lines = [
        f"⚠️  {error.message} - content cached as: {kept}",
        f"💡 Use: prontodb get {kept} --raw | prontodb {RETRY}",
    ]
    if error.hint and not call.output.quiet:
        lines.append(f"hint: {error.hint}")
    return Told(error, lines, cached_as=kept)


def _into_file(call: Call, received: Received, text: str | None, error: StoreError) -> StoreError:
    """P-072: the database takes nothing."""
    return rescuing.save(call, spool_of(call), received, sanitize(text), error, RETRY if text is None else _retry(text))


def _retry(name: str) -> str:
    """The command that would keep standard input under `name`, without `prontodb`."""
    return f"scratch set {quote(name)} -"
