"""Opening and closing the browser: session, database, terminal, signals. The only place that knows all parts."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.session import Choice
from tui.browser.opener import Opener
from tui.safe_text import plain_safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from store.session import Session
    from tui.browser.app import BrowserApp

OK, FAILED = 0, 1
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
LAST_RESORT_S = 4.0
STDIN, STDERR = 0, 2


def open_browser(choice: Choice | None = None, environ: Mapping[str, str] | None = None, cwd: str | None = None) -> int:
    """Show the browser until it is left; the exit code of the program.

    0: quit; 1: it could not start, or a defect of ours; 128 + n: ended by signal n. The terminal is as before in every case.
    Standard input that is no terminal is left untouched: keys are read from the controlling terminal.
    """
    choice = choice or Choice()
    environ = os.environ if environ is None else environ
    opener = Opener(choice, environ, os.getcwd() if cwd is None else cwd)
    try:
        session = opener.session()
    except StoreError as error:
        hint = f"\nhint: {plain_safe(error.hint, keep=chr(10))}" if error.hint else ""
        return _complain(f"{plain_safe(error.message)}{hint}")
    try:
        with _terminal():
            return _show(session, opener)
    except _NoTerminal:
        return _complain("the browser needs a terminal; `prontodb help` lists what works without one")


def _show(session: Session, opener: Opener) -> int:
    from tui.browser import crash

    crashed: list[BaseException] = []
    try:
        code = asyncio.run(_browse(session, opener, crashed))
    except StoreError as error:
        return _complain(plain_safe(error.message))
    except Exception as error:
        crashed.append(error)
        code = FAILED
    if crashed:
        from tui.browser.services import wall_clock_ms

        path = crash.keep(crashed[0], session.workspace.state, wall_clock_ms())
        return _complain(crash.report(crashed[0], path))
    return code


async def _browse(session: Session, opener: Opener, crashed: list[BaseException]) -> int:
    """Run the app over an open database; close whatever is open at its end, whatever happens (T-034)."""
    from tui.browser import collecting
    from tui.browser.app import BrowserApp

    app = BrowserApp(opener.prepare(session), opener)
    collecting.begin()
    collector = asyncio.create_task(collecting.when_idle(lambda: app.services))
    loop = asyncio.get_running_loop()
    # Textual reports what went wrong in its tasks itself; what is left must not print stored text to the terminal.
    loop.set_exception_handler(lambda _loop, context: _note(crashed, context.get("exception")))
    for number in SIGNALS:
        loop.add_signal_handler(number, _end, app, 128 + number)
    try:
        await app.services.database.open()
        app.services.names.opened()
        await app.run_async()
    finally:
        collector.cancel()
        await opener.close_all()
        for number in SIGNALS:
            loop.remove_signal_handler(number)
    if app.crash is not None:
        crashed.insert(0, app.crash)
    return app.return_code or OK


def _note(crashed: list[BaseException], error: BaseException | None) -> None:
    if isinstance(error, Exception):
        crashed.append(error)


def _end(app: BrowserApp, code: int) -> None:
    """A signal asks us to go: in good order, and if that takes too long, at once."""
    timer = threading.Timer(LAST_RESORT_S, os._exit, (code,))
    timer.daemon = True
    timer.start()
    app.end(code)


def _complain(text: str) -> int:
    try:
        os.write(STDERR, f"{text}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        pass  # nobody is there to read it
    return FAILED


class _NoTerminal(Exception):
    """There is neither a terminal on the standard descriptors nor a controlling one."""


@contextmanager
def _terminal() -> Iterator[None]:
    """Descriptors 0 (keys) and 2 (drawing) on the terminal, whatever they were; afterwards as before, not a byte read from them."""
    saved: list[tuple[int, int]] = []
    try:
        for descriptor in (STDIN, STDERR):
            if os.isatty(descriptor):
                continue
            try:
                terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
            except OSError:
                raise _NoTerminal from None
            saved.append((descriptor, os.dup(descriptor)))
            os.dup2(terminal, descriptor)
            os.close(terminal)
        yield
    finally:
        sys.stderr.flush()
        for descriptor, before in saved:
            os.dup2(before, descriptor)
            os.close(before)
