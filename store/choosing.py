"""What there is to choose from, and choosing it: cursors and databases of one user, within the locks (P-091…P-094, P-111, P-112).

The files are those of `store.cursors`; here is what a face may do with them. No database is opened.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from time import gmtime, strftime
from typing import TYPE_CHECKING

from store.addresses.names import bad_name, cursor_name, database_name, isolated_file, meta_name
from store.cursors import (
    Active,
    Cursor,
    Shelf,
    active_cursor,
    delete_cursor,
    list_cursors,
    load_cursor,
    save_active,
    save_cursor,
    unknown_cursor,
)
from store.errors import InputError, StoreError
from store.failures import from_os_error
from store.session import DATABASE_SUFFIX, database_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.session import Guard
    from store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Chooser:
    """The cursors and databases of whoever `guard` says, in the workspace `place`. What the locks forbid cannot be done here.

    Every method raises StoreError only; those that write, `no-permission` and its like too.
    """

    place: Workspace
    guard: Guard
    environ: Mapping[str, str]
    cwd: str

    def cursors(self) -> Shelf:
        """The user's cursors, sorted, and why damaged ones are missing (P-092, P-099)."""
        return list_cursors(self.place.cursors, self.guard.user)

    def databases(self) -> list[str]:
        """The names of the workspace's databases, sorted; in strict mode only those that this user may use (P-112)."""
        try:
            files = os.listdir(self.place.databases)
        except OSError:
            return []
        names = sorted(file[: -len(DATABASE_SUFFIX)] for file in files if file.endswith(DATABASE_SUFFIX))
        return [name for name in names if self._may_use(name)]

    def path(self, database: str) -> str:
        """The file of a database name, or of a path (P-107)."""
        return database_path(database, self.environ, self.cwd, self.place)

    def active(self) -> Active | None:
        """What is active, or None when that cannot be read either: one must still be able to choose something else."""
        try:
            return active_cursor(self.place.cursors, self.guard.user)
        except StoreError:
            return None

    def check(self, cursor: Cursor) -> None:
        """Raise Refused `locked-meta` or `strict` if the locks forbid this cursor (P-111, P-112)."""
        self.guard.effective_meta(None, cursor.meta)
        self.guard.check_database(cursor.database)

    def choose(self, name: str) -> Active:
        """The cursor, else the existing database of that name (P-093). Raises `unknown-cursor`, `bad-cursor`, and as `check`."""
        try:
            cursor = load_cursor(self.place.cursors, self.guard.user, name)
        except InputError as error:
            if error.code == "bad-cursor":
                raise
            return self._choose_database(name, error)
        self.check(cursor)
        return Active(cursor.name)

    def choose_database(self, name: str) -> Active:
        """An existing database, also if a cursor has the same name. Raises `unknown-cursor`, `strict`."""
        return self._choose_database(name, unknown_cursor(self.place.cursors, self.guard.user, name))

    def _choose_database(self, name: str, error: InputError) -> Active:
        try:
            database = database_name(name)
        except InputError:
            raise error from None
        path = self.path(database)
        if not os.path.isfile(path):
            raise (
                unknown_cursor(self.place.cursors, self.guard.user, name) if error.code == "unknown-cursor" else error
            )
        self.guard.check_database(path)
        return Active(database, is_database=True)

    def make(
        self,
        name: str,
        *,
        database: str | None = None,
        meta: str | None = None,
        context: str | None = None,
        namespace: str | None = None,
        now_ms: int,
    ) -> Cursor:
        """The cursor of P-091, checked and not yet saved. The lock's meta goes in, whatever else is said (P-111).

        database: a path or a name, None for the file of P-113; meta: None for PRONTO_META, else none.
        Raises InputError for bad names, Refused `locked-meta`, `strict`.
        """
        name = cursor_name(name)
        asked = meta if meta is not None else self.environ.get("PRONTO_META") or None
        effective = self.guard.effective_meta(None if asked is None else meta_name(asked))
        own = f"{self.place.databases}/{isolated_file(name, self.guard.user)}"
        path = own if database is None else self.path(database)
        self.guard.check_database(path)
        return Cursor(
            name=name,
            user=self.guard.user,
            database=path,
            meta=effective,
            context=_part(context, "context"),
            namespace=_part(namespace, "namespace"),
            created_at=strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(now_ms // 1000)),
        )

    def save(self, cursor: Cursor) -> None:
        """Create or replace it (P-091), durable on return."""
        try:
            save_cursor(self.place.cursors, cursor)
        except OSError as error:
            raise from_os_error(error, self.place.cursors) from None

    def activate(self, active: Active | None) -> None:
        """Make it the active one of this user; None: no cursor is (P-093)."""
        try:
            save_active(self.place.cursors, self.guard.user, active)
        except OSError as error:
            raise from_os_error(error, self.place.cursors) from None

    def delete(self, name: str) -> None:
        """Delete a cursor; if it was active, none is. The database stays (P-094). Raises `unknown-cursor`."""
        try:
            delete_cursor(self.place.cursors, self.guard.user, name)
        except OSError as error:
            raise from_os_error(error, self.place.cursors) from None

    def _may_use(self, name: str) -> bool:
        try:
            self.guard.check_database(self.path(name))
        except StoreError:  # also a file whose name is none of ours
            return False
        return True


def _part(text: str | None, word: str) -> str | None:
    """A default context or namespace, checked like a part of an address (P-011)."""
    if text is None:
        return None
    problem = bad_name(text)
    if problem:
        raise InputError(problem[0], f"invalid {word} '{text}'", text=text, position=problem[1])
    return text
