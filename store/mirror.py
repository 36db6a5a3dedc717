"""A namespace as a directory of JSON files: `ROOT/context/namespace[/variant]/key.json` (P-136, P-137).

Nothing is written or read through a link: every step opens a directory by the descriptor of the one above it.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from typing import TYPE_CHECKING

from store.addresses import Reading, read_dotted
from store.addresses.dotted import print_dotted, print_dotted_key
from store.directories import below, closing, opened, told, write_whole
from store.errors import AddressError, InputError, Refused, StoreError, Unavailable
from store.model import Address
from store.streams.exchange import fields_of, write_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.model import Entry
    from store.streams.events import Write

SUFFIX = ".json"
LARGEST_FILE = 1 << 30
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
        with closing(top), below(top, context) as outer, below(outer, namespace) as inner:
            for (key, variant), entry in files:
                content = json.dumps(fields_of(entry), ensure_ascii=False).encode() + b"\n"
                if variant:
                    with below(inner, variant) as directory:
                        write_whole(directory, key + SUFFIX, content)
                else:
                    write_whole(inner, key + SUFFIX, content)
    except OSError as error:
        raise told(error, root) from None
    return len(files)


def read_tree(root: str, space: tuple[str, str, str], *, now_ms: int) -> list[Write]:
    """The writes that the files of a mirrored namespace ask for, by file name; other files and links are passed over.

    Raises `no-directory`; InputError `bad-file` naming a file that does not hold what it should.
    """
    _, context, namespace = space
    place = os.path.join(root, context, namespace)
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with closing(top), opened(top, context) as outer, opened(outer, namespace) as inner:
            return list(_writes(inner, space, place, now_ms))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            raise Unavailable("no-directory", f"there is no directory {place}") from None
        raise told(error, place) from None


def _writes(inner: int, space: tuple[str, str, str], place: str, now_ms: int) -> Iterator[Write]:
    for name in sorted(os.listdir(inner)):
        kind = os.stat(name, dir_fd=inner, follow_symlinks=False).st_mode
        if stat.S_ISREG(kind) and name.endswith(SUFFIX):
            yield from _write_of(inner, name, "", space, place, now_ms)
        elif stat.S_ISDIR(kind):
            with opened(inner, name) as directory:
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
