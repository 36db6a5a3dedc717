r"""Quoted values and their escapes (M-060…M-065, U-05). A raw value is what a stream holds; its text is what is meant and stored.

Errors are `StreamError` with an `escape-…` code; `position` is the offset of the backslash in the text given, and neither
sentence nor `text` repeats any of it.
"""

from __future__ import annotations

from store.errors import StreamError
from store.streams.splitter import closing_quote

SIMPLE = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
WRITTEN = {char: f"\\{letter}" for letter, char in SIMPLE.items()}
CONTROLS = tuple(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in CONTROLS} | WRITTEN)
HEX = frozenset("0123456789abcdefABCDEF")
ALLOWED = 'allowed are \\" \\\\ \\n \\r \\t and \\uXXXX'


def decode_escapes(text: str) -> str:
    r"""`text` with its escapes replaced; a bare `"` is copied (M-060).

    Raises `escape-invalid`, `escape-truncated` (M-061) or `escape-unicode` (bad digits or a lone surrogate, M-062).
    """
    at = text.find("\\")
    if at < 0:
        return text
    pieces = []
    done = 0
    while at >= 0:
        pieces.append(text[done:at])
        letter = text[at + 1 : at + 2]
        if letter == "u":
            char, done = _unicode(text, at)
        elif letter in SIMPLE:
            char, done = SIMPLE[letter], at + 2
        elif letter:
            raise _fault("escape-invalid", "a backslash before a character that is no escape", at, "write \\\\ for one")
        else:
            raise _fault("escape-truncated", "a backslash at the end", at, "write \\\\ for a backslash")
        pieces.append(char)
        at = text.find("\\", done)
    pieces.append(text[done:])
    return "".join(pieces)


def validate_escapes(text: str) -> bool:
    """Whether `decode_escapes` takes `text`: the same verdict (M-061)."""
    try:
        decode_escapes(text)
    except StreamError:
        return False
    return True


def is_quoted(text: str) -> bool:
    """M-063: a quote at both ends, the last one active, and no active one between."""
    return len(text) > 1 and text[0] == '"' and closing_quote(text, 0) == len(text) - 1


def text_of(raw: str) -> str:
    """What a raw value means: the decoded interior if it is quoted, itself if not (M-063). Raises for bad escapes."""
    if '"' not in raw:
        return raw
    bare = raw.strip()
    if not is_quoted(bare):
        return raw
    try:
        return decode_escapes(bare[1:-1])
    except StreamError as error:
        error.position = (error.position or 0) + 1 + len(raw) - len(raw.lstrip())
        raise


def has_unescaped_quotes(text: str) -> bool:
    """M-064: whether a quote stands anywhere without an active backslash before it."""
    return bool(text) and closing_quote(" " + text, 0) >= 0


def has_controls(text: str) -> bool:
    """Whether a control character (C0, DEL, C1) stands in `text`."""
    return not text.isprintable() and any(char < " " or "\x7f" <= char < "\xa0" for char in text)


def emit(raw: str) -> str:
    """A raw value as it is written into meteor text, so that it reads back as one value with the same text (M-065).

    A quoted value with a control character and a bad escape stays as it is: it has no text to keep.
    """
    if is_quoted(raw):
        if not has_controls(raw):
            return raw
        try:
            return quote(text_of(raw))
        except StreamError:
            return raw
    return emit_text(raw)


def emit_text(text: str) -> str:
    """Stored text as it is written into a stream: quoted whenever a reader could take it for more than text (U-05).

    Unlike `emit` it takes quotes at both ends for text, because what is stored is never raw.
    """
    if not text or text.isalnum():
        return text
    unsafe = ";" in text or '"' in text or "=" in text or text[0].isspace() or text[-1].isspace() or has_controls(text)
    return quote(text) if unsafe else text


def quote(text: str) -> str:
    """`text` in quotes, with escapes where they are needed."""
    return f'"{text.translate(ESCAPES)}"'


def _unicode(text: str, at: int) -> tuple[str, int]:
    r"""The character of the `\u` at `at`, two of them for one beyond U+FFFF, and the offset behind it."""
    code = _digits(text, at)
    end = at + 6
    if 0xD800 <= code < 0xDC00 and text.startswith("\\u", end):
        low = _digits(text, end)
        if 0xDC00 <= low < 0xE000:
            return chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00), end + 6
    if 0xD800 <= code < 0xE000:
        raise _fault("escape-unicode", "half of a surrogate pair", at, "write both halves, or the character itself")
    return chr(code), end


def _digits(text: str, at: int) -> int:
    digits = text[at + 2 : at + 6]
    if len(digits) < 4 or not HEX.issuperset(digits):
        raise _fault("escape-unicode", "\\u without four hexadecimal digits", at, "write \\uXXXX")
    return int(digits, 16)


def _fault(code: str, sentence: str, position: int, repair: str) -> StreamError:
    message = f"bad escape in a quoted value: {sentence}"
    return StreamError(code, message, hint=f"{repair}; {ALLOWED}", position=position, segment="token")
