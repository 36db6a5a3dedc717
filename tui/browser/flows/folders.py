"""A document and a folder on disk: paths as they are typed, long work that can be stopped, what would be written. No Textual.

Everything that touches files blocks: call it in a thread.
"""

from __future__ import annotations

import os
import stat
from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha256
from threading import Event
from typing import TYPE_CHECKING, Literal, TypeVar

from store.documents.comparing import ADDED, MASK, REMOVED, UNCHANGED, UPDATED
from store.documents.layout import files_of
from store.operations.documents import export_namespaces, import_namespaces
from store.operations.names import tags
from store.trees import export_tree, import_tree, with_tree
from tui.browser.flows.rescue_files import full_path
from tui.name_cache import space_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.documents.comparing import Difference, ImportResult
    from store.documents.single import ExportData
    from store.trees import Tree, Written
    from tui.browser.services import Services

T = TypeVar("T")

Work = Callable[["Job"], T]
"""What a job does."""

OFFERED = 200
"""Folders that completion looks at."""

COMPARED = 2000
"""Lines of a value that are compared one by one."""

FileState = Literal["new", "overwritten", "same"]


class Job:
    """Work in a thread that tells how far it is and can be stopped between two files."""

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.done = self.total = 0
        self._stop = Event()

    def progress(self, done: int, total: int) -> None:
        """Called by the work: so much is done."""
        self.done, self.total = done, total

    def stop(self) -> None:
        """Ask it to stop where nothing is half done."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    async def run(self, work: Work[T]) -> T:
        """Do it in a thread; cancelled, it is asked to stop and left alone."""
        try:
            return await to_thread(work, self)
        except BaseException:
            self.stop()
            raise


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that an export would write. name: relative to the folder."""

    name: str
    state: FileState


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a folder holds, and what importing it would do. exports: what was read. there: whether there is such a folder."""

    result: ImportResult
    exports: tuple[ExportData, ...] = field(repr=False, default=())

    @property
    def rows(self) -> list[Difference]:
        """What differs first, in the order of the folder; then what does not."""
        found = self.result.differences
        changed = [difference for difference in found if difference.kind != UNCHANGED]
        return [*changed, *(difference for difference in found if difference.kind == UNCHANGED)]


@dataclass(frozen=True, slots=True)
class Target:
    """A namespace and the folder it is compared with. path: absolute."""

    context: str
    namespace: str
    path: str
    recursive: bool = False
    replace: bool = False

    @property
    def name(self) -> str:
        """`context:namespace:`"""
        return f"{self.context}:{self.namespace}:"


async def compare(services: Services, target: Target, job: Job) -> Comparison:
    """Read the folder, and see what importing it would do. Raises StoreError, `no-directory` among others."""
    tree: Tree = await job.run(
        lambda job: import_tree(
            target.path,
            target.context,
            target.namespace,
            recursive=target.recursive,
            progress=job.progress,
            stop=lambda: job.stopped,
        )
    )
    result = await _import(services, target, tree.exports, dry_run=True)
    return Comparison(with_tree(result, tree.warnings, tree.missing), tree.exports)


async def take_in(services: Services, target: Target, comparison: Comparison) -> ImportResult:
    """Store what was compared, as one command. A tree is there to be edited, so its checksum is not enforced."""
    result = await _import(services, target, comparison.exports, dry_run=False)
    services.names.look_again()
    there = await services.run(tags(services.meta, now_ms=services.now_ms()), reader="search")
    stored = {export.context for export in comparison.exports}
    stored |= {space_name(export.context, export.namespace) for export in comparison.exports}
    services.names.named(*sorted(stored & there))
    return result


async def _import(
    services: Services, target: Target, exports: tuple[ExportData, ...], *, dry_run: bool
) -> ImportResult:
    return await services.run(
        import_namespaces(
            exports,
            meta=services.meta,
            by=services.actor,
            now_ms=services.now_ms(),
            replace=target.replace,
            verify=False,
            dry_run=dry_run,
            target=target.name,
        )
    )


async def gather(services: Services, target: Target) -> tuple[ExportData, ...]:
    """What would be exported. Raises StoreError: `secret` where that would write secrets, `not-text` for bytes."""
    return await services.run(
        export_namespaces(
            services.meta, target.context, target.namespace, now_ms=services.now_ms(), recursive=target.recursive
        )
    )


def plan_export(target: Target, exports: Sequence[ExportData], job: Job) -> list[FileChange]:
    """What an export would do to each file. Raises StoreError, `case-collision`."""
    found: list[FileChange] = []
    for data in exports:
        rest = data.namespace if not target.namespace else data.namespace[len(target.namespace) + 1 :]
        below = rest.split(".") if rest else []
        for name, content in files_of(data).items():
            if job.stopped:
                return found
            path = os.path.join(*below, name)
            found.append(FileChange(path, _state(os.path.join(target.path, path), content)))
    return found


def write_out(target: Target, exports: Sequence[ExportData], job: Job) -> Written:
    """Export. Raises StoreError, `interrupted` when it was stopped; the files written so far are whole."""
    return export_tree(target.path, target.namespace, exports, progress=job.progress, stop=lambda: job.stopped)


def _state(path: str, content: str) -> FileState:
    encoded = content.encode()
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return "new"
    except OSError:
        return "overwritten"  # the export itself says what is wrong with it
    with open(fd, "rb") as file:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(encoded):
            return "overwritten"
        same = sha256(file.read()).digest() == sha256(encoded).digest()
    return "same" if same else "overwritten"


# Paths as they are typed ----------------------------------------------------------------------------------------------


def look(text: str) -> tuple[str, str]:
    """What is wrong with a typed path, "" for nothing; and what is there."""
    if not text.strip():
        return "write the path of a folder", ""
    if "\0" in text:
        return "a path holds no NUL", ""
    path = full_path(text)
    try:
        names = os.listdir(path)
    except FileNotFoundError:
        above = os.path.dirname(path)
        return (
            ("", "there is none yet; an export makes it")
            if os.path.isdir(above)
            else (f"there is no folder {above}", "")
        )
    except NotADirectoryError:
        return "this is no folder", ""
    except OSError as error:
        return str(error.strerror).lower(), ""
    return "", f"{len(names)} file{'' if len(names) == 1 else 's'} and folders in it" if names else "an empty folder"


def complete(text: str) -> list[str]:
    """The folders that a typed path may become, each with a slash at its end, sorted; hidden ones only when asked for."""
    before, start = os.path.split(text)
    where = full_path(before) if before else os.getcwd()
    found: list[str] = []
    try:
        with os.scandir(where) as entries:
            for entry in entries:
                wanted = entry.name.startswith(start) and (start or not entry.name.startswith("."))
                if wanted and entry.is_dir():
                    found.append(os.path.join(before, entry.name, ""))
                    if len(found) >= OFFERED:
                        break
    except OSError:
        return []
    return sorted(found)


# What differs ---------------------------------------------------------------------------------------------------------


def in_line(difference: Difference) -> str:
    """What becomes of an entry, in words: the new value, `old → new`, or the old one that goes."""
    old, new = (MASK, MASK) if difference.secret else (difference.old or "", difference.new or "")
    if difference.kind == UPDATED:
        return f"{old} → {new}"
    return {ADDED: new, REMOVED: old}.get(difference.kind, "")


def in_full(difference: Difference) -> Iterator[str]:
    """The same as lines that begin with + - or a blank, parts that do not differ left out. Bounded work."""
    if difference.secret:
        yield "… a secret: its values are not shown"
        return
    old, new = (difference.old or "").split("\n"), (difference.new or "").split("\n")
    if difference.kind == UNCHANGED:
        yield "… the same on both sides"
    elif difference.kind == UPDATED and difference.old is None:
        yield "… here are bytes that are no text; the folder holds"
        yield from (f"+{line}" for line in new)
    elif difference.kind == UPDATED and max(len(old), len(new)) <= COMPARED:
        yield from (line for number, line in enumerate(unified_diff(old, new, lineterm="", n=2)) if number > 1)
    else:
        yield from (f"-{line}" for line in (old if difference.kind != ADDED else ()))
        yield from (f"+{line}" for line in (new if difference.kind != REMOVED else ()))
