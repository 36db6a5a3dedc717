"""Stored text made harmless for a terminal, as plain `str` (U-15). Light: it imports nothing, `unicodedata` if text is not ASCII.

What could move the cursor, colour the screen, reorder a line or hide inside it becomes a visible mark:

    C0, DEL                     its control picture: ESC is `␛`; in one-line places newline, tab and return are `↵ → ␍`
    C1, bidi, zero-width, tags  a named mark: `‹CSI›`, `‹RLO›`, `‹ZWSP›`, `‹VS16›`; `‹U+XXXX›` where there is no short name
    lone surrogates             `‹U+DC80›`; also noncharacters and code points this Python knows nothing about
    combining floods            the first four stay on their base, the rest is counted: `‹+96›`; without a base they sit on `◌`

Everything else passes unchanged, so a mark in plain text can be imitated by typing it; only styled output (the spans below)
tells the two apart. tui/browser/text/safe.py builds that for the screen.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Sequence

    Span = tuple[int, int, int, int]

HIDDEN = 1
"""Kind of a mark that stands for something a terminal would have acted on or hidden."""

LAYOUT = 2
"""Kind of a mark that stands for ordinary white space in a one-line place: newline, tab, carriage return."""

MAX_COMBINING = 4
"""Combining characters left on one base: enough for every living script, too few to climb over the neighbouring lines."""

_LAYOUT_MARKS = {"\n": "↵", "\t": "→", "\r": "␍"}

_C1 = "PAD HOP BPH NBH IND NEL SSA ESA HTS HTJ VTS PLD PLU RI SS2 SS3 DCS PU1 PU2 STS CCH MW SPA EPA SOS SGC SCI CSI ST OSC PM APC"

_NAMES = {
    0x00AD: "SHY",
    0x034F: "CGJ",
    0x061C: "ALM",
    0x115F: "HCF",
    0x1160: "HJF",
    0x17B4: "KIV-AQ",
    0x17B5: "KIV-AA",
    0x180B: "FVS1",
    0x180C: "FVS2",
    0x180D: "FVS3",
    0x180E: "MVS",
    0x180F: "FVS4",
    0x200B: "ZWSP",
    0x200C: "ZWNJ",
    0x200D: "ZWJ",
    0x200E: "LRM",
    0x200F: "RLM",
    0x2028: "LS",
    0x2029: "PS",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2060: "WJ",
    0x2061: "FA",
    0x2062: "IT",
    0x2063: "IS",
    0x2064: "IP",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0x3164: "HF",
    0xFEFF: "BOM",
    0xFFA0: "HHF",
    0xFFF9: "IAA",
    0xFFFA: "IAS",
    0xFFFB: "IAT",
}
_NAMES.update((0x80 + offset, name) for offset, name in enumerate(_C1.split()))
_NAMES.update((0xFE00 + offset, f"VS{offset + 1}") for offset in range(16))

# Looks that are no mark.
_PLAIN = "="
_COMBINES = "+"
_MODIFIES = "*"  # an emoji skin tone: combines, but only with an emoji
_looks: dict[str, str] = {}


def plain_safe(text: str, keep: str = "") -> str:
    r"""`text` with everything dangerous as visible marks. `keep`: control characters to let through, such as "\n\t" for a block."""
    return safe_parts(text, keep)[0]


def safe_parts(text: str, keep: str = "") -> tuple[str, Sequence[Span]]:
    """`text` made safe, and where its marks are: (start, end, kind, characters of `text` it stands for), in order, disjoint."""
    if text.isprintable() and text.isascii():
        return text, ()
    out: list[str] = []
    spans: list[Span] = []
    width = 0  # characters written so far
    index, total = 0, len(text)
    base = ""  # what a combining character would sit on; "" after a mark or a line break
    while index < total:
        char = text[index]
        look = _looks.get(char) or _look(char)
        index += 1
        if look == _PLAIN or char in keep:
            out.append(char)
            width += 1
            base = char if look == _PLAIN else ""
            continue
        if look == _COMBINES or (look == _MODIFIES and _is_emoji(base)):
            start = index - 1
            while index < total and (_looks.get(text[index]) or _look(text[index])) == _COMBINES:
                index += 1
            width = _combine(text[start:index], base, out, spans, width)
            base = ""
            continue
        if look == _MODIFIES:
            look = f"‹U+{ord(char):04X}›"
        out.append(look)
        spans.append((width, width + len(look), LAYOUT if char in _LAYOUT_MARKS else HIDDEN, 1))
        width += len(look)
        base = ""
    return "".join(out), spans


def _combine(run: str, base: str, out: list[str], spans: list[Span], width: int) -> int:
    """Write a run of combining characters after `base`; returns the new length of the output."""
    kept = run[:MAX_COMBINING]
    if base:
        out.append(kept)
        width += len(kept)
    else:
        out.append("◌" + kept)
        spans.append((width, width + 1 + len(kept), HIDDEN, len(kept)))
        width += 1 + len(kept)
    if rest := len(run) - len(kept):
        mark = f"‹+{rest}›"
        out.append(mark)
        spans.append((width, width + len(mark), HIDDEN, rest))
        width += len(mark)
    return width


def _is_emoji(char: str) -> bool:
    """Whether a skin tone after `char` changes its colour instead of standing for itself."""
    return char >= "\U0001f300" or "☝" <= char <= "✍"


def _look(char: str) -> str:
    """How `char` is shown: a mark or one of the three looks above. Remembered, within bounds."""
    look = _decide(char)
    if len(_looks) < 8192:
        _looks[char] = look
    return look


def _decide(char: str) -> str:
    code = ord(char)
    if code < 0x80:
        return _ascii(char, code)
    if name := _NAMES.get(code):
        return f"‹{name}›"
    if 0xE0100 <= code <= 0xE01EF:
        return f"‹VS{code - 0xE0100 + 17}›"
    import unicodedata  # 1 ms, and only text beyond ASCII pays for it

    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Mc") or 0x1161 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FB:
        return _COMBINES
    if 0x1F3FB <= code <= 0x1F3FF:
        return _MODIFIES
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp") or (category == "Cn" and not _is_future(code)):
        return f"‹U+{code:04X}›"
    return _PLAIN


def _ascii(char: str, code: int) -> str:
    if code < 0x20:
        return _LAYOUT_MARKS.get(char) or chr(0x2400 + code)
    return "␡" if code == 0x7F else _PLAIN


def _is_future(code: int) -> bool:
    """Unassigned here but reserved for pictures and ideographs: newer Unicode than this Python's, and harmless."""
    return 0x1F000 <= code <= 0x1FAFF or (0x20000 <= code <= 0x3FFFD and code & 0xFFFF < 0xFFFE)
