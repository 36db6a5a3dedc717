"""`workspace …` and `admin nuclear-clean`: where everything lies, making such a place, and removing it (U-12, P-117)."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

from store.errors import Refused, UsageError
from store.failures import from_os_error
from store.spool import Spool
from store.workspace import FROM_VARIABLE, LOCAL, make_directory
from tui.headless.cursors import chooser_of, passed_over
from tui.name_cache import INDEX

if TYPE_CHECKING:
    from store.workspace import Workspace
    from tui.headless.main import Call

PARTS = ("databases", "cursors", "spool", "backups", "pantheon", "console", INDEX)
"""What we make in a workspace; nothing else is ever removed."""


def init(call: Call) -> int:
    """Make a `.prontodb` in the working directory, which commands there and below then find."""
    if not call.cwd:
        raise UsageError("the working directory does not exist any more")
    path = os.path.join(call.cwd, LOCAL)
    existed = os.path.lexists(path)
    try:
        make_directory(path)
        found = os.lstat(path)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise Refused("not-a-workspace", f"{path} is a link, or somebody else's; it cannot be a workspace")
        os.chmod(path, 0o700)
    except OSError as error:
        raise from_os_error(error, path) from None
    if call.environ.get(FROM_VARIABLE):
        call.output.warn(f"⚠️  {FROM_VARIABLE} is set and goes before it", "overruled")
    _tell(call, f"Workspace {'was already' if existed else 'made'}: {path}", path=path, made=not existed)
    return 0


def info(call: Call) -> int:
    """Where the workspace is, why there, and what is in it."""
    if call.has("path"):
        from tui.completion.emit import show_path

        return show_path(call.environ, call.cwd)
    place = chooser_of(call).place
    databases = _databases(place)
    if call.output.json:
        call.output.object(
            path=place.root,
            origin=place.origin,
            config=place.config_file,
            state=place.state,
            databases=databases,
            distrusted=place.distrusted,
        )
        return 0
    rows = [("path", place.root), ("chosen by", place.origin), ("config", place.config_file), ("state", place.state)]
    for name, text in rows:
        call.output.line(f"{name}: {text}")
    call.output.line(f"databases: {', '.join(databases) or 'none yet'}")
    if place.distrusted:
        call.output.warn(passed_over(place.distrusted), "distrusted")
    return 0


def status(call: Call) -> int:
    """What one command would work on: user, database, meta, position, locks; and what waits in cache and spool."""
    from store.operations.namespaces import namespaces
    from store.operations.recovery import inbox
    from store.operations.scratch import count

    session = call.session
    spaces = call.run(namespaces(session.meta, now_ms=call.now_ms))
    _, cached = call.run(inbox(session.meta, now_ms=call.now_ms, most=1))
    position = session.reading.position
    facts: dict[str, object] = {
        "user": session.guard.user or "default",
        "cursor": session.cursor,
        "database": session.database,
        "exists": os.path.exists(session.database),
        "meta": session.meta or None,
        "position": f"{position.context}:{position.namespace}",
        "user_lock": session.guard.user_lock or None,
        "meta_lock": session.guard.meta_lock or None,
        "strict": session.strict,
        "namespaces": len(spaces),
        "entries": sum(space.entries for space in spaces),
        "cached_pipes": cached,
        "kept_files": len(Spool(session.workspace.spool).kept()),
        "namespace_count": sum(1 for space in spaces if space.entries),  # this one and the next two as M-148 names them
        "scratch_slot_count": call.run(count(session.meta)),
        "total_ordered_keys": sum(space.entries for space in spaces),
    }
    if call.output.json:
        call.output.object(**facts)
        return 0
    for name, value in facts.items():
        call.output.line(f"{name.replace('_', ' ')}: {_word(value)}")
    return 0


def _word(value: object) -> object:
    """A fact as people read it."""
    return "none" if value is None else ("no", "yes")[value] if isinstance(value, bool) else value


def nuclear_clean(call: Call) -> int:
    """Remove what we made in data and state directory, and nothing else (P-117)."""
    chooser = chooser_of(call)
    place = chooser.place
    if chooser.guard.strict:
        raise Refused("strict", "nuclear-clean is refused in strict mode")
    if not call.has("i-am-sure"):
        raise UsageError(
            "usage: prontodb admin nuclear-clean --i-am-sure",
            hint=f"it removes every database, cursor and cached pipe below {place.root}; --i-am-sure says that it is meant",
        )
    removed = [path for path in _ours(place) if _remove(path)]
    for directory in (place.root, place.state):
        try:
            os.rmdir(directory)  # only if nothing of somebody else's is in it
        except OSError:
            pass
    _tell(call, f"Removed {len(removed)} directories of {place.root}", removed=removed)
    return 0


def _ours(place: Workspace) -> list[str]:
    return list(dict.fromkeys([*(os.path.join(place.root, part) for part in PARTS), place.spool]))


def _remove(path: str) -> bool:
    """Remove a directory of ours; a link to one is not ours to follow."""
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            return False
        shutil.rmtree(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise from_os_error(error, path) from None
    return True


def _databases(place: Workspace) -> list[str]:
    try:
        return sorted(name[:-3] for name in os.listdir(place.databases) if name.endswith(".db"))
    except OSError:
        return []


def _tell(call: Call, text: str, **facts: object) -> None:
    if call.output.json:
        call.output.object(**facts)
    else:
        call.output.line(text)
