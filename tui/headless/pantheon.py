"""`pantheon iter|migrate|context|shell`: session logs of the kin, each locked to a database of its own (P-120…P-126)."""

from __future__ import annotations

import os
from time import gmtime, strftime
from typing import TYPE_CHECKING

from store.backup import make_archive
from store.cursors import Cursor, load_cursor, save_cursor
from store.errors import LimitError, NotFound, StoreError
from store.operations import iterations
from store.operations.entries import get
from store.workspace import absolute
from tui.headless import houses
from tui.headless import kin as kins
from tui.headless.entries import print_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.headless.kin import SecureContext
    from tui.headless.main import Call

    Action = Callable[[Call, SecureContext], int]

SHELL = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "shell", "pantheon.sh")


def iterate(call: Call) -> int:
    """`pantheon iter [save|show|counter|fix KEY|archive K|N]`; nothing is `counter`."""
    from tui.headless import rescued_sessions

    action = call.argument(0) or "counter"
    if action == "save":
        return rescued_sessions.save(call)  # it enters by itself: whatever is wrong, what is piped in must not be lost
    context = enter(call)
    if action[:1].isdigit():
        none_after(call, 1)
        return path_of(call, context, whole(call, action, "the session"))
    actions: dict[str, Action] = {"show": show, "counter": counter, "fix": rescued_sessions.fix, "archive": archive}
    if action not in actions:
        raise call.usage(f"unknown action '{action}'; one of save, {', '.join(actions)}, or a number")
    none_after(call, 2 if action in ("fix", "archive") else 1)
    return actions[action](call, context)


def migrate(call: Call) -> int:
    """`pantheon migrate init|import|status|backup`."""
    context = enter(call)
    actions: dict[str, Action] = {"init": init, "import": import_files, "status": status, "backup": backup}
    action = call.argument(0) or ""
    if action not in actions:
        raise call.usage(f"unknown action '{action}'; one of {', '.join(actions)}")
    return actions[action](call, context)


def show_context(call: Call) -> int:
    """The options that lock a call to the kin, quoted for a shell; with words, the whole command line (P-126)."""
    name, words = call.option("name"), call.line.arguments
    context = _asked_context(call)
    line = kins.secure_call(name, words, call.environ, call.cwd) if words else context.options
    from shlex import join

    say(call, join(line), kin=context.user, words=line)
    return 0


def show_shell(call: Call) -> int:
    """The path of the file with the functions for shells."""
    say(call, SHELL, path=SHELL)
    return 0


def show(call: Call, _context: SecureContext) -> int:
    """Print a session as `get` does; exit 2 if there is none."""
    number = session_number(call)
    entry = call.run(get(iterations.session_at(call.session.meta, number)))
    if entry is None or entry.expired(call.now_ms):
        raise NotFound("not-found", f"not found: iterations.sessions.iter{number}")
    print_value(call, entry)
    return 0


def path_of(call: Call, context: SecureContext, number: int) -> int:
    """Print where the file of a session from before prontodb is, whether it is there or not (P-121)."""
    path = os.path.join(kins.house(context.user, call.environ, call.cwd), f"iter-{number}.md")
    say(call, path, kin=context.user, path=path)
    return 0


def counter(call: Call, context: SecureContext) -> int:
    """Print the counter, or change it with --set or --bump (P-121). Without one, the number in the house counts."""
    meta = call.session.meta
    if call.has("set") and call.has("bump"):
        raise call.usage("--set and --bump exclude each other")
    number: int | None
    if call.has("set"):
        wanted = whole(call, call.option("set"), "--set")
        number = call.run(iterations.set_counter(meta, wanted, by=call.by, now_ms=call.now_ms))
    elif call.has("bump"):
        floor = houses.counter(_house(call, context), context.user) or 0
        number = call.run(iterations.set_counter(meta, None, floor=floor, by=call.by, now_ms=call.now_ms))
    else:
        number = call.run(iterations.counter(meta))
        if number is None:
            number = houses.counter(_house(call, context), context.user)
    if number is None:
        raise NotFound("not-found", f"not found: no iteration counter for {context.user}")
    say(call, str(number), kin=context.user, counter=number)
    return 0


def archive(call: Call, context: SecureContext) -> int:
    """Keep the K highest-numbered sessions (P-123)."""
    keep = whole(call, call.argument(1), "the number to keep")
    moved, kept = call.run(iterations.archive(call.session.meta, keep, by=call.by, now_ms=call.now_ms))
    say(call, f"Archived {moved} iterations, kept {kept}", kin=context.user, archived=moved, kept=kept)
    return 0


