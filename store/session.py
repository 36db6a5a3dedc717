"""Who and where: user, locks, meta, cursor, database and position of one command or one browser (P-095…P-107, P-110…P-113).

Everything that can go wrong here is a ContextError: no database is guessed, nothing was read or written, and the caller
puts piped content into the spool (P-073).
"""

from __future__ import annotations

import os

from store.addresses.dotted import Reading
from store.addresses.names import bad_delimiter, database_name, effective_meta, isolated_file, meta_name, user_name
from store.errors import ContextError, InputError, Refused, StoreError
from store.model import Actor, Position
from store.named import NamedTuple
from store.settings import Settings, read_settings
from store.workspace import Workspace, absolute, find_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.cursors import Cursor

DEFAULT_DATABASE = "main"
DATABASE_SUFFIX = ".db"


class Choice(NamedTuple):
    """The global options of P-005 as typed, None when absent. context: -p; namespace: -n; delimiter: --ns-delim."""

    user: str | None = None
    cursor: str | None = None
    database: str | None = None
    meta: str | None = None
    context: str | None = None
    namespace: str | None = None
    delimiter: str | None = None


class Guard(NamedTuple):
    """Who acts, and what the environment has locked. user: "" is the default user. meta_lock: "" is none.

    user_lock: the locked user, "" for none. strict: P-112; `--raw` and `nuclear-clean` are then refused by their handlers.
    """

    user: str = ""
    user_lock: str = ""
    meta_lock: str = ""
    strict: bool = False

    def check_user(self, user: str) -> None:
        """Raise Refused `locked-user` if somebody else is locked in; also for a `sec:user` token (P-110, X-038)."""
        if self.user_lock and user != self.user_lock:
            raise Refused(
                "locked-user",
                f"user context is locked to '{self.user_lock}'",
                hint=f"PRONTO_FORCE_USER allows no other user than '{self.user_lock}'",
                text=user,
            )

    def effective_meta(self, option: str | None, cursor: str | None = None) -> str:
        """The meta in effect, "" for none (P-100). Raises Refused `locked-meta`, InputError for a bad name.

        option: `--meta` or None; cursor: the cursor's own meta, None when no cursor counts.
        """
        try:
            return effective_meta(self.meta_lock, option, cursor)
        except Refused as error:
            raise Refused("locked-meta", error.message, hint=error.hint, text=error.text) from None

    def check_database(self, path: str) -> None:
        """Raise Refused `strict` if strict mode does not allow this user the database file `path` (P-112).

        A link is judged by the file it leads to: that one would be used.
        """
        if not self.strict:
            return
        name = os.path.basename(os.path.realpath(path))
        own = self.user + DATABASE_SUFFIX
        if name != own and not name.endswith("_" + own):
            raise Refused(
                "strict",
                f"strict mode: user '{self.user}' may only use databases named {own} or *_{own}, not {name}",
                hint="leave out --database and --cursor, or unset PRONTO_SECURITY_MODE",
                text=path,
            )


class Session(NamedTuple):
    """What one command works on.

    actor: for the command records. database: absolute path of the file, links not resolved; it need not exist. reading: how
    addresses are read, the effective meta included. cursor: the name of the cursor in effect (or of the database made active
    in its place, P-093), None for none. guard: locks and strict mode.
    """

    actor: Actor
    database: str
    reading: Reading
    settings: Settings
    workspace: Workspace
    cursor: str | None
    guard: Guard

    @property
    def meta(self) -> str:
        """The meta in effect, "" for none."""
        return self.reading.meta

    @property
    def strict(self) -> bool:
        """Strict mode (P-112)."""
        return self.guard.strict


def open_session(choice: Choice, environ: Mapping[str, str], cwd: str, *, face: str = "cli") -> Session:
    """Settle who and where. Reads settings and cursor files, creates nothing, opens no database.

    cwd: absolute, "" when it no longer exists. PRONTO_USER, PRONTO_CURSOR, PRONTO_DATABASE and PRONTO_META stand for absent
    options (U-12); empty variables count as unset. Raises ContextError, with the code of what went wrong: those of P-105
    to P-107 for names, `unknown-cursor`, `bad-cursor`, `locked-user`, `locked-meta`, `strict`, `bad_delim`, `bad-setting`,
    `no-directory`.
    """
    try:
        workspace = find_workspace(environ, cwd)
        settings = read_settings(workspace, environ)
        guard = read_guard(choice, environ)
        database, name, cursor = _database(choice, environ, cwd, workspace, guard)
        meta = guard.effective_meta(_option(choice.meta, environ, "PRONTO_META"), cursor.meta if cursor else None)
        guard.check_database(database)
        reading = _reading(choice, settings, meta, cursor)
        if guard.meta_lock:
            reading = reading._replace(locked=True)
    except ContextError:
        raise
    except StoreError as error:
        raise ContextError(
            error.code,
            error.message,
            hint=error.hint,
            text=error.text,
            position=error.position,
            segment=error.segment,
        ) from None
    actor = Actor(guard.user, meta, face, settings.enable_command_audit_trail)
    return Session(actor, database, reading, settings, workspace, name, guard)


