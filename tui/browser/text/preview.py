"""What a stored value is, in words and in lines: kind, size, age, pretty JSON, hex. Pure; times come in as `now_ms`.

A preview sees the first bytes of a value and its true size, and never pretends that those bytes are all of it. Lines it makes of
the value's own text are *not* safe yet; they pass tui.browser.text.safe when they are drawn.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn

from tui.browser.text.safe import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.safe_text import Span

Kind = Literal["text", "json", "bytes", "empty"]

FAINT, NAME, STRING, NUMBER, WORD = 4, 5, 6, 7, 8
"""Kinds of tints: hex offsets and dots; JSON names, strings, numbers, and `true false null`."""

MAX_INDENT = 40
"""Levels of JSON that still move to the right; deeper ones stay in the same column."""

_JSON_TAIL = 6
"""How far before the end a parser may stop because the text was cut there: `\\u12`, `fals`, `-`."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class ValueHead:
    """One entry as the value pane needs it. `title` is any text; times are ms since the epoch.

    `head` is the beginning of the value, `size` the length of all of it in bytes. For a secret, `head` is empty until revealed.
    """

    title: str
    head: bytes
    size: int
    updated_at: int
    expires_at: int | None = None
    secret: bool = False

    @property
    def partial(self) -> bool:
        """Whether there is more than `head`."""
        return len(self.head) < self.size


def kind_of(head: bytes, size: int) -> Kind:
    """empty, bytes (not strict UTF-8, or with a NUL: T-130), json (an object or array, as far as can be seen), else text."""
    if size == 0:
        return "empty"
    text = decode(head, size)
    if text is None:
        return "bytes"
    return "json" if _is_json(text, cut=len(head) < size) else "text"


def decode(head: bytes, size: int) -> str | None:
    """`head` as text, None if it is not text. A character cut in half at the end of a partial head is left out."""
    if 0 in head:
        return None
    try:
        return head.decode()
    except UnicodeDecodeError as error:
        if len(head) < size and error.end == len(head) and error.reason == "unexpected end of data":
            return head[: error.start].decode()
        return None


