"""The lines typed into consoles, kept over sessions: newest first, in a file of the workspace (0600), for one user and meta.

The console says which lines may be kept; one that holds a secret never is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.workspace import make_directory, replace_file, write_all

if TYPE_CHECKING:
    from store.model import Actor
    from store.workspace import Workspace

KEPT = 1000
LONGEST = 2000
LARGEST_FILE = 4 << 20
DIRECTORY = "console"


def lines_file(workspace: Workspace, actor: Actor) -> str:
    """Where the lines of a user in a meta are kept: addresses of one organisation are not shown to another (P-102)."""
    return f"{workspace.root}/{DIRECTORY}/{actor.user or 'default'}@{actor.meta}.lines"


class LineHistory:
    """Lines in memory and, with a `path`, in that file. A file that cannot be read or written is no failure: lines get lost."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self._lines: list[str] = self._read() if path else []
        self._written = len(self._lines)

    def lines(self) -> list[str]:
        """The lines, newest first, at most KEPT."""
        return self._lines[: -KEPT - 1 : -1]

    def add(self, line: str, *, keep: bool = True) -> bool:
        """Remember a line, in the file only with `keep`; whether it was remembered.

        Not blank ones, repetitions of the last, very long ones and ones with invisible characters.
        """
        if not line.strip() or len(line) > LONGEST or not line.isprintable() or self._lines[-1:] == [line]:
            return False
        self._lines.append(line)
        if self.path and keep:
            self._write(self.path, line)
        return True

    def _read(self) -> list[str]:
        try:
            fd = os.open(str(self.path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
            with open(fd, "rb") as file:
                content = file.read(LARGEST_FILE).decode("utf-8", "replace")
        except OSError:
            return []
        return [line for line in content.split("\n") if line and line.isprintable()]

    def _write(self, path: str, line: str) -> None:
        try:
            if self._written >= 2 * KEPT:
                replace_file(path, "".join(f"{kept}\n" for kept in [*self._read()[-KEPT + 1 :], line]).encode())
                self._written = KEPT
                return
            make_directory(os.path.dirname(path))
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            fd = os.open(path, flags, 0o600)
            try:
                write_all(fd, line.encode() + b"\n")
                self._written += 1
            finally:
                os.close(fd)
        except OSError:
            pass
