"""Standard output and standard error of the headless face: bytes of UTF-8 whatever the locale says (P-001).

Works on file descriptors, not on `sys.stdout`: no encoding, no translation of line ends, nothing left for the interpreter to flush.
"""

from __future__ import annotations

import os

from store.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STDIN, STDOUT, STDERR = 0, 1, 2
SCHEMA = 1  # the version number in every JSON object (U-16)
FLUSH_AT = 65536
EMOJI_STYLE = "\ufe0f"  # part of our own marks, and harmless


class ReaderGone(Exception):
    """Whoever read our standard output has had enough. Not an error (P-001)."""


class Output:
    """Where a command writes to. `json`: machine output is asked for. `quiet`: no status, no advice. `terminal`: stdout is one.

    What goes to standard output is kept until 64 KiB or `flush`; what goes to standard error is written at once.
    """

    __slots__ = ("_lost", "_parts", "_size", "json", "quiet", "terminal")

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet
        self._lost = [fd for fd in (STDIN, STDOUT, STDERR) if not _is_open(fd)]
        for fd in self._lost:
            # A missing one is filled, or the next file opened would take its number and get our messages written into it.
            os.dup2(os.open(os.devnull, os.O_RDWR), fd)
        self.terminal = os.isatty(STDOUT)
        self._parts: list[bytes] = []
        self._size = 0

    def data(self, content: bytes) -> None:
        """Write stored bytes: exact to a pipe or file, with everything dangerous as visible marks to a terminal (U-15)."""
        if self.terminal and not (content.isascii() and content.decode().replace("\n", "").isprintable()):
            from tui.safe_text import plain_safe

            content = plain_safe(content.decode("utf-8", "surrogateescape"), "\n\t").encode("utf-8", "replace")
        self._add(content)

    def exact(self, content: bytes) -> None:
        """Write bytes as they are, even to a terminal: the user's own, which have no other place left (T-113)."""
        self._add(content)

    def line(self, text: str, keep: str = "") -> None:
        """Write one line of a listing or report; stored text in it is made safe for a terminal, and stays one line.

        `keep`: control characters that are our own, such as the tabs between columns.
        """
        if self.terminal:
            text = safe_line(text, keep)
        self._add(text.encode("utf-8", "surrogateescape") + b"\n")

    def object(self, **fields: Any) -> None:
        """Write one JSON object, schema number first, as one line."""
        self._add(_json_line({"schema": SCHEMA, **fields}, ascii_only=self.terminal))

    def status(self, text: str) -> None:
        """Say on standard error what was done; not with --quiet, and not to programs, which read it in the result."""
        if not (self.quiet or self.json):
            self.talk(text)

    def warn(self, text: str, code: str = "warning") -> None:
        """Say on standard error what the user should know though the command goes on."""
        if self.json:
            self.talk_object(code=code, message=text, hint="", position=None, warning=True)
        else:
            self.talk(text)

    def talk(self, text: str) -> None:
        """Write lines to standard error, safe for any terminal. If nobody can hear it, that is no failure."""
        lines = [safe_line(line) for line in text.split("\n")]
        _write_quietly("\n".join(lines).encode("utf-8", "backslashreplace") + b"\n")

    def talk_object(self, **fields: Any) -> None:
        """Write one JSON object to standard error."""
        _write_quietly(_json_line({"schema": SCHEMA, **fields}, ascii_only=True))

    def flush(self) -> None:
        """Write what was kept. Raises ReaderGone; `output-error` when it cannot be written."""
        content, self._parts, self._size = b"".join(self._parts), [], 0
        if not content:
            return
        try:
            if STDOUT in self._lost:
                raise StoreError("output-error", "cannot write to standard output: it is closed")
            write_all(STDOUT, content)
        except BrokenPipeError:
            raise ReaderGone from None
        except OSError as error:
            raise StoreError("output-error", f"cannot write to standard output: {error.strerror}") from None

    def _add(self, content: bytes) -> None:
        self._parts.append(content)
        self._size += len(content)
        if self._size >= FLUSH_AT:
            self.flush()


def safe_line(text: str, keep: str = "") -> str:
    """`text` as one line that does nothing but stand there; the control characters of `keep` are ours and stay."""
    bare = text.replace("✅ ", "", 1)
    if bare.isascii() and bare.isprintable():
        return text
    from tui.safe_text import plain_safe

    return plain_safe(text, EMOJI_STYLE + keep)


def write_all(fd: int, content: bytes) -> None:
    """Write all of `content`, also where the other side set the pipe to non-blocking."""
    view = memoryview(content)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            import select

            select.select([], [fd], [])


def _write_quietly(content: bytes) -> None:
    try:
        write_all(STDERR, content)
    except OSError:
        pass


def _json_line(fields: dict[str, Any], *, ascii_only: bool) -> bytes:
    """One object on one line. `ascii_only`: for a terminal, which must not be told to do anything (U-15)."""
    from json import dumps

    text = dumps(fields, ensure_ascii=ascii_only, separators=(",", ":")).replace("\x7f", "\\u007f")
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