def _is_json(text: str, *, cut: bool) -> bool:
    stripped = text.strip(" \t\r\n")
    if stripped[:1] not in ("{", "["):
        return False
    try:
        # Numbers are not converted: their digits are shown as they are, and a long one must not cost anything.
        json.loads(stripped, parse_int=str, parse_float=str, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(stripped) - _JSON_TAIL or error.msg.startswith("Unterminated string")
        return cut and at_end
    except (ValueError, RecursionError):
        return False
    return not cut


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def json_lines(text: str) -> Iterator[str]:
    """The lines of JSON `text` laid out with two blanks a level; tokens keep their exact spelling, order and repetition.

    Lazy, and never fails: text that ends early, or is not JSON after all, is laid out as far as it goes.
    """
    line, depth, index, total = "", 0, 0, len(text)
    while index < total:
        char = text[index]
        if char in " \t\r\n":
            index += 1
            continue
        if char in "}]":
            if line.strip(" "):
                yield line
            depth = max(0, depth - 1)
            line = _indent(depth) + char
            index += 1
        elif char in "{[":
            index += 1
            after = _skip_blanks(text, index)
            if text[after : after + 1] in ("}", "]"):
                line += char + text[after]
                index = after + 1
            else:
                yield line + char
                depth += 1
                line = _indent(depth)
        elif char == ",":
            yield line + char
            line = _indent(depth)
            index += 1
        elif char == ":":
            line += ": "
            index += 1
        else:
            end = _string_end(text, index) if char == '"' else _word_end(text, index)
            line += text[index:end]
            index = end
    if line.strip(" "):
        yield line


def _indent(depth: int) -> str:
    return "  " * min(depth, MAX_INDENT)


def _skip_blanks(text: str, index: int) -> int:
    while index < len(text) and text[index] in " \t\r\n":
        index += 1
    return index


def _string_end(text: str, start: int) -> int:
    """Just behind the quote that closes the string at `start`; the end of the text if none does."""
    index = start + 1
    while (quote := text.find('"', index)) >= 0:
        slash = quote
        while text[slash - 1] == "\\" and slash - 1 > start:
            slash -= 1
        if (quote - slash) % 2 == 0:
            return quote + 1
        index = quote + 1
    return len(text)


def _word_end(text: str, start: int) -> int:
    index = start + 1
    while index < len(text) and text[index] not in ',:{}[]" \t\r\n':
        index += 1
    return index


def json_tints(line: str) -> list[Span]:
    """What the parts of one line of `json_lines` are, for colour. Works on the line after it was made safe: quotes stay quotes."""
    tints: list[Span] = []
    index, total = 0, len(line)
    while index < total:
        char = line[index]
        if char == '"':
            end = _string_end(line, index)
            tints.append((index, end, NAME if line[end : end + 1] == ":" else STRING, 0))
        elif char in ",:{}[] ":
            end = index + 1
        else:
            end = _word_end(line, index)
            tints.append((index, end, NUMBER if char in "-0123456789" else WORD, 0))
        index = end
    return tints


def hex_width(cells: int) -> int:
    """How many bytes a line of `hex_line` should hold in `cells` cells: 16, 8 or 4."""
    return 16 if cells >= 77 else 8 if cells >= 43 else 4


def hex_line(data: bytes, offset: int, per_line: int) -> Shown:
    """The bytes from `offset` on: offset, hexadecimal in groups of eight, and what is printable in ASCII. Safe as it is."""
    part = data[offset : offset + per_line]
    groups = [part[start : start + 8].hex(" ").ljust(23) for start in range(0, max(1, per_line), 8)]
    codes = "  ".join(groups)[: per_line * 3 + (per_line - 1) // 8 - 1]
    prefix = f"{offset:08x}  "
    letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in part)
    start = len(prefix) + len(codes) + 2
    tints: list[Span] = [(0, 8, FAINT, 0)]
    tints += [(start + at, start + at + 1, FAINT, 0) for at, byte in enumerate(part) if not 0x20 <= byte < 0x7F]
    return Shown(f"{prefix}{codes}  {letters}", tints=tints)


def describe(value: ValueHead, kind: Kind | None = None) -> str:
    """What the value is: `text · 6 bytes · utf-8`, `json · 1.2 KiB`, `bytes · 3 bytes`, `empty`. `kind`: if already known."""
    if value.secret:
        return f"secret · {human_size(value.size)}"
    kind = kind or kind_of(value.head, value.size)
    if kind == "empty":
        return "empty · 0 bytes"
    return f"{kind} · {human_size(value.size)}{' · utf-8' if kind == 'text' else ''}"


def describe_times(value: ValueHead, now_ms: int) -> str:
    """`changed 3 min ago · expires in 14:03`, the second part only for entries that expire."""
    changed = f"changed {human_age(now_ms - value.updated_at)}"
    if value.expires_at is None:
        return changed
    left = human_left(value.expires_at - now_ms)
    return f"{changed} · {'expired' if left == EXPIRED else f'expires in {left}'}"


def describe_part(value: ValueHead) -> str:
    """`showing 64 KiB of 9.8 MiB`; "" if all of it is there. Exact numbers where the short ones would be equal."""
    if not value.partial or value.secret:
        return ""
    shown, size = human_size(len(value.head)), human_size(value.size)
    if shown == size:
        shown, size = f"{len(value.head):,}", f"{value.size:,} bytes"
    return f"showing {shown} of {size}"


def human_size(size: int) -> str:
    """0 bytes, 1 byte, 999 bytes, 1.2 KiB, 64 KiB, 9.8 MiB. Rounded down, so that nothing seems larger than it is."""
    if size < 1024:
        return "1 byte" if size == 1 else f"{size} bytes"
    unit = 1024
    for name in ("KiB", "MiB", "GiB", "TiB"):
        if size < unit * 1024 or name == "TiB":
            break
        unit *= 1024
    tenths = size * 10 // unit
    return f"{tenths // 10}.{tenths % 10} {name}" if tenths < 100 and tenths % 10 else f"{tenths // 10} {name}"


def human_age(age_ms: int) -> str:
    """just now, 12 s ago, 3 min ago, 5 h ago, 4 days ago, 2 years ago; a clock that went back gives `in the future`."""
    seconds = age_ms // 1000
    if seconds < -5:
        return "in the future"
    if seconds < 5:
        return "just now"
    if seconds < _MINUTE:
        return f"{seconds} s ago"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR} h ago"
    days = seconds // _DAY
    return f"{days} days ago" if days < 730 else f"{days // 365} years ago"


EXPIRED = "expired"


def human_left(left_ms: int) -> str:
    """Time left: 14:03, 1:02:33, 3d 04h, 120d, `expired`. Rounded up to the second: while alive it never reads 0:00 (P-043)."""
    if left_ms <= 0:
        return EXPIRED
    seconds = -(-left_ms // 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days >= 100:
        return f"{days}d"
    if days:
        return f"{days}d {hour:02}h"
    if hours:
        return f"{hours}:{minute:02}:{second:02}"
    return f"{minutes}:{second:02}"
