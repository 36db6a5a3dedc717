"""U-15: what leaves tui.safe_text and tui.browser.text.safe may be written to a terminal, fits its place and hides nothing."""

from __future__ import annotations

import itertools
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from textual.content import Content

from tests.tui.hostile import HOSTILE, dangerous, is_harmless
from tui.browser.text import widths
from tui.browser.text.safe import (
    CONTENT_STYLES,
    CUT,
    RICH_STYLES,
    safe_block,
    safe_line,
    safe_text,
    short_count,
    show_line,
    show_tabbed,
)
from tui.safe_text import HIDDEN, LAYOUT, MAX_COMBINING, plain_safe, safe_parts

corpus = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())

# Any code point at all, weighted towards those that do harm.
nasty = st.sampled_from(
    "\x00\x07\b\t\n\r\x1b\x7f\x85\x9b\xad\u0301\u0489\u061c\u115f\u200b\u200d\u202e\u2066\u2028\ufe0f\ufeff\ud800🏽👍漢한"
)
anything = st.text(st.one_of(nasty, st.characters(), st.characters(categories=["Cs", "Mn", "Me", "Mc", "Cf", "Cc"])))


@given(anything)
@settings(max_examples=400)
def test_nothing_dangerous_passes(text: str) -> None:
    """U-15, plain: no control, bidi, zero-width or surrogate character, whatever came in."""
    assert dangerous(plain_safe(text)) == []


@corpus
def test_nothing_dangerous_passes_from_the_corpus(text: str) -> None:
    """U-15, every way out: plain, line, block, label."""
    assert is_harmless(plain_safe(text))
    assert is_harmless(safe_line(text).plain)
    assert is_harmless(safe_line(text, 20).plain)
    assert is_harmless(safe_block(text).plain, allow="\n")
    assert is_harmless(safe_text(text, 20).plain)


@pytest.mark.parametrize("plane", range(17))
def test_every_code_point_is_harmless_and_visible(plane: int) -> None:
    """U-15: nothing that takes no cell gets through except combining characters on a base."""
    for code in range(plane << 16, (plane + 1) << 16, 1):
        shown = plain_safe(chr(code))
        if shown == chr(code):
            assert get_character_cell_size(shown) > 0, f"U+{code:04X}"
            assert unicodedata.category(shown) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), f"U+{code:04X}"


@given(anything, st.integers(0, 40), st.integers(0, 5000))
@settings(max_examples=400)
@example("👍🏽" * 9, 5, 0)
@example("漢字", 3, 0)
def test_a_line_never_exceeds_its_cells(text: str, limit: int, beyond: int) -> None:
    """A cell bound holds as Textual counts cells, and the spans lie inside the text, in order and disjoint."""
    shown = show_line(text, limit, beyond=beyond)
    assert cell_len(shown.text) <= limit
    assert dangerous(shown.text) == []
    last = 0
    for start, end, _, _ in shown.spans:
        assert last <= start <= end <= len(shown.text)
        last = end


@given(anything, st.integers(1, 40), st.integers(0, 500))
@settings(max_examples=300)
def test_what_is_cut_is_counted(text: str, limit: int, beyond: int) -> None:
    """A cut line says how many characters are missing; what is shown and what is missing add up to the whole."""
    whole, cut = show_line(text), show_line(text, limit, beyond=beyond)
    if cut.missing == 0:
        assert (cut.text, list(cut.spans)) == (whole.text, list(whole.spans))
        return
    assert cut.spans[-1][2] == CUT
    kept = cut.text[: cut.spans[-1][0]]
    hidden = sum(source - (end - start) for start, end, kind, source in cut.spans if kind != CUT)
    assert len(kept) + hidden + cut.missing == len(text) + beyond


def test_the_mark_of_a_cut_line() -> None:
    assert safe_line("x" * 100, 20).plain == "x" * 16 + "…+84"
    assert safe_line("x" * 100, 20, beyond=1_000_000).plain == "x" * 16 + "…+1M"
    assert safe_line("x" * 100, 4).plain == "xxx…"
    assert safe_line("abc", 3).plain == "abc"
    assert safe_line("abc", 10, beyond=7).plain == "abc…+7"
    assert safe_line("abc", 0).plain == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "␛[31m"),
        ("a\nb\tc\rd", "a↵b→c␍d"),
        ("\x7f\x00", "␡␀"),
        ("\x9b31m", "‹CSI›31m"),
        ("\u202eabc\u202c", "‹RLO›abc‹PDF›"),
        ("\u2066x\u2069", "‹LRI›x‹PDI›"),
        ("a\u200bb\ufeff", "a‹ZWSP›b‹BOM›"),
        ("\u2028\u2029\x85", "‹LS›‹PS›‹NEL›"),
        ("\ud800\udc80", "‹U+D800›‹U+DC80›"),
        ("⚠\ufe0f", "⚠‹VS16›"),
        ("👨\u200d👩", "👨‹ZWJ›👩"),
        ("\U000e0041", "‹U+E0041›"),
        ("e\u0301", "e\u0301"),
        ("\u0301e", "◌\u0301e"),
        ("👍🏽", "👍🏽"),
        ("a🏽", "a‹U+1F3FD›"),
        ("שלום", "שלום"),
        ("[/][red]", "[/][red]"),
    ],
)
def test_marks(text: str, shown: str) -> None:
    """The marks people will see, one of each family."""
    assert plain_safe(text) == shown


