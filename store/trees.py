"""Documents as directories: exports written as files, files read as exports (M-180…M-186).

Nothing here knows a database. Every file is written whole or not at all; nothing is written or read through a link, or outside the
directory given. Both directions tell how far they are, and stop between two files when asked.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import replace as with_changes
from hashlib import sha256
from typing import TYPE_CHECKING

from store.addresses.keys import canonical_key
from store.directories import DIRECTORY, UNFINISHED, below, closing, opened, read_whole, told, write_whole
from store.documents import manifest as manifests
from store.documents.comparing import ImportResult, differences
from store.documents.layout import Facts, Options, data_of, files_of, refuse_same_letters
from store.documents.naming import DEEPEST, MANIFEST, SPECIAL, check_directories
from store.errors import InputError, StoreError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from store.documents.single import ExportData

    Progress = Callable[[int, int], None]
    """Told how many files are done, of how many."""
    Stop = Callable[[], bool]
    """Asked between two files whether to stop there."""

LARGEST_FILE = 1 << 30
Directory = tuple[str, ...]
"""Names of the directories below the tree's own, the outermost first."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an export did. files: how many were written. removed: files of an earlier export that were removed.

    warnings: code and sentence of what should be known though it went on.
    """

    files: int
    removed: int = 0
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """What a directory holds: an export of each namespace that has files, by name.

    missing: keys, in notation, that a manifest lists and whose files are gone. checksum_valid: whether nothing was edited since.
    """

    exports: tuple[ExportData, ...]
    warnings: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def checksum_valid(self) -> bool:
        return all(data.checksum_valid for data in self.exports)


def export_tree(
    path: str,
    namespace: str,
    exports: Sequence[ExportData],
    *,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Written:
    """Write exports below `path`: that of `namespace` straight into it, those below `namespace` into directories of their own.

    Files of an earlier export that are listed in its manifest, unchanged since and no longer needed, are removed; all others stay.
    Raises before anything is written: the strict codes of M-180 for a namespace that is no directory, `case-collision`. Later:
    `is-link`, `interrupted`, errors of the disk; then the files written so far are whole, and the manifest is the old one.
    """
    layouts: dict[Directory, dict[str, str]] = {}
    for data in exports:
        check_directories(data.namespace)
        layouts[_directory_of(data.namespace, namespace)] = files_of(data)
    _refuse_same_directories(list(layouts), path)
    total = sum(map(len, layouts.values()))
    done = removed = 0
    warnings: list[tuple[str, str]] = []
    try:
        os.makedirs(path, 0o700, exist_ok=True)
        with closing(os.open(path, DIRECTORY)) as top:
            for directory, files in layouts.items():
                with ExitStack() as stack:
                    inner = top
                    for name in directory:
                        inner = stack.enter_context(below(inner, name))
                    stale = _stale(inner, files, os.path.join(path, *directory), warnings)
                    folded = {name.casefold() for name in files}
                    for name in stale:
                        if name.casefold() in folded:  # to some file systems it is the new one: first away with the old
                            os.unlink(name, dir_fd=inner)
                    for name, content in files.items():
                        _check(stop)
                        write_whole(inner, name, content.encode())
                        done += 1
                        if progress is not None:
                            progress(done, total)
                    for name in stale:
                        if name.casefold() not in folded:
                            os.unlink(name, dir_fd=inner)
                    removed += len(stale)
    except OSError as error:
        raise told(error, path) from None
    return Written(done, removed, tuple(warnings))


def import_tree(
    path: str,
    context: str,
    namespace: str,
    *,
    recursive: bool = False,
    options: Options | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Tree:
    """Read the files of a directory as the exports that `import_namespaces` stores; with `recursive`, directories below it too.

    Links, hidden directories and what is neither file nor directory are passed over with a warning; so are files that are not text
    and in no manifest. Raises `no-directory`, `is-link`, `interrupted`, the strict codes of M-180 for a directory with files
    whose name is no part of a namespace, and what reading the files raises.
    """
    warnings: list[tuple[str, str]] = []
    found: list[ExportData] = []
    missing: list[str] = []
    try:
        with closing(os.open(path, DIRECTORY)) as top:
            plan = list(_plan(top, (), path, recursive, warnings))
            total = sum(len(names) for _, names in plan)
            done = 0
            for directory, names in plan:
                name = ".".join((namespace, *directory) if namespace else directory)
                check_directories(name)
                place = os.path.join(path, *directory)
                files: dict[str, bytes] = {}
                facts: dict[str, Facts] = {}
                with ExitStack() as stack:
                    inner = top
                    for part in directory:
                        inner = stack.enter_context(opened(inner, part))
                    for file in names:
                        _check(stop)
                        content, status = read_whole(inner, file, LARGEST_FILE)
                        files[file] = content
                        facts[file] = Facts(stat.S_IMODE(status.st_mode), int(status.st_mtime))
                        done += 1
                        if progress is not None:
                            progress(done, total)
                held = data_of(context, name, files, place, options, facts)
                found.append(held.data)
                warnings += held.warnings
                missing += held.missing
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise Unavailable("no-directory", f"there is no directory {path}") from None
        raise told(error, path) from None
    if not found:
        warnings.append(("nothing-there", f"there are no files in {path}, so nothing is imported or removed"))
    warnings += [
        ("missing", f"the file of {key} is gone; the entry stays unless the import replaces") for key in missing
    ]
    return Tree(tuple(found), tuple(warnings), tuple(missing))


def compare(
    path: str,
    context: str,
    namespace: str,
    stored: Sequence[ExportData],
    *,
    recursive: bool = False,
    replace: bool = True,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> ImportResult:
    """What importing a directory would change in what is stored, without a database: for looking at.

    stored: what `export_namespaces` gave. replace: also what is stored and not in the directory. Raises what `import_tree` raises.
    """
    tree = import_tree(path, context, namespace, recursive=recursive, progress=progress, stop=stop)
    known = {data.namespace: data for data in stored}
    found = []
    for data in tree.exports:
        before = known.get(data.namespace)
        existing = {canonical_key(key): value for key, value in before.tokens} if before else {}
        secrets = data.secrets | before.secrets if before else data.secrets
        found += differences(
            dict(existing),
            [(canonical_key(key), value) for key, value in data.tokens],
            replace=replace,
            secrets={canonical_key(key) for key in secrets},
            namespace=data.namespace,
        )
    return ImportResult(tuple(found), tree.checksum_valid, True, tree.warnings, tree.missing)


def with_tree(result: ImportResult, warnings: Sequence[tuple[str, str]], missing: Sequence[str]) -> ImportResult:
    """The result of an import, with what reading its source had to say."""
    return with_changes(result, warnings=tuple(warnings), missing=tuple(missing))


def _check(stop: Stop | None) -> None:
    if stop is not None and stop():
        raise Unavailable("interrupted", "stopped between two files; every file is whole")


def _directory_of(namespace: str, root: str) -> Directory:
    rest = namespace if not root else namespace[len(root) + 1 :]
    return tuple(rest.split(".")) if rest else ()


def _refuse_same_directories(directories: Sequence[Directory], path: str) -> None:
    """Raise `case-collision` if two directories beside each other differ only by the case of letters."""
    beside: dict[Directory, set[str]] = {}
    for directory in directories:
        for depth, name in enumerate(directory):
            beside.setdefault(directory[:depth], set()).add(name)
    for above, names in beside.items():
        refuse_same_letters(names, os.path.join(path, *above))


def _stale(directory: int, files: dict[str, str], place: str, warnings: list[tuple[str, str]]) -> list[str]:
    """The files of an earlier export that this one does not write again, as long as nobody edited them."""
    try:
        content, _ = read_whole(directory, MANIFEST, LARGEST_FILE)
        before = manifests.from_text(content.decode(), place)
    except (OSError, UnicodeDecodeError, StoreError):
        return []  # there was none, or it is not ours
    stale = []
    for entry in before.entries:
        if entry.file in files or entry.file in SPECIAL:
            continue
        try:
            content, status = read_whole(directory, entry.file, LARGEST_FILE)
        except OSError:
            continue  # gone already, or a link
        if not stat.S_ISREG(status.st_mode):
            continue
        if sha256(content).hexdigest() == entry.digest:
            stale.append(entry.file)
        else:
            warnings.append(("stale-file", f"{place}/{entry.file} was edited since an earlier export, and left there"))
    return list(dict.fromkeys(stale))


def _plan(
    directory: int, names: Directory, path: str, recursive: bool, warnings: list[tuple[str, str]]
) -> Iterator[tuple[Directory, list[str]]]:
    """Each directory with regular files in it, and their names; the outer ones first."""
    files, inner = [], []
    place = os.path.join(path, *names)
    for name in sorted(os.listdir(directory)):
        kind = os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode
        if stat.S_ISREG(kind):
            if not name.startswith(UNFINISHED):
                files.append(name)
        elif not stat.S_ISDIR(kind):
            what = "a link" if stat.S_ISLNK(kind) else "no file"
            warnings.append(("passed-over", f"{place}/{name} is {what} and was passed over"))
        elif recursive and name.startswith("."):
            warnings.append(("passed-over", f"{place}/{name} is a hidden directory and was passed over"))
        elif recursive:
            inner.append(name)
        elif not name.startswith("."):
            warnings.append(
                ("passed-over", f"{place}/{name} is a directory and was passed over; recursive takes it too")
            )
    if files:
        yield names, files
    refuse_same_letters(inner, place)
    if inner and len(names) == DEEPEST:
        raise InputError("ns-too-deep", f"{place}: more than {DEEPEST} directories below each other")
    for name in inner:
        with opened(directory, name) as fd:
            yield from _plan(fd, (*names, name), path, recursive, warnings)
