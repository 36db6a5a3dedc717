"""The console without a terminal: lines in, operations and questions out, answers back (M-230…M-235, U-08).

A face drives `Console.feed(line)` and `Console.complete(text)`: it runs each yielded operation by `Engine.run`, so that what
fails is recorded and the position is as before (M-106), throws what went wrong into the generator, and sends back results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.finder import Finder
from store.errors import StoreError
from tui.console import completion
from tui.console.requests import Ask as Ask
from tui.console.requests import Reply as Reply
from tui.console.requests import Steps as Steps
from tui.console.verbs import VERBS, find_verb
from tui.console.words import split_word
from tui.meteor_text import one_line

if TYPE_CHECKING:
    from store.engine import Engine
    from tui.console.completion import Recent

ENDINGS = ("exit", "quit")
FAREWELL = "bye"


class Console:
    """One session on one engine. For one line at a time.

    interactive: somebody is there to be asked. disposable: what it works on is gone afterwards, so nothing needs to be asked.
    recent: reads the names that were used last, for completion; None where nothing remembers them.
    """

    def __init__(
        self, engine: Engine, *, interactive: bool = False, disposable: bool = False, recent: Recent | None = None
    ) -> None:
        self.engine = engine
        self.recent = recent
        self.interactive = interactive
        self.disposable = disposable
        self.finder = Finder(engine)

    def feed(self, line: str) -> Steps[Reply]:
        """Do one line. Never raises for what a person can do wrong, nor for a store that cannot be used: errors are answers."""
        if not _is_text(line):
            return Reply(("Error: the line is not UTF-8 text",), keep=False)
        word, rest = split_word(line)
        if not word:
            return Reply()
        if word in ENDINGS and not rest:
            return self.farewell()
        verb = find_verb(word)
        if verb is None:
            return Reply((f"Unknown command '{one_line(word)}'. Try 'help'.",), keep=False)
        try:
            outcome = verb.run(self, rest)
            return outcome if isinstance(outcome, Reply) else (yield from outcome)
        except StoreError as error:
            return Reply(tuple(self.complaint(error, verb.failing)), keep=not verb.carries_values)

    def complete(self, text: str) -> Steps[list[str]]:
        """What could stand in place of the last word of `text`, names used last first, at most completion.MOST."""
        if not _is_text(text):
            return []
        return (yield from completion.candidates(self.engine, text, self.recent))

    def farewell(self) -> Reply:
        """The last answer, also at the end of input."""
        return Reply((FAREWELL,), done=True)

    def complaint(self, error: StoreError, failing: str = "Error") -> list[str]:
        """An error as lines: the sentence, then the way out. No stored value is in it (P-116)."""
        hints = [line for line in error.hint.split("\n") if line]
        return [f"{failing}: {one_line(error.message)}", *(f"  hint: {one_line(hint)}" for hint in hints)]


def _is_text(line: str) -> bool:
    """Whether it can be written as UTF-8: nothing else is an address or a value here."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


__all__ = ["VERBS", "Ask", "Console", "Reply", "Steps"]
