"""One headless command from its words to its exit code: parse, run the handler, report what went wrong, close everything."""

from __future__ import annotations

import os
import sys
from time import time_ns

from store.errors import InputError, NotFound, Refused, StoreError, UsageError
from tui import name_cache
from tui.headless.output import STDERR, STDIN, Output, ReaderGone
from tui.headless.parser import NoCommand, output_format, parse
from tui.name_cache import Mention

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from store.database import Database
    from store.model import Actor, Address
    from store.operation import Operation
    from store.session import Choice, Session
    from store.workspace import Workspace
    from tui.headless.parser import Line

    T = TypeVar("T")

OK = 0
FAILED = 1
INTERRUPTED = 130
UNWRAPPED = ("completions", "help", "version", "workspace info", "demo")  # C-025


class Call:
    """What a handler works with: the line, the output, the session and database it opens when it first needs them.

    `now_ms`: the one time of this command. `target`: the address or name it is about, as soon as that is known; for the record of
    a failure (T-100). `mentions`, `forgotten`: the names it was about, and those that are gone; `recheck`: it may have removed any
    number of entries, so every name of the scope is looked up again (C-021, C-029).
    """

    __slots__ = (
        "_cwd",
        "_database",
        "_session",
        "environ",
        "forgotten",
        "line",
        "mentions",
        "now_ms",
        "output",
        "recheck",
        "target",
    )

    def __init__(self, line: Line, output: Output, environ: Mapping[str, str], cwd: str | None) -> None:
        self.line = line
        self.output = output
        self.environ = environ
        self._cwd = cwd
        self.now_ms = time_ns() // 1_000_000
        self.target = ""
        self.mentions: list[Mention] = []
        self.forgotten: list[Mention] = []
        self.recheck = False
        self._session: Session | None = None
        self._database: Database | None = None

    def argument(self, position: int) -> str | None:
        """The argument at `position`, or None."""
        arguments = self.line.arguments
        return arguments[position] if position < len(arguments) else None

    def option(self, name: str) -> str | None:
        """The value of an option, or None."""
        return self.line.options.get(name)

    def has(self, name: str) -> bool:
        """Whether an option or switch was given."""
        return name in self.line.options

    def usage(self, message: str) -> UsageError:
        """A complaint about the arguments of this command, to be raised."""
        return UsageError(message, hint=f"usage: {self.line.command.usage}")

    @property
    def cwd(self) -> str:
        """The working directory, "" when it no longer exists."""
        if self._cwd is None:
            try:
                self._cwd = os.getcwd()
            except OSError:
                self._cwd = ""
        return self._cwd

    @property
    def session(self) -> Session:
        """Who and where (P-095…P-113). Raises the context errors of P-073."""
        if self._session is None:
            from store.session import open_session

            self._session = open_session(choice_of(self.line.options), self.environ, self.cwd)
            passed_over = self._session.workspace.distrusted
            if passed_over and self.line.command.mutates:
                self.output.warn(
                    f"⚠️  {passed_over} was passed over: others than you own it or may write to it", "distrusted"
                )
        return self._session

    @session.setter
    def session(self, session: Session) -> None:
        self._session = session

    @property
    def database(self) -> Database:
        """The session's database; it opens its file when something is run."""
        if self._database is None:
            from store.database import Database

            session = self.session
            waiting = self._waiting if os.isatty(STDERR) else None
            timeout = session.settings.busy_timeout_ms
            bulk = self.line.command.bulk
            self._database = Database(session.database, busy_timeout_ms=timeout, bulk=bulk, waiting=waiting)
        return self._database

    @property
    def by(self) -> Actor:
        """Who does it, for the record."""
        return self.session.actor

    def run(self, operation: Operation[T]) -> T:
        """Do an operation on the session's database."""
        return self.database.run(operation)

    def mention(self, address: Address, *, secret: bool | None = None, rescue: bool = False) -> None:
        """Say that this command was about the entry at `address`. Without `secret`, it is looked up afterwards."""
        self.mentions.append(Mention("id", address=address, secret=secret, rescue=rescue))

    def mention_name(self, type_: str, value: str, target: str = "") -> None:
        """Say that it was about a cursor (alias), a context or a namespace (tag) that is known to be no secret."""
        self.mentions.append(Mention(type_, value, target))

    def forget(self, address: Address) -> None:
        """Say that there is no entry at `address` any more."""
        self.forgotten.append(Mention("id", address=address))

    def forget_name(self, type_: str, value: str) -> None:
        """Say that there is no such cursor any more."""
        self.forgotten.append(Mention(type_, value))

    @property
    def place(self) -> Workspace:
        """The workspace, also for a command that opens no session."""
        if self._session is not None:
            return self._session.workspace
        from store.workspace import find_workspace

        return find_workspace(self.environ, self.cwd)

    @property
    def who(self) -> tuple[str, str]:
        """User and cursor in effect, "" for the default one and for none; no cursor where no session was opened."""
        if self._session is not None:
            return self._session.guard.user, self._session.cursor or ""
        from store.session import Choice, read_guard

        return read_guard(Choice(user=self.option("user")), self.environ).user, ""

    def adopt_orphans(self) -> None:
        """What a command that writes does for processes that died before it (T-112): nothing, nearly always."""
        if self._session is None or self._database is None or not self.line.command.mutates:
            return
        try:
            names = os.listdir(self._session.workspace.spool)
        except OSError:
            return
        if any(_needs_care(name, self.now_ms // 1000) for name in names):
            from tui.headless.rescuing import adopt

            adopt(self)

    def close(self) -> None:
        """Close what was opened. May be called any number of times."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def note_failure(self, error: StoreError) -> None:
        """Leave a record of a command that reached the database and was refused there; never a failure of its own (T-100)."""
        if self._database is None or not (self.target and self.line.command.mutates):
            return
        if not isinstance(error, (InputError, Refused, NotFound)):
            return  # the database itself is in trouble, or the rescue has a record already
        from store.operations.commands import record_failure

        verb = "delete" if self.line.command.name == "del" else self.line.command.name.rpartition(" ")[2]
        try:
            self._database.run(record_failure(verb, self.target, error.code, by=self.by, now_ms=self.now_ms))
        except StoreError:
            pass  # the first error is what the user sees

    def _waiting(self, holder: str) -> None:
        self.output.status(f"waiting for {holder or 'another process'}")


def _needs_care(name: str, now_s: int) -> bool:
    """Whether a file in the spool may be an orphan, or was saved for the user more than a day ago. Judged again with care."""
    if name.endswith((".part", ".full")):
        return True
    told = name.partition("_")[0]
    return name.endswith(".pipe") and not (told.isdigit() and now_s - int(told) < 86400)


def run(words: Sequence[str], environ: Mapping[str, str] | None = None, cwd: str | None = None) -> int:
    """Run the command line `words` (without the program's name) and give its exit code. Never raises, never prints a traceback.

    `cwd`: None for the working directory of the process.
    """
    environ = os.environ if environ is None else environ
    output = Output(json=environ.get("PRONTO_OUTPUT") == "json")
    call: Call | None = None
    try:
        try:
            line = parse(as_utf8(words))
            output.quiet = "quiet" in line.options
            output.json = wants_json(line, environ)
            call = Call(line, output, environ, cwd)
            code = perform(call)
            output.flush()
            remember(call, code)
            return code
        finally:
            if call is not None:
                call.close()
    except ReaderGone:
        return OK
    except NoCommand as error:
        if os.isatty(STDIN) and output.terminal:
            from tui.browser.launch import open_browser

            return open_browser(choice_of(error.options), environ, cwd)
        return _tell(error, output, environ, words, call)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _tell(error, output, environ, words, call)


def _tell(error: Exception, output: Output, environ: Mapping[str, str], words: Sequence[str], call: Call | None) -> int:
    from tui.headless.failing import report

    if call is None and output_format(words) == "json":
        output.json = True
    code = report(error, output, environ, " ".join(words[:1]) if call is None else call.line.command.name)
    if call is not None and (call.mentions or call.forgotten):
        remember(call, code)
    return code


def remember(call: Call, code: int) -> None:
    """The one place around every command where names enter and leave the completion cache (C-020, C-025)."""
    if call.line.help or call.line.command.name in UNWRAPPED:
        return
    name_cache.remember(call, code)


def as_utf8(words: Sequence[str]) -> Sequence[str]:
    """The words as the UTF-8 text they are, also where the locale made Python read them as something else (P-001)."""
    if sys.getfilesystemencoding() == "utf-8":
        return words
    return [os.fsencode(word).decode("utf-8", "surrogateescape") for word in words]


def as_path(word: str | None) -> str | None:
    """A word of `as_utf8` as the system's own functions want it."""
    return None if word is None else os.fsdecode(word.encode("utf-8", "surrogateescape"))


def choice_of(options: Mapping[str, str]) -> Choice:
    """The global options that say who and where (P-005)."""
    from store.session import Choice

    return Choice(
        user=options.get("user"),
        cursor=options.get("cursor"),
        database=as_path(options.get("database")),
        meta=options.get("meta"),
        context=options.get("project"),
        namespace=options.get("namespace"),
        delimiter=options.get("ns-delim"),
    )


def perform(call: Call) -> int:
    """Run the handler; leave a record when it fails, look after orphans when it succeeds."""
    try:
        code = handler_of(call.line)(call)
    except StoreError as error:
        call.note_failure(error)
        raise
    call.adopt_orphans()
    return code


def wants_json(line: Line, environ: Mapping[str, str]) -> bool:
    """Whether the answer shall be JSON: `--output`, else PRONTO_OUTPUT. Raises UsageError for a format we do not have."""
    asked = line.options.get("output")
    name = "--output" if asked is not None else "PRONTO_OUTPUT"
    wanted = asked if asked is not None else environ.get("PRONTO_OUTPUT") or "text"
    if wanted not in ("text", "json"):
        raise UsageError(f"{name} must be text or json, not '{wanted}'", hint=f"usage: {line.command.usage}")
    return wanted == "json"


def handler_of(line: Line) -> Callable[[Call], int]:
    """The function the command table names for this line, its module imported now."""
    module_name, _, name = ("tui.headless.help:help_of_command" if line.help else line.command.handler).partition(":")
    module = __import__(module_name, fromlist=(name,))
    handler: Callable[[Call], int] = getattr(module, name)
    return handler
