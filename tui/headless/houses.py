"""The files of a kin from before prontodb: `<home>/house/<kin>/iter-<N>.md` and `<kin>.iter` (P-121, P-124).

Only regular files are read, never through a link: a house may be written to by others.
"""

from __future__ import annotations

import errno
import os
import stat

FIRST, LAST = "iter-", ".md"
LONGEST = 9
"""Digits in the name of a session's file, or in the counter."""


def sessions(directory: str) -> list[tuple[int, str]]:
    """The number and path of every session's file, by number; none if there is no house."""
    found = []
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                digits = entry.name[len(FIRST) : -len(LAST)]
                named = entry.name == f"{FIRST}{digits}{LAST}" and _is_number(digits)
                if named and entry.is_file(follow_symlinks=False):
                    found.append((int(digits), entry.path))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(found)


def counter(directory: str, kin: str) -> int | None:
    """The number in the counter's file; None if there is no such file, or no number in it."""
    try:
        text = content(os.path.join(directory, f"{kin}.iter"), 64).decode("ascii", "replace").strip()
    except OSError:
        return None
    return int(text) if _is_number(text) else None


def content(path: str, limit: int = -1) -> bytes:
    """The bytes of a regular file, at most `limit`. Raises OSError for a link and everything else."""
    # Without waiting: opening a fifo would, until somebody writes to it.
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        return file.read(limit)


def _is_number(text: str) -> bool:
    """Whether it is a whole number, written as numbers are: `007` would be the same session as `7`."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST and text == str(int(text))
