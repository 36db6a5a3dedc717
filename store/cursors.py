"""Saved cursors: one JSON file each, and which one is active (P-090…P-099).

    <workspace>/cursors/<user>/<name>.json     the record of P-090, one object
    <workspace>/cursors/<user>/.active         one line: `cursor NAME` or `database NAME` (P-093); absent: none

The default user's directory is `default`, a name no user can have (P-105). Knows files and the record; what a cursor
means for a command is settled by `store.session`.
"""

from __future__ import annotations

import os

from store.addresses.names import bad_name, cursor_name, database_name, meta_name
from store.errors import InputError, StoreError, Unavailable
from store.named import NamedTuple
from store.workspace import replace_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT_USER = "default"
LARGEST_FILE = 65536
_SUFFIX = ".json"
_ACTIVE = ".active"
_FIELDS = ("name", "database_path", "default_project", "default_namespace", "meta_context", "created_at", "user")


class Cursor(NamedTuple):
    """A saved choice. user: "" is the default user. database: absolute path. meta: "" for none.

    context, namespace: None when the cursor has no such default. created_at: `YYYY-MM-DDTHH:MM:SSZ`.
    """

    name: str
    user: str
    database: str
    meta: str = ""
    context: str | None = None
    namespace: str | None = None
    created_at: str = ""

    def record(self) -> dict[str, str | None]:
        """The JSON object of P-090, fields in its order."""
        return {
            "name": self.name,
            "database_path": self.database,
            "default_project": self.context,
            "default_namespace": self.namespace,
            "meta_context": self.meta or None,
            "created_at": self.created_at,
            "user": self.user or DEFAULT_USER,
        }


class Active(NamedTuple):
    """What `cursor use` chose: a cursor, or with `is_database` an existing database of that name (P-093)."""

    name: str
    is_database: bool = False


class Shelf(NamedTuple):
    """All cursors of one user, sorted by name, and why the unreadable ones are missing."""

    cursors: list[Cursor]
    faults: list[StoreError]


def load_cursor(directory: str, user: str, name: str) -> Cursor:
    """The cursor `name` of `user` below the workspace's cursor `directory`.

    Raises InputError: a code of P-098, `unknown-cursor` (with the nearest names), `bad-cursor` for a file that does not
    hold what P-090 says; Unavailable when it cannot be read.
    """
    name = cursor_name(name)
    path = f"{user_directory(directory, user)}/{name}{_SUFFIX}"
    content = _read(path)
    if content is None:
        raise unknown_cursor(directory, user, name)
    return _decode(content, path, name, user)


def list_cursors(directory: str, user: str) -> Shelf:
    """Every cursor of `user` (P-092, P-099). A damaged file hides itself only."""
    cursors, faults = [], []
    for name in cursor_names(directory, user):
        try:
            cursors.append(load_cursor(directory, user, name))
        except StoreError as error:
            faults.append(error)
    return Shelf(cursors, faults)


def cursor_names(directory: str, user: str) -> list[str]:
    """The names of the cursors of `user`, sorted, without opening one."""
    try:
        files = os.listdir(user_directory(directory, user))
    except OSError:
        return []
    return sorted(file[: -len(_SUFFIX)] for file in files if file.endswith(_SUFFIX) and not file.startswith("."))


def read_record(content: bytes, user: str, name: str, where: str) -> Cursor:
    """The cursor of a record that came from `where`, every part checked as if it were a file of ours. Raises `bad-cursor`."""
    return _decode(content, where, cursor_name(name), user)


def active_cursor(directory: str, user: str) -> Active | None:
    """What is active for `user`; None if nothing is (P-093). Raises `bad-cursor` if the file says neither."""
    path = f"{user_directory(directory, user)}/{_ACTIVE}"
    content = _read(path)
    if content is None:
        return None
    kind, _, name = content.decode("ascii", "replace").removesuffix("\n").partition(" ")
    try:
        if kind == "cursor":
            return Active(cursor_name(name))
        if kind == "database":
            return Active(database_name(name), is_database=True)
    except StoreError:
        pass
    raise InputError(
        "bad-cursor", f"{path} does not name a cursor or a database", hint="choose one with: prontodb cursor use NAME"
    )


def save_cursor(directory: str, cursor: Cursor) -> None:
    """Create or replace `cursor` (P-091), durable on return. Its names have been checked. Raises OSError."""
    import json

    path = f"{user_directory(directory, cursor.user)}/{cursor.name}{_SUFFIX}"
    replace_file(path, json.dumps(cursor.record(), indent=2).encode() + b"\n")


