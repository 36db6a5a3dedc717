"""`backup`, `restore`: the whole database with its cursors (P-130…P-133)."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from store import backup as backups
from store.addresses.names import user_name
from store.cursors import DEFAULT_USER, Cursor, cursor_names, load_cursor, read_record, save_cursor
from store.database import Database
from store.errors import InputError, Refused, StoreError
from store.failures import from_os_error
from store.operations.history import note
from store.operations.namespaces import metas
from store.session import database_path
from store.workspace import absolute
from tui.headless.main import as_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.headless.main import Call

CHOOSING = ("database", "cursor", "user")


def backup(call: Call) -> int:
    """Write an archive; or with --list show those there are; or with --restore bring one back."""
    restore_from = call.option("restore")
    if call.has("list") and restore_from is not None:
        raise call.usage("--list and --restore exclude each other")
    if call.has("list"):
        return show_list(call)
    if restore_from is not None:
        return bring_back(call, restore_from)
    session = call.session
    _refuse_foreign_metas(call, session.database)
    path = backups.make_archive(
        session.database,
        cursors_of(call),
        directory_of(call),
        call.now_ms // 1000,
        timeout_ms=session.settings.busy_timeout_ms,
    )
    if call.output.json:
        call.output.object(file=path, bytes=os.path.getsize(path))
        return 0
    if not call.output.quiet:
        call.output.line(f"✅ Backed up {session.database}")
    call.output.line(f"File: {path}")
    return 0


def show_list(call: Call) -> int:
    """`path<TAB>bytes` of every backup (P-132)."""
    for path, size in backups.list_archives(directory_of(call)):
        if call.output.json:
            call.output.object(file=path, bytes=size)
        else:
            call.output.line(f"{path}\t{size}", keep="\t")
    return 0


def restore(call: Call) -> int:
    """Make the database what an archive holds."""
    return bring_back(call, call.argument(0) or "")


def bring_back(call: Call, text: str) -> int:
    """Into the database chosen by option, environment or cursor, else the one the archive names (P-133)."""
    path = absolute(as_path(text) or "", call.cwd)
    with TemporaryDirectory(prefix="prontodb-restore-") as work:
        archive = backups.read_archive(path, work)
        target = _target(call, archive.database)
        _refuse_foreign_metas(call, archive.path, target)
        cursors = _cursors_in(call, archive, path, target)
        saved = backups.restore(archive, target, timeout_ms=call.session.settings.busy_timeout_ms)
    forget_index(target)  # it is about what was there before
    kept = _keep_new(call, cursors)
    with Database(target, busy_timeout_ms=call.session.settings.busy_timeout_ms) as database:
        database.run(note("restore", os.path.basename(path), by=call.by, now_ms=call.now_ms))
    call.recheck = target == call.session.database
    if call.output.json:
        call.output.object(database=target, saved=saved, cursors=kept)
        return 0
    call.output.line(f"✅ {target} restored from {path}")
    if saved is not None and not call.output.quiet:
        call.output.line(f"The database as it was: {saved}")
    return 0


def forget_index(database: str) -> None:
    """Remove the search index of `database`: the next search makes a new one. That it cannot be removed stops nothing."""
    from search.sidecar import forget

    with suppress(OSError):
        forget(os.path.realpath(database))


def cursors_of(call: Call) -> dict[str, bytes]:
    """The records of the cursors that point to the session's database, as `<user>/<name>` (P-131).

    Of a locked user only its own (P-099).
    """
    directory, locked = call.session.workspace.cursors, call.session.guard.user_lock
    here = os.path.realpath(call.session.database)
    found: dict[str, bytes] = {}
    for owner in [locked] if locked else _users(directory):
        for name in cursor_names(directory, owner):
            try:
                cursor = load_cursor(directory, owner, name)
            except StoreError:
                continue  # a damaged cursor is told by `cursor list`; it must not prevent a backup
            if os.path.realpath(cursor.database) == here:
                found[f"{owner or DEFAULT_USER}/{name}"] = json.dumps(cursor.record(), indent=2).encode() + b"\n"
    return found


def directory_of(call: Call) -> str:
    """Where backups are: --output, else `<workspace>/backups` (P-130)."""
    given = as_path(call.option("output-dir"))
    return absolute(given, call.cwd) if given else f"{call.session.workspace.root}/backups"


def _target(call: Call, name: str) -> str:
    """The file to restore into. Raises `strict`, and `bad-backup` if the archive's name for it is none of ours."""
    session = call.session
    chosen = session.cursor or session.guard.user or call.environ.get("PRONTO_DATABASE")
    if chosen or any(call.option(option) for option in CHOOSING) or name == backups.database_name(session.database):
        return session.database
    try:
        target = database_path(name, call.environ, call.cwd, session.workspace)
    except InputError as error:
        raise Refused("bad-backup", error.message, hint="say with --database where it shall go") from None
    session.guard.check_database(target)
    return target


def _refuse_foreign_metas(call: Call, *paths: str) -> None:
    """A database is copied and replaced whole: whoever is locked into a meta may do so only where there is no other (P-111)."""
    locked = call.session.guard.meta_lock
    for path in paths if locked else ():
        with Database(path, busy_timeout_ms=call.session.settings.busy_timeout_ms) as database:
            found = database.run(metas())
            if set(found) - {locked}:
                raise Refused(
                    "locked-meta",
                    f"meta context is locked to '{locked}', and the database holds more than that; nothing was done",
                    hint="export and import carry single namespaces",
                )


def _cursors_in(call: Call, archive: backups.Archive, path: str, target: str) -> list[Cursor]:
    """The cursors an archive brings, pointing to `target`. An archive with a bad one is refused like any that is not ours."""
    locked = call.session.guard.user_lock
    found = []
    for member, record in archive.cursors.items():
        _, user, file = member.split("/")
        try:
            owner = "" if user == DEFAULT_USER else user_name(user)
            cursor = read_record(record, owner, file.removesuffix(".cursor"), member)
        except InputError as error:
            raise Refused("bad-backup", f"{path} is no usable backup: {error.message}; nothing was restored") from None
        if not locked or owner == locked:
            found.append(cursor._replace(database=target))
    return found


def _keep_new(call: Call, cursors: Sequence[Cursor]) -> int:
    """Save the cursors that do not exist yet; how many."""
    directory = call.session.workspace.cursors
    new = [cursor for cursor in cursors if cursor.name not in cursor_names(directory, cursor.user)]
    try:
        for cursor in new:
            save_cursor(directory, cursor)
    except OSError as error:
        raise from_os_error(error, directory) from None
    return len(new)


def _users(directory: str) -> list[str]:
    """Everybody who has a directory of cursors, "" for the default user."""
    users = []
    try:
        names = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
    for name in names:
        try:
            users.append("" if name == DEFAULT_USER else user_name(name))
        except InputError:
            continue  # none of ours
    return users
