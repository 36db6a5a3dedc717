"""What the long help of a command is made of."""

from __future__ import annotations

from store.named import NamedTuple


class Example(NamedTuple):
    """One line for a shell and what comes of it. The examples of a command run one after the other in an empty workspace.

    prints: its standard output, `…` standing for any text on that line; None: whatever it prints. exit: its exit code.
    """

    line: str
    does: str
    prints: str | None = ""
    exit: int = 0


class Details(NamedTuple):
    """Paragraphs of help, then examples."""

    text: str
    examples: tuple[Example, ...]
