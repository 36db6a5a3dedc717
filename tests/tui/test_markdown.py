"""Markdown, comparisons and titles as rows: what is understood, what stands as it is, and that nothing is ever dangerous (U-15)."""

from __future__ import annotations

import gc
from time import thread_time

import pytest

from tests.tui.hostile import HOSTILE, dangerous
from tui.browser.flows.documents import Text
from tui.browser.text.lines import Rows, TextRows, each_line, text_lines
from tui.browser.text.markdown import CODE, EMPHASIS, HEADING, LINK, STRONG, MarkdownRows
from tui.browser.text.preview import STRING
from tui.browser.text.safe import Shown
from tui.browser.widgets.parts import TonedRows, text_part

STEP_S = 0.2
"""Generous: what is judged is that no step depends on the length of the text; garbage may be collected in one."""

WIDTHS = [None, 1, 7, 40, 200]


def all_rows(rows: Rows) -> list[Shown]:
    while not rows.done:
        rows.grow(2048)
    return [rows.row(index) for index in range(rows.count)]


def rendered(text: str, wrap: int | None = 40) -> list[str]:
    return [row.text for row in all_rows(MarkdownRows(each_line(text), wrap=wrap))]


def tinted(row: Shown) -> list[tuple[str, int]]:
    return [(row.text[start:end], kind) for start, end, kind, _ in row.tints]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("# Title #", ["Title", "━━━━━"]),
        ("## Two\nbelow", ["Two", "───", "below"]),
        ("### Three", ["Three"]),
        ("above\n# One\n\n# Two", ["above", "", "One", "━━━", "", "Two", "━━━"]),
        ("#no heading", ["#no heading"]),
        ("- one\n* two\n+ three", ["• one", "• two", "• three"]),
        ("  - inner", ["  • inner"]),
        ("- [ ] open\n- [x] done", ["☐ open", "☑ done"]),
        ("12. twelve\n3) three", ["12. twelve", "3) three"]),
        ("2027 is no list", ["2027 is no list"]),
        ("> said\n>> again", ["▎ said", "▎ again"]),
        ("```sh\n# no heading\n```\nout", ["╭ sh", "│ # no heading", "╰", "out"]),
        ("~~~~\n```\n~~~~", ["╭ ", "│ ```", "╰"]),
        ("```\nnever closed", ["╭ ", "│ never closed"]),
        ("one\ntwo\n\nthree", ["one two", "", "three"]),
        ("one  \ntwo\\\nthree", ["one", "two", "three"]),
        ("- one\n  goes on\n- two", ["• one goes on", "• two"]),
        ("text\n- item\n# Head", ["text", "• item", "", "Head", "━━━━"]),
        ("text\n```\nx", ["text", "╭ ", "│ x"]),
        ("text\n\n    code  here", ["text", "", "    code  here"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["| a | b |", "|---|---|", "| 1 | 2 |"]),
        ("* * *\ntext", ["─" * 40, "text"]),
        ("---", ["─" * 40]),
        ("a\n\nb\n", ["a", "", "b"]),
        ("**bold** and *slanted* `code`", ["bold and slanted code"]),
        ("2 * 3 * 4 and snake_case_name", ["2 * 3 * 4 and snake_case_name"]),
        ("[text](http://x.example)", ["text (http://x.example)"]),
        ("![](picture.png)", ["picture.png"]),
        ("[not](a link", ["[not](a link"]),
        ("", [""]),
    ],
)
def test_what_it_becomes(text: str, rows: list[str]) -> None:
    """Headings, lists, quotes, code, rules and words; everything else stands as it is."""
    assert rendered(text) == rows


def test_what_is_tinted() -> None:
    """Kinds, for colour and weight; the words themselves say the rest."""
    row = all_rows(MarkdownRows(["a **b** *c* `d` [e](f)"], wrap=40))[0]
    assert tinted(row)[:4] == [("b", STRONG), ("c", EMPHASIS), ("d", CODE), ("e", LINK)]
    assert tinted(all_rows(MarkdownRows(["# x"], wrap=40))[0]) == [("x", HEADING)]


def test_items_hang_and_quotes_repeat_their_bar() -> None:
    """Further rows of an item are indented, of a quote marked."""
    assert rendered("- one two three four", 12) == ["• one two", "  three four"]
    assert rendered("> one two three four", 12) == ["▎ one two", "▎ three four"]


@pytest.mark.parametrize("wrap", WIDTHS)
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_dangerous_comes_out(name: str, wrap: int | None) -> None:
    """Every text, as it is and inside every construct, at every width; and no step takes long."""
    stored = HOSTILE[name]
    cut = stored[:300]
    whole = f"{stored}\n# {cut}\n- {cut}\n> {cut}\n```{cut}\n{stored}\n```\n[{cut}]({cut}) **{cut}** `{cut}`"
    for make in (MarkdownRows, TonedRows, TextRows):
        rows = make(each_line(whole), wrap=wrap)
        longest = 0.0
        gc.disable()  # it would go through what hundreds of tests before this one have left
        try:
            for _ in range(60):
                before = thread_time()
                rows.grow(2048)
                longest = max(longest, thread_time() - before)
        finally:
            gc.enable()
        assert longest < STEP_S
        for index in range(0, rows.count, max(1, rows.count // 500)):
            assert dangerous(rows.row(index).text) == []


def test_a_line_that_is_too_long_is_not_read() -> None:
    """It stands as it is, in rows."""
    rows = rendered("# " + "x" * 9000, 100)
    assert rows[0].startswith("# x")
    assert len(rows) > 90


@pytest.mark.parametrize("text", ["", "a", "a\n", "\n", "a\n\nb", "a\r\nb", "\n\n"])
def test_lines_one_after_the_other_are_the_lines(text: str) -> None:
    """`each_line` is `text_lines` without the list."""
    assert list(each_line(text)) == text_lines(text)


def test_the_title_of_a_part_is_a_row_of_its_own() -> None:
    """Rows and lines are counted with it."""
    rows = text_part(Text("k", "one\ntwo\n", "snippets[k]"), markdown=False).make(20, True)
    assert [row.text for row in all_rows(rows)] == ["── snippets[k] ──", "one", "two"]
    assert [rows.line_of(index) for index in range(3)] == [0, 1, 2]
    assert [rows.row_of(line) for line in range(3)] == [0, 1, 2]


def test_what_a_line_of_a_comparison_says_stays_visible() -> None:
    """Its first character, besides the colour."""
    row = all_rows(TonedRows(["+new"], wrap=20))[0]
    assert row.text == "+new"
    assert tinted(row) == [("+new", STRING)]
