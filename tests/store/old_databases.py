"""Databases of earlier versions, as they were left by the programs of their time (T-143), and how to look into any database."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
VERSIONS = (1,)
"""Every schema version that was ever released, but today's."""
TABLES = ("namespaces", "entries", "commands", "changes")
"""What version 1 had; nothing of it may be lost."""


def old_database(version: int, path: Path) -> Path:
    """A copy of the database of `version`, as an ordinary database of ours at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DATA / f"version_{version}.db", path)
    path.chmod(0o600)
    return path


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tables of version 1, looked at by nobody but SQLite."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES}


def make_of(path: Path) -> list[object]:
    """Everything about a database but its rows: versions, mode, and the text of its schema."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        pragmas = ("application_id", "user_version", "journal_mode", "page_size", "auto_vacuum")
        facts: list[object] = [connection.execute(f"PRAGMA {name}").fetchone() for name in pragmas]
        schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
        return [*facts, *connection.execute(schema).fetchall()]
