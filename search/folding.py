"""Ignoring case without moving a single atom (S-307)."""

from __future__ import annotations


def fold(text: str) -> str:
    """`text` with each code point casefolded where its casefold is one code point, else left as it is.

    As long as `text`, so that offsets stay true: `ß` does not become `ss`.
    """
    folded = text.casefold()
    if len(folded) == len(text):  # no casefold is shorter than one code point, so none was longer
        return folded
    return "".join([other if len(other := atom.casefold()) == 1 else atom for atom in text])
