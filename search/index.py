"""The search index of one database: texts, and their trigrams in an FTS5 table (S-212, S-216).

It knows how far it has come in the changes of the store (`State`) and is brought on by search/catch_up.py. Every failure of it is
`Unusable`, and the search goes on without. For one thread at a time.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from search import sidecar
from search.folding import fold
from search.sidecar import BUSY_MS, Unusable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# text: NULL for a value that is secret or no text. folded: only where it differs from text. Keys of an entry: canonical.
SCHEMA = f"""
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS trigrams;
DROP TABLE IF EXISTS docs;
DROP TABLE IF EXISTS state;
CREATE TABLE state(reached INTEGER NOT NULL, mark TEXT NOT NULL, frontier INTEGER);
INSERT INTO state VALUES (-1, '', NULL);
CREATE TABLE docs(id INTEGER PRIMARY KEY, ns INTEGER NOT NULL, key TEXT NOT NULL, text TEXT, folded TEXT);
CREATE UNIQUE INDEX docs_by_place ON docs(ns, key);
CREATE VIRTUAL TABLE trigrams USING fts5(text, folded, content='', columnsize=0, tokenize='trigram case_sensitive 1');
PRAGMA user_version={sidecar.VERSION};
COMMIT;
"""
WANTED = "CREATE TEMP TABLE IF NOT EXISTS wanted(ns INTEGER PRIMARY KEY)"
STATE = "SELECT reached, mark, frontier FROM state"
SET_STATE = "UPDATE state SET reached = ?, mark = ?, frontier = ?"
DOC = "SELECT id, ns, key, text, folded FROM docs WHERE id = ?"
DOC_AT = "SELECT id, ns, key, text, folded FROM docs WHERE ns = ? AND key = ?"
DOCS_BETWEEN = "SELECT id, ns, key, text, folded FROM docs WHERE id > ? AND id <= ?"
ADD = "INSERT INTO docs(id, ns, key, text, folded) VALUES (?, ?, ?, ?, ?)"
REMOVE = "DELETE FROM docs WHERE id = ?"
ADD_TRIGRAMS = "INSERT INTO trigrams(rowid, text, folded) VALUES (?, ?, ?)"
REMOVE_TRIGRAMS = "INSERT INTO trigrams(trigrams, rowid, text, folded) VALUES ('delete', ?, ?, ?)"
LAST = (1 << 63) - 1
COMMIT_MS = 2000
PAUSE_S = 60
"""After a failure of this kind the index is left in peace for so long."""


class State(NamedTuple):
    """How far the index is. It is in line with the store as of the change `reached`, which `mark` identifies.

    frontier: only for entries up to this id, the others are still to be read; None for all.
    """

    reached: int
    mark: str
    frontier: int | None


class Doc(NamedTuple):
    """One entry of the index."""

    id: int
    ns: int
    key: str
    text: str | None
    folded: str | None

    @classmethod
    def of(cls, id_: int, ns: int, key: str, text: str | None) -> Doc:
        """With its folded text, where that differs."""
        folded = None if text is None else fold(text)
        return cls(id_, ns, key, text, None if folded == text else folded)


class Index:
    """The index beside the database at `database`. `with index.opened():` gives one state of it, from beginning to end."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._not_before = 0.0
        self._wanted: tuple[int, ...] = ()
        self._changes = 0

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection. Raises Unusable."""
        if self._connection is None:
            raise Unusable("not open")
        return self._connection

    def begin(self) -> None:
        """Open the file where necessary and hold on to the state it is in: nobody can change it until `end`. Raises Unusable."""
        if monotonic() < self._not_before:
            raise Unusable("failed a moment ago")
        if self._connection is not None and self._identity != sidecar.identity(self._database):
            self.close()  # it was removed, and may have been made again
        for last in (False, True):
            try:
                if self._connection is None:
                    self._connection = sidecar.connect(self._database)
                    self._identity = sidecar.identity(self._database)
                    self._wanted = ()
                    self._prepare(self._connection)
                self._connection.execute("BEGIN")
                self.state()
                return
            except sqlite3.Error as error:
                self.close()
                if not sidecar.is_damaged(error) or last:
                    raise self._failed(error) from None
                self._remove()

    @staticmethod
    def _prepare(connection: sqlite3.Connection) -> None:
        if connection.execute("PRAGMA user_version").fetchone()[0] != sidecar.VERSION:
            connection.executescript(SCHEMA)
        connection.execute(WANTED)

    def _remove(self) -> None:
        try:
            sidecar.forget(self._database)
        except OSError as error:
            raise Unusable(error.strerror) from None

    def end(self) -> None:
        """Let go. What was brought up to date is kept: between two calls the index is always in line with its `state`."""
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._commit(self._connection)
            except sqlite3.Error as error:
                self._failed(error)

    def _commit(self, connection: sqlite3.Connection) -> None:
        """COMMIT, with patience for others that are reading: what they do takes a moment, and here seconds of work are at stake."""
        if connection.total_changes == self._changes:
            connection.execute("COMMIT")
            return
        connection.execute(f"PRAGMA busy_timeout={COMMIT_MS}")
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        self._changes = connection.total_changes

    def close(self) -> None:
        """Close the file. May be called any number of times."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _failed(self, error: sqlite3.Error) -> Unusable:
        """Undo what was not committed. Where it is not just another search in the way, leave the index alone for a while."""
        name = getattr(error, "sqlite_errorname", None) or ""
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error:
                pass  # it is closed below, which rolls back as well
        self.close()
        if not name.startswith("SQLITE_BUSY"):
            self._not_before = monotonic() + PAUSE_S
        return Unusable(name or str(error))

    @contextmanager
    def _guarded(self, *, writes: bool = False) -> Iterator[sqlite3.Connection]:
        """Errors as `Unusable`. writes: whatever ends it in the middle, Ctrl-C included, must leave nothing half-done behind."""
        try:
            yield self.connection
        except sqlite3.Error as error:
            damaged = sidecar.is_damaged(error)
            failed = self._failed(error)
            if damaged:
                self._not_before = 0.0
                self._remove()
            raise failed from None
        except BaseException:
            if writes:
                self.close()  # which rolls back
            raise

    def state(self) -> State:
        """How far the index is."""
        return State(*self.connection.execute(STATE).fetchone())

    def set_state(self, state: State) -> None:
        """Note how far it has come."""
        with self._guarded(writes=True) as connection:
            connection.execute(SET_STATE, state)

    def commit(self) -> None:
        """Keep what has been done, and hold on to the state that follows, whoever made it. Raises Unusable."""
        with self._guarded() as connection:
            self._commit(connection)
            connection.execute("BEGIN")
            self.state()

    def restart(self) -> None:
        """Empty the index, so that nothing of what it held is left in the file (secure_delete). Raises Unusable."""
        with self._guarded() as connection:
            connection.execute("COMMIT")
            connection.executescript(SCHEMA)
            connection.execute("BEGIN")
            self.state()

    def doc_at(self, ns: int, key: str) -> Doc | None:
        """What the index holds of an entry."""
        with self._guarded() as connection:
            row = connection.execute(DOC_AT, (ns, key)).fetchone()
        return None if row is None else Doc(*row)

    def docs_between(self, after: int, last: int | None) -> list[Doc]:
        """What it holds with ids above `after`, up to `last` (None: to the end)."""
        with self._guarded() as connection:
            rows = connection.execute(DOCS_BETWEEN, (after, LAST if last is None else last)).fetchall()
        return [Doc(*row) for row in rows]

    def remove(self, docs: Sequence[Doc]) -> None:
        """Take these out, as they were put in."""
        with self._guarded(writes=True) as connection:
            connection.executemany(REMOVE_TRIGRAMS, [_trigrams(doc) for doc in docs if doc.text is not None])
            connection.executemany(REMOVE, [(doc.id,) for doc in docs])

    def add(self, docs: Sequence[Doc]) -> None:
        """Put these in. Whatever held one of their ids or places goes."""
        with self._guarded(writes=True) as connection:
            for doc in docs:
                for sql, parameters in ((DOC, (doc.id,)), (DOC_AT, (doc.ns, doc.key))):
                    there = connection.execute(sql, parameters).fetchone()
                    if there is not None:
                        self.remove([Doc(*there)])
            connection.executemany(ADD, docs)
            connection.executemany(ADD_TRIGRAMS, [_trigrams(doc) for doc in docs if doc.text is not None])

    def want(self, namespaces: Iterable[int]) -> None:
        """Search in these namespaces only."""
        wanted = tuple(sorted(namespaces))
        if wanted != self._wanted:
            with self._guarded() as connection:
                connection.execute("DELETE FROM temp.wanted")
                connection.executemany("INSERT INTO temp.wanted VALUES (?)", [(ns,) for ns in wanted])
            self._wanted = wanted

    def rows(self, sql: str, parameters: Sequence[object], size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query, some at a time. Raises Unusable."""
        with self._guarded() as connection:
            cursor = connection.execute(sql, parameters)
            try:
                while some := cursor.fetchmany(size):
                    yield some
            finally:
                cursor.close()


def _trigrams(doc: Doc) -> tuple[int, str, str | None]:
    assert doc.text is not None
    return doc.id, plain(doc.text), None if doc.folded is None else plain(doc.folded)


def plain(text: str) -> str:
    """`text` as the tokenizer can take it: NUL would end it there. What is looked for is changed in the same way."""
    return text.replace("\0", "\ufffd")
