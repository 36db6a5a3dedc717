"""Text cut or laid out around what was found in it: nothing lost, nothing dangerous, the right characters set off (S-317)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.hits import spans_of
from tests.tui.hostile import HOSTILE, dangerous
from tui.browser.text.excerpt import HERE, MATCH, PlaceRows, excerpt, marked
from tui.browser.text.safe import Shown
from tui.browser.text.widths import cells
from tui.browser.widgets.line_view import STEP


def tinted(shown: Shown, kind: int) -> list[str]:
    return [shown.text[start:end] for start, end, tint, _ in shown.tints if tint == kind]


@pytest.mark.parametrize(
    ("text", "needle", "width", "line"),
    [
        ("buy milk and bread", "milk", 40, "buy milk and bread"),
        ("buy milk and bread", "milk", 12, "buy milk …+9"),
        ("call the milkman", "milk", 12, "…he milkman"),
        ("x" * 100 + "milk", "milk", 12, "…xxxmilk"),
        ("milk" + "x" * 5000, "milk", 12, "milkxx…+4.9k"),
        ("a\nmilk\tb", "milk", 12, "a↵milk→b"),
        ("milk", "milk", 3, "mi…"),
    ],
)
def test_a_line_around_a_place(text: str, needle: str, width: int, line: str) -> None:
    shown = excerpt(text, spans_of(needle, text), (text.index(needle), text.index(needle) + len(needle)), width)
    assert shown.text == line
    assert cells(shown.text) <= width


def test_all_places_are_set_off_and_the_chosen_one_is_another() -> None:
    """S-302: overlapping places are set off once."""
    shown = excerpt("aaaa milk aa", [(0, 2), (1, 3), (2, 4), (10, 12)], (2, 4), 40)
    assert (tinted(shown, MATCH), tinted(shown, HERE)) == (["aa", "aa"], ["aa"])
    assert tinted(excerpt("milk", [(0, 4)], (0, 4), 2), HERE) == ["m"]


@given(st.text("ab\n\u202e漢\u0301", max_size=60), st.text("ab\u0301", min_size=1, max_size=2), st.integers(1, 40))
def test_whatever_the_text(text: str, needle: str, width: int) -> None:
    """It fits, it is safe, and the pieces together are the text."""
    places = spans_of(needle, text)
    for chosen in places:
        shown = excerpt(text, places, chosen, width)
        assert cells(shown.text) <= width
        assert dangerous(shown.text) == []
        assert "".join(part for part, _ in marked(text, places, chosen, 0, len(text))) == text
        covered = {at for start, end in places for at in range(start, end)}
        at = 0
        for part, tint in marked(text, places, chosen, 0, len(text)):
            assert all((number in covered) == bool(tint) for number in range(at, at + len(part)))
            at += len(part)


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_around_a_place(value: str) -> None:
    """U-15."""
    text = f"{value[:3000]}ab{value[:3000]}"
    at = len(value[:3000])
    for width in (1, 7, 40):
        assert dangerous(excerpt(text, [(at, at + 2)], (at, at + 2), width).text) == []
    rows = laid_out(text, (at, at + 2), 40)
    assert all(dangerous(rows.row(number).text) == [] for number in range(rows.count))
    assert rows.target is not None
    assert set_off(rows) == "ab"


def laid_out(text: str, chosen: tuple[int, int], width: int) -> PlaceRows:
    rows = PlaceRows(text, [chosen], chosen, width)
    while not rows.done:
        rows.grow(STEP)
    return rows


def set_off(rows: PlaceRows) -> str:
    """What the chosen place reads, wherever rows end."""
    return "".join(part for number in range(rows.count) for part in tinted(rows.row(number), HERE))


def test_the_rows_around_a_place() -> None:
    """Lines are kept, the row of the place is known, and of a long text only the surroundings are laid out."""
    rows = laid_out("one\ntwo milk\nthree", (8, 12), 20)
    assert [rows.row(number).text for number in range(rows.count)] == ["one", "two milk", "three"]
    assert rows.target == 1
    text = "x" * 1_000_000 + "milk" + "y" * 1_000_000
    rows = laid_out(text, (1_000_000, 1_000_004), 50)
    assert rows.count < 200
    assert rows.row(0).text == "— 997,952 characters before —"
    assert rows.row(rows.count - 1).text == "— 993,860 characters behind —"
    assert set_off(rows) == "milk"
