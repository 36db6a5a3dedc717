"""Standard input line by line, each as soon as it is there, for commands that somebody talks to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.errors import InputError, LimitError
from store.stdin import readable
from tui.headless.output import STDIN

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 65536


class StdinLines:
    """The lines of standard input without their ends. One over `limit` bytes, or that is no text, is refused; the next is read."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._source = self._lines()

    def next(self) -> str | None:
        """The next line; None when there are no more. Raises InputError `not_utf8`, LimitError `too-large`."""
        for content in self._source:
            if content is None:
                raise LimitError("too-large", f"the line is over the maximum size of {self._limit} bytes")
            try:
                return content.decode()
            except UnicodeDecodeError as error:
                raise InputError("not_utf8", "the line is not UTF-8 text", position=error.start) from None
        return None

    def _lines(self) -> Iterator[bytes | None]:
        """Each line without its end; None for one over the limit."""
        parts: list[bytes] = []
        size, ended = 0, False
        while not ended:
            try:
                piece = os.read(STDIN, PIECE)
            except BlockingIOError:
                readable(STDIN, None)
                continue
            except OSError:
                piece = b""
            ended = not piece
            *whole, rest = piece.split(b"\n")
            for content in whole:
                yield None if size + len(content) > self._limit else b"".join([*parts, content])
                parts, size = [], 0
            size += len(rest)
            parts = [*parts, rest] if rest and size <= self._limit else parts if size <= self._limit else []
        if size:
            yield None if size > self._limit else b"".join(parts)
