"""A namespace as a directory of JSON files: `ROOT/context/namespace[/variant]/key.json` (P-136, P-137).

Nothing is written or read through a link: every step opens a directory by the descriptor of the one above it.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from store.addresses import Reading, read_dotted
from store.addresses.dotted import print_dotted, print_dotted_key
from store.errors import AddressError, InputError, Refused, StoreError, Unavailable
from store.failures import from_os_error
from store.model import Address
from store.streams.exchange import fields_of, write_of
from store.workspace import write_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.model import Entry
    from store.streams.events import Write

SUFFIX = ".json"
LARGEST_FILE = 1 << 30
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
KEYED = Reading(context="x", namespace="y")


def write_tree(root: str, space: tuple[str, str, str], entries: Iterable[Entry]) -> int:
    """Write one file per entry below `root`, replacing files of the same name; how many.

    Raises `not-mirrorable` before anything is written, if context, namespace or a key has no dotted form; `is-link`.
    """
    files = [(_parts(entry.address), entry) for entry in entries]
    _, context, namespace = space
    _require_dotted(Address("", context, namespace, "k"))
    try:
        os.makedirs(root, 0o700, exist_ok=True)
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with _closing(top), _below(top, context) as outer, _below(outer, namespace) as inner:
            for (key, variant), entry in files:
                content = json.dumps(fields_of(entry), ensure_ascii=False).encode() + b"\n"
                if variant:
                    with _below(inner, variant) as directory:
                        _write(directory, key + SUFFIX, content)
                else:
                    _write(inner, key + SUFFIX, content)
    except OSError as error:
        raise _told(error, root) from None
    return len(files)


def read_tree(root: str, space: tuple[str, str, str], *, now_ms: int) -> list[Write]:
    """The writes that the files of a mirrored namespace ask for, by file name; other files and links are passed over.

    Raises `no-directory`; InputError `bad-file` naming a file that does not hold what it should.
    """
    _, context, namespace = space
    place = os.path.join(root, context, namespace)
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with _closing(top), _opened(top, context) as outer, _opened(outer, namespace) as inner:
            return list(_writes(inner, space, place, now_ms))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise Unavailable("no-directory", f"there is no directory {place}") from None
        raise _told(error, place) from None


def _writes(inner: int, space: tuple[str, str, str], place: str, now_ms: int) -> Iterator[Write]:
    for name in sorted(os.listdir(inner)):
        kind = os.stat(name, dir_fd=inner, follow_symlinks=False).st_mode
        if stat.S_ISREG(kind) and name.endswith(SUFFIX):
            yield from _write_of(inner, name, "", space, place, now_ms)
        elif stat.S_ISDIR(kind):
            with _opened(inner, name) as directory:
                for file in sorted(os.listdir(directory)):
                    regular = stat.S_ISREG(os.stat(file, dir_fd=directory, follow_symlinks=False).st_mode)
                    if regular and file.endswith(SUFFIX):
                        yield from _write_of(directory, file, name, space, os.path.join(place, name), now_ms)


def _write_of(
    directory: int, name: str, variant: str, space: tuple[str, str, str], place: str, now_ms: int
) -> Iterator[Write]:
    path = os.path.join(place, name)
    key = name.removesuffix(SUFFIX) + (f"__{variant}" if variant else "")
    try:
        address = Address(*space, read_dotted(key, KEYED).key)
    except AddressError:
        return  # not a name that an export gives: somebody else's file
    fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
    with open(fd, "rb") as file:
        content = file.read(LARGEST_FILE)
    try:
        write = write_of(json.loads(content), address, path)
    except (ValueError, RecursionError, StoreError) as error:
        why = error.message if isinstance(error, StoreError) else "it is not JSON"
        raise InputError("bad-file", f"{path}: {why}; nothing was imported") from None
    if write.expires_at is None or write.expires_at > now_ms:
        yield write


def _parts(address: Address) -> tuple[str, str]:
    """Key and variant as they are typed."""
    _require_dotted(address)
    printed = print_dotted_key(address.key) or ""
    key, mark, variant = printed.rpartition("__")
    return (key, variant) if mark else (printed, "")


def _require_dotted(address: Address) -> None:
    if print_dotted(address) is None:
        raise Refused(
            "not-mirrorable",
            f"{address.context}:{address.namespace}:{address.key} has no dotted form, so no file name; nothing was written",
            hint="use export instead",
        )


@contextmanager
def _closing(fd: int) -> Iterator[int]:
    try:
        yield fd
    finally:
        os.close(fd)


@contextmanager
def _opened(above: int, name: str) -> Iterator[int]:
    with _closing(os.open(name, DIRECTORY, dir_fd=above)) as fd:
        yield fd


@contextmanager
def _below(above: int, name: str) -> Iterator[int]:
    """The directory `name` in `above`, made if new; never a link."""
    try:
        os.mkdir(name, 0o700, dir_fd=above)
    except FileExistsError:
        pass
    with _opened(above, name) as fd:
        yield fd


def _write(directory: int, name: str, content: bytes) -> None:
    """Whole or not at all: a temporary name, then a rename, which replaces a link instead of following it (P-009)."""
    temporary = f".{name[:40]}.{os.getpid()}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(temporary, flags, 0o600, dir_fd=directory)
    try:
        with _closing(fd):
            write_all(fd, content)
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        os.unlink(temporary, dir_fd=directory)
        raise


def _told(error: OSError, path: str) -> StoreError:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        where = error.filename or path
        return Refused("is-link", f"{where} below {path} is a link or a file, not a directory; nothing goes through it")
    return from_os_error(error, path)
