r"""The one splitter of the Meteor languages (M-050…M-056): delimiters inside double quotes are ordinary text.

A quote opens a run wherever it stands; inside, a backslash protects the next character; nothing is unescaped, nothing lost.
Every function here is linear in the text (M-149). Errors are `StreamError`, `position` counts characters of the given text.
"""

from __future__ import annotations

from store.errors import StreamError
from store.named import NamedTuple
from store.streams.labels import make_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

TOKENS = ";"
METEORS = ":;:"
DOUBLE = ";;"


class Piece(NamedTuple):
    """A part of a split text and the offset of its first character."""

    text: str
    offset: int


def split(text: str, delimiter: str = TOKENS, trim: bool = True) -> list[str]:
    """The segments of `text` in order, empty ones dropped; `trim` strips each first (M-050…M-055).

    Raises StreamError `unbalanced-quotes`; `consecutive-semicolons` is the affair of `check`.
    """
    return [piece.text for piece in split_pieces(text, delimiter, trim)]


def split_pieces(text: str, delimiter: str = TOKENS, trim: bool = True, base: int = 0) -> list[Piece]:
    """Like `split`, each segment with its offset, counted from `base`."""
    pieces = []
    start = base
    width = len(delimiter)
    for part in _parts(text, delimiter):
        offset = start
        start += len(part) + width
        if trim:
            bare = part.lstrip()
            offset += len(part) - len(bare)
            part = bare.rstrip()
        if part:
            pieces.append(Piece(part, offset))
    return pieces


def check(text: str) -> None:
    """Raise `unbalanced-quotes`, else `consecutive-semicolons` for two adjacent `;` outside quotes (M-055, M-056)."""
    if '"' not in text:
        _refuse_double(text, 0, len(text))
        return
    stretches = list(_unquoted(text))
    if DOUBLE in text:
        for low, high in stretches:
            _refuse_double(text, low, high)


def refuse_double(text: str) -> None:
    """Like `check` for those who split `text` next: without two adjacent `;` anywhere it is left to them to find an open quote."""
    if DOUBLE in text:
        check(text)


def double_semicolons(text: str) -> list[int]:
    """Offsets of the second `;` of each pair of adjacent ones outside quotes; for those who go on after a fault (M-117)."""
    found = []
    for low, high in _unquoted(text) if DOUBLE in text else ():
        at = text.find(DOUBLE, low, high)
        while at >= 0:
            found.append(at + 1)
            at = text.find(DOUBLE, at + 1, high)
    return found


def has_consecutive_semicolons(text: str) -> bool:
    """Whether two `;` are adjacent outside quotes. Raises `unbalanced-quotes`."""
    stretches = list(_unquoted(text))
    return any(text.find(DOUBLE, low, high) >= 0 for low, high in stretches)


def closing_quote(text: str, opening: int) -> int:
    """Offset of the quote that closes the run opened at `opening`, -1 if none does (M-052)."""
    begin = opening + 1
    close = text.find('"', begin)
    while close > begin and text[close - 1] == "\\":
        before = text[begin:close]
        if not (len(before) - len(before.rstrip("\\"))) % 2:
            break
        begin = close + 1  # protected; backslashes before it protect nothing further on
        close = text.find('"', begin)
    return close


def _parts(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.split(delimiter)
    parts = []
    start = 0
    width = len(delimiter)
    for low, high in _unquoted(text):
        at = text.find(delimiter, low, high)
        while at >= 0:
            parts.append(text[start:at])
            start = at + width
            at = text.find(delimiter, start, high)
    parts.append(text[start:])
    return parts


def _unquoted(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each stretch outside quotes, in order. Raises `unbalanced-quotes` when it comes to an open one."""
    low = 0
    opening = text.find('"')
    while opening >= 0:
        yield low, opening
        close = closing_quote(text, opening)
        if close < 0:
            raise _unbalanced(text, opening)
        low = close + 1
        opening = text.find('"', low)
    yield low, len(text)


def _unbalanced(text: str, opening: int) -> StreamError:
    hint = f'close the quote opened at offset {opening}; inside quotes a quote is written \\"'
    return StreamError(
        "unbalanced-quotes",
        f"the quote opened at offset {opening} is never closed",
        hint=hint,
        text=_label(text, opening),
        position=opening,
        segment="token",
    )


def _refuse_double(text: str, low: int, high: int) -> None:
    at = text.find(DOUBLE, low, high)
    if at >= 0:
        raise double_fault(at + 1)


def double_fault(position: int) -> StreamError:
    """M-056's error for the surplus `;` at `position`."""
    return StreamError(
        "consecutive-semicolons",
        f"two ';' in a row, the second at offset {position}",
        hint='delete one, or quote the value that holds them: key="a;;b"',
        position=position,
        segment="token",
    )


def _label(text: str, opening: int) -> str:
    """The name of the token whose value has the quote at `opening`, all before it being balanced; "" if it has no name."""
    head, equals, _ = _parts(text[:opening], TOKENS)[-1].partition("=")
    return make_label(head) if equals else ""
