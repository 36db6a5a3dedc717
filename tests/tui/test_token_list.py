"""The list of entries: constant time at a million rows, cursor by key, times that tick, text that harms nobody."""

from __future__ import annotations

import asyncio
from typing import ClassVar, TypeVar

import pytest
from textual.message import Message

from store.errors import Unavailable
from store.model import Row
from tests.tui.hostile import HOSTILE
from tests.tui.list_app import ListApp, lines
from tests.tui.row_sources import NOW, Kept, Source, row
from tests.tui.waiting import until
from tui.browser.widgets.row_paint import Columns, columns
from tui.browser.widgets.token_list import TokenList

MILLION = 1_000_000
Said = TypeVar("Said", bound=Message)
SIZES = [(40, 12), (80, 24), (120, 40), (200, 60)]


# --- the picture ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_shows_rows(size: tuple[int, int]) -> None:
    """Key in brackets, value, time left; the cursor on the first row; one page was read."""
    app = ListApp()
    source = Kept(
        [row(1, "button__i_0", "submit", expires_at=NOW + 843_000), row(2, "list__i_1_2", b"\xff\x00"), row(3, "z")]
    )
    async with app.run_test(size=size) as pilot:
        app.list.focus()
        app.list.show(source, 3)
        await until(pilot, lambda: app.list.cursor_row)
        assert app.list.cursor_row == source.kept[0]
        assert source.calls == ["first"]
        picture = lines(app.list)
        assert picture[0].split() == ["key", "value", "expires"]
        assert picture[1].split() == ["▌", "button[0]", "submit", "14:03"]
        assert picture[2].split()[:4] == ["list[1,2]", "2", "bytes:", "ff"]
        assert picture[4:] == [""] * (size[1] - 4)


def hostile_rows() -> list[Row]:
    """The whole corpus as keys, as text and as bytes; long ones with much more behind."""
    rows = []
    for number, text in enumerate(HOSTILE.values()):
        head = text[:200]
        more = len(text) * 40
        rows += [
            Row(number, f"{number:03}a{head}", head, more, NOW, NOW + number * 50_000 - 1, False),
            Row(number, f"{number:03}b[{head}]", head.encode("utf-8", "surrogatepass"), more, NOW, None, False),
            Row(number, f"{number:03}c", head, 12, NOW, None, True),
        ]
    return rows


@pytest.mark.parametrize("size", [*SIZES, (12, 30)], ids=str)
async def test_hostile_rows(size: tuple[int, int]) -> None:
    """U-15: any key and any value, in any size, as strips without a dangerous character and exactly as wide as the list."""
    app = ListApp()
    rows = hostile_rows()
    async with app.run_test(size=size) as pilot:
        app.list.show(Kept(rows), len(rows))
        await until(pilot, lambda: app.list.cursor_row)
        seen = 0
        while app.list.cursor_index < len(rows) - 1:
            app.list.action_entries_mark()
            app.list.action_entries_page_down()
            await until(pilot, lambda: app.list.cursor_row)
            picture = lines(app.list)
            assert len(picture) == size[1]
            seen += sum("●" in line for line in picture)
        assert seen
        assert len(app.list.marked) > 2


async def test_secret_and_empty_values_say_so() -> None:
    """U-11: a secret is dots in the list, whatever the row holds."""
    app = ListApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.list.show(Kept([Row(1, "a", "", 0, NOW, None, False), Row(2, "b", "hunter2", 7, NOW, None, True)]), 2)
        await until(pilot, lambda: app.list.cursor_row)
        assert [line.split()[-1] for line in lines(app.list)[1:3]] == ["empty", "••••••"]


@pytest.mark.parametrize("width", range(1, 60))
def test_columns_use_the_width(width: int) -> None:
    """No column is negative and together they fit, down to a width of one."""
    shape = columns(width, ["k" * 30])
    gaps = 2 * (shape.value > 0) + 2 * (shape.expires > 0)
    assert min(shape) >= 0
    assert 2 + sum(shape) + gaps <= max(width, 3)


def test_columns_of_an_ordinary_pane() -> None:
    assert columns(48, ["button[0]", "list[0]"]) == Columns(key=9, value=25, expires=8)
    assert columns(48, ["k" * 99]) == Columns(key=20, value=14, expires=8)
    assert columns(30, ["k" * 99]) == Columns(key=12, value=14, expires=0)
    assert columns(15, ["k"]) == Columns(key=13, value=0, expires=0)


