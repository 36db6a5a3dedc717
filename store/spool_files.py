"""The files of the spool: what their names say, and the small moves that never overwrite and never follow a link.

NAME is `{ts}_{random}-{scope}_{suffix}`: seconds since the epoch; 8 hexadecimal digits; 8 more for the database and meta the
content was on its way to, so that no other meta adopts it (P-074), left out with the `-` when they were not known; the
sanitised address it was meant for (P-066). A `.pipe` file is named like a key of the cache: `{ts}_{hash8}_{suffix}` (P-072).
"""

from __future__ import annotations

import os
import stat

from store.workspace import make_file, sync_directory, write_all

PART, FULL, PIPE = ".part", ".full", ".pipe"


def scope_of(database: str, meta: str) -> str:
    """8 hexadecimal digits that tell databases and metas apart in file names; "" for no database."""
    if not database:
        return ""
    digest = 2166136261  # FNV-1a: stable between processes, which `hash` is not, and nothing to import
    for byte in os.fsencode(f"{database}\0{meta}"):
        digest = (digest ^ byte) * 16777619 & 0xFFFFFFFF
    return f"{digest:08x}"


def spool_name(seconds: int, scope: str, suffix: str) -> str:
    """A NAME that no other process takes; `suffix` is sanitised."""
    return f"{seconds}_{os.urandom(4).hex()}{'-' if scope else ''}{scope}_{suffix}"


def parse_name(name: str, modified_at: int) -> tuple[int, str, str]:
    """Seconds, scope and suffix of a name without its extension; a foreign name is all suffix and belongs to nobody."""
    seconds, _, rest = name.partition("_")
    label, _, suffix = rest.partition("_")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 12 and suffix and _is_label(label)):
        seconds, label, suffix = str(modified_at), "", name
    from store.operations.pipes import sanitize

    return int(seconds), label[9:], sanitize(suffix)


def names_in(directory: str, *extensions: str) -> list[str]:
    """The names in `directory` with one of `extensions`; none if it cannot be listed."""
    try:
        names = os.listdir(directory) if directory else []
    except OSError:
        return []
    return [name for name in names if name.endswith(extensions)]


def own_file(path: str) -> os.stat_result | None:
    """The status of a regular file of the effective user; None for anything else."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() else None


def append(fd: int, piece: bytes) -> bool:
    """Write all of `piece`; whether that worked."""
    try:
        write_all(fd, piece)
    except OSError:
        return False
    return True


def link_free(path: str, directory: str, name: str) -> str:
    """Give `path` the first free `.pipe` name in `directory`: by a link if possible, else by moving it. Raises OSError."""
    number = 1
    while True:
        target = _numbered(directory, name, number)
        try:
            os.link(path, target)
            return target
        except FileExistsError:
            number += 1
        except FileNotFoundError:
            raise
        except OSError:  # a file system without hard links
            if not os.path.lexists(target):
                os.rename(path, target)
                return target
            number += 1


def write_new(directory: str, name: str, content: bytes) -> str:
    """A new durable `.pipe` file with `content`, in a directory that others may use too. Raises OSError, leaving nothing."""
    number = 1
    while True:
        path = _numbered(directory, name, number)
        try:
            fd = make_file(path)
            break
        except FileExistsError:
            number += 1
    try:
        write_all(fd, content)
        os.fsync(fd)
        sync_directory(directory)
    except BaseException:
        drop(fd, path)
        raise
    os.close(fd)
    return path


def drop(fd: int, path: str) -> None:
    """Remove a file of ours, then give up its lock."""
    unlink(path)
    os.close(fd)


def unlink(path: str) -> None:
    """Remove `path` if that can be done."""
    try:
        os.unlink(path)
    except OSError:
        pass  # gone already, or it stays as an orphan: stored twice is better than lost


def _numbered(directory: str, name: str, number: int) -> str:
    return f"{directory}/{name}{f'_{number}' if number > 1 else ''}{PIPE}"


def _is_label(label: str) -> bool:
    """`hhhhhhhh` or `hhhhhhhh-hhhhhhhh`."""
    lengths = [len(part) for part in label.split("-")]
    return lengths in ([8], [8, 8]) and all(digit in "0123456789abcdef-" for digit in label)
