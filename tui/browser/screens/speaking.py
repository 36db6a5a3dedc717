"""Screens that say what was done or went wrong, in toasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.screen import Screen, ScreenResultType

from tui.safe_text import plain_safe

if TYPE_CHECKING:
    from store.errors import StoreError


class SpeakingScreen(Screen[ScreenResultType]):
    """A screen with a voice."""

    def say(self, text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """A toast; `text` may hold stored text."""
        self.app.notify(plain_safe(text, keep="\n"), severity=severity, markup=False)

    def say_error(self, error: StoreError, doing: str = "") -> None:
        """What went wrong, and the way out."""
        text = f"{doing}: {error.message}" if doing else error.message
        self.say(f"{text}\n{error.hint}" if error.hint else text, "error")

    def copy_line(self, line: str) -> None:
        """A command line to the terminal's clipboard, and say which."""
        self.app.copy_to_clipboard(line)
        self.say(f"copied: {line}")
