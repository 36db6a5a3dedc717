"""`cursor …`: saved choices of database, meta and position, per user (P-090…P-099). Works on files, needs no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.choosing import Chooser
from store.cursors import active_cursor, load_cursor
from store.errors import InputError
from store.session import Choice, Guard, read_guard
from store.workspace import find_workspace
from tui.headless.main import as_path

if TYPE_CHECKING:
    from tui.headless.main import Call

NONE_ACTIVE = "No active cursor set (using default database)"


def set_cursor(call: Call) -> int:
    """Create or replace a cursor (P-091)."""
    chooser = chooser_of(call)
    given = call.argument(1)
    cursor = chooser.make(
        call.argument(0) or "",
        database=as_path(call.option("database") if given is None else given),
        meta=call.option("meta"),
        context=call.option("project"),
        namespace=call.option("namespace"),
        now_ms=call.now_ms,
    )
    chooser.save(cursor)
    call.mention_name("alias", cursor.name, cursor.database)
    if call.output.json:
        call.output.object(**cursor.record())
        return 0
    meta = f" with meta context '{cursor.meta}'" if cursor.meta else ""
    call.output.line(f"Cursor '{cursor.name}' set to '{cursor.database}'{meta}")
    return 0


def show_list(call: Call) -> int:
    """The user's cursors, the active one marked (P-092). Damaged ones are told, not shown."""
    chooser = chooser_of(call)
    shelf, active = chooser.cursors(), chooser.active()
    for fault in shelf.faults:
        call.output.warn(fault.message, fault.code)
    if not shelf.cursors and not call.output.json:
        call.output.status("No cursors found")
    for cursor in shelf.cursors:
        call.mention_name("alias", cursor.name, cursor.database)
        is_active = active is not None and not active.is_database and active.name == cursor.name
        if call.output.json:
            call.output.object(**cursor.record(), active=is_active)
            continue
        more = [("meta", cursor.meta), ("project", cursor.context), ("namespace", cursor.namespace)]
        marks = "".join(f" [{word}: {text}]" for word, text in more if text)
        call.output.line(f"{'* ' if is_active else '  '}{cursor.name}: {cursor.database}{marks}")
    return 0


def use(call: Call) -> int:
    """Make a cursor active, or an existing database of that name (P-093)."""
    chooser = chooser_of(call)
    active = chooser.choose(call.argument(0) or "")
    chooser.activate(active)
    if not active.is_database:
        call.mention_name(
            "alias", active.name, load_cursor(chooser.place.cursors, chooser.guard.user, active.name).database
        )
    if call.output.json:
        _print_active(call, chooser)
    else:
        kind = "database" if active.is_database else "cursor"
        call.output.line(f"Now using {kind} '{active.name}' for user '{_user(chooser.guard)}'")
    return 0


def show_active(call: Call) -> int:
    """Say what is active; exit 0 either way (P-093)."""
    _print_active(call, chooser_of(call))
    return 0


def clear(call: Call) -> int:
    """End the active cursor of this user, and of nobody else."""
    chooser = chooser_of(call)
    chooser.activate(None)
    _say(call, f"Cursor cleared for user '{_user(chooser.guard)}' (using default database)", active=None)
    return 0


def delete(call: Call) -> int:
    """Delete a cursor; if it was active, none is. The database stays (P-094)."""
    chooser = chooser_of(call)
    name = call.argument(0) or ""
    chooser.delete(name)
    call.forget_name("alias", name)
    _say(call, f"Cursor '{name}' deleted for user '{_user(chooser.guard)}'", deleted=name)
    return 0


def chooser_of(call: Call) -> Chooser:
    """Workspace and user, asked for without opening a session: these commands mend what keeps a session from opening."""
    place = find_workspace(call.environ, call.cwd)
    guard = read_guard(Choice(user=call.option("user")), call.environ)
    if place.distrusted and call.line.command.mutates:
        call.output.warn(passed_over(place.distrusted), "distrusted")
    return Chooser(place, guard, call.environ, call.cwd)


def passed_over(path: str) -> str:
    """The warning that a `.prontodb` was not used (U-12)."""
    return f"⚠️  {path} was passed over: others than you own it or may write to it"


def _print_active(call: Call, chooser: Chooser) -> None:
    directory, user = chooser.place.cursors, chooser.guard.user
    active = active_cursor(directory, user)
    if active is None:
        _say(call, NONE_ACTIVE, active=None, database=None)
        return
    try:
        path = chooser.path(active.name) if active.is_database else load_cursor(directory, user, active.name).database
    except InputError as error:
        error.hint = f"it is the active cursor; end it with: prontodb cursor clear ({error.hint})"
        raise
    if not active.is_database:
        call.mention_name("alias", active.name, path)
    text = f"Current cursor: {active.name} ({path}) for user '{_user(chooser.guard)}'"
    _say(call, text, active=active.name, database=path)


def _user(guard: Guard) -> str:
    return guard.user or "default"


def _say(call: Call, text: str, **facts: object) -> None:
    if call.output.json:
        call.output.object(**facts)
    else:
        call.output.line(text)