def init(call: Call, context: SecureContext) -> int:
    """Make the kin's database and cursor (P-124)."""
    call.run(iterations.initialise(call.session.meta, by=call.by, now_ms=call.now_ms))
    created = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(call.now_ms // 1000))
    record = Cursor(context.cursor, context.user, context.database, context.meta, created_at=created)
    save_cursor(call.session.workspace.cursors, record)
    call.mention_name("alias", context.cursor, context.database)
    text = f"✅ Initialised {context.cursor} at {context.database}"
    say(call, text, kin=context.user, cursor=context.cursor, database=context.database)
    return 0


def import_files(call: Call, context: SecureContext) -> int:
    """Store every `iter-<N>.md` of the house, in one transaction; links are passed over (P-124)."""
    texts = [(number, houses.content(path)) for number, path in houses.sessions(_house(call, context))]
    if texts:
        call.run(iterations.save(call.session.meta, texts, by=call.by, now_ms=call.now_ms))
    say(call, f"Imported {len(texts)} sessions for {context.user}", kin=context.user, imported=len(texts))
    return 0


def status(call: Call, context: SecureContext) -> int:
    """What there is of the kin, in files and in the store (P-124)."""
    try:
        load_cursor(call.session.workspace.cursors, context.user, context.cursor)
        initialised = os.path.exists(context.database)
    except StoreError:
        initialised = False
    files = len(houses.sessions(_house(call, context)))
    stored = len(call.run(iterations.sessions(call.session.meta, now_ms=call.now_ms)))
    if call.output.json:
        call.output.object(kin=context.user, initialised=initialised, files=files, stored=stored)
        return 0
    call.output.line(f"kin: {context.user}")
    call.output.line(f"initialised: {'yes' if initialised else 'no'}")
    call.output.line(f"files: {files}")
    call.output.line(f"stored: {stored}")
    return 0


def backup(call: Call, context: SecureContext) -> int:
    """An archive of the kin's database and cursor, as P-130."""
    from tui.headless.backups import cursors_of, directory_of

    timeout = call.session.settings.busy_timeout_ms
    seconds = call.now_ms // 1000
    path = make_archive(context.database, cursors_of(call), directory_of(call), seconds, timeout_ms=timeout)
    say(call, f"File: {path}", kin=context.user, file=path)
    return 0


def enter(call: Call) -> SecureContext:
    """Settle the kin and lock the call to it. Options that would lead elsewhere are refused, not passed over."""
    context = _asked_context(call)
    call.session = kins.session_of(context, call.environ, call.cwd)
    # As if typed: names in a database of the kin's own are not those of any scope (C-025).
    call.line.options.update(database=context.database, meta=context.meta)
    return context


def session_number(call: Call) -> int:
    """The number of --session."""
    return whole(call, call.option("session"), "--session")


def whole(call: Call, text: str | None, name: str) -> int:
    """`text` as a whole number. Raises `bad-number`, a usage error if there is none."""
    if text is None:
        raise call.usage(f"missing {name}")
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= iterations.LARGEST):
        message = f"usage: {name} must be a whole number up to {iterations.LARGEST}, not '{text[:20]}'"
        raise LimitError("bad-number", message, hint=f"usage: {call.line.command.usage}", text=text)
    return int(text)


def none_after(call: Call, count: int) -> None:
    """Raise a usage error if there are more than `count` arguments."""
    if len(call.line.arguments) > count:
        raise call.usage(f"surplus argument: {call.argument(0)} takes {count - 1} more")


def say(call: Call, text: str, **facts: object) -> None:
    """The report of a command: a line for people, or `facts` as an object."""
    if call.output.json:
        call.output.object(**facts)
    else:
        call.output.line(text)


def _asked_context(call: Call) -> SecureContext:
    context = kins.secure_context(call.option("name"), call.environ, call.cwd)
    for option in ("user", "meta", "cursor", "database"):
        given = call.option(option)
        if option == "database" and given is not None and "/" in given:
            given = absolute(given, call.cwd)
        if given is not None:
            kins.check_match(context, f"--{option}", given)
    return context


def _house(call: Call, context: SecureContext) -> str:
    return kins.house(context.user, call.environ, call.cwd)
