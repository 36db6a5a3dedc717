"""A line of the console -> command word and operands (M-231, M-233). Nothing is looked up or judged here."""

from __future__ import annotations

ROOT_WORDS = ("(root)", '""')
"""How the nameless namespace is typed where a namespace is an operand of its own."""


def split_word(text: str) -> tuple[str, str]:
    """The first word of `text` and the rest, blanks between and around them dropped."""
    parts = text.split(None, 1)
    return (parts[0], parts[1].strip() if len(parts) > 1 else "") if parts else ("", "")


def split_path(text: str) -> tuple[str, str]:
    """A path and the rest of the line as it stands. Blanks inside brackets belong to the path: `grid[ 1, 2 ]` (M-035)."""
    text = text.strip()
    inside = False
    for offset, char in enumerate(text):
        if char == "[":
            inside = "]" in text[offset:]
        elif char == "]":
            inside = False
        elif char.isspace() and not inside:
            return text[:offset], text[offset:].strip()
    return text, ""


def split_name(text: str) -> tuple[str, str]:
    """A name and the rest. A name in double quotes may hold blanks (M-233); the quotes stay."""
    text = text.strip()
    if text.startswith('"'):
        end = text.find('"', 1)
        if end > 0 and (end + 1 == len(text) or text[end + 1].isspace()):
            return text[: end + 1], text[end + 1 :].strip()
    return split_word(text)


def unquoted(text: str) -> str:
    """A name without the double quotes around it."""
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else text


def namespace_word(text: str) -> str:
    """A namespace as typed, the root by one of its words."""
    return "" if text in ROOT_WORDS else text