def test_a_flood_of_combining_characters_is_counted() -> None:
    assert plain_safe("z" + "\u0301" * 100) == "z" + "\u0301" * MAX_COMBINING + "‹+96›"


def test_kept_controls_are_the_callers_wish() -> None:
    r"""`get` on a terminal lets line ends and tabs through, and nothing else."""
    assert plain_safe("a\tb\nc\x1b", keep="\n\t") == "a\tb\nc␛"


def test_a_mark_is_styled_and_its_double_is_not() -> None:
    """`‹RLO›` typed literally carries no style; the mark does, on every way out."""
    assert safe_line("\u202e").spans
    assert safe_line("‹RLO›").spans == []
    assert [span[2] for span in safe_parts("\x1b\n")[1]] == [HIDDEN, LAYOUT]
    assert safe_text("\u202e").spans
    assert not safe_text("‹RLO›").spans
    assert set(CONTENT_STYLES) == set(RICH_STYLES) == {HIDDEN, LAYOUT, CUT}


@corpus
def test_markup_is_never_parsed(text: str) -> None:
    """Brackets arrive as brackets: rendering the content gives the same characters and no link or action."""
    content = safe_line(text, 60)
    assert "".join(part for part, _ in content.render(end="")) == content.plain
    assert not any("@click" in style.meta for _, style in content.render(end=""))


def test_a_block_keeps_its_lines_and_says_what_is_missing() -> None:
    assert safe_block("a\nb\r\n\tc").plain == "a\nb␍\n    c"
    assert safe_block("x" * 10, 4).plain == "xxxx\n…+6"
    assert safe_block("", beyond=1500).plain == "\n…+1.5k"


def test_tabs_of_a_block_stop_where_tabs_stop() -> None:
    assert show_tabbed("a\tb").text == "a   b"
    assert show_tabbed("漢\tb").text == "漢  b"
    assert show_tabbed("\u202e\tb").spans == [(0, 5, HIDDEN, 1)]


@given(anything.map(lambda text: text.replace("\n", "")), st.integers(1, 30))
@settings(max_examples=300)
def test_folding_loses_nothing_but_one_blank_a_row(text: str, width: int) -> None:
    """Rows cover the line in order; each fits unless one wide character alone does not."""
    shown = show_line(text)
    rows = list(widths.fold(shown.text, width, shown.spans))
    assert rows[0][0] == 0
    assert rows[-1][1] == len(shown.text)
    for (_, end), (start, _) in itertools.pairwise(rows):
        assert shown.text[end:start] in ("", " ")
    for start, end in rows:
        assert cell_len(shown.text[start:end]) <= max(width, 2)


def test_folding_prefers_blanks_and_keeps_marks_whole() -> None:
    def rows(text: str, width: int) -> list[str]:
        shown = show_line(text)
        return [shown.text[start:end] for start, end in widths.fold(shown.text, width, shown.spans)]

    assert rows("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert rows("abcdefghijkl", 5) == ["abcde", "fghij", "kl"]
    assert rows("abc\u202edef", 7) == ["abc", "‹RLO›de", "f"]
    assert rows("", 5) == [""]
    assert rows("漢字漢字", 5) == ["漢字", "漢字"]


def test_fit_is_exact() -> None:
    assert widths.fit("漢字", 5) == "漢字 "
    assert widths.fit("漢字漢字", 5) == "漢字…"
    assert widths.fit("漢字漢字", 4) == "漢… "
    assert widths.fit("abc", 0) == ""


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (999, "999"), (1000, "1k"), (1234, "1.2k"), (45_678, "45k"), (9_870_000, "9.8M")]
)
def test_short_count(count: int, text: str) -> None:
    assert short_count(count) == text


def test_content_is_content() -> None:
    """Widgets are given `Content`; a `str` would be parsed."""
    assert isinstance(safe_line("x"), Content)
    assert isinstance(safe_block("x"), Content)


def test_plain_safe_is_light() -> None:
    """T-211: the headless door costs no import; Unicode tables only for text that needs them."""
    code = (
        "import sys; from tui.safe_text import plain_safe; plain_safe('a\\x1b[31m');"
        "print(*sorted(set(sys.modules) & {'re','typing','enum','rich','textual','unicodedata','dataclasses'}))"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False, cwd=root)
    assert (result.stdout.strip(), result.stderr) == ("", "")
