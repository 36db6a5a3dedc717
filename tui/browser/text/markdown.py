"""Markdown as rows for a viewer that draws line by line: headings, lists, quotes, code, links as what they say.

Our own light reading, line by line: nothing of the text becomes markup, a link shows where it leads and cannot be followed, and
every piece passes tui.browser.text.safe. Whatever is not understood is shown as it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.browser.text.lines import LINE_LIMIT, ROW_COST, TextRows, join
from tui.browser.text.preview import FAINT
from tui.browser.text.safe import Shown, show_tabbed
from tui.browser.text.widths import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui.safe_text import Span

    Piece = tuple[str, int]
    """Text as it is stored, and the kind of its tint, 0 for none."""

HEADING, STRONG, EMPHASIS, CODE, LINK, QUOTE = 9, 10, 11, 12, 13, 14
"""Kinds of tints, beside those of tui.browser.text.preview."""

LONGEST = 8192
"""Characters of a line that is read as Markdown; a longer one is shown as it stands."""

CODE_INDENT = 4
"""Blanks before a line that make it code."""

LONGEST_NUMBER = 9
"""Digits of a number before a list item."""

_INLINE = re.compile(
    r"(?P<code>`(?P<c>[^`]{1,400})`)"
    r"|(?P<strong>\*\*(?P<s>[^*]{1,400})\*\*)"
    r"|(?P<emphasis>\*(?P<e>[^*\s](?:[^*]{0,400}[^*\s])?)\*)"
    r"|(?P<link>!?\[(?P<t>[^\]\[]{0,400})\]\((?P<u>[^()\s]{1,400})\))"
)
"""Bounded, so that no line costs more than its length times a constant."""


class MarkdownRows(TextRows):
    """The rows of Markdown `lines`, wrapped at `wrap` cells, or one each if that is None."""

    def _produce(self, lines: Iterable[str]) -> Iterator[tuple[int, Shown | str, int]]:
        fence, blank = "", True
        held = _Paragraph()
        for number, line in enumerate(lines):
            cost = ROW_COST + len(line)
            if not fence:
                if held.texts and not held.takes(line):
                    yield from self._paragraph(held)
                if held.takes(line):
                    held.add(line, number, cost)
                    blank = False
                    if line.endswith(("  ", "\\")):  # a break that was meant
                        yield from self._paragraph(held)
                    continue
            if len(line) > LONGEST:
                yield from ((number, row, paid) for _, row, paid in super()._produce([line]))
                continue
            mark = _fence(line)
            if fence:
                closing = mark.startswith(fence) and not line.strip().strip(fence[0])
                rows = [_piece("╰", FAINT)] if closing else self._lay([(line, CODE)], ("│ ", FAINT))
                fence = "" if closing else fence
            elif mark:
                fence = mark
                rows = [_shown([("╭ ", FAINT), (line.strip()[len(mark) :].strip(), FAINT)])]
            else:
                rows = self._line(line)
                if _heading_level(line) and not blank:
                    yield number, Shown(""), 0
            blank = not line.strip()
            for row in rows:
                yield number, row, cost
                cost = 0
        yield from self._paragraph(held)

    def _paragraph(self, held: _Paragraph) -> Iterator[tuple[int, Shown | str, int]]:
        """The rows of the paragraph or item that was being read, if any."""
        if held.texts:
            number, cost = held.number, held.cost
            rows = self._lay(_inline(" ".join(held.texts)), held.prefix, hanging=True)
            held.texts.clear()
            for row in rows:
                yield number, row, cost
                cost = 0

    def _line(self, line: str) -> list[Shown]:
        """The rows of a line outside of code."""
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        level = _heading_level(body)
        if level:
            return self._heading(body[level:].strip().rstrip("#").rstrip(), level)
        if _is_rule(body):
            return [_piece("─" * min(self._wrap or 40, 40), FAINT)]
        if body.startswith(">"):
            text = body.lstrip("> ")
            return self._lay([(text, QUOTE)], ("▎ ", FAINT))
        if indent >= CODE_INDENT:
            return self._lay([(body, CODE)], (" " * indent, 0))
        return self._lay(_inline(body), (" " * indent, 0))

    def _heading(self, text: str, level: int) -> list[Shown]:
        rows = self._lay([(text, HEADING)])
        if level < 3 and text:
            widest = max(row.cells for row in rows)
            rows.append(_piece(("━" if level == 1 else "─") * widest, FAINT))
        return rows

    def _lay(self, pieces: list[Piece], prefix: Piece = ("", 0), *, hanging: bool = False) -> list[Shown]:
        """Pieces behind a prefix, folded; with `hanging` blanks stand for it in all rows but the first."""
        whole, first = _shown(pieces), _shown([prefix])
        if self._wrap is None:
            return [join(first, whole.part(0, LINE_LIMIT))]
        room = self._wrap - first.cells
        if room < self._wrap // 2:  # an indent that leaves no room to read
            first, room = Shown(""), self._wrap
        rows = []
        for start, end in fold(whole.text, room, whole.spans):
            rows.append(join(first, whole.part(start, end)))
            if hanging:
                first, hanging = Shown(" " * first.cells), False
        return rows


class _Paragraph:
    """A paragraph or list item while its lines are read. `texts`: those lines; none when nothing is being read."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.prefix: Piece = ("", 0)
        self.number = self.cost = self._length = 0

    def takes(self, line: str) -> bool:
        """Whether `line` belongs to it, or begins one."""
        body = line.lstrip(" ")
        if not body or self._length * bool(self.texts) + len(line) > LONGEST or _stands_alone(body):
            return False
        item = bool(_bullet(body)[0])
        if self.texts:
            return not item
        return item or len(line) - len(body) < CODE_INDENT

    def add(self, line: str, number: int, cost: int) -> None:
        """One more line."""
        body = line.lstrip(" ")
        if not self.texts:
            marker, body = _bullet(body)
            indent = len(line) - len(line.lstrip(" "))
            self.prefix = (" " * indent + marker, STRONG)
            self.number, self.cost, self._length = number, 0, 0
        self.texts.append(body.rstrip(" ").removesuffix("\\"))
        self.cost += cost
        self._length += len(line) + 1


