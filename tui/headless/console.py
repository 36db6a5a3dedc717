"""`console`: the console on a terminal with line editing, or with lines from standard input (M-230, U-08)."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from store.database import MEMORY, Database
from store.engine import Engine
from store.errors import InputError, StoreError
from store.model import Actor
from store.profiles import profile_of
from store.settings import read_settings
from store.workspace import find_workspace
from tui.console.lines import LineHistory, lines_file
from tui.console.requests import Ask, Reply, Work
from tui.console.session import Console
from tui.headless.dialects import position_of
from tui.headless.failing import as_store_error
from tui.headless.output import STDIN
from tui.headless.stdin_lines import StdinLines
from tui.name_cache import MOST_LINES, is_direct, remember

if TYPE_CHECKING:
    from store.operation import Operation
    from store.settings import Settings
    from tui.console.completion import Recent
    from tui.console.requests import Steps
    from tui.headless.main import Call

BANNER = "🌠 Meteor REPL – type 'help' for commands, 'exit' to quit"
PROMPT = "meteor> "
INTERRUPTED = "interrupted"


class Ended(Exception):
    """There are no more lines."""


def console(call: Call) -> int:
    """Read and do one command after the other until `exit` or the end of input. Errors end nothing (M-230)."""
    in_memory = call.has("memory")
    settings = _settings(call) if in_memory else call.session.settings
    terminal = os.isatty(STDIN) and call.output.terminal and not call.output.json
    if in_memory:
        database, actor = Database(MEMORY), Actor(face="console")
        lines = LineHistory()
    else:
        session = call.session
        database, actor = call.database, session.actor._replace(face="console")
        lines = LineHistory(lines_file(session.workspace, actor) if terminal else None)
    engine = Engine(profile_of(settings, call.output.warn), meta=actor.meta, actor=actor)
    if not in_memory:
        engine.move(position_of(call.session.reading))
    recent = _recent(call, engine) if terminal and not in_memory else None
    talk = Console(engine, interactive=terminal, disposable=in_memory, recent=recent)
    call.recheck = not in_memory
    reader = _Typed(call, lines) if terminal else _Piped(call, settings.max_input)
    face = _Face(call, talk, engine, database, reader)
    if not in_memory:
        face.note = _noted_at_once(call, engine) if terminal else partial(_note, call)
    try:
        return face.run()
    finally:
        if in_memory:
            database.close()


def _settings(call: Call) -> Settings:
    """The settings without a session: `--memory` works whatever is wrong with cursors and databases."""
    return read_settings(find_workspace(call.environ, call.cwd), call.environ)


def _recent(call: Call, engine: Engine) -> Recent | None:
    """What reads the names used last; None where the cache is not to be asked (C-025)."""
    from tui.completion.recent import names_of_session

    found = names_of_session(call.session, call.environ, engine.clock, direct=is_direct(call))
    return found.used if found else None


def _note(call: Call, reply: Reply) -> None:
    """What a command was about, written down with the others when the console ends. What is gone is looked for then (C-029)."""
    for address in reply.about[: max(0, MOST_LINES - len(call.mentions))]:
        call.mention(address)


def _noted_at_once(call: Call, engine: Engine) -> Callable[[Reply], None]:
    """The same, written down at once: the next Tab offers it first."""

    def note(reply: Reply) -> None:
        if not (reply.about or reply.gone or reply.removes):
            return
        _note(call, reply)
        for address in reply.gone:
            call.forget(address)
        call.now_ms = engine.clock()
        call.recheck = reply.removes
        try:
            remember(call, 0)
        except KeyboardInterrupt:
            pass  # it was too late for the command, and this is not worth more than a line
        call.mentions.clear()
        call.forgotten.clear()
        call.recheck = True

    return note


class _Face:
    """Runs what the console asks for and shows what it says. note: told of every answer that was shown."""

    def __init__(self, call: Call, talk: Console, engine: Engine, database: Database, reader: _Typed | _Piped) -> None:
        self.output = call.output
        self._talk = talk
        self._engine = engine
        self._database = database
        self._reader = reader
        self.note: Callable[[Reply], None] = lambda _reply: None

    def run(self) -> int:
        """The whole session; its exit code is 0."""
        if not self.output.json:
            self.output.line(BANNER)
        self._reader.prepare(self._complete)
        while True:
            try:
                line = self._reader.line(PROMPT)
            except Ended:
                self._show("", self._talk.farewell())
                return 0
            except KeyboardInterrupt:
                if not self._reader.terminal:
                    raise
                self.output.line("")
                continue
            except InputError as error:
                self._show("", Reply(tuple(self._talk.complaint(error))))
                continue
            reply = self._do(line)
            self._show(line, reply)
            self._reader.remember(line, keep=reply.keep)
            self.note(reply)
            if reply.done:
                return 0

    def _do(self, line: str) -> Reply:
        """One command. Ctrl-C on a terminal stops it; whatever else goes wrong is told (U-15, M-230)."""
        steps = self._talk.feed(line)
        try:
            reply: Reply = self._drive(steps)
            return reply
        except KeyboardInterrupt:
            if not self._reader.terminal:
                raise
            return Reply((INTERRUPTED,), keep=False)
        finally:
            steps.close()

    def _drive(self, steps: Steps[Any]) -> Any:
        """Run a generator of the console to its end, and give what it returns."""
        resume: Callable[[], Operation[Any] | Ask | Work] = partial(next, steps)
        while True:
            try:
                request = resume()
            except StopIteration as done:
                return done.value
            try:
                answer = self._serve(request)
                resume = partial(steps.send, answer)
            except Exception as error:  # also a defect of ours ends one command, not the session
                resume = partial(steps.throw, as_store_error(error, "console"))

    def _serve(self, request: Operation[Any] | Ask | Work) -> Any:
        if isinstance(request, Ask):
            return self._ask(request)
        if isinstance(request, Work):
            return request.function()
        try:
            return self._engine.run(self._database, request)
        except StoreError as error:
            if error.code == "database-moved":
                self._database.close()  # the next command opens what is there now
            raise

    def _ask(self, question: Ask) -> str:
        if not self.output.json:
            for text in question.said:
                self.output.line(text)
        try:
            return self._reader.line(question.prompt)
        except Ended:
            return ""

    def _complete(self, text: str) -> list[str]:
        """What could stand in place of the last word of `text`; nothing when the store cannot say."""
        try:
            found: list[str] = self._drive(self._talk.complete(text))
        except StoreError:
            return []
        return found

    def _show(self, line: str, reply: Reply) -> None:
        """Print an answer. A line may hold the line breaks of a value that was asked for; nothing else is let through (U-15)."""
        if self.output.json:
            if line.strip() or reply.lines:
                self.output.object(lines=list(reply.lines), done=reply.done)
        else:
            for text in reply.lines:
                self.output.data(text.encode("utf-8", "surrogateescape") + b"\n")
        self.output.flush()


def _keep_order(readline: Any) -> None:
    """Have GNU readline list candidates as they come, newest first. Where it cannot be told (libedit), it sorts them.

    Tab writes what all candidates agree on, so their order changes the list alone, never what is written.
    """
    try:
        from ctypes import CDLL, c_int

        c_int.in_dll(CDLL(getattr(readline, "__file__", None)), "rl_sort_completion_matches").value = 0
    except (ImportError, OSError, ValueError):
        pass


class _Piped:
    """Lines of standard input, one after the other."""

    terminal = False

    def __init__(self, call: Call, limit: int) -> None:
        self._output = call.output
        self._lines = StdinLines(limit)

    def prepare(self, complete: Callable[[str], list[str]]) -> None:
        """Nothing to be done."""

    def remember(self, line: str, *, keep: bool) -> None:
        """Nothing: a script is not something that was typed."""

    def line(self, prompt: str) -> str:
        """The next line. Raises Ended, InputError `not_utf8`, LimitError `too-large`."""
        if not self._output.json:
            self._output.data(prompt.encode())
            self._output.flush()
        line = self._lines.next()
        if line is None:
            raise Ended
        return line


class _Typed:
    """Lines typed on a terminal, with editing, completion and earlier lines where Python has `readline`."""

    terminal = True

    def __init__(self, call: Call, lines: LineHistory) -> None:
        self._output = call.output
        self._lines = lines
        self._readline: Any = None
        self._found: list[str] = []

    def prepare(self, complete: Callable[[str], list[str]]) -> None:
        """Fill the memory of the line editor and tell it how to complete."""
        try:
            import readline
        except ImportError:
            return
        self._readline = readline
        readline.set_auto_history(False)
        readline.clear_history()
        for line in reversed(self._lines.lines()):
            readline.add_history(line)
        readline.set_completer_delims(" \t")
        readline.parse_and_bind("tab: complete")
        readline.parse_and_bind("set enable-bracketed-paste off")
        _keep_order(readline)

        def completer(_word: str, number: int) -> str | None:
            if number == 0:
                self._found = complete(readline.get_line_buffer()[: readline.get_endidx()])
            return self._found[number] if number < len(self._found) else None

        readline.set_completer(completer)

    def remember(self, line: str, *, keep: bool) -> None:
        """Let the arrow keys bring it back, in later sessions too with `keep`."""
        if self._lines.add(line, keep=keep) and self._readline is not None:
            self._readline.add_history(line)

    def line(self, prompt: str) -> str:
        """The next line. Raises Ended, KeyboardInterrupt, InputError `not_utf8`."""
        self._output.flush()
        try:
            line = input(prompt)
            line.encode()
        except (EOFError, OSError):
            self._output.line("")
            raise Ended from None
        except UnicodeError:
            raise InputError("not_utf8", "the line is not UTF-8 text") from None
        return line
