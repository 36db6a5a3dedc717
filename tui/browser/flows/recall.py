"""Lines typed before and words that are being completed: what a line of the console needs to know. Light, no Textual."""

from __future__ import annotations

import os


class Recall:
    """Earlier lines, newest first, and the one being typed; what the arrows walk through."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = -1
        self._draft = ""

    def add(self, line: str) -> None:
        """A line was run: it is the newest, and the walk begins anew."""
        self._at = -1
        if line.strip() and self._lines[:1] != [line]:
            self._lines.insert(0, line)

    def earlier(self, typed: str) -> str:
        """The line before; `typed` is kept for the way back."""
        if self._at < 0:
            self._draft = typed
        self._at = min(self._at + 1, len(self._lines) - 1)
        return self._lines[self._at] if self._at >= 0 else typed

    def later(self, typed: str) -> str:
        """The line after, in the end the one that was being typed."""
        if self._at < 0:
            return typed
        self._at -= 1
        return self._lines[self._at] if self._at >= 0 else self._draft


def completed(text: str, found: list[str]) -> str:
    """`text` with its last word as far as all of `found` agree; a single whole word gets a blank behind it."""
    if not found:
        return text
    start = 0 if not text or text[-1:].isspace() else max(text.rfind(blank) for blank in " \t") + 1
    start = len(text) if text[-1:].isspace() else start
    word = os.path.commonprefix(found)  # noqa: RUF071  # letter by letter is what is meant
    blank = " " if len(found) == 1 and not word.endswith((":", "/")) else ""
    return text[:start] + word + blank
