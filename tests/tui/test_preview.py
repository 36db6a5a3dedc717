"""What a value is said to be: kinds, sizes, ages, pretty JSON, hex, and the rows a viewer draws of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.hostile import HOSTILE, HOSTILE_BYTES, dangerous
from tui.browser.text.lines import HexRows, TextRows, text_lines
from tui.browser.text.preview import (
    NAME,
    NUMBER,
    STRING,
    WORD,
    ValueHead,
    decode,
    describe,
    describe_part,
    describe_times,
    hex_line,
    hex_width,
    human_age,
    human_left,
    human_size,
    json_lines,
    json_tints,
    kind_of,
)
from tui.safe_text import plain_safe

KIB, MIB = 1024, 1024 * 1024


def head(value: bytes, **more: object) -> ValueHead:
    facts = {"title": "k", "head": value, "size": len(value), "updated_at": 0, **more}
    return ValueHead(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (b"", "empty"),
        (b"submit", "text"),
        ("é€😀".encode(), "text"),
        (b"\x1b[31m", "text"),
        (b'{"a": 1}', "json"),
        (b" [1, 2]\n", "json"),
        (b"42", "text"),
        (b'"text"', "text"),
        (b"{not json}", "text"),
        (b'{"a": NaN}', "text"),
        (b'{"a": 1} trailing', "text"),
        (b"[" * 5000 + b"]" * 5000, "text"),  # deeper than any parser goes
        (b"[" + b"1" * 10_000 + b"]", "json"),
        (b"a\x00b", "bytes"),
        (b"\xff\xfe", "bytes"),
        ("é".encode()[:1], "bytes"),
        (b"\xed\xa0\x80", "bytes"),
    ],
)
def test_kind(value: bytes, kind: str) -> None:
    """T-130: strict UTF-8 without NUL is text; JSON is an object or an array that parses."""
    assert kind_of(value, len(value)) == kind


@pytest.mark.parametrize("value", HOSTILE_BYTES.values(), ids=HOSTILE_BYTES.keys())
def test_a_kind_for_everything(value: bytes) -> None:
    for size in (len(value), len(value) + 1000):
        assert kind_of(value, size) in ("text", "json", "bytes", "empty")


@given(st.text(min_size=1).filter(lambda text: "\0" not in text), st.data())
def test_text_cut_in_a_character_stays_text(text: str, data: st.DataObject) -> None:
    """A partial head may end inside a character; that is not a reason to call it bytes."""
    value = text.encode()
    cut = value[: data.draw(st.integers(0, len(value) - 1))]
    decoded = decode(cut, len(value))
    assert decoded is not None
    assert text.startswith(decoded)
    assert len(cut) - len(decoded.encode()) <= 3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(json_values, min_size=1) | st.dictionaries(st.text(), json_values, min_size=1), st.booleans())
@settings(max_examples=200)
def test_pretty_json_is_what_json_says(value: object, ascii_only: bool) -> None:
    """The layout is that of the standard library, from any spacing of the source."""
    source = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
    assert "\n".join(json_lines(source)) == json.dumps(value, ensure_ascii=ascii_only, indent=2)
    assert kind_of(source.encode(), len(source.encode())) == "json"


@given(st.lists(json_values, min_size=1), st.data())
@settings(max_examples=200)
def test_the_beginning_of_json_is_json(value: object, data: st.DataObject) -> None:
    """Of a large document only the beginning is there: it is recognised, and laid out as far as it goes."""
    source = json.dumps(value)
    cut = source[: data.draw(st.integers(1, len(source) - 1))]
    assert kind_of(cut.encode(), len(source)) == "json"
    whole = "".join("".join(json_lines(source)).split())
    assert whole.startswith("".join("".join(json_lines(cut)).split()))


def test_pretty_json_keeps_spelling() -> None:
    """Digits, escapes, order and repeated names are shown as stored."""
    source = '{"b":1.10,"a":1e400,"b":"\\u00e9","e":{ },"l":[ ]}'
    assert list(json_lines(source)) == [
        "{",
        '  "b": 1.10,',
        '  "a": 1e400,',
        '  "b": "\\u00e9",',
        '  "e": {},',
        '  "l": []',
        "}",
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_pretty_json_never_fails(text: str) -> None:
    """Any text at all is laid out without losing a visible character."""
    laid_out = "".join(json_lines(text[:5000]))
    blanks = str.maketrans("", "", " \t\r\n")
    assert laid_out.translate(blanks) == text[:5000].translate(blanks)


def test_tints_of_json() -> None:
    def parts(line: str) -> list[tuple[str, int]]:
        return [(line[start:end], kind) for start, end, kind, _ in json_tints(line)]

    assert parts('  "a\\"b": "c",') == [('"a\\"b"', NAME), ('"c"', STRING)]
    assert parts('  "n": -1.5e3,') == [('"n"', NAME), ("-1.5e3", NUMBER)]
    assert parts("  null,") == [("null", WORD)]
    assert parts('"unterminated') == [('"unterminated', STRING)]


def test_hex() -> None:
    assert hex_line(b"\x89PNG\r\n", 0, 16).text == "00000000  89 50 4e 47 0d 0a" + " " * 33 + "·PNG··"
    assert hex_line(bytes(range(64, 100)), 16, 16).text == (
        "00000010  50 51 52 53 54 55 56 57  58 59 5a 5b 5c 5d 5e 5f  PQRSTUVWXYZ[\\]^_"
    )
    for cells in range(20, 120):
        line = hex_line(bytes(200), 0, hex_width(cells)).text
        assert len(line) <= max(cells, 27)
        assert dangerous(line) == []


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1290, "1.2 KiB"),
        (64 * KIB, "64 KiB"),
        (MIB - 1, "1023 KiB"),
        (int(9.87 * MIB), "9.8 MiB"),
        (5 * 1024 * MIB, "5 GiB"),
        (3000 * 1024 * MIB, "2.9 TiB"),
    ],
)
def test_size(size: int, text: str) -> None:
    assert human_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-60, "in the future"),
        (-1, "just now"),
        (0, "just now"),
        (12, "12 s ago"),
        (59, "59 s ago"),
        (200, "3 min ago"),
        (3600, "1 h ago"),
        (47 * 3600, "47 h ago"),
        (4 * 86400, "4 days ago"),
        (800 * 86400, "2 years ago"),
    ],
)
def test_age(seconds: int, text: str) -> None:
    assert human_age(seconds * 1000) == text


@pytest.mark.parametrize(
    ("left_ms", "text"),
    [
        (-5, "expired"),
        (0, "expired"),
        (1, "0:01"),
        (1000, "0:01"),
        (1001, "0:02"),
        (843_000, "14:03"),
        (3_600_000, "1:00:00"),
        (100_000_000, "1d 03h"),
        (86_400_000 * 120, "120d"),
    ],
)
def test_time_left(left_ms: int, text: str) -> None:
    """P-043: an entry is gone from the millisecond of its expiry on, and not a moment earlier."""
    assert human_left(left_ms) == text


def test_descriptions() -> None:
    assert describe(head(b"submit")) == "text · 6 bytes · utf-8"
    assert describe(head(b'{"a":' + b"1" * 1300 + b"}")) == "json · 1.2 KiB"
    assert describe(head(b"\xff\xfe\xfd")) == "bytes · 3 bytes"
    assert describe(head(b"")) == "empty · 0 bytes"
    assert describe(head(b"", size=9, secret=True)) == "secret · 9 bytes"
    assert describe_times(head(b"x"), 180_000) == "changed 3 min ago"
    assert describe_times(head(b"x", expires_at=1_023_000), 180_000) == "changed 3 min ago · expires in 14:03"
    assert describe_times(head(b"x", expires_at=180_000), 180_000) == "changed 3 min ago · expired"


def test_a_partial_value_says_so() -> None:
    """Honest caps: how much is shown of how much, never two equal numbers."""
    assert describe_part(head(b"x" * 65536, size=int(9.85 * MIB))) == "showing 64 KiB of 9.8 MiB"
    assert describe_part(head(b"x" * 65536, size=65700)) == "showing 65,536 of 65,700 bytes"
    assert describe_part(head(b"x")) == ""
    assert describe_part(head(b"", size=5, secret=True)) == ""


# --- rows -------------------------------------------------------------------------------------------------------------


def all_rows(rows: TextRows) -> list[str]:
    while not rows.done:
        rows.grow(100)
    return [rows.row(index).text for index in range(rows.count)]


def test_rows_of_text() -> None:
    assert all_rows(TextRows(text_lines("a\nb\n"), wrap=None)) == ["a", "b"]
    assert all_rows(TextRows(text_lines("a\n\nb\r"), wrap=None)) == ["a", "", "b␍"]
    assert all_rows(TextRows(text_lines("\u2028a\x85"), wrap=None)) == ["‹LS›a‹NEL›"]
    assert all_rows(TextRows(text_lines("the quick brown fox"), wrap=10)) == ["the quick", "brown fox"]
    assert all_rows(TextRows(["x"], wrap=10, note="— more —")) == ["x", "— more —"]
    assert all_rows(TextRows(["x" * 5000], wrap=None)) == ["x" * 2000 + "…+3k"]


@pytest.mark.parametrize("wrap", [None, 1, 7, 40])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_rows_are_harmless_and_fit(text: str, wrap: int | None) -> None:
    """U-15, line by line; a wrapped row fits unless one wide character alone does not."""
    rows = TextRows(text_lines(text[:6000]), wrap=wrap)
    for line in all_rows(rows):
        assert dangerous(line) == []
    if wrap:
        assert rows.width <= max(wrap, 2)


@given(
    st.lists(st.sampled_from(["a", "e\u0301", "漢", "\u202e", "\x1b", "👍🏽", " ", "word "]), min_size=1),
    st.integers(7, 60),
)
@settings(max_examples=60)
def test_wrapping_in_chunks_loses_nothing(pieces: list[str], width: int) -> None:
    """A line longer than a chunk is wrapped as if it were one piece; only blanks at breaks are shown by the break."""
    long = "".join(pieces) * (2500 // len(pieces))
    assert "".join(all_rows(TextRows([long], wrap=width))).replace(" ", "") == plain_safe(long).replace(" ", "")


def test_rows_grow_in_steps() -> None:
    """No step reads much more than its budget, whatever the lines look like."""
    for text in ("line\n" * 10_000, "x" * 60_000, "\x1b" * 60_000, "\n" * 60_000):
        rows = TextRows(text_lines(text), wrap=80)
        rows.grow(2048)
        assert 0 < rows.count < 600
        assert not rows.done


def test_rows_know_their_lines() -> None:
    """What keeps the place when the width changes."""
    rows = TextRows(["a" * 25, "b", "c" * 11], wrap=10)
    all_rows(rows)
    assert [rows.line_of(index) for index in range(rows.count)] == [0, 0, 0, 1, 2, 2]
    assert [rows.row_of(line) for line in (0, 1, 2, 9)] == [0, 3, 4, 5]


def test_long_json_string_keeps_its_tint() -> None:
    rows = TextRows(['  "k": "' + "x" * 5000 + '",'], wrap=50, tinted=True)
    lines = all_rows(rows)
    assert {tint[2] for index in range(1, len(lines)) for tint in rows.row(index).tints} == {STRING}


def test_hex_rows() -> None:
    rows = HexRows(bytes(40), 16, note="— more —")
    assert rows.count == 4
    assert rows.row(2).text.startswith("00000020")
    assert rows.row(3).text == "— more —"
    assert rows.line_of(2) == 2
    assert HexRows(bytes(40), 8).row_of(2) == 4
