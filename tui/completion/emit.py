"""The helper of the shells: names straight from the store, and where the workspace is (C-050…C-059).

Decided before the argument parser is imported, and loads nothing that takes long: half of what a TAB may take is Python's start.
"""

from __future__ import annotations

import os
import sys
from time import time_ns

from store.errors import StoreError
from store.session import Choice, open_session
from store.workspace import find_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from store.session import Session
else:
    from store.files import sqlite3

TYPES = ("id", "alias", "tag")
FILTERS = (*TYPES, "scratch")  # names of scratch slots: few, never in the cache, only when asked for
BUSY_S = 0.03  # C-055
VALUES = {
    "--user": "user",
    "--cursor": "cursor",
    "-c": "cursor",
    "--database": "database",
    "-d": "database",
    "--meta": "meta",
    "--ns-delim": "delimiter",
    "--filter": "filter",
    "--prefix": "prefix",
}
"""The options that matter here, and what each is called below. Any other line is the ordinary parser's."""

STDOUT, STDERR = 1, 2
FAILED = 1


def answer(words: Sequence[str], environ: Mapping[str, str], cwd: str) -> int | None:
    """Answer `completions --emit-source …` or `workspace info --path`: the exit code; None if `words` are something else."""
    try:
        if list(words) == ["workspace", "info", "--path"]:
            return show_path(environ, cwd)
        options = read_words(as_utf8(words))
        return None if options is None else emit(options, environ, cwd)
    except StoreError as error:
        return _complain(error.message)
    except Exception as error:  # a helper of TAB never shows a traceback (C-105)
        return _complain(f"internal error, a defect of ours: completions failed with {type(error).__name__}")


def as_utf8(words: Sequence[str]) -> Sequence[str]:
    """The words as the UTF-8 text they are, whatever the locale made of them (C-052)."""
    if sys.getfilesystemencoding() == "utf-8":
        return words
    return [os.fsencode(word).decode("utf-8", "surrogateescape") for word in words]


def read_words(words: Sequence[str]) -> dict[str, str] | None:
    """The options of a line that asks for names; None if it asks for something else, or has a word we do not know."""
    options: dict[str, str] = {}
    plain = []
    waiting = ""
    for word in words:
        if waiting:
            options[waiting] = word
            waiting = ""
            continue
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if word == "--emit-source":
            options["emit"] = ""
        elif name in VALUES and equals:
            options[VALUES[name]] = value
        elif name in VALUES:
            waiting = VALUES[name]
        else:
            plain.append(word)
    return options if "emit" in options and plain == ["completions"] and not waiting else None


def emit(options: Mapping[str, str], environ: Mapping[str, str], cwd: str) -> int:
    """Print the names that `options` ask for, one a line, sorted by bytes (C-052); the exit code."""
    asked = options.get("filter")
    if asked is not None and asked not in FILTERS:
        return _complain(f"--filter is one of {', '.join(TYPES)}, not {asked!a}")
    choice = Choice(
        user=options.get("user"),
        cursor=options.get("cursor"),
        database=os.fsdecode(database.encode("utf-8", "surrogateescape"))
        if (database := options.get("database"))
        else None,
        meta=options.get("meta"),
        delimiter=options.get("delimiter"),
    )
    session = open_session(choice, environ, cwd)
    found = names(session, (asked,) if asked else TYPES, options.get("prefix", ""), time_ns() // 1_000_000)
    text = "".join(f"{name}\n" for name in found)
    return _write(STDOUT, text.encode("utf-8", "surrogateescape"))


def names(session: Session, types: Sequence[str], prefix: str, now_ms: int) -> list[str]:
    """The names of these types that begin with `prefix`, each once, sorted by bytes; none with a control character.

    Reads the session's database without any side effect (C-055). Raises StoreError.
    """
    found: set[str] = set()
    if "alias" in types:
        from store.cursors import cursor_names

        found.update(cursor_names(session.workspace.cursors, session.guard.user))
    if tuple(types) != ("alias",) and _has_content(session.database):
        found.update(_stored(session, types, prefix, now_ms))
    from tui.name_cache import has_control

    kept = [name for name in found if name.startswith(prefix) and not has_control(name)]
    return sorted(kept, key=lambda name: name.encode("utf-8", "surrogateescape"))


def ids(session: Session, prefix: str = "", *, now_ms: int | None = None) -> list[str]:
    """The ids of C-051 that begin with `prefix`, for `list --ids-only` (C-058). Raises StoreError."""
    return names(session, ("id",), prefix, time_ns() // 1_000_000 if now_ms is None else now_ms)


def show_path(environ: Mapping[str, str], cwd: str) -> int:
    """Print the absolute path of the workspace, if there is one (C-057)."""
    root = find_workspace(environ, cwd).root
    if not os.path.isdir(root):
        return _complain(f"there is no workspace: {root} does not exist")
    return _write(STDOUT, os.fsencode(root) + b"\n")


def _stored(session: Session, types: Sequence[str], prefix: str, now_ms: int) -> list[str]:
    from store.database import Link
    from store.operations import names as operations

    meta, delimiter = session.reading.meta, session.reading.delimiter
    connection = _open(session.database)
    link = Link(connection, session.database, None, timeout=BUSY_S, empty=False)
    try:
        found: list[str] = []
        if "id" in types:
            known = link.run(operations.ids(meta, prefix, delimiter=delimiter, now_ms=now_ms))
            found += known
        if "tag" in types:
            spaces = link.run(operations.tags(meta, prefix, delimiter=delimiter, now_ms=now_ms))
            found += spaces
        if "scratch" in types:
            slots = link.run(operations.slots(meta))
            found += slots
        return found
    finally:
        link.close()


def _open(path: str) -> sqlite3.Connection:
    """A connection that cannot change the file (C-055). Raises StoreError."""
    from store import files

    real = files.real_path(path)
    modes = ["mode=ro", "immutable=1"]
    if _has_content(real + "-wal"):
        modes.pop()  # T-016: what waits in the log would be missing
    while True:
        connection = sqlite3.connect(files.uri(real, modes.pop(0)), uri=True, isolation_level=None, timeout=BUSY_S)
        try:
            files.check(connection, path)
            return connection
        except sqlite3.Error as error:
            connection.close()
            name = getattr(error, "sqlite_errorname", "")
            if not (modes and name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))):
                from store.failures import from_sqlite

                raise from_sqlite(error, path, "completions") from None
        except BaseException:
            connection.close()
            raise


def _has_content(path: str) -> bool:
    try:
        return os.stat(path).st_size > 0
    except OSError:
        return False


def _complain(message: str) -> int:
    _write(STDERR, " ".join(message.split()).encode("utf-8", "backslashreplace") + b"\n")
    return FAILED


def _write(fd: int, content: bytes) -> int:
    """Write all of it; 1 if it cannot be written, which is no news to a reader that has gone."""
    view = memoryview(content)
    try:
        while view:
            view = view[os.write(fd, view) :]
    except BrokenPipeError:
        return 0
    except OSError:
        return FAILED
    return 0