def save_active(directory: str, user: str, active: Active | None) -> None:
    """Make `active` the active one for `user`; None: no cursor is (P-093). Raises OSError."""
    path = f"{user_directory(directory, user)}/{_ACTIVE}"
    if active is not None:
        replace_file(path, f"{'database' if active.is_database else 'cursor'} {active.name}\n".encode())
        return
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def delete_cursor(directory: str, user: str, name: str) -> None:
    """Remove a cursor; if it was active, none is (P-094). The database stays. Raises `unknown-cursor`, OSError."""
    if cursor_name(name) not in cursor_names(directory, user):
        raise unknown_cursor(directory, user, name)
    try:
        active = active_cursor(directory, user)
    except InputError:
        active = None
    if active == Active(name):
        save_active(directory, user, None)
    os.unlink(f"{user_directory(directory, user)}/{name}{_SUFFIX}")


def user_directory(directory: str, user: str) -> str:
    """Where the cursors of `user` are; `user` is "" or has passed P-105, so it cannot lead elsewhere (P-114)."""
    return f"{directory}/{user or DEFAULT_USER}"


def _read(path: str) -> bytes | None:
    """The content of a small file of ours; None if it is not there. Raises Unavailable."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable("no-permission", f"{path} cannot be read: {error.strerror}") from None
    try:
        return os.read(fd, LARGEST_FILE)
    except OSError as error:
        raise Unavailable("io-error", f"{path} cannot be read: {error.strerror}") from None
    finally:
        os.close(fd)


def _decode(content: bytes, path: str, name: str, user: str) -> Cursor:
    """The cursor a file holds, every part checked: a file edited by hand must not open another way in."""
    try:
        record: Any = plain_record(content)
        if record is None:
            import json

            record = json.loads(content)
        cursor = _from_record(record)
        if (cursor.name, cursor.user) != (name, user):
            raise ValueError("it is the record of another cursor or user")
        return cursor
    except (ValueError, RecursionError, StoreError) as error:
        raise InputError(
            "bad-cursor",
            f"cursor '{name}' cannot be used: {path}: {error}",
            hint=f"set it anew with: prontodb cursor set {name} PATH",
        ) from None


def plain_record(content: bytes) -> dict[str, str | None] | None:
    """The record in a file exactly as `save_cursor` writes it, None for any other: that one is for `json`, which costs more than
    the rest of a `get` under a cursor (T-211, C-059).
    """
    lines = content.split(b"\n")
    if len(lines) != len(_FIELDS) + 3 or (lines[0], lines[-2], lines[-1]) != (b"{", b"}", b"") or not content.isascii():
        return None
    record: dict[str, str | None] = {}
    for line, field, comma in zip(lines[1:-2], _FIELDS, (*[b","] * (len(_FIELDS) - 1), b""), strict=True):
        start = b'  "%b": ' % field.encode()
        if not (line.startswith(start) and line.endswith(comma)):
            return None
        value = line[len(start) : len(line) - len(comma)]
        if value == b"null":
            record[field] = None
            continue
        text = value[1:-1].decode()
        if len(value) < 2 or value[:1] + value[-1:] != b'""' or '"' in text or "\\" in text or not text.isprintable():
            return None
        record[field] = text
    return record


def _from_record(record: Any) -> Cursor:
    """The cursor of a P-090 object. Unknown fields are ignored. Raises ValueError, InputError."""
    if not isinstance(record, dict):
        raise ValueError("it is not a JSON object")
    database, user = _text(record, "database_path"), _text(record, "user")
    if not database.startswith("/") or "\0" in database:
        raise ValueError("database_path is not an absolute path")
    meta = _text(record, "meta_context", optional=True)
    return Cursor(
        name=_text(record, "name"),
        user="" if user == DEFAULT_USER else user,
        database=database,
        meta=meta_name(meta) if meta else "",
        context=_part(record, "default_project"),
        namespace=_part(record, "default_namespace"),
        created_at=_text(record, "created_at", optional=True),
    )


def _text(record: dict[str, Any], field: str, *, optional: bool = False) -> str:
    value = record.get(field)
    if value is None and optional:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{field} is missing or not a string")
    return value


def _part(record: dict[str, Any], field: str) -> str | None:
    name = _text(record, field, optional=True) or None
    if name is not None and bad_name(name):
        raise ValueError(f"{field} is not a name")
    return name


def unknown_cursor(directory: str, user: str, name: str) -> InputError:
    """The complaint that `user` has no cursor `name`, with the nearest names, or how to make it."""
    names = cursor_names(directory, user)
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        hint = "did you mean " + ", ".join(near) + "?"
    elif names:
        hint = "see: prontodb cursor list"
    else:
        hint = f"make it with: prontodb cursor set {name} PATH"
    return InputError("unknown-cursor", f"cursor '{name}' not found for user '{user or DEFAULT_USER}'", hint=hint)