def _stands_alone(body: str) -> bool:
    """Whether a line is no part of a paragraph: a heading, a quote, a row of a table, a rule, a fence."""
    return body[0] in ">|" or _heading_level(body) > 0 or _is_rule(body) or bool(_fence(body))


def _heading_level(body: str) -> int:
    """1 to 6; 0 if it is no heading."""
    level = len(body) - len(body.lstrip("#"))
    return level if level <= 6 and body[level : level + 1] in (" ", "") else 0


def _is_rule(body: str) -> bool:
    marks = body.replace(" ", "")
    return len(marks) > 2 and marks[0] in "-*_" and not marks.strip(marks[0])


def _fence(line: str) -> str:
    """The fence that a line begins or ends code with, "" if it does neither."""
    text = line.strip()
    for char in "`~":
        length = len(text) - len(text.lstrip(char))
        if length >= 3:
            return char * length
    return ""


def _bullet(body: str) -> tuple[str, str]:
    """What stands for the marker of a list item, and the rest; "" and everything if it is none."""
    if body[:2] in ("- ", "* ", "+ "):
        text = body[2:].lstrip(" ")
        for box, glyph in (("[ ] ", "☐ "), ("[x] ", "☑ "), ("[X] ", "☑ ")):
            if text.startswith(box):
                return glyph, text[len(box) :]
        return "• ", text
    digits = len(body[: LONGEST_NUMBER + 1]) - len(body[: LONGEST_NUMBER + 1].lstrip("0123456789"))
    if 0 < digits <= LONGEST_NUMBER and body[digits : digits + 2] in (". ", ") "):
        return body[: digits + 2], body[digits + 2 :].lstrip(" ")
    return "", body


def _inline(text: str) -> list[Piece]:
    """Code, strong and emphasised words, and links. A link says where it leads."""
    pieces: list[Piece] = []
    place = 0
    for found in _INLINE.finditer(text):
        if found.start() > place:
            pieces.append((text[place : found.start()], 0))
        place = found.end()
        if found["code"]:
            pieces.append((found["c"], CODE))
        elif found["strong"]:
            pieces.append((found["s"], STRONG))
        elif found["emphasis"]:
            pieces.append((found["e"], EMPHASIS))
        else:
            pieces += [(found["t"], LINK), (f" ({found['u']})" if found["t"] else found["u"], FAINT)]
    if place < len(text) or not pieces:
        pieces.append((text[place:], 0))
    return pieces


def _piece(text: str, kind: int) -> Shown:
    return Shown(text, tints=[(0, len(text), kind, 0)] if kind and text else ())


def _shown(pieces: list[Piece]) -> Shown:
    texts: list[str] = []
    spans: list[Span] = []
    tints: list[Span] = []
    length = 0
    for text, kind in pieces:
        safe = show_tabbed(text)
        spans += [(start + length, end + length, mark, source) for start, end, mark, source in safe.spans]
        if kind and safe.text:
            tints.append((length, length + len(safe.text), kind, 0))
        texts.append(safe.text)
        length += len(safe.text)
    return Shown("".join(texts), spans, tints=tints)
