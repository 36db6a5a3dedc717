"""Stores as the vectors of completions.jsonl describe them: entries, expired and secret ones too, and cursors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from store.addresses import read_address
from store.cursors import Cursor, save_cursor
from store.database import Database
from store.model import Actor
from store.operation import Statement, writing
from store.operations.entries import set_entry
from store.session import Choice, open_session

NOW_MS = 1_700_000_000_000
EXPIRE = (
    "UPDATE entries SET expires_at = ? WHERE key = ? AND ns_id ="
    " (SELECT id FROM namespaces WHERE meta = ? AND context = ? AND name = ?)"
)


@writing
def expire(meta: str, context: str, namespace: str, key: str):
    """Let an entry have expired long ago, wherever it is: the command line would refuse that outside caches."""
    yield Statement(EXPIRE, (NOW_MS + 1, key, meta, context, namespace))


def fill(path: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """Make the database at `path` hold `entries`; it exists afterwards even if there are none."""
    with Database(path) as database:
        for given in entries:
            address = read_address(given["address"])
            secret = given.get("secret", False)
            database.run(set_entry(address, b"v", by=Actor(), now_ms=NOW_MS, secret=secret))
            if given.get("expired"):
                database.run(expire(*address))
        if not os.path.exists(path):
            database.run(set_entry(read_address("a.b.c"), b"v", by=Actor(), now_ms=NOW_MS))
            from store.operations.entries import delete

            database.run(delete(read_address("a.b.c"), by=Actor(), now_ms=NOW_MS))


def build(
    environ: Mapping[str, str],
    cwd: Path,
    entries: Iterable[Mapping[str, Any]],
    cursors: Iterable[str],
    of_cursors: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> Path:
    """A workspace with a main database and cursors, each with a database of its own; its directory."""
    session = open_session(Choice(), environ, str(cwd))
    os.makedirs(session.workspace.root, mode=0o700, exist_ok=True)
    fill(session.database, entries)
    for name in cursors:
        database = f"{session.workspace.databases}/of_{name}.db"
        fill(database, (of_cursors or {}).get(name, ()))
        save_cursor(session.workspace.cursors, Cursor(name, "", database))
    return Path(session.workspace.root)