def read_guard(choice: Choice, environ: Mapping[str, str]) -> Guard:
    """User, locks and mode (P-110…P-112), for commands that need no database too.

    Raises InputError for bad names, also of a lock: a bad lock fails closed. Refused `locked-user`, `strict`.
    """
    user_lock = environ.get("PRONTO_FORCE_USER", "")
    meta_lock = environ.get("PRONTO_FORCE_META", "")
    strict = _is_strict(environ, "PRONTO_SECURITY_MODE") or _is_strict(environ, "PANTHEON_SECURITY_MODE")
    if user_lock:
        user_name(user_lock)
    elif strict:
        raise Refused(
            "strict", "strict mode needs a locked user", hint="set PRONTO_FORCE_USER, or unset PRONTO_SECURITY_MODE"
        )
    if strict and not meta_lock:
        meta_lock = user_lock
    if meta_lock:
        meta_name(meta_lock)
    guard = Guard(user_lock, user_lock, meta_lock, strict)
    asked = _option(choice.user, environ, "PRONTO_USER")
    if asked is None:
        return guard
    guard.check_user(asked)
    return guard._replace(user=user_name(asked))


def database_path(text: str, environ: Mapping[str, str], cwd: str, workspace: Workspace) -> str:
    """The file a `--database` value or a cursor's path means: with a `/` a path, else a name (P-107).

    PRONTO_DB moves the name `main` and no other (P-006). Raises InputError with a code of P-107, `is-directory`, `bad_char`.
    """
    if "/" not in text:
        return _named_database(database_name(text), environ, cwd, workspace)
    if text.endswith(("/", "/.", "/..")):
        raise InputError("is-directory", f"{text!r} is a directory, not a database file", text=text)
    if "\0" in text:
        raise InputError("bad_char", "a path cannot hold a NUL character", text=text, position=text.index("\0"))
    return absolute(text, cwd)


def _database(
    choice: Choice, environ: Mapping[str, str], cwd: str, workspace: Workspace, guard: Guard
) -> tuple[str, str | None, Cursor | None]:
    """The database file, the name of the cursor in effect and its record, by P-095: option, cursor, active cursor, default."""
    # A typed --cursor is nearer than an exported database (P-006): what was asked for must not be passed over in silence.
    given = choice.database if choice.cursor is not None else _option(choice.database, environ, "PRONTO_DATABASE")
    if given is not None:
        return database_path(given, environ, cwd, workspace), None, None
    name = _option(choice.cursor, environ, "PRONTO_CURSOR")
    if name is None and not os.path.isdir(workspace.cursors):  # nobody has a cursor: most of the time (T-211)
        return default_database(environ, cwd, workspace, guard.user), None, None
    from store.cursors import Active, active_cursor, load_cursor

    active = Active(name) if name is not None else active_cursor(workspace.cursors, guard.user)
    if active is None:
        return default_database(environ, cwd, workspace, guard.user), None, None
    if active.is_database:
        return _named_database(active.name, environ, cwd, workspace), active.name, None
    try:
        cursor = load_cursor(workspace.cursors, guard.user, active.name)
    except InputError as error:
        if name is None:
            error.hint = f"it is the active cursor; end it with: prontodb cursor clear ({error.hint})"
        raise
    return cursor.database, cursor.name, cursor


def _named_database(name: str, environ: Mapping[str, str], cwd: str, workspace: Workspace) -> str:
    moved = environ.get("PRONTO_DB")
    if moved and name == DEFAULT_DATABASE:
        return absolute(moved, cwd)
    return f"{workspace.databases}/{name}{DATABASE_SUFFIX}"


def default_database(environ: Mapping[str, str], cwd: str, workspace: Workspace, user: str) -> str:
    """`main`, or beside it the own file of a named user (P-104), wherever PRONTO_DB has put it and whatever it is called."""
    path = _named_database(DEFAULT_DATABASE, environ, cwd, workspace)
    if not user:
        return path
    directory, file = os.path.split(path)
    stem, extension = os.path.splitext(file)
    return f"{directory}/{isolated_file(stem, user).removesuffix(DATABASE_SUFFIX)}{extension}"


def _reading(choice: Choice, settings: Settings, meta: str, cursor: Cursor | None) -> Reading:
    """How addresses are read: -p and -n apart from the position, which is the cursor's as far as it goes (P-023, P-097)."""
    delimiter = settings.ns_delim
    if choice.delimiter is not None:
        delimiter = choice.delimiter
        if bad_delimiter(delimiter):
            raise InputError(
                "bad_delim",
                f"invalid address delimiter {delimiter!a}",
                hint="--ns-delim takes one punctuation character, but none of _ - + @ = ; \" ' \\ * ?",
                text=delimiter,
            )
    reading = Reading(meta=meta, delimiter=delimiter, context=choice.context, namespace=choice.namespace)
    if cursor is None or (cursor.context is None and cursor.namespace is None):
        return reading
    built_in = Position()
    return reading._replace(
        position=Position(cursor.context or built_in.context, cursor.namespace or built_in.namespace),
        positioned=cursor.context is not None and cursor.namespace is not None,
        positioned_part="namespace" if cursor.context is None else "context" if cursor.namespace is None else "",
    )


def _option(option: str | None, environ: Mapping[str, str], variable: str) -> str | None:
    """The option as typed, else what stands for it in the environment (U-12), else None."""
    return option if option is not None else environ.get(variable) or None


def _is_strict(environ: Mapping[str, str], variable: str) -> bool:
    """Whether `variable` asks for strict mode. A word that is not known must not quietly mean less protection."""
    value = environ.get(variable, "")
    if value not in ("", "strict"):
        raise InputError("bad-setting", f"{variable} is 'strict' or unset, not {value!r}", text=value)
    return value == "strict"
