"""What the user can open: cursors and databases, which of them is open, which is active, which the locks forbid. No Textual."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from store.cursors import Active
from store.errors import StoreError

if TYPE_CHECKING:
    from store.choosing import Chooser
    from store.cursors import Cursor
    from store.session import Session


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor or a database. path: the database file; position: `context:namespace` as far as a cursor has one.

    named: a database can be asked for by its name, because it is one of the workspace; others only by their path.

    is_open: this browser shows it. is_active: `cursor use` chose it, so it is what opens without options. why_not: what the locks
    say against it, or what is wrong with it.
    """

    kind: Literal["cursor", "database", "damaged"]
    name: str
    path: str = ""
    meta: str = ""
    position: str = ""
    is_open: bool = False
    is_active: bool = False
    why_not: str = ""
    named: bool = True

    @property
    def file(self) -> str:
        """The name of the database file."""
        return os.path.basename(self.path)

    @property
    def id(self) -> tuple[str, str]:
        """The same for as long as it is there."""
        return self.kind, self.name


def read_places(chooser: Chooser, session: Session) -> list[Place]:
    """The user's cursors, then the workspace's databases, then what is damaged. Blocking: call in a thread."""
    active = chooser.active()
    shelf = chooser.cursors()
    found = [_cursor(chooser, session, cursor, active) for cursor in shelf.cursors]
    by_cursor = any(place.is_open for place in found)
    found += [_database(chooser, session, name, active, by_cursor) for name in chooser.databases()]
    if not any(place.is_open for place in found):  # a file elsewhere, or one that is not there yet
        found.append(
            Place(
                "database",
                os.path.basename(session.database),
                session.database,
                session.meta,
                is_open=True,
                named=False,
            )
        )
    return found + [
        Place("damaged", f"cursor {number}", why_not=error.message) for number, error in enumerate(shelf.faults, 1)
    ]


def _cursor(chooser: Chooser, session: Session, cursor: Cursor, active: Active | None) -> Place:
    why_not = ""
    try:
        chooser.check(cursor)
    except StoreError as error:
        why_not = error.message
    return Place(
        "cursor",
        cursor.name,
        cursor.database,
        cursor.meta,
        ":".join(part or "" for part in (cursor.context, cursor.namespace))
        if cursor.context or cursor.namespace
        else "",
        session.cursor == cursor.name and session.database == cursor.database,
        active == Active(cursor.name),
        why_not,
    )


def _database(chooser: Chooser, session: Session, name: str, active: Active | None, by_cursor: bool) -> Place:
    path = chooser.path(name)
    is_open = not by_cursor and session.database == path
    meta = session.meta if is_open else ""
    return Place("database", name, path, meta, "", is_open, active == Active(name, is_database=True))
