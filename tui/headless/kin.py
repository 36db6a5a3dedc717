"""Who a pantheon call may act for, and what it is then locked to (P-125, P-126). Everything validates first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses.names import user_name
from store.errors import ContextError, InputError, UsageError
from store.session import Choice, open_session
from store.workspace import absolute, find_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.session import Session

ACTIVE = ("PANTHEON_ACTIVE_KIN", "PANTHEON_CURRENT_USER")
OVERRIDES = {
    "--user": "user",
    "--meta": "meta",
    "--cursor": "cursor",
    "-c": "cursor",
    "--database": "database",
    "-d": "database",
}
"""The options that would lead out of a kin's context, and the part of it that each must equal."""
INSTEAD_OF_OPTIONS = ("PRONTO_USER", "PRONTO_META", "PRONTO_CURSOR", "PRONTO_DATABASE")


@dataclass(frozen=True, slots=True)
class SecureContext:
    """What locks a call to one kin. user, meta: the kin; cursor: `pantheon_<kin>`; database: absolute path of its own file."""

    user: str
    cursor: str
    meta: str
    database: str

    @property
    def options(self) -> list[str]:
        """The words before a `prontodb` verb. The cursor is named for people: the database beats it (P-095)."""
        return ["--user", self.user, "--cursor", self.cursor, "--meta", self.meta, "--database", self.database]


def active_kin(environ: Mapping[str, str]) -> str | None:
    """The kin the environment is locked to; None if it is not (P-125)."""
    for variable in ACTIVE:
        if environ.get(variable):
            return environ[variable]
    return None


def validate_permission(kin: str | None, environ: Mapping[str, str]) -> str:
    """The kin to act for: the one asked for if that is allowed, else the active one (P-125).

    Raises ContextError `permission-denied`, or with a code of P-105 for a bad name; UsageError when nobody is named.
    """
    active = active_kin(environ)
    if active is not None:
        _kin_name(active)
    if kin is None:
        if active is None:
            raise UsageError("usage: missing --name=<kin>", hint="give --name, or set PANTHEON_ACTIVE_KIN")
        return active
    _kin_name(kin)
    if active is not None and kin != active:
        raise ContextError(
            "permission-denied", f"Permission denied - cannot access {kin} context\nCurrent context: {active}"
        )
    return kin


def secure_context(kin: str | None, environ: Mapping[str, str], cwd: str) -> SecureContext:
    """The one context in which `kin` may be served (P-126). Raises as `validate_permission`."""
    kin = validate_permission(kin, environ)
    name = f"pantheon_{kin}"
    return SecureContext(kin, name, kin, f"{home(environ, cwd)}/databases/{name}.db")


def secure_call(kin: str | None, words: Sequence[str], environ: Mapping[str, str], cwd: str) -> list[str]:
    """The whole command line that serves `kin`: `prontodb`, its context, `words` (P-126).

    Raises ContextError `user-mismatch` if the words name another user, meta, cursor or database, since the last one named counts.
    """
    context = secure_context(kin, environ, cwd)
    for position, word in enumerate(words):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name in OVERRIDES:
            following = words[position + 1] if position + 1 < len(words) else ""
            check_match(context, name, value if equals else following)
    return ["prontodb", *context.options, *words]


def check_match(context: SecureContext, name: str, given: str) -> None:
    """Raise `user-mismatch` if the option `name` asks for something else than the context of this kin."""
    if given != getattr(context, OVERRIDES[name]):
        raise ContextError(
            "user-mismatch",
            f"Pantheon user mismatch - expected {context.user}, got {name} {given}; nothing was done",
            hint=f"leave {name} out: pantheon settles it by --name",
            text=given,
        )


def home(environ: Mapping[str, str], cwd: str) -> str:
    """Where the databases and houses of all kin are: `$PANTH_HOME`, else `<workspace>/pantheon`."""
    given = environ.get("PANTH_HOME")
    return absolute(given, cwd) if given else f"{find_workspace(environ, cwd).root}/pantheon"


def house(kin: str, environ: Mapping[str, str], cwd: str) -> str:
    """Where the files of `kin` from before prontodb are."""
    return os.path.join(home(environ, cwd), "house", kin)


def session_of(context: SecureContext, environ: Mapping[str, str], cwd: str) -> Session:
    """A session locked to `context`. The active kin locks like PRONTO_FORCE_USER; the locks of P-110 to P-112 hold too."""
    choice = Choice(user=context.user, database=context.database, meta=context.meta)
    if active_kin(environ) is not None and not environ.get("PRONTO_FORCE_USER"):
        environ = {**environ, "PRONTO_FORCE_USER": context.user}
    return open_session(choice, environ, cwd)


def without_choices(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without what stands for options (U-12); its locks stay."""
    return {name: value for name, value in environ.items() if name not in INSTEAD_OF_OPTIONS}


def _kin_name(kin: str) -> None:
    try:
        user_name(kin)
    except InputError as error:
        raise ContextError(
            error.code,
            f"invalid kin name: {error.message}",
            hint=error.hint,
            text=error.text,
            position=error.position,
            segment=error.segment,
        ) from None
