"""Tables, indexes and migrations (storage.md sections 3 and 11), in SQLite's own dialect."""

from __future__ import annotations

from store.files import APPLICATION_ID, VERSION

VERSION_1 = """
CREATE TABLE namespaces(
  id            INTEGER PRIMARY KEY,
  meta          TEXT NOT NULL,
  context       TEXT NOT NULL,
  name          TEXT NOT NULL,
  entry_count   INTEGER NOT NULL DEFAULT 0,
  ttl_s         INTEGER,
  evict_on_read INTEGER NOT NULL DEFAULT 1,
  max_items     INTEGER,
  secret        INTEGER NOT NULL DEFAULT 0,
  UNIQUE(meta, context, name)
) STRICT;
CREATE TABLE entries(
  id         INTEGER PRIMARY KEY,
  ns_id      INTEGER NOT NULL REFERENCES namespaces(id),
  key        TEXT NOT NULL,
  value      ANY NOT NULL,
  size       INTEGER NOT NULL,
  secret     INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  expires_at INTEGER,
  change     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX entries_by_key       ON entries(ns_id, key);
CREATE INDEX        entries_by_insertion ON entries(ns_id, id);
CREATE INDEX        entries_by_expiry    ON entries(expires_at, ns_id) WHERE expires_at IS NOT NULL;
CREATE TABLE commands(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, target TEXT NOT NULL, face TEXT NOT NULL,
  user TEXT NOT NULL, meta TEXT NOT NULL, affected INTEGER NOT NULL, error TEXT
) STRICT;
CREATE TABLE changes(
  seq INTEGER PRIMARY KEY, command_id INTEGER NOT NULL, ns_id INTEGER NOT NULL, key TEXT NOT NULL,
  kind INTEGER NOT NULL,
  old_id INTEGER, old_created_at INTEGER, old_expires_at INTEGER,
  old_value ANY
) STRICT;
CREATE TRIGGER entries_added AFTER INSERT ON entries BEGIN
  UPDATE namespaces SET entry_count = entry_count + 1 WHERE id = new.ns_id;
END;
CREATE TRIGGER entries_removed AFTER DELETE ON entries BEGIN
  UPDATE namespaces SET entry_count = entry_count - 1 WHERE id = old.ns_id;
END;
"""

# Scratch slots (M-147): apart from the entries, so that nothing which shows, finds or moves entries can meet them.
# The index finds the largest index of a list, `q[17]`, without reading the others (M-123, M-149; entries.NUMBERED).
VERSION_2 = """
CREATE TABLE scratch_slots(
  id         INTEGER PRIMARY KEY,
  meta       TEXT NOT NULL,
  name       TEXT NOT NULL,
  kept       INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  UNIQUE(meta, name)
) STRICT;
CREATE TABLE scratch_values(
  id      INTEGER PRIMARY KEY,
  slot_id INTEGER NOT NULL REFERENCES scratch_slots(id) ON DELETE CASCADE,
  key     TEXT NOT NULL,
  value   ANY NOT NULL,
  UNIQUE(slot_id, key)
) STRICT;
CREATE INDEX entries_by_number ON entries(ns_id, length(key), key)
  WHERE rtrim(key, '0123456789') LIKE '%!_!_i!_' ESCAPE '!';
"""

# Each migration leads from version n (its index) to n + 1; all pending ones run in one transaction (T-140). None of them
# rewrites or drops data, so none needs a copy beforehand (T-141).
MIGRATIONS: tuple[str, ...] = (VERSION_1, VERSION_2)


def schema_script(version: int) -> str:
    """What makes the tables of `version` out of nothing: for comparing, without a transaction."""
    return "".join(MIGRATIONS[:version])


def migration_script(version: int) -> str:
    """The script that brings a database of `version` to `VERSION`, in one transaction that also sets the version (T-140)."""
    steps = "".join(MIGRATIONS[version:])
    return f"BEGIN IMMEDIATE;{steps}PRAGMA application_id={APPLICATION_ID};PRAGMA user_version={VERSION};COMMIT;"
