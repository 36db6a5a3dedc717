"""The private names of Textual that we lean on, all in one place; tests/tui/test_compat.py notices when a version drops one.

What is changed: an unexpected error is never drawn (Textual prints local variables, which hold stored text); the terminal's size
comes from the terminal itself; a terminal that goes away ends the program instead of hanging or spinning it; a widget that comes
into view learns its size.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from textual import screen
from textual._compositor import Compositor, ReflowResult
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.worker import WorkerFailed

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.geometry import Size
    from textual.widget import Widget

DRAWN_ON = 2
"""The descriptor Textual draws on."""

TERMINAL_GONE = 129
"""Exit code when the terminal has disappeared: that of SIGHUP."""


class QuietApp(App[None]):
    """An app that ends on an unexpected error with exit code 1 and `crash` set, and draws nothing about it."""

    crash: BaseException | None = None
    """The first unexpected error."""

    def _handle_exception(self, error: Exception) -> None:
        self.crash = self.crash or (error.error if isinstance(error, WorkerFailed) else error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """End at once; `renderables` are not drawn."""
        self._return_code = 1
        self._close_messages_no_wait()

    def end(self, return_code: int) -> None:
        """End as asked for from outside; also when the app is only about to start."""
        self.exit(return_code=return_code)


class TellingCompositor(Compositor):
    """Textual's tells a widget its size when that is another than before, but takes as "before" whatever it has computed meanwhile.

    A widget shown right after something was scrolled is in there already, is told nothing, and stays empty if it waits for its
    size: the console, or a list. What counts here is what was told.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[Widget, Size] = {}

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay everything out; which widgets went, came, and have another size."""
        found = super().reflow(parent, size)
        before, self._told = self._told, {widget: place.region.size for widget, place in self._full_map.items()}
        came = self._told.keys() - before.keys()
        other = {widget for widget, now in self._told.items() if widget in before and before[widget] != now}
        return ReflowResult(found.hidden, found.shown | came, found.resized | other)


screen.Compositor = TellingCompositor  # type: ignore[attr-defined]  # every screen makes one, and there is no other way in


class TerminalDriver(LinuxDriver):
    """The driver for a real terminal that may disappear under us."""

    @property
    def _writer_thread(self) -> WriterThread | None:
        return self._patient

    @_writer_thread.setter
    def _writer_thread(self, thread: WriterThread | None) -> None:
        self._patient = _PatientWriter(sys.__stderr__ or sys.stderr) if thread is not None else None

    def _get_terminal_size(self) -> tuple[int, int]:
        for descriptor in (DRAWN_ON, self.fileno):
            try:
                width, height = os.get_terminal_size(descriptor)
            except OSError:
                continue
            if width and height:
                return width, height
        return super()._get_terminal_size()

    def _run_input_thread(self) -> None:
        app: Any = self._app
        try:
            self.run_input_thread()
        except OSError:
            app.call_later(app.exit, return_code=TERMINAL_GONE)
        except BaseException as error:
            app.call_later(app._handle_exception, error)


class _PatientWriter(WriterThread):
    """Writes to the terminal; when it is gone, swallows the rest, so that whoever writes never waits for ever."""

    def run(self) -> None:
        """Until `stop`."""
        try:
            super().run()
        except (OSError, ValueError):
            while self._queue.get() is not None:
                pass