async def test_empty_loading_and_failed() -> None:
    """Five visible states: nothing while it is quick, then placeholders, rows, no entries, the error with its hint."""
    app = ListApp()
    source = Source(50)
    source.blocked = asyncio.Event()
    async with app.run_test(size=(80, 10)) as pilot:
        app.list.show(source, 50)
        assert [line for line in lines(app.list)[1:] if line] == []  # at once: a slow machine ends its patience
        await until(pilot, lambda: "···" in lines(app.list)[1])
        source.blocked.set()
        await until(pilot, lambda: app.list.cursor_row)
        assert "key0000000" in lines(app.list)[1]
        app.list.show(Source(0), 0)
        await until(pilot, lambda: "no entries" in lines(app.list)[0])
        source.error = Unavailable("busy", "the database is locked", hint="try again")
        app.list.show(source, 50)
        await until(pilot, lambda: app.of(TokenList.LoadFailed))
        assert "✗ the database is locked try again" in lines(app.list)[1]
        source.error = None
        app.list.reload(50)
        await until(pilot, lambda: app.list.cursor_row)
        assert "key0000000" in lines(app.list)[1]
        app.list.show(None, 0)
        await pilot.pause()
        assert "".join(lines(app.list)) == ""


# --- keys, mouse, messages --------------------------------------------------------------------------------------------


async def test_keys_and_messages() -> None:
    """Arrows and letters move; `Highlighted` follows; enter opens; space marks and goes on."""
    app = ListApp()
    async with app.run_test(size=(80, 12)) as pilot:
        app.list.focus()
        app.list.show(Source(100), 100)
        await until(pilot, lambda: app.list.cursor_row)
        for pressed, index in (("j", 1), ("down", 2), ("k", 1), ("pagedown", 11), ("G", 99), ("up", 98), ("home", 0)):
            await pilot.press(pressed)
            assert app.list.cursor_index == index, pressed
        highlighted = app.of(TokenList.Highlighted)[-1]
        assert (highlighted.row, highlighted.index, highlighted.exact) == (row(0), 0, True)
        await pilot.press("enter")
        assert app.of(TokenList.Opened)[-1].row == row(0)
        await pilot.press("space", "space", "up", "space")
        assert app.list.marked == {"key0000000"}
        assert app.of(TokenList.Marked)[-1].keys == {"key0000000"}
        assert "●" in lines(app.list)[1]
        app.list.clear_marks()
        assert "●" not in lines(app.list)[1]


async def test_mouse() -> None:
    """A click moves the cursor, a double click opens, the header does neither, the wheel leaves the cursor behind."""
    app = ListApp()
    async with app.run_test(size=(80, 12)) as pilot:
        app.list.show(Source(100), 100)
        await until(pilot, lambda: app.list.cursor_row)
        await pilot.click(TokenList, offset=(5, 4))
        assert app.list.cursor_index == 3
        await pilot.click(TokenList, offset=(5, 0))
        assert app.list.cursor_index == 3
        await pilot.click(TokenList, offset=(5, 6), times=2)
        assert app.of(TokenList.Opened)[-1].row == row(5)
        app.list.scroll_to(y=50, animate=False)
        await pilot.pause()
        assert app.list.cursor_index == 5
        await pilot.press("tab", "down")
        assert app.list.cursor_index == 6
        assert app.list.scroll_offset.y <= 6


async def test_resize_keeps_the_cursor_visible() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 40)) as pilot:
        app.list.focus()
        app.list.show(Source(100), 100)
        await until(pilot, lambda: app.list.cursor_row)
        for _ in range(38):
            app.list.action_entries_down()
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert any(line.startswith("▌ key0000038") for line in lines(app.list))
        await pilot.resize_terminal(15, 1)
        await pilot.pause()
        assert lines(app.list) == ["▌ key0000038"]


# --- time left --------------------------------------------------------------------------------------------------------


async def test_time_left_ticks_only_where_it_is_seen() -> None:
    """The clock runs while a visible row expires, and draws those rows alone."""

    class Counting(TokenList):
        drawn: ClassVar[set[int]] = set()

        def render_line(self, y: int):
            self.drawn.add(y)
            return super().render_line(y)

    app = ListApp()
    app.list = Counting(now_ms=lambda: app.now)
    rows = [row(n, expires_at=NOW + 60_000 if n == 3 else NOW + 10**9 if n == 4 else None) for n in range(100)]
    async with app.run_test(size=(80, 24)) as pilot:
        app.list.show(Kept(rows), 100)
        await until(pilot, lambda: app.list.cursor_row)
        assert app.list.ticking
        assert lines(app.list)[4].endswith("1:00")
        await pilot.pause()
        Counting.drawn.clear()
        app.now += 2_000
        app.list.tick()
        await pilot.pause()
        assert Counting.drawn == {4}
        assert lines(app.list)[4].endswith("0:58")
        app.now += 58_000
        app.list.tick()
        assert lines(app.list)[4].endswith("expired")
        app.list.action_entries_last()
        await pilot.pause()
        assert not app.list.ticking
