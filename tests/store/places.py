"""A workspace with cursors in it, for the tests of sessions."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.cursors import Active, Cursor, save_active, save_cursor
from store.errors import ContextError
from store.session import Choice, Session, open_session


class Place:
    """A workspace with cursors, and the way to open sessions in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.databases = f"{root}/databases"
        self.cursors = f"{root}/cursors"

    def open(self, environ: dict[str, str] | None = None, cwd: str = "/work", **options: str) -> Session:
        return open_session(Choice(**options), {"PRONTO_HOME": str(self.root), **(environ or {})}, cwd)

    def fault(self, code: str, environ: dict[str, str] | None = None, **options: str) -> ContextError:
        with pytest.raises(ContextError) as caught:
            self.open(environ, **options)
        assert (caught.value.code, caught.value.exit_code) == (code, 1)
        return caught.value

    def cursor(self, name: str, user: str = "", **fields: str) -> None:
        fields.setdefault("database", f"/db/{name}.db")
        save_cursor(self.cursors, Cursor(name, user, **fields))

    def use(self, name: str, user: str = "", *, is_database: bool = False) -> None:
        save_active(self.cursors, user, Active(name, is_database))
