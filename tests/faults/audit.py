"""Whether a database is whole: what must hold between its tables after any number of deaths (T-002, storage.md section 3).

Reads with bare sqlite3; nothing of the store's own code decides.
"""

from __future__ import annotations

import sqlite3
from typing import Any

CHECKS = {
    "namespaces whose entry_count is wrong": (
        "SELECT count(*) FROM namespaces n WHERE entry_count <> (SELECT count(*) FROM entries e WHERE e.ns_id = n.id)"
    ),
    # Evictions and sweeps on the side belong to no command: 0.
    "changes without their command": (
        "SELECT count(*) FROM changes h WHERE command_id <> 0 AND NOT EXISTS (SELECT 1 FROM commands c WHERE c.id = h.command_id)"
    ),
    "commands without all their changes": (
        "SELECT count(*) FROM commands c WHERE (c.type IN ('set', 'stream') AND c.error IS NULL OR c.type = 'rescue')"
        " AND affected <> (SELECT count(*) FROM changes h WHERE h.command_id = c.id AND h.kind = 1)"
    ),
    "deletions without their change": (
        "SELECT count(*) FROM commands c WHERE c.type = 'delete' AND c.error IS NULL"
        " AND affected > (SELECT count(*) FROM changes h WHERE h.command_id = c.id AND h.kind = 2)"
    ),
    "entries without the change that wrote them": (  # older ones may have been trimmed (T-102)
        "SELECT count(*) FROM entries e WHERE e.change >= (SELECT coalesce(min(seq), 0) FROM changes) AND NOT EXISTS"
        " (SELECT 1 FROM changes h WHERE h.seq = e.change AND h.ns_id = e.ns_id AND h.key = e.key AND h.kind = 1)"
    ),
    "keys whose entry is not what their last change says": (
        "SELECT count(*) FROM (SELECT ns_id, key, kind, max(seq) AS seq FROM changes GROUP BY ns_id, key) AS h"
        " LEFT JOIN entries e ON e.ns_id = h.ns_id AND e.key = h.key"
        " WHERE CASE WHEN h.kind = 1 THEN e.change IS NULL OR e.change <> h.seq ELSE e.change IS NOT NULL END"
    ),
    "entries with a wrong size": "SELECT count(*) FROM entries WHERE size <> length(CAST(value AS BLOB))",
    "rows that refer to nothing": "SELECT count(*) FROM pragma_foreign_key_check",
}


def faults_in(path: str) -> list[str]:
    """What is torn or damaged in the database at `path`; nothing if it is whole. Closing it leaves no WAL behind."""
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
    try:
        damage = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        if damage != ["ok"]:
            return damage
        counts = {name: connection.execute(sql).fetchone()[0] for name, sql in CHECKS.items()}
        return [f"{count} {name}" for name, count in counts.items() if count]
    except sqlite3.DatabaseError as error:
        return [f"{error.sqlite_errorname}: {error}"]
    finally:
        connection.close()


def rows(path: str, sql: str) -> list[tuple[Any, ...]]:
    """What `sql` finds in the database at `path`."""
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
