"""What is told and kept about an unexpected error: where it happened and of which kind, never any data."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from time import gmtime, strftime
from traceback import walk_tb
from typing import TYPE_CHECKING

from tui import __version__
from tui.safe_text import plain_safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

MOST_CAUSES = 8


def keep(error: BaseException, directory: str, now_ms: int) -> str | None:
    """Write what can be known without data about `error` to a new file (0600) in `directory`; its path, None if that failed.

    Messages of errors are left out, since they may quote what was stored; so are local variables and source lines.
    """
    from store.workspace import make_directory, make_file, write_all

    name = strftime("crash-%Y%m%d-%H%M%S", gmtime(now_ms // 1000))
    path = f"{directory}/{name}-{os.getpid()}.txt"
    try:
        make_directory(directory)
        descriptor = make_file(path)
        try:
            write_all(descriptor, ("\n".join(_lines(error)) + "\n").encode("utf-8", "backslashreplace"))
        finally:
            os.close(descriptor)
    except OSError:
        return None  # the disk may be the very reason; the report on the screen must do
    return path


def report(error: BaseException, path: str | None) -> str:
    """What the user reads once the terminal is theirs again."""
    lines = [
        f"prontodb: the browser stopped: {type(error).__name__} in {_place(error)}",
        "This is a defect of ours. Whatever was shown as done is stored; nothing else was changed.",
    ]
    if path is not None:
        lines.append(f"Details, without your data: {plain_safe(path)}")
    lines.append("Please report it with these lines" + (" and that file." if path else "."))
    return "\n".join(lines)


def _lines(error: BaseException) -> Iterator[str]:
    import textual

    yield f"prontodb {__version__}, Python {platform.python_version()}, Textual {textual.__version__}"
    yield f"SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.release()}, TERM={os.environ.get('TERM', '')}"
    seen: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if seen is None:
            break
        yield ""
        yield f"{type(seen).__module__}.{type(seen).__qualname__}"
        yield from _frames(seen.__traceback__)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    for frame, line in walk_tb(traceback):
        yield f"  {_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_qualname}"


def _place(error: BaseException) -> str:
    """The innermost line of our own code, else the innermost of all."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    ours = [frame for frame in frames if _short(frame[0]).startswith(("tui/", "store/", "search/"))]
    if not frames:
        return "no code of ours"
    file, line = (ours or frames)[-1]
    return f"{_short(file)}:{line}"


def _short(file: str) -> str:
    """A path below the directory it was imported from."""
    for directory in sorted(filter(None, sys.path), key=len, reverse=True):
        if file.startswith(directory.rstrip("/") + "/"):
            return file[len(directory.rstrip("/")) + 1 :]
    return os.path.basename(file)
