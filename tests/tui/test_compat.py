"""The contract with Textual's private names (tui/browser/compat.py), and what we build on them."""

from __future__ import annotations

import io
import os
import pty
from threading import Thread

import pytest
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import WorkerFailed

from tests.tui.waiting import until
from tui.browser.compat import QuietApp, TerminalDriver, _PatientWriter

SECRET = "stored-text-that-nobody-may-see"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (App, "_handle_exception"),
        (App, "_fatal_error"),
        (App, "_close_messages_no_wait"),
        (App, "_print_error_renderables"),
        (App, "panic"),
        (Compositor, "reflow"),
        (LinuxDriver, "_get_terminal_size"),
        (LinuxDriver, "_run_input_thread"),
        (WriterThread, "run"),
        (WriterThread, "stop"),
    ],
)
def test_the_names_we_override_exist(owner: type, name: str) -> None:
    """A version of Textual without one of them must not pass unnoticed."""
    assert callable(getattr(owner, name))


class Failing(QuietApp):
    """Breaks when told to, with stored text in the message and in a local variable."""

    class WithPicture(Exception):
        """An exception that Textual would draw by its own picture."""

        def __rich__(self) -> str:
            return SECRET

    def action_break(self, picture: bool) -> None:
        stored = SECRET
        raise self.WithPicture() if picture else RuntimeError(stored)


@pytest.mark.parametrize("picture", [False, True])
async def test_an_unexpected_error_is_kept_and_never_drawn(picture: bool) -> None:
    """U-15, P-116: exit code 1, the error for the report, nothing for the screen."""
    app = Failing()

    async def run() -> None:
        async with app.run_test() as pilot:
            app.call_later(app.action_break, picture)
            await pilot.pause()

    with pytest.raises((RuntimeError, Failing.WithPicture)):
        await run()
    assert app.return_code == 1
    assert app.crash is not None
    assert app._exit_renderables == []


async def test_an_error_in_a_worker_is_the_error_itself() -> None:
    """Textual wraps it and repeats its message; the report is about where it happened."""
    app = Failing()

    async def work() -> None:
        raise KeyError(SECRET)

    async def run() -> None:
        async with app.run_test() as pilot:
            app.run_worker(work())
            await pilot.pause()

    with pytest.raises(WorkerFailed):
        await run()
    assert isinstance(app.crash, KeyError)


async def test_panic_ends_without_a_picture() -> None:
    """Textual's own threads panic with tracebacks: they are not drawn either."""
    app = Failing()
    async with app.run_test():
        app.panic(SECRET)
    assert app.return_code == 1
    assert app._exit_renderables == []


class Late(Widget):
    """Comes into view later, and notes what it is told."""

    DEFAULT_CSS = "Late { display: none; height: 3; }"
    told = 0

    def on_resize(self) -> None:
        self.told += 1


class Scrolling(QuietApp):
    """Something to scroll, and what comes into view below it."""

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static("x\n" * 200)
        yield Late()


@pytest.mark.parametrize("asks", [False, True])
async def test_what_comes_into_view_right_after_scrolling_learns_its_size(asks: bool) -> None:
    """Textual told it nothing, and the console opened right after scrolling stayed empty, whoever asked where something is."""
    app = Scrolling()
    async with app.run_test() as pilot:
        late, long = app.query_one(Late), app.query_one(VerticalScroll)
        long.scroll_to(y=5, animate=False)
        await until(pilot, lambda: long.scroll_offset.y == 5)
        late.display = True
        assert not asks or long.region
        await until(pilot, lambda: late.told)
        before = late.told
        late.display = False
        await pilot.pause()
        late.display = True
        await until(pilot, lambda: late.told > before)


def test_whoever_writes_to_a_dead_terminal_never_waits() -> None:
    """The queue of Textual's writer holds 30 pieces; when its thread dies, writing the 31st would block for ever."""

    class Dead(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    writer = _PatientWriter(Dead())
    writer.start()

    def write() -> None:
        for _ in range(200):
            writer.write("x")
        writer.stop()

    thread = Thread(target=write, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def test_the_size_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS and LINES of some shell must not win over the terminal, or resizing does nothing."""
    main, other = pty.openpty()
    saved = os.dup(2)
    monkeypatch.setenv("COLUMNS", "33")
    try:
        import fcntl
        import struct
        import termios

        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 41, 123, 0, 0))
        os.dup2(other, 2)
        driver = object.__new__(TerminalDriver)
        driver.fileno = 0
        size = driver._get_terminal_size()
    finally:
        os.dup2(saved, 2)
        for descriptor in (main, other, saved):
            os.close(descriptor)
    assert size == (123, 41)
