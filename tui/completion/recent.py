"""The names used last in a scope, newest first, for the faces that complete on their own: the console and the browser.

They read what the scripts of the shells read: the cache of tui/name_cache.py, for the scope in effect (C-005), and nothing where
nothing is written either (C-025). What a store does not have, or keeps secret, is for the reader to leave out: ask the store.
"""

from __future__ import annotations

import os
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple

from store.addresses import read_address, read_namespace
from store.errors import StoreError
from tui.completion.compaction import Name, index_of, names
from tui.name_cache import CACHE, DIRECT, OPT_OUT, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from store.session import Session

Signature = tuple[int, int, int]


class Used(NamedTuple):
    """What a name of the cache names. namespace: None for a context; "" is the root. key: canonical; None for a namespace."""

    context: str
    namespace: str | None = None
    key: str | None = None


def recent(index: str, scope: str, now_ms: int) -> list[Name]:
    """The names of `scope` in the cache of directory `index`, newest first, each once; none where it is not to be trusted (C-068).

    Aliases have the scope of the user alone (C-005). Raises nothing.
    """
    return [] if signature(index) is None else in_scope(names(index, now_ms), scope)


def in_scope(found: Iterable[Name], scope: str) -> list[Name]:
    """Those of `found` whose canonical key is of `scope` (C-006, C-067)."""
    lead = f"{scope}|" if scope else ""
    return [name for name in found if name.key == lead + name.value]


def signature(index: str) -> Signature | None:
    """What changes when the cache in `index` does; None if there is none, or none that is a plain file of our own (C-068)."""
    try:
        found = os.lstat(f"{index}/{CACHE}")
    except (OSError, ValueError):
        return None
    if not S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def is_readable(environ: Mapping[str, str], *, direct: bool) -> bool:
    """Whether the cache knows anything about what a face works on (C-025). direct: --database or --meta was given."""
    return not (direct or environ.get(OPT_OUT) or any(environ.get(name) for name in DIRECT))


class RecentNames:
    """The names of one scope, read again only when the file has changed. Meant for a thread, or for a face that may wait 10 ms.

    clock: milliseconds since the epoch.
    """

    def __init__(self, index: str, scope: str, clock: Callable[[], int]) -> None:
        self._index = index
        self._scope = scope
        self._clock = clock
        self._known: tuple[Signature | None, list[Name]] = (None, [])
        self._read: tuple[list[Name], tuple[Used, ...]] = ([], ())

    def names(self) -> list[Name]:
        """As `recent`. The list is not to be changed."""
        now = signature(self._index)
        if now != self._known[0]:
            # The signature is older than the names: what is appended meanwhile is read the next time.
            self._known = now, [] if now is None else in_scope(names(self._index, self._clock()), self._scope)
        return self._known[1]

    def used(self) -> tuple[Used, ...]:
        """What its ids and tags name, newest first."""
        found = self.names()
        if found is not self._read[0]:
            self._read = found, tuple(read for name in found if (read := read_name(name)) is not None)
        return self._read[1]


def names_of_session(
    session: Session, environ: Mapping[str, str], clock: Callable[[], int], *, direct: bool
) -> RecentNames | None:
    """The recent names for who and where `session` is; None where the cache is not to be asked (C-025)."""
    if not is_readable(environ, direct=direct):
        return None
    scope = scope_of(session.cursor, session.guard.user)
    return RecentNames(index_of(session.workspace.root), scope, clock)


def read_name(name: Name) -> Used | None:
    """What an id or a tag names, whichever spelling it has in the cache (U-03); None for an alias and for what is no name."""
    try:
        if name.type == "id":
            address = read_address(name.value)
            return Used(address.context, address.namespace, address.key)
        if name.type == "tag":
            if not any(mark in name.value for mark in ".:"):
                return Used(name.value)
            _, context, namespace = read_namespace(name.value)
            return Used(context, namespace)
    except StoreError:
        pass
    return None
