"""Text that attacks a terminal or a toolkit. Every widget test runs with all of it (U-15).

`HOSTILE` maps a name to the text; `is_harmless` is the one judgement all tests share: what may be handed to a terminal.
"""

from __future__ import annotations

import unicodedata

HOSTILE: dict[str, str] = {
    "empty": "",
    "plain": "submit",
    "sgr": "\x1b[31mred\x1b[0m",
    "clear screen": "\x1b[2J\x1b[H\x1bc",
    "title": "\x1b]0;owned\x07",
    "osc 52 clipboard": "\x1b]52;c;cm0gLXJmIC8=\x1b\\",
    "osc 8 link": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "dcs": "\x1bP+q544e\x1b\\",
    "all of C0": "".join(map(chr, range(0x20))),
    "DEL": "a\x7fb\x7f",
    "all of C1": "".join(map(chr, range(0x80, 0xA0))),
    "c1 csi": "\x9b31mred",
    "c1 osc": "\x9d52;c;AAAA\x9c",
    "bidi override": "user\u202etxt.exe\u202c",
    "bidi isolates": "\u2066\u2067\u2068x\u2069\u2069\u2069",
    "bidi marks": "a\u200eb\u200fc\u061cd",
    "right to left": "שלום עולם مرحبا بالعالم",
    "zero width": "pass\u200bword\u200c\u2060\ufeff\u00ad\u034f\u180e",
    "tags": "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "fillers": "a\u115fb\u1160c\u3164d\uffa0e",
    "combining flood": "z" + "\u0301\u0489\u0336" * 200 + "z",
    "orphan combining": "\u0301\u0302abc",
    "lone surrogates": "a\ud800b\udc80c\udfff",
    "undecodable bytes": b"caf\xe9 \xff\xfe".decode("utf-8", "surrogateescape"),
    "wide": "漢字かな交じり文、한국어 텍스트 ｆｕｌｌ",
    "emoji zwj": "👨\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 👍🏽 ❤️",
    "variation selectors": "⚠\ufe0f☎\ufe0e葛\U000e0100",
    "markup close": "[/]",
    "markup link": "[@click=app.bell]x[/]",
    "markup colour": "[red]danger[/red] [bold",
    "markup variable": "$text [$error]x[/$error]",
    "key with bracket": "user[name] list[0] grid[2,3]",
    "backslashes": "C:\\[red]\\path\\",
    "long line": "x" * 200_000,
    "long wide line": "漢" * 50_000,
    "long line of escapes": "\x1b" * 20_000,
    "many lines": "line\n" * 20_000,
    "tabs": "a\tb\t\tc\t",
    "carriage returns": "safe\rEVIL\r\nnext\r",
    "backspaces": "abc\b\b\bxyz",
    "NUL": "a\x00b\x00",
    "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "noncharacters": "\ufffe\uffff\ufdd0\U0010ffff",
    "private use": "\ue000\uf8ff\U000f0000",
    "unassigned": "\u0378\U0001fadf",
    "blanks": " \u00a0\u2003\u3000 ",
    "json": '{"a": [1, 2, {"b": "\u202e\x1b[31m"}], "": null}',
    "deep json": "[" * 5_000,
    "stream": "\x1b" + "ns=a; k=v;" * 3,
}
"""Name to text. Texts are kept in escaped form so that this file itself is harmless."""

HOSTILE_BYTES: dict[str, bytes] = {
    **{name: text.encode("utf-8", "surrogatepass") for name, text in HOSTILE.items()},
    "every byte": bytes(range(256)),
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "cut utf-8": "é€😀".encode()[:-1],
    "utf-16": "hello".encode("utf-16"),
    "overlong": b"\xc0\xaf\xe0\x80\xaf",
}
"""The same as values of entries, and what no text can be."""

_INVISIBLE = {"\u00ad", "\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"}
_INVISIBLE.update(chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000)))


def dangerous(text: str, allow: str = "") -> list[str]:
    """The code points in `text` that no terminal should ever be given, `allow` excepted; empty if it is harmless."""
    return [f"U+{ord(char):04X}" for char in text if char not in allow and _is_dangerous(char)]


def is_harmless(text: str, allow: str = "") -> bool:
    """Whether `text` may be written to a terminal as it is."""
    return not dangerous(text, allow)


def _is_dangerous(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") or char in _INVISIBLE
