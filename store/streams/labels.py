"""What tokens and addresses are called in messages: one line, cut, never a value (X-009, P-070)."""

from __future__ import annotations

LABEL_LENGTH = 40


def make_label(head: str) -> str:
    """The name of a token in messages: its text before the `=`, at most 40 characters.

    The head of a credential ends at its first blank: what follows may be the secret itself, its `=` forgotten.
    """
    words = head.split()
    if words and words[0].startswith(("sec:", "meta:sec:")):
        head = words[0]
    return one_line(head.strip()[:LABEL_LENGTH])


def one_line(text: str) -> str:
    """`text` with `_` for every control, bidi, line-breaking and other invisible character (P-070, U-15)."""
    return text if text.isprintable() else "".join([c if c.isprintable() else "_" for c in text])
